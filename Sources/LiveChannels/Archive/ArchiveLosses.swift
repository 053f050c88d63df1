import Events
import Model

/// Segments that could not be written, told of at most once a minute each.
///
/// Pure.
struct ArchiveLosses: Sendable {
    /// Seconds between two events about one channel and one reason.
    static let tellEvery: Int64 = 60

    private struct Key: Hashable {
        var channel: ChannelID
        var why: String
    }

    private var waiting: [Key: ArchiveDropped] = [:]
    private var toldAt: [Key: Int64] = [:]

    /// One more was lost; the event to record, if one is due.
    mutating func lost(_ loss: ArchiveDropped, now: WallTime) -> Event? {
        let key = Key(channel: loss.channel, why: loss.why)
        var sum = self.waiting[key] ?? loss
        if self.waiting[key] != nil {
            sum.to = max(sum.to, loss.to)
            sum.bytes = ByteCount(sum.bytes.rawValue &+ loss.bytes.rawValue)
        }
        self.waiting[key] = sum
        if let told = self.toldAt[key], (0..<Self.tellEvery).contains(now.seconds - told) { return nil }
        self.toldAt[key] = now.seconds
        self.waiting[key] = nil
        return .archiveDropped(sum)
    }

    /// What was not told yet.
    mutating func flush() -> [Event] {
        defer { self.waiting = [:] }
        return self.waiting.values.map { .archiveDropped($0) }
    }
}
