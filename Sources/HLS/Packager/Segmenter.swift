package import Model

/// Cuts the transport stream of one channel into segments.
///
/// Pure: it is told access units as they are muxed, and returns finished segments. The caller asks ``cutsBefore(dts:start:discontinuity:)``
/// first, and when the answer is yes writes PAT and PMT in front of the unit, so that each segment can be decoded alone.
///
/// ```text
/// 0 s              target − tolerance    target        limit      declared target duration
/// ├── wait ────────────────┼──── cut at a random access point ────┼─ cut at any unit ─┤
/// ```
///
/// A random access point before the first mark is taken too, when waiting for one more GOP would pass the limit.
/// Source: RFC 8216, 4.3.3.1 (no EXTINF, rounded, above the target duration) and 6.2.2.
package struct Segmenter: Sendable {
    /// The numbers that decide, constant for the channel's life.
    package struct Configuration: Hashable, Sendable {
        /// The segment length aimed at.
        package var target = MediaTime(seconds: 4)
        /// How much shorter a segment may be, so that GOPs of 1.92 s make segments of two GOPs and not three.
        package var tolerance = MediaTime(milliseconds: 500)
        /// The longest GOP that shall not be cut in two.
        package var gopMax = MediaTime(seconds: 5)
        /// Bytes at which a segment is cut at any unit: 5 s at 100 Mbit/s.
        package var sizeMax = 64 << 20

        package init() {}
    }

    package enum Action: Sendable, Equatable {
        case publish(Segment<[UInt8]>)
    }

    /// What a segment would begin with.
    package enum Start: Hashable, Sendable {
        /// What had better not begin one: sound beside pictures, a picture that fills a place.
        case other
        /// A picture that needs others; in a channel without pictures, sound.
        case picture
        /// A random access point of the source.
        case randomAccessPoint
        /// A picture that can be replaced by a random access point, but need not be.
        case insertable
    }

    /// The largest step between two units that counts as time passed; a larger one is a jump of the timeline.
    static let stepMax = MediaTime(seconds: 1)
    /// How far a unit may lie behind the latest one: sound that is muxed late lies up to seconds behind its pictures.
    static let backMax = MediaTime(seconds: 5)
    /// A step for a segment of a single unit: one picture at 25 Hz.
    static let stepDefault = MediaTime(milliseconds: 40)
    /// How much longer than ``limit`` a segment may be where it is not a picture that ends it: what sound lies from pictures.
    static let grace = MediaTime(milliseconds: 500)
    /// No segment is cut shorter than this for the sake of a whole GOP.
    static let lengthMin = MediaTime(seconds: 1)
    /// How far EXT-X-PROGRAM-DATE-TIME may be from the clock before it is set anew; below, segments follow each other exactly.
    static let programDateTimeDriftMax: Int64 = 1_000
    /// GOPs remembered to foresee the next one.
    static let gopCount = 8

    private struct Running {
        var bytes: [UInt8]
        var start: MediaTime
        /// The latest unit.
        var end: MediaTime
        var isDiscontinuity: Bool
        var programDateTime: WallTime
    }

    /// Whether segments are cut by duration alone, at the first unit that reaches the target: an audio-only channel.
    package var cutsAtAnyAccessUnit: Bool
    /// The number of the segment that is running, or of the first.
    package private(set) var mediaSequence: UInt64

    private let configuration: Configuration
    private var running: Running?
    private var step = Segmenter.stepDefault
    private var lastRandomAccessPoint: MediaTime?
    private var gops: [MediaTime] = []
    /// Where the program date time of the next segment is due, going by media time.
    private var expectedDateTime: WallTime?

    /// - Parameters:
    ///   - configuration: the numbers that decide.
    ///   - initialMediaSequence: larger than any number this channel ever gave; see ``MediaSequence/initial(at:)``.
    ///   - cutsAtAnyAccessUnit: whether the channel has no video.
    package init(
        configuration: Configuration = Configuration(),
        initialMediaSequence: UInt64,
        cutsAtAnyAccessUnit: Bool = false
    ) {
        self.configuration = configuration
        self.mediaSequence = initialMediaSequence
        self.cutsAtAnyAccessUnit = cutsAtAnyAccessUnit
    }

    /// EXT-X-TARGETDURATION for the channel's life: the larger of one and a half targets and the longest GOP plus half a second, rounded up.
    ///
    /// 4 s of target and GOPs of up to 5.5 s make 6; GOPs of up to 10 s make 11.
    package var targetDurationSeconds: Int {
        let target = self.configuration.target.ticks
        let half = MediaTime.ticksPerSecond / 2
        let longest = max(target + target / 2, self.configuration.gopMax.ticks + half, MediaTime.ticksPerSecond * 2)
        return Int((longest + MediaTime.ticksPerSecond - 1) / MediaTime.ticksPerSecond)
    }

    /// A segment this long is cut at any unit.
    ///
    /// The unit that finds it so is at most ``stepMax`` later, which rounds to the declared target duration and not above.
    package var limit: MediaTime {
        MediaTime(seconds: Int64(self.targetDurationSeconds)) - MediaTime(milliseconds: 500)
    }

    /// When the segment that is running must be over, so that the playlist does not stand for longer than its target
    /// duration; `nil` when none runs.
    package var due: MediaTime? {
        self.running.map { $0.start + MediaTime(seconds: Int64(self.targetDurationSeconds)) }
    }

    /// Whether this unit begins a new segment, so that tables must be written in front of it.
    ///
    /// Also yes for the first unit of all. Where the answer is yes for ``Start/insertable``, put the random access point
    /// in its place.
    ///
    /// - Parameters:
    ///   - dts: on the channel's output timeline.
    ///   - start: what the segment would begin with.
    ///   - discontinuity: whether the parameters or tracks change here.
    /// - Returns: whether it does.
    package func cutsBefore(dts: MediaTime, start: Start, discontinuity: Bool = false) -> Bool {
        guard let running = self.running, !discontinuity else { return true }
        if running.bytes.count >= self.configuration.sizeMax { return true }
        let length = dts - running.start
        // A timeline that goes back would otherwise be waited for, for as long as it went back.
        let limit = start == .other ? self.limit + Self.grace : self.limit
        if length >= limit || running.end - dts > Self.backMax { return true }
        if self.cutsAtAnyAccessUnit || start == .insertable { return length >= self.configuration.target }
        guard start == .randomAccessPoint else { return false }
        if length >= self.configuration.target - self.configuration.tolerance { return true }
        return length >= Self.lengthMin && length + self.foreseenGOP(dts) > self.limit
    }

    /// Takes the packets of one access unit, tables in front of it included.
    ///
    /// Must be told the same as ``cutsBefore(dts:start:discontinuity:)`` was.
    ///
    /// - Parameters:
    ///   - bytes: whole transport-stream packets.
    ///   - dts: on the channel's output timeline.
    ///   - start: what it is; a random access point is one of the video, where the channel has video.
    ///   - discontinuity: whether EXT-X-DISCONTINUITY must stand before this unit.
    ///   - wallTime: when this unit is sent out.
    /// - Returns: the segment that this unit ended, if it did.
    package mutating func append(
        _ bytes: UnsafeRawBufferPointer,
        at dts: MediaTime,
        start: Start,
        discontinuity: Bool = false,
        wallTime: WallTime
    ) -> [Action] {
        var actions: [Action] = []
        if self.cutsBefore(dts: dts, start: start, discontinuity: discontinuity) {
            actions = self.publish(endingAt: dts)
            self.begin(at: dts, discontinuity: discontinuity, wallTime: wallTime)
        }
        self.running?.bytes.append(contentsOf: bytes)
        if let end = self.running?.end, dts > end {
            if dts - end <= Self.stepMax { self.step = dts - end }
            self.running?.end = dts
        }
        if start == .randomAccessPoint { self.noteRandomAccessPoint(dts) }
        return actions
    }

    /// Takes the packets of one access unit; as the other, for bytes in an array.
    package mutating func append(
        _ bytes: [UInt8],
        at dts: MediaTime,
        start: Start,
        discontinuity: Bool = false,
        wallTime: WallTime
    ) -> [Action] {
        bytes.withUnsafeBytes { bytes in
            self.append(
                bytes,
                at: dts,
                start: start,
                discontinuity: discontinuity,
                wallTime: wallTime
            )
        }
    }

    /// Takes packets that belong to no access unit (repeated tables, PCR, null packets); dropped before the first unit.
    package mutating func appendPackets(_ bytes: UnsafeRawBufferPointer) {
        self.running?.bytes.append(contentsOf: bytes)
    }

    /// Ends the running segment, because the channel stops.
    package mutating func finish() -> [Action] {
        guard let end = self.running?.end else { return [] }
        let actions = self.publish(endingAt: end + self.step)
        self.running = nil
        return actions
    }

    private mutating func publish(endingAt dts: MediaTime) -> [Action] {
        guard let running = self.running else { return [] }
        // After a jump of the timeline the next unit does not tell where this segment ends.
        let isContinuous = dts > running.start && abs((dts - running.end).ticks) <= Self.stepMax.ticks
        let duration = isContinuous ? dts - running.start : running.end - running.start + self.step
        let segment = Segment(
            payload: running.bytes,
            sizeBytes: running.bytes.count,
            duration: duration,
            mediaSequence: self.mediaSequence,
            isDiscontinuity: running.isDiscontinuity,
            programDateTime: running.programDateTime
        )
        self.mediaSequence &+= 1
        self.expectedDateTime = running.programDateTime.advanced(by: duration)
        return [.publish(segment)]
    }

    private mutating func begin(at dts: MediaTime, discontinuity: Bool, wallTime: WallTime) {
        var bytes: [UInt8] = []
        // The last segment's size is the best guess at this one's.
        bytes.reserveCapacity(self.running?.bytes.count ?? 0)
        var dateTime = wallTime
        if !discontinuity, let expected = self.expectedDateTime,
            abs(expected.microseconds &- wallTime.microseconds) <= Self.programDateTimeDriftMax * 1_000
        {
            dateTime = expected
        }
        self.running = Running(
            bytes: bytes,
            start: dts,
            end: dts,
            isDiscontinuity: discontinuity,
            programDateTime: dateTime
        )
    }

    /// How far the next random access point is, going by the longest GOP seen lately; that of this unit included.
    private func foreseenGOP(_ dts: MediaTime) -> MediaTime {
        let current = self.lastRandomAccessPoint.map { dts - $0 } ?? .zero
        return max(self.gops.max() ?? .zero, current)
    }

    private mutating func noteRandomAccessPoint(_ dts: MediaTime) {
        if let last = self.lastRandomAccessPoint, dts > last, dts - last <= self.limit {
            self.gops.append(dts - last)
            if self.gops.count > Self.gopCount { self.gops.removeFirst() }
        }
        self.lastRandomAccessPoint = dts
    }
}

extension WallTime {
    /// Moved by a length of media, to the microsecond below.
    fileprivate func advanced(by time: MediaTime) -> WallTime {
        WallTime(microseconds: self.microseconds &+ time.ticks &* 100 / 9)
    }
}
