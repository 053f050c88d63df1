package import Model
package import NIOCore

/// The newest chunks of a channel, from a random access point on: what a new viewer starts with.
///
/// It starts at the newest random access point that is at least ``cushion`` old, so that a viewer has something to
/// play while the next chunk is on its way, and at the oldest kept one when none is that old. Chunks are kept by reference.
package struct GOPCache: Sendable {
    /// Media a new viewer should get at once; a player without a burst rebuffers at the first blip of 0.6 s.
    package static let cushion = MediaTime(seconds: 2)
    /// Media kept at most: more than the 250 pictures that encoders take as their longest GOP by default.
    package static let spanMax = MediaTime(seconds: 12)
    /// Bytes kept at most: 12 s at 20 Mbit/s.
    package static let sizeBytesMax = 32 << 20

    private struct Entry {
        var chunk: LiveChunk
        var time: MediaTime
    }

    private var entries: [Entry] = []
    private var sizeBytes = 0
    /// The chunks in one buffer, made for the first joiner after a chunk and shared by the ones that follow.
    private var joined: ByteBuffer?

    package init() {}

    package var isEmpty: Bool { self.entries.isEmpty }

    /// Takes the next chunk; `time` is the decoding time it begins at.
    package mutating func append(_ chunk: LiveChunk, at time: MediaTime) {
        guard !self.entries.isEmpty || chunk.startsAtRandomAccessPoint else { return }
        self.entries.append(Entry(chunk: chunk, time: time))
        self.sizeBytes += chunk.bytes.readableBytes
        self.joined = nil
        if chunk.startsAtRandomAccessPoint { self.forget(olderThan: time - Self.cushion) }
        while self.isOverfull { self.forgetFirstGOP() }
    }

    /// Forgets everything; the next start is the next random access point.
    package mutating func removeAll() {
        self = GOPCache()
    }

    /// All chunks in one buffer; `nil` when there is no random access point.
    ///
    /// O(bytes) once per chunk, else O(1).
    package mutating func start() -> ByteBuffer? {
        guard let first = self.entries.first else { return nil }
        if let joined = self.joined { return joined }
        guard self.entries.count > 1 else { return first.chunk.bytes }
        var buffer = ByteBufferAllocator().buffer(capacity: self.sizeBytes)
        for entry in self.entries { buffer.writeImmutableBuffer(entry.chunk.bytes) }
        self.joined = buffer
        return buffer
    }

    private var isOverfull: Bool {
        guard let first = self.entries.first, let last = self.entries.last else { return false }
        return self.sizeBytes > Self.sizeBytesMax || last.time - first.time > Self.spanMax
    }

    /// Drops what stands before the newest random access point that is not younger than `time`.
    private mutating func forget(olderThan time: MediaTime) {
        let start = self.entries.lastIndex { $0.chunk.startsAtRandomAccessPoint && $0.time <= time }
        guard let start, start > 0 else { return }
        self.removeFirst(start)
    }

    private mutating func forgetFirstGOP() {
        let next = self.entries.dropFirst().firstIndex { $0.chunk.startsAtRandomAccessPoint }
        self.removeFirst(next ?? self.entries.count)
    }

    private mutating func removeFirst(_ count: Int) {
        for entry in self.entries.prefix(count) { self.sizeBytes -= entry.chunk.bytes.readableBytes }
        self.entries.removeFirst(count)
        self.joined = nil
    }
}
