import Model
import NIOCore
import PlayerAPI
import Synchronization

/// Guides as they were last written: one for all credentials that may watch the same channels.
///
/// A guide of thousands of channels takes seconds and apps ask for it at every start, so it is written when something in
/// it has changed and not for each of them. Two who ask for the same one at once wait for one writing.
final class GuideCache: Sendable {
    struct Key: Hashable, Sendable {
        var programmes: Int64
        var catalogue: Int64
        var name: String
        var site: Site
        var language: String
        var channels: Int

        /// A number for a list of channels; only of use in this process.
        static func digest(_ channels: [ChannelID]) -> Int {
            var hasher = Hasher()
            hasher.combine(channels)
            return hasher.finalize()
        }
    }

    /// Days of programmes in a guide, back and ahead: catch-up looks back, viewers plan a week.
    static let daysBack: Int64 = 3
    static let daysAhead: Int64 = 7
    /// Bytes after which a guide takes no further channel's programmes.
    static let documentSizeMax = 256 << 20
    /// Bytes of all guides that are kept; the one used longest ago goes first.
    private static let keptBytesMax = 256 << 20
    /// Seconds after which a guide is written anew though nothing changed: its days move on.
    private static let ageMax: Int64 = 6 * 3_600

    private struct Entry {
        var plain: ByteBuffer
        var compressed: ByteBuffer?
        var writtenAt: WallTime
        var usedAt: WallTime

        var size: Int { self.plain.readableBytes + (self.compressed?.readableBytes ?? 0) }
    }

    private let entries = Mutex<[Key: Entry]>([:])
    /// Held while a guide is written.
    private let writing = Mutex<Void>(())

    /// How many were written; for tests.
    private let written = Atomic<Int>(0)
    var writtenCount: Int { self.written.load(ordering: .relaxed) }

    /// The guide of `key`, written by `write` unless it is kept.
    func document(
        _ key: Key,
        isCompressed: Bool,
        at now: WallTime,
        _ write: () throws -> [UInt8]
    ) throws -> ByteBuffer {
        if let known = self.kept(key, isCompressed: isCompressed, at: now) { return known }
        return try self.writing.withLock { _ in
            // Who waited for the lock may find what it waited for.
            if let known = self.kept(key, isCompressed: isCompressed, at: now) { return known }
            let plain = try self.kept(key, isCompressed: false, at: now) ?? ByteBuffer(bytes: self.counted(write))
            let compressed = isCompressed ? try ByteBuffer(bytes: Gzip.compress(plain.readableBytesUInt8Span)) : nil
            self.keep(key, Entry(plain: plain, compressed: compressed, writtenAt: now, usedAt: now))
            return compressed ?? plain
        }
    }

    private func counted(_ write: () throws -> [UInt8]) rethrows -> [UInt8] {
        self.written.add(1, ordering: .relaxed)
        return try write()
    }

    private func kept(_ key: Key, isCompressed: Bool, at now: WallTime) -> ByteBuffer? {
        self.entries.withLock { entries in
            guard let entry = entries[key], now.seconds - entry.writtenAt.seconds < Self.ageMax else { return nil }
            entries[key]?.usedAt = now
            return isCompressed ? entry.compressed : entry.plain
        }
    }

    private func keep(_ key: Key, _ entry: Entry) {
        self.entries.withLock { entries in
            // What changed since is never asked for again.
            entries = entries.filter { $0.key.programmes == key.programmes && $0.key.catalogue == key.catalogue }
            entries[key] = entry
            while entries.values.reduce(0, { $0 + $1.size }) > Self.keptBytesMax,
                let oldest = entries.min(by: { $0.value.usedAt < $1.value.usedAt })
            {
                entries[oldest.key] = nil
            }
        }
    }
}
