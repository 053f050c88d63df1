import Events
import Glibc
import Model
import Synchronization

/// Says what happens as it happens, a line an event.
final class DemoPrinter: Sendable {
    private let isTerminal = isatty(STDOUT_FILENO) == 1
    private let started = ContinuousClock.now
    /// Seconds the demonstration lasts; `nil` until it is interrupted.
    private let length: Int?
    /// What stands in the last line of a terminal.
    private let viewers = Mutex(0)

    init(length: Int?) {
        self.length = length
    }

    /// On the ledger's thread.
    func show(_ envelopes: [Envelope]) {
        for envelope in envelopes {
            switch envelope.event {
            case .connectionOpened: self.viewers.withLock { $0 += 1 }
            case .connectionClosed: self.viewers.withLock { $0 -= 1 }
            default: break
            }
            if let text = Self.words(envelope.event) { self.tell(text) }
        }
    }

    func tell(_ text: String) {
        let seconds = (ContinuousClock.now - self.started).components.seconds
        let time = "\(seconds / 60):\(seconds % 60 < 10 ? "0" : "")\(seconds % 60)"
        // Dim on a terminal, so that the words stand out.
        print(self.isTerminal ? "\u{1B}[2K\r\u{1B}[2m\(time)\u{1B}[0m  \(text)" : "\(time)  \(text)")
        self.showProgress()
        fflush(nil)
    }

    /// Empties the last line of a terminal, so that something else can stand there.
    func clear() {
        if self.isTerminal { print("\u{1B}[2K\r", terminator: "") }
    }

    /// On a terminal, how far the demonstration is, in the last line; nothing elsewhere.
    func showProgress() {
        guard self.isTerminal else { return }
        let elapsed = Int((ContinuousClock.now - self.started).components.seconds)
        let viewers = self.viewers.withLock { $0 }
        var line = "\(viewers) \(viewers == 1 ? "viewer" : "viewers")"
        if let length {
            let filled = min(elapsed * 30 / max(length, 1), 30)
            let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled)
            line = "\(bar) \(max(length - elapsed, 0)) s left, " + line
        }
        print("\u{1B}[2K\r\(line)", terminator: "")
        fflush(nil)
    }

    private static func words(_ event: Event) -> String? {
        switch event {
        case .channelAdded(let it): "channel \(it.channel) \(it.name) is there"
        case .ingestStarted(let it):
            "channel \(it.channel): source \(it.source) of \(it.supplier) delivers after \(it.after.rawValue) ms (\(it.tracks ?? "?"))"
        case .ingestBlip(let it):
            "channel \(it.channel): source \(it.source) of \(it.supplier) was away for \(it.gap.rawValue) ms (\(it.cause))"
        case .ingestDown(let it):
            "channel \(it.channel): source \(it.source) of \(it.supplier) is down (\(it.cause)); next try in \(it.retryIn.rawValue) ms"
        case .ingestRecovered(let it):
            "channel \(it.channel): source \(it.source) of \(it.supplier) is back after \(it.down.rawValue) ms"
        case .ingestStopped(let it): "channel \(it.channel): source \(it.source) let go (\(it.why))"
        case .failoverSwitch(let it): "channel \(it.channel): switched to source \(it.to) (\(it.why))"
        case .connectionOpened(let it):
            "\(it.customer) watches channel \(it.channel) as \(it.output.rawValue) (connection \(it.connection))"
        case .connectionClosed(let it):
            "connection \(it.connection) ended (\(it.reason)) after \(it.watched.rawValue / 1_000) s and \(it.bytes.rawValue / 1_024) KiB"
        case .connectionEvicted(let it): "connection \(it.connection) makes room (\(it.why))"
        case .limitRejected(let it):
            "\(it.customer) was refused channel \(it.channel): \(it.limit) at once allowed, held by connection \(it.holders.map(\.description).joined(separator: ", "))"
        default: nil
        }
    }
}
