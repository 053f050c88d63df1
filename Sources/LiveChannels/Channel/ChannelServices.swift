package import Events
package import HLS
package import Model

/// What a channel needs of the world.
package struct ChannelServices: Sendable {
    package var sources: SourceOpener
    /// Takes what happened; called on the channels' event loops, must not block.
    package var record: @Sendable (Event) -> Void
    /// The calendar, for `EXT-X-PROGRAM-DATE-TIME` and the first media sequence number.
    package var wallTime: @Sendable () -> WallTime
    /// How long the segments of every channel are.
    package var segments: Segmenter.Configuration

    package init(
        sources: SourceOpener,
        record: @escaping @Sendable (Event) -> Void,
        wallTime: @escaping @Sendable () -> WallTime,
        segments: Segmenter.Configuration = Segmenter.Configuration()
    ) {
        self.sources = sources
        self.record = record
        self.wallTime = wallTime
        self.segments = segments
    }
}
