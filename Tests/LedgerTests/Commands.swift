import EventLog
import Events
import Ledger
import Model
import Projections
import Synchronization
import TestSupport

/// Opens a connection if the credential holds fewer than `limit`; answers its number, or how many there are.
struct Open: Command {
    enum Answer: Hashable {
        case admitted(ConnectionID)
        case refused(holders: Int)
    }

    var credential = CredentialID(7)
    var limit = 1
    var durability = Durability.connection

    func decide(_ state: LiveState, now: WallTime) throws -> Decision<Answer> {
        let holders = try state.connections(of: self.credential)
        guard holders.count < self.limit else { return Decision(reply: .refused(holders: holders.count)) }
        let connection = state.counters.nextConnection
        let opened = ConnectionOpened(
            connection: connection,
            credential: self.credential,
            customer: CustomerID(rawValue: "c1"),
            channel: ChannelID(101),
            client: ClientID(1),
            output: .hls,
            network: "n",
            session: "token-\(connection)"
        )
        return Decision([.connectionOpened(opened)], reply: .admitted(connection))
    }
}

struct Close: Command {
    var connection: ConnectionID
    let durability = Durability.connection

    func decide(_ state: LiveState, now: WallTime) throws -> Decision<Bool> {
        guard let row = try state.connection(self.connection) else { return Decision(reply: false) }
        let closed = ConnectionClosed(
            connection: row.connection,
            credential: row.credential,
            customer: row.customer,
            channel: row.channel,
            reason: "left",
            bytes: ByteCount(1),
            watched: Milliseconds(1),
            patched: Milliseconds(0),
            stalls: 0
        )
        return Decision([.connectionClosed(closed)], reply: true)
    }
}

/// Adds a channel that must not be there yet.
struct AddChannel: Command {
    var channel: ChannelID
    var name = "One"
    let durability = Durability.command

    func decide(_ state: LiveState, now: WallTime) throws -> Decision<Int64> {
        if try state.channel(self.channel) != nil { throw Taken(channel: self.channel) }
        let added = ChannelAdded(channel: self.channel, name: self.name, keep: .always)
        return Decision([.channelAdded(added)], reply: self.channel.rawValue)
    }
}

/// Gives a channel a name, or adds it; answers the name it had.
struct RenameChannel: Command {
    var channel: ChannelID
    var name: String
    let durability = Durability.command

    func decide(_ state: LiveState, now: WallTime) throws -> Decision<String?> {
        guard let row = try state.channel(self.channel) else {
            return Decision(
                [.channelAdded(ChannelAdded(channel: self.channel, name: self.name, keep: .always))],
                reply: nil
            )
        }
        let changed = ChannelChanged(channel: self.channel, name: self.name, category: row.category, keep: row.keep)
        return Decision([.channelChanged(changed)], reply: row.name)
    }
}

struct Taken: Error, Hashable {
    var channel: ChannelID
}

/// Holds the ledger's thread until it is told to go on, so that what is asked meanwhile makes one batch.
struct Hold: Command {
    let gate: Gate
    let durability = Durability.telemetry

    func decide(_ state: LiveState, now: WallTime) throws -> Decision<Void> {
        self.gate.enterAndWait()
        return Decision()
    }
}

/// A clock that stands until it is set.
final class TestClock: Sendable {
    private let state = Mutex((wall: WallTime(seconds: 1_795_000_000), monotonic: Int64(0)))

    var clocks: Clocks {
        Clocks(wall: { self.state.withLock { $0.wall } }, monotonic: { self.state.withLock { $0.monotonic } })
    }

    /// Both clocks go on.
    func advance(milliseconds: Int64) {
        self.state.withLock { state in
            state.wall = state.wall.advanced(milliseconds: milliseconds)
            state.monotonic += milliseconds * 1_000
        }
    }

    /// Only the wall clock is moved.
    func step(milliseconds: Int64) {
        self.state.withLock { $0.wall = $0.wall.advanced(milliseconds: milliseconds) }
    }
}

/// A ledger over a log in memory and SQLite files of its own.
final class Bench {
    let scratch: ScratchDirectory
    let disk: MemoryDisk
    let clock = TestClock()
    var ledger: Ledger

    init(disk: MemoryDisk = MemoryDisk(), clocks: Clocks? = nil, waitingEventsMax: Int = 65_536) throws {
        self.scratch = try ScratchDirectory()
        self.disk = disk
        var configuration = Self.configuration(self.scratch, disk, clocks ?? self.clock.clocks)
        configuration.waitingEventsMax = waitingEventsMax
        self.ledger = try Ledger(configuration)
    }

    deinit { self.ledger.stop() }

    static func configuration(_ scratch: ScratchDirectory, _ disk: MemoryDisk, _ clocks: Clocks) -> Ledger.Configuration
    {
        var configuration = Ledger.Configuration(directory: scratch.path, node: NodeID(rawValue: "a"), version: "1.0.0")
        configuration.disk = disk
        configuration.clocks = clocks
        configuration.log.zeroAhead = 65_536
        configuration.log.zeroStep = 16_384
        return configuration
    }

    /// Opens it again after the last one was stopped, or left as a dead process leaves it.
    func reopen(_ change: (inout Ledger.Configuration) -> Void = { _ in }) throws {
        var configuration = Self.configuration(self.scratch, self.disk, self.clock.clocks)
        change(&configuration)
        self.ledger = try Ledger(configuration)
    }

    /// All events of the log.
    func events() throws -> [Envelope] {
        var envelopes: [Envelope] = []
        try LogFeed(directory: "\(self.scratch.path)/log", disk: self.disk).forEach(after: 0) { envelope in
            envelopes.append(envelope)
            return true
        }
        return envelopes
    }

    func kinds() throws -> [String] { try self.events().map(\.event.kind.rawValue) }
}
