package import MPEGTS
import Model

/// The end of what is on its way out, one lane per track, and how to go on there without a source.
struct OutputTail: Sendable {
    /// A unit to send, and whether it came from a source.
    struct Piece: Sendable {
        var unit: AccessUnit
        var track: Track
        var isHeld: Bool
        /// Where all of it is over, in ticks.
        var end: Int64
        /// How a picture came about; `nil` for all else.
        var step: PictureStep?
    }

    /// What was made in place of pictures or sound since the source's last.
    struct Hold: Hashable, Sendable {
        var method: String
        /// Since when, on the monotonic clock.
        var since: Int64
        /// Media made, in ticks.
        var length: Int64 = 0
        var bytes: Int64 = 0
        /// The length at which parameter sets were sent last.
        var parameterSetsAt: Int64?
    }

    /// Pictures made in one go at most: half a minute at 60 a second.
    static let atOnceMax = 1_800

    private let holders: Holders
    private let configuration: ContinuityConfiguration
    private var video: Track?
    private var pictures: (any PictureHolder)?
    private var sounds: [UInt16: SoundHolder] = [:]
    private var soundTracks: [Track] = []
    /// The last picture's decoding time.
    private(set) var lastDecoding: Int64?
    /// The decoding time of the last random access point, of the source or made.
    private var lastPoint: Int64?
    /// Whether the next picture doesn't continue the last one.
    private var owesJoint = false
    /// Whether the places in front of the latest picture were filled since it was sent.
    private var isFilled = false
    /// What is being held; `nil` while the source's own media go out.
    private(set) var hold: Hold?

    init(holders: Holders, configuration: ContinuityConfiguration) {
        self.holders = holders
        self.configuration = configuration
    }

    /// Whether there is a picture to hold.
    var hasVideo: Bool { self.video != nil }
    /// How long a picture lasts, in ticks.
    var pictureTicks: Int64 { self.pictures?.pictureTicks ?? OutputTimeline.pictureTicks }
    /// Where the next picture would be shown.
    var nextPresentation: Int64? { self.pictures?.nextPresentation?.ticks }
    /// Where the next picture would be decoded.
    var nextDecoding: Int64? { self.lastDecoding.map { $0 + self.pictureTicks } }

    /// The tracks of the output; lanes of those that are gone end.
    mutating func found(_ tracks: [Track]) {
        let video = tracks.first { $0.codec.isVideo }
        if video != self.video {
            self.video = video
            self.pictures = video.flatMap(self.holders.pictures)
        }
        self.sounds = self.sounds.filter { pid, _ in tracks.contains { $0.pid == pid } }
        self.soundTracks = tracks.filter(\.codec.isAudio)
        for track in self.soundTracks where self.sounds[track.pid] == nil {
            self.sounds[track.pid] = SoundHolder(track: track)
        }
    }

    /// The next picture comes from somewhere else.
    mutating func owe() { self.owesJoint = true }

    /// The next picture continues the last one after all.
    mutating func settle() { self.owesJoint = false }

    /// The hold is over; answers what it was.
    mutating func endHold() -> Hold? {
        defer { self.hold = nil }
        return self.hold
    }

    // MARK: The source's own

    /// Takes a unit of the source; answers it with what had to be put in front of it.
    ///
    /// `shown` is when the first picture from here on is shown, where others precede this one in time.
    mutating func passed(_ unit: AccessUnit, track: Track, shown: Int64? = nil, now: Int64) -> [Piece] {
        if track == self.video { return self.passed(picture: unit, track: track, shown: shown, now: now) }
        guard track.codec.isAudio, let start = unit.pts?.ticks else {
            return [Piece(unit: unit, track: track, isHeld: false, end: unit.dts?.ticks ?? 0)]
        }
        var pieces: [Piece] = []
        if let end = self.sounds[track.pid]?.end?.ticks, start > end,
            start - end <= self.configuration.aheadMax.ticks
        {
            pieces = self.silence(track, until: start)
        }
        self.sounds[track.pid]?.passed(unit)
        let end = self.sounds[track.pid]?.end?.ticks ?? start
        return pieces + [Piece(unit: unit, track: track, isHeld: false, end: end)]
    }

    private mutating func passed(picture: AccessUnit, track: Track, shown: Int64?, now: Int64) -> [Piece] {
        var pieces: [Piece] = []
        if self.owesJoint, self.lastDecoding != nil {
            if let shown = shown ?? picture.pts?.ticks {
                pieces = self.bridge(to: shown, decodedBefore: picture.dts?.ticks ?? shown, track: track, now: now)
            }
            self.pictures?.resume()
        }
        let step = PictureStep.passed(picture, resumes: self.owesJoint && self.lastDecoding != nil)
        self.owesJoint = false
        self.isFilled = false
        let sent = self.pictures?.passed(picture) ?? picture
        self.noteDecoding(of: sent)
        let end = (sent.pts?.ticks ?? 0) + self.pictureTicks
        return pieces + [Piece(unit: sent, track: track, isHeld: false, end: end, step: step)]
    }

    /// Pictures up to one that is shown at `time`, as far as they can be decoded before `limit`.
    ///
    /// Where a stream whose pictures are shown when they are decoded is followed by one that reorders them, there are
    /// places to show some in and none to decode them in: those stay empty, or the one that follows would come too late.
    private mutating func bridge(to time: Int64, decodedBefore limit: Int64, track: Track, now: Int64) -> [Piece] {
        guard let next = self.nextPresentation, time - next <= self.configuration.aheadMax.ticks else { return [] }
        return self.makePictures(track: track, now: now) { tail in
            guard let next = tail.nextPresentation, let decoding = tail.nextDecoding else { return false }
            return next + tail.pictureTicks / 2 <= time && decoding < limit
        }
    }

    // MARK: Without a source

    /// Holds the picture until one is decoded at `time` or after.
    mutating func holdPicture(until time: Int64, now: Int64) -> [Piece] {
        guard let video = self.video, let next = self.nextDecoding, next <= time else { return [] }
        return self.makePictures(track: video, now: now) { tail in
            guard let next = tail.nextDecoding else { return false }
            return next <= time
        }
    }

    /// Silence on every lane of sound that ends before `time`.
    mutating func holdSound(until time: Int64, onlyBefore limit: Int64, now: Int64) -> [Piece] {
        var pieces: [Piece] = []
        for track in self.soundTracks {
            guard let end = self.sounds[track.pid]?.end?.ticks, end <= limit else { continue }
            let silence = self.silence(track, until: time)
            // Without pictures the silence is the hold.
            if self.video == nil, track == self.soundTracks.first, let last = silence.last {
                var hold = self.hold ?? Hold(method: "silence", since: now)
                hold.length += last.end - end
                hold.bytes += silence.reduce(0) { $0 + Int64($1.unit.data.count) }
                self.hold = hold
            }
            pieces += silence
        }
        return pieces
    }

    private mutating func silence(_ track: Track, until time: Int64) -> [Piece] {
        guard var sound = self.sounds[track.pid] else { return [] }
        let units = sound.silence(until: MediaTime(ticks: time))
        self.sounds[track.pid] = sound
        return units.enumerated().map { index, unit in
            let next = index + 1 < units.count ? units[index + 1].pts : sound.end
            return Piece(unit: unit, track: track, isHeld: true, end: next?.ticks ?? time)
        }
    }

    private mutating func makePictures(
        track: Track,
        now: Int64,
        while wanted: (OutputTail) -> Bool
    ) -> [Piece] {
        guard self.pictures?.obstacle == nil else { return [] }
        var pieces: [Piece] = []
        if !self.isFilled {
            self.isFilled = true
            for (index, unit) in (self.pictures?.fill() ?? []).enumerated() {
                pieces.append(self.made(unit, .filled(isFirst: index == 0), track: track, now: now))
            }
        }
        while pieces.count < Self.atOnceMax, wanted(self), let (unit, step) = self.nextHeld() {
            pieces.append(self.made(unit, step, track: track, now: now))
        }
        return pieces
    }

    private mutating func nextHeld() -> (AccessUnit, PictureStep)? {
        guard let before = self.pictures else { return nil }
        let length = self.hold?.length ?? 0
        // Counted from the last one sent, so that a viewer who comes finds one among what is kept for it.
        if let next = self.nextDecoding, let point = self.lastPoint,
            next - point >= self.configuration.restartEvery.ticks, let unit = self.pictures?.restart()
        {
            self.hold?.parameterSetsAt = length
            return (unit, .held(by: before, parameterSets: true))
        }
        let last = self.hold?.parameterSetsAt
        let isDue = last.map { length - $0 >= self.configuration.parameterSetsEvery.ticks } ?? true
        guard let unit = self.pictures?.held(parameterSets: isDue) else { return nil }
        if isDue { self.hold?.parameterSetsAt = length }
        return (unit, .held(by: before, parameterSets: isDue))
    }

    private mutating func made(_ unit: AccessUnit, _ step: PictureStep, track: Track, now: Int64) -> Piece {
        var hold = self.hold ?? Hold(method: self.pictures?.methodName ?? "none", since: now)
        hold.length += self.pictureTicks
        hold.bytes += Int64(unit.data.count)
        self.hold = hold
        self.noteDecoding(of: unit)
        let end = (unit.pts?.ticks ?? 0) + self.pictureTicks
        return Piece(unit: unit, track: track, isHeld: true, end: end, step: step)
    }

    private mutating func noteDecoding(of picture: AccessUnit) {
        guard let time = picture.dts?.ticks else { return }
        self.lastDecoding = time
        if picture.isRandomAccessPoint { self.lastPoint = time }
    }
}

/// Who makes pictures for a track; tests put in their own.
package struct Holders: Sendable {
    /// A holder of pictures for a video track; `nil` when there is none for its codec.
    package var pictures: @Sendable (Track) -> (any PictureHolder)?

    package init(pictures: @escaping @Sendable (Track) -> (any PictureHolder)?) {
        self.pictures = pictures
    }
}

extension Holders {
    /// What the product uses: skipped pictures in the stream's own codec.
    package static let standard = Holders { track in PictureHold(codec: track.codec) }
}
