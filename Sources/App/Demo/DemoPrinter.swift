import Accounts
import EventLog
import Events
import Glibc
import Foundation
import Ledger
import Model
import Projections
import Synchronization

/// Says what happens as it happens, a line an event.
final class DemoPrinter: Sendable {
    private let isTerminal = isatty(STDOUT_FILENO) == 1
    private let started = ContinuousClock.now
    /// Seconds the demonstration lasts; `nil` until it is interrupted.
    private let length: Int?
    /// What stands in the last line of a terminal.
    private let viewers = Mutex(0)
    private let telling = Mutex(Telling())

    /// What has happened to each channel and is not told yet, since more may belong to it.
    fileprivate struct Telling {
        var stories: [ChannelID: IncidentStory] = [:]
        var names: [ChannelID: String] = [:]
        var suppliers: [SourceID: SupplierID] = [:]
    }

    init(length: Int?) {
        self.length = length
    }

    /// On the ledger's thread.
    func show(_ envelopes: [Envelope]) {
        for envelope in envelopes {
            switch envelope.event {
            case .connectionOpened: self.viewers.withLock { $0 += 1 }
            case .connectionClosed: self.viewers.withLock { $0 -= 1 }
            case .channelAdded(let it): self.telling.withLock { $0.names[it.channel] = it.name }
            case .sourceAttached(let it): self.telling.withLock { $0.suppliers[it.source] = it.supplier }
            default: break
            }
            if let row = IncidentRow(envelope) { self.add(row) }
            if let text = Self.words(envelope.event) { self.tell(text) }
        }
    }

    private func add(_ row: IncidentRow) {
        let ended = self.telling.withLock { telling -> [String] in
            guard telling.stories[row.channel]?.takes(row) == true else {
                let ended = telling.stories.removeValue(forKey: row.channel).map { telling.line($0) }
                telling.stories[row.channel] = IncidentStory(row)
                return ended.map { [$0] } ?? []
            }
            telling.stories[row.channel]?.add(row)
            return []
        }
        for line in ended { self.tell(line) }
    }

    /// Tells the stories that nothing more can belong to.
    func tellEnded(now: WallTime) {
        let deadline = now.advanced(milliseconds: -IncidentStory.togetherMs)
        self.tellStories { $0.end < deadline }
    }

    /// Tells what is left.
    func tellAll() { self.tellStories { _ in true } }

    private func tellStories(where isOver: (IncidentStory) -> Bool) {
        let lines = self.telling.withLock { telling -> [String] in
            let ended = telling.stories.values.filter(isOver).sorted { $0.begin < $1.begin }
            for story in ended { telling.stories[story.rows[0].channel] = nil }
            return ended.map { telling.line($0) }
        }
        for line in lines { self.tell(line) }
    }

    func tell(_ text: String) {
        let time = ZoneClock(.current).timeOfDay(Clocks.system.wall())
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
        case .connectionOpened(let it):
            "\(it.customer) watches channel \(it.channel) as \(it.output.rawValue) (connection \(it.connection))"
        case .connectionClosed(let it):
            "connection \(it.connection) ended (\(it.reason)) after \(it.watched.rawValue / 1_000) s and \(it.bytes.rawValue / 1_024) KiB"
        case .connectionEvicted(let it): "connection \(it.connection) was ended. \(SlotWords.sentence(it))"
        case .limitRejected(let it):
            "\(it.customer) was refused channel \(it.channel). \(SlotWords.sentence(it))"
        default: nil
        }
    }
}

extension DemoPrinter.Telling {
    /// A story as a line of the demonstration.
    func line(_ story: IncidentStory) -> String {
        let rows = story.rows
        let name = rows.first.flatMap { self.names[$0.channel] } ?? "a channel"
        let wasSeen = rows.contains { $0.visible == true }
        let wasBroken = rows.contains {
            $0.kind == "freeze.patch" || $0.kind == "ingest.blip" || $0.kind == "failover.switch"
        }
        return "\(name): \(story.words(self.suppliers))" + (wasBroken && !wasSeen ? "; nobody noticed" : "")
    }
}
