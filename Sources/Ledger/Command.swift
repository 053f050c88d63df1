package import Events
package import Model
package import Projections

/// Something that is asked of the ledger: it looks at the state, and decides which events happen and what is answered.
///
/// `decide` runs on the ledger's thread inside the open transaction, one command at a time, and sees what every command
/// before it has decided. It changes nothing itself: when it throws, nothing has happened, and only its own caller hears of it.
/// It must be quick (no password hashing by scrypt, no I/O): every other command waits for it.
package protocol Command: Sendable {
    associatedtype Reply: Sendable
    /// When it is answered.
    var durability: Durability { get }
    /// Decides by `state`, the live tables, which is valid only inside the call.
    ///
    /// `now` is the wall clock, for calendar expiry; it may run backwards, unlike the time stamps of events.
    func decide(_ state: LiveState, now: WallTime) throws -> Decision<Reply>
}

/// What a command decided.
package struct Decision<Reply: Sendable>: Sendable {
    /// In the order in which they happen; none is a decision as well.
    package var events: [Event]
    package var reply: Reply

    package init(_ events: [Event] = [], reply: Reply) {
        self.events = events
        self.reply = reply
    }
}

extension Decision where Reply == Void {
    package init(_ events: [Event] = []) {
        self.init(events, reply: ())
    }
}

/// How much an answer promises of the events it stands for.
package enum Durability: Int, Hashable, Comparable, Sendable, CaseIterable {
    /// On disk within 1 s.
    case telemetry
    /// With the kernel before the answer (outlives the process), on disk within 50 ms.
    case connection
    /// On disk before the answer (outlives a power loss).
    case command

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// Why the ledger did not carry out a command.
package enum LedgerError: Error, Hashable, Sendable {
    /// The log could not be written; nothing is decided any more until a restart. What plays goes on.
    case logFailed(String)
    /// The live tables could not be written; as above. The events of the batch stand in the log and count after the restart.
    case projectionFailed(String)
    /// Another program holds `live.sqlite`; try again.
    case projectionBusy
    /// Too many commands wait.
    case overloaded(waiting: Int, allowed: Int)
    /// One event is longer than a line may be.
    case eventTooLarge(size: Int, allowed: Int)
    /// One command decided on more events than a batch may have.
    case tooManyEvents(count: Int, allowed: Int)
    case stopped
}

extension LedgerError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .logFailed(let reason):
            "the event log can't be written (\(reason)): mend that (is there room on the disk?), then restart"
        case .projectionFailed(let reason):
            "live.sqlite can't be written (\(reason)): mend that, then restart"
        case .projectionBusy: "another program holds live.sqlite: end it, then try again"
        case .overloaded(let waiting, let allowed): "\(waiting) commands wait, allowed \(allowed): try again"
        case .eventTooLarge(let size, let allowed): "an event of \(size) bytes, allowed \(allowed)"
        case .tooManyEvents(let count, let allowed): "\(count) events of one command, allowed \(allowed)"
        case .stopped: "the service is stopping"
        }
    }
}
