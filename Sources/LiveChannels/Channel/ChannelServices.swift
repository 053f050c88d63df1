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
    /// Segments that a playlist lists at least, once there are so many.
    package var listedSegmentsMin = 6
    /// When channels go over to other sources and back.
    package var failover = FailoverConfiguration()

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

    /// The same with segments fitted to an `EXT-X-TARGETDURATION` of so many seconds, 2 at least: segments of two thirds
    /// of it, and whole GOPs of up to half a second less than it.
    package init(
        sources: SourceOpener,
        record: @escaping @Sendable (Event) -> Void,
        wallTime: @escaping @Sendable () -> WallTime,
        targetDurationSeconds: Int
    ) {
        let seconds = Int64(min(max(targetDurationSeconds, 2), Self.targetDurationSecondsMax))
        var segments = Segmenter.Configuration()
        segments.target = MediaTime(milliseconds: seconds * 2_000 / 3)
        segments.gopMax = MediaTime(milliseconds: seconds * 1_000 - 500)
        self.init(sources: sources, record: record, wallTime: wallTime, segments: segments)
    }

    /// The longest target duration that makes sense for live channels, in seconds; players wait for three of them.
    package static let targetDurationSecondsMax = 30
}
