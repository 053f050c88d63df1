package import MPEGTS
package import Model

/// Plays a slate over and over, as a source would send it: a second ahead of the clock, time stamps going on.
///
/// Pictures repeat each ``Slate/length``. Sound stands on one grid of frames from the first loop to the last; each loop
/// begins with the first frame, on the place of the grid that is nearest to its first picture.
package struct SlateFeed: Sendable {
    /// How far ahead units are given out.
    ///
    /// Less than the channel's cushion of 1.5 s: what a source sends when it is back lies that far ahead, and would
    /// come too late for an output that is.
    package static let lead = MediaTime(seconds: 1)
    /// Media given out in one go at most; after a longer pause of the process the clip starts over from now.
    static let atOnceMax = MediaTime(seconds: 5)
    /// Where its clock starts, in ticks; anything but 0 does.
    static let start = MediaTime.ticksPerSecond

    private let slate: Slate
    private let startedAt: MediaTime
    /// Time that was passed over, in ticks.
    private var skipped: Int64 = 0
    private var loop: Int64 = 0
    private var picture = 0
    private var frame = 0
    private var soundLoop: Int64 = 0
    /// Frames of sound given out.
    private var frameCount: Int64 = 0

    package init(_ slate: Slate, now: MediaTime) {
        self.slate = slate
        self.startedAt = now
    }

    /// The tracks to name before its units.
    package var tracks: [Track] { self.slate.tracks }

    /// What is to be sent by now, in the order of decoding times.
    package mutating func due(now: MediaTime) -> [AccessUnit] {
        let sent = self.nextPicture
        var until = (now - self.startedAt + Self.lead).ticks - self.skipped
        if until - sent > Self.atOnceMax.ticks {
            self.skipped += until - sent - Self.lead.ticks
            until = sent + Self.lead.ticks
        }
        var units: [AccessUnit] = []
        while min(self.nextPicture, self.nextSound ?? .max) < until {
            // The picture first, since the run is entered by it.
            if self.nextPicture <= self.nextSound ?? .max {
                units.append(self.takePicture())
            } else if let unit = self.takeSound() {
                units.append(unit)
            }
        }
        return units
    }

    // MARK: One unit

    private var nextPicture: Int64 { self.loop * self.slate.ticks + self.slate.pictures[self.picture].decoding }

    /// Sound starts with the first picture shown.
    private var lead: Int64 { self.slate.pictures[0].presentation }

    private var nextSound: Int64? { self.slate.sound.map { self.lead + $0.start(of: self.frameCount) } }

    private mutating func takePicture() -> AccessUnit {
        let picture = self.slate.pictures[self.picture]
        let base = Self.start + self.loop * self.slate.ticks
        var unit = picture.unit
        unit.dts = Self.stamp(base + picture.decoding)
        unit.pts = Self.stamp(base + picture.presentation)
        self.picture += 1
        if self.picture == self.slate.pictures.count {
            self.picture = 0
            self.loop += 1
        }
        return unit
    }

    private mutating func takeSound() -> AccessUnit? {
        guard let sound = self.slate.sound, let time = self.nextSound else { return nil }
        if time - self.lead + sound.frameTicks / 2 >= (self.soundLoop + 1) * self.slate.ticks {
            self.soundLoop += 1
            self.frame = 0
        }
        let data = sound.frames[self.frame % sound.frames.count]
        self.frame += 1
        self.frameCount += 1
        let stamp = Self.stamp(Self.start + time)
        return AccessUnit(
            pid: sound.track.pid,
            pts: stamp,
            dts: stamp,
            isRandomAccessPoint: true,
            data: data,
            streamID: sound.streamID
        )
    }

    /// 33 bits, as from a source.
    private static func stamp(_ ticks: Int64) -> MediaTime { MediaTime(ticks: ticks & (MediaTime.wrap - 1)) }
}
