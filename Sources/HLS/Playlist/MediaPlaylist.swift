package import Model

/// The segments of one stream that can be fetched now.
///
/// EXT-X-MAP has no place in it: the parser refuses fragmented MP4.
/// Source: RFC 8216, 4.3.2 and 4.3.3.
package struct MediaPlaylist: Hashable, Sendable {
    /// Seconds of the longest segment or target duration: an hour is beyond any live source, and keeps sums small.
    package static let durationSecondsMax: UInt64 = 3_600
    /// The largest number a segment may have, so that counting on from it never overflows.
    package static let sequenceMax = UInt64(Int64.max)

    /// One segment, with the tags that apply to it.
    package struct Segment: Hashable, Sendable {
        /// Relative to the playlist.
        package var uri: String
        package var duration: MediaTime
        /// What stands after the comma of EXTINF.
        package var title: String
        /// The part of the resource; an offset that the playlist left out is filled in.
        package var byteRange: ByteRange?
        /// `nil` when the segment is clear.
        package var key: SegmentKey?
        /// Whether EXT-X-DISCONTINUITY stands before it.
        package var isDiscontinuity: Bool
        /// When its first picture was taken, as the source says.
        package var programDateTime: WallTime?

        package init(
            uri: String,
            duration: MediaTime,
            title: String = "",
            byteRange: ByteRange? = nil,
            key: SegmentKey? = nil,
            isDiscontinuity: Bool = false,
            programDateTime: WallTime? = nil
        ) {
            self.uri = uri
            self.duration = duration
            self.title = title
            self.byteRange = byteRange
            self.key = key
            self.isDiscontinuity = isDiscontinuity
            self.programDateTime = programDateTime
        }
    }

    /// EXT-X-VERSION; 1 when the playlist has none.
    package var version: Int
    /// EXT-X-TARGETDURATION.
    package var targetDurationSeconds: Int
    /// The number of the first segment.
    package var mediaSequence: UInt64
    /// How many discontinuities left the playlist before its first segment.
    package var discontinuitySequence: UInt64
    /// Whether no segment will be added (EXT-X-ENDLIST).
    package var endList: Bool
    package var segments: [Segment]

    package init(
        version: Int = 3,
        targetDurationSeconds: Int,
        mediaSequence: UInt64 = 0,
        discontinuitySequence: UInt64 = 0,
        endList: Bool = false,
        segments: [Segment] = []
    ) {
        self.version = version
        self.targetDurationSeconds = targetDurationSeconds
        self.mediaSequence = mediaSequence
        self.discontinuitySequence = discontinuitySequence
        self.endList = endList
        self.segments = segments
    }

    /// The number the next segment will have.
    package var endSequence: UInt64 { self.mediaSequence &+ UInt64(self.segments.count) }

    /// The segment of this number, if it is listed.
    package func segment(_ mediaSequence: UInt64) -> Segment? {
        guard mediaSequence >= self.mediaSequence, mediaSequence < self.endSequence else { return nil }
        return self.segments[Int(mediaSequence - self.mediaSequence)]
    }
}
