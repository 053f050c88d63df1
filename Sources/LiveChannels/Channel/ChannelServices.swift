package import Continuity
package import Events
package import HLS
package import Model

/// What becomes of viewers of live MPEG-TS when a channel goes on in another video codec.
package enum CodecChange: String, CaseIterable, Hashable, Sendable {
    /// They are closed, so that their players begin anew: few follow a running stream.
    case close
    /// They go on, for players such as VLC that do.
    case keep
}

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
    /// When outputs are held, and for how long.
    package var continuity = ContinuityConfiguration()
    /// How long a picture is held before a slate is shown.
    package var holdMax: MediaTime {
        get { self.continuity.holdMax }
        set { self.continuity.holdMax = newValue }
    }
    /// What is shown when nothing is left, and when.
    package var slates = SlateShelf()
    package var slateConfiguration = SlateConfiguration()
    /// The language of slates that everybody sees.
    package var slateLanguage = SlateShelf.fallbackLanguage
    /// What becomes of viewers of live MPEG-TS when a channel goes on in another video codec.
    package var codecChange = CodecChange.close
    /// Where channels keep their stream for catch-up; `nil` where nothing is kept.
    package var archive: Archive?

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
