package import NIOCore

/// About 100 ms of a channel's transport stream, shared by all who watch it.
package struct LiveChunk: Sendable {
    /// Whole packets.
    package var bytes: ByteBuffer
    /// Whether the chunk begins (PAT, PMT, then the access unit) at a random access point: where a skipping viewer may re-enter.
    package var startsAtRandomAccessPoint: Bool

    package init(bytes: ByteBuffer, startsAtRandomAccessPoint: Bool) {
        self.bytes = bytes
        self.startsAtRandomAccessPoint = startsAtRandomAccessPoint
    }
}

/// One taker of a channel's transport stream; only touched on the event loop it joined on.
package protocol LiveViewer: AnyObject {
    /// The stream from a random access point up to now: PAT, PMT, access units. Called once, before any chunk.
    func begin(_ start: ByteBuffer)
    /// What came next.
    func chunk(_ chunk: LiveChunk)
    /// The channel was removed or gave up; nothing follows.
    func ended()
}
