import Model

/// The segments of a live channel: those its playlist lists, and those that left it but may still be asked for.
///
/// ```text
///  dropped │ expired, still served │ listed                    │ running
/// ─────────┼───────────────────────┼───────────────────────────┼────────►
///          │                       │ ≥ 6 and ≥ 3 target durations
/// ```
///
/// A value: a lock or an event loop around it is the owner's. Time passes with the media appended, so a channel that
/// stands still loses nothing.
/// Source: RFC 8216, 6.2.2.
package struct SegmentWindow<Payload: Sendable>: Sendable {
    /// The numbers that decide.
    package struct Configuration: Hashable, Sendable {
        /// Segments listed at least, once there are so many.
        package var listedMin = 6
        /// Bytes of all segments held; the oldest go first, listed ones too, and only the newest always stays.
        package var sizeMax = 256 << 20

        package init() {}
    }

    /// Target durations a playlist must be long, before a segment may leave it.
    package static var playlistTargetsMin: Int64 { 3 }

    private struct Entry {
        var segment: Segment<Payload>
        /// How much media had been appended when it left the playlist.
        var unlistedAt: MediaTime?
    }

    /// EXT-X-TARGETDURATION, constant for the channel's life.
    package let targetDurationSeconds: Int
    /// Discontinuities that left the playlist.
    package private(set) var discontinuitySequence: UInt64
    /// Bytes of all segments held.
    package private(set) var sizeBytes = 0

    private let configuration: Configuration
    /// The oldest first; ``listedFrom`` divides the expired from the listed.
    private var entries: [Entry] = []
    private var listedFrom = 0
    private var listedDuration: MediaTime = .zero
    private var longestPlaylist: MediaTime = .zero
    private var appended: MediaTime = .zero

    /// - Parameters:
    ///   - targetDurationSeconds: ``Segmenter/targetDurationSeconds``.
    ///   - configuration: the numbers that decide.
    ///   - discontinuitySequence: not below what this channel ever listed; see ``MediaSequence/initial(at:)``.
    package init(
        targetDurationSeconds: Int,
        configuration: Configuration = Configuration(),
        discontinuitySequence: UInt64 = 0
    ) {
        self.targetDurationSeconds = targetDurationSeconds
        self.configuration = configuration
        self.discontinuitySequence = discontinuitySequence
    }

    /// The listed segments, the oldest first.
    package var listed: some Collection<Segment<Payload>> { self.entries[self.listedFrom...].lazy.map(\.segment) }

    /// The segment of this number, listed or expired; `nil` when it was dropped or is not there yet.
    package func segment(_ mediaSequence: UInt64) -> Segment<Payload>? {
        guard let first = self.entries.first?.segment.mediaSequence, mediaSequence >= first,
            mediaSequence - first < UInt64(self.entries.count)
        else { return nil }
        return self.entries[Int(mediaSequence - first)].segment
    }

    /// Lists a new segment, whose number follows the last one's; older ones may leave the playlist, and expired ones memory.
    package mutating func append(_ segment: Segment<Payload>) {
        if let last = self.entries.last?.segment.mediaSequence {
            precondition(segment.mediaSequence == last &+ 1, "media sequence numbers grow by one")
        }
        self.entries.append(Entry(segment: segment))
        self.sizeBytes += segment.sizeBytes
        self.appended += segment.duration
        self.listedDuration += segment.duration
        self.unlist()
        self.longestPlaylist = max(self.longestPlaylist, self.listedDuration)
        self.drop()
    }

    /// The file name of a segment, as the playlist has it.
    package static func uri(of mediaSequence: UInt64) -> String { "\(mediaSequence).ts" }

    /// The playlist as it is now.
    package var mediaPlaylist: MediaPlaylist {
        MediaPlaylist(
            targetDurationSeconds: self.targetDurationSeconds,
            mediaSequence: self.listed.first?.mediaSequence ?? 0,
            discontinuitySequence: self.discontinuitySequence,
            segments: self.listed.map { segment in
                MediaPlaylist.Segment(
                    uri: Self.uri(of: segment.mediaSequence),
                    duration: segment.duration,
                    isDiscontinuity: segment.isDiscontinuity,
                    programDateTime: segment.programDateTime.roundedToMilliseconds
                )
            }
        )
    }

    /// The playlist's text; O(listed segments), so it is made once per segment and kept.
    package var playlistText: [UInt8] { self.mediaPlaylist.written().bytes }

    /// The peak bit rate of the listed segments, for BANDWIDTH; `nil` while there are none.
    ///
    /// Source: RFC 8216, 4.3.4.2: the largest bit rate of any run of segments of 0.5 to 1.5 target durations; a single segment is one.
    package var bandwidth: Int? {
        self.listed.filter { $0.duration > .zero }.map { segment in
            Int((Double(segment.sizeBytes) * 8 / segment.duration.seconds).rounded(.up))
        }.max()
    }

    private mutating func unlist() {
        let durationMin = MediaTime(seconds: Int64(self.targetDurationSeconds) * Self.playlistTargetsMin)
        while self.entries.count - self.listedFrom > max(self.configuration.listedMin, 1) {
            let oldest = self.entries[self.listedFrom].segment.duration
            guard self.listedDuration - oldest >= durationMin else { return }
            self.unlistOldest()
        }
    }

    private mutating func unlistOldest() {
        let segment = self.entries[self.listedFrom].segment
        self.entries[self.listedFrom].unlistedAt = self.appended
        self.listedFrom += 1
        self.listedDuration = self.listedDuration - segment.duration
        if segment.isDiscontinuity { self.discontinuitySequence &+= 1 }
    }

    private mutating func drop() {
        while self.entries.count > 1, let oldest = self.entries.first {
            if self.sizeBytes > self.configuration.sizeMax {
                if self.listedFrom == 0 { self.unlistOldest() }
            } else {
                // A player may hold the longest playlist that listed it, and then take as long as the segment lasts.
                guard let unlistedAt = oldest.unlistedAt,
                    self.appended - unlistedAt >= oldest.segment.duration + self.longestPlaylist
                else { return }
            }
            self.entries.removeFirst()
            self.listedFrom -= 1
            self.sizeBytes -= oldest.segment.sizeBytes
        }
    }
}

extension WallTime {
    /// What the playlist writes with three digits.
    fileprivate var roundedToMilliseconds: WallTime {
        WallTime(microseconds: self.microseconds - ((self.microseconds % 1_000) + 1_000) % 1_000)
    }
}
