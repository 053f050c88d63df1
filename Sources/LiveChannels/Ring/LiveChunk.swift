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
    /// The channel was removed; nothing follows.
    func ended()
    /// The channel goes on, but not for this viewer, which has left it already.
    func dropped(_ why: LiveDrop)
}

extension LiveViewer {
    package func dropped(_ why: LiveDrop) { self.ended() }
}

/// Why a channel that goes on ends its viewers.
package enum LiveDrop: String, Hashable, Sendable {
    /// No source has had anything to show for too long.
    case noSource = "no-source"
    /// What follows is in another video codec, which players of a running stream don't follow: they have to begin anew.
    case codecChanged = "codec-changed"
}
