import Continuity
import HLS
import MPEGTS
import Model

/// What goes into segments: the packets of live viewers, but for holds that outlast the segment they begin in.
///
/// From the second segment of a hold on, a segment begins with the last random access point, so that each can be decoded
/// alone; live viewers must not see that. So the pictures and the muxer are forked there, and are one again at the next
/// random access point that both send alike. The continuity counters differ from then on, and are moved.
struct SegmentBranch: Sendable {
    private struct Fork {
        var pictures: PictureFork
        var muxer: Muxer
        /// The track whose pictures they are.
        var video: Track
    }

    /// A unit as live viewers get it.
    struct Live {
        var unit: AccessUnit
        /// How it came about, where it is a picture.
        var step: PictureStep?
        /// When it is decoded; where it says no time, that of the unit before.
        var time: MediaTime
        /// Whether it is a picture or sound with a time, so that a segment may begin with it.
        var isTimed: Bool
        var start: Segmenter.Start
        /// Whether EXT-X-DISCONTINUITY stands before the next segment, which begins here.
        var discontinuity: Bool
        var wallTime: WallTime
    }

    var segmenter: Segmenter
    private var fork: Fork?
    /// How far the counters of segments are ahead of the live ones.
    private var shift = CounterShift()

    init(segmenter: Segmenter) {
        self.segmenter = segmenter
    }

    /// Whether segments have packets of their own now.
    var isForked: Bool { self.fork != nil }

    /// Whether a segment of live packets begins with this unit, so that it needs tables in front.
    ///
    /// Begins or ends a fork where that is due; `muxer` as it is before the unit.
    mutating func cuts(before live: Live, muxer: Muxer) -> Bool {
        if var fork = self.fork, let step = live.step, case .passed = step, live.unit.isRandomAccessPoint {
            // Asked of a copy, since what the fork would send may be its own after all.
            guard fork.pictures.pictures(for: live.unit, step, begins: false) == [live.unit] else { return false }
            self.join(muxer)
        }
        guard self.fork == nil, live.isTimed else { return false }
        guard self.segmenter.cutsBefore(dts: live.time, start: live.start, discontinuity: live.discontinuity) else {
            return false
        }
        guard live.start == .picture, let step = live.step, let video = muxer.tracks.first(where: \.codec.isVideo),
            let pictures = PictureFork(before: step)
        else { return true }
        var own = muxer
        own.advanceCounters(by: self.shift)
        self.fork = Fork(pictures: pictures, muxer: own, video: video)
        return false
    }

    /// Takes a unit with its packets as live viewers get them.
    mutating func append(_ live: Live, packets: [UInt8]) -> [Segmenter.Action] {
        if self.fork != nil { return self.appendForked(live) }
        var packets = packets
        self.shift.apply(to: &packets)
        return self.append(packets, of: live, at: live.time, start: live.start)
    }

    private mutating func appendForked(_ live: Live) -> [Segmenter.Action] {
        guard var fork = self.fork else { return [] }
        var start = live.start
        var units = [live.unit]
        var begins = false
        if let step = live.step {
            if step.isHeld {
                // The source may have been back meanwhile: then this hold has shown no picture again yet.
                start = fork.pictures.isHolding ? .insertable : .picture
                begins = self.segmenter.cutsBefore(dts: live.time, start: start, discontinuity: live.discontinuity)
            }
            units = fork.pictures.pictures(for: live.unit, step, begins: begins)
        }
        var actions: [Segmenter.Action] = []
        for unit in units {
            let time = live.isTimed ? unit.dts ?? live.time : live.time
            var packets: [UInt8] = []
            if live.isTimed, self.segmenter.cutsBefore(dts: time, start: start, discontinuity: live.discontinuity) {
                fork.muxer.tables(into: &packets)
            }
            // What is refused was refused to live viewers too.
            _ = fork.muxer.write(unit, into: &packets)
            actions += self.append(packets, of: live, at: time, start: start)
        }
        self.fork = fork
        return actions
    }

    private mutating func append(
        _ packets: [UInt8],
        of live: Live,
        at time: MediaTime,
        start: Segmenter.Start
    ) -> [Segmenter.Action] {
        guard live.isTimed else {
            packets.withUnsafeBytes { self.segmenter.appendPackets($0) }
            return []
        }
        return self.segmenter.append(
            packets,
            at: time,
            start: start,
            discontinuity: live.discontinuity,
            wallTime: live.wallTime
        )
    }

    /// What comes next has these tracks; `muxer` as it is before.
    mutating func changed(tracks: [Track], muxer: Muxer) {
        self.segmenter.cutsAtAnyAccessUnit = !tracks.contains { $0.codec.isVideo }
        guard self.fork != nil else { return }
        if self.fork?.video != tracks.first(where: \.codec.isVideo) { return self.join(muxer) }
        self.fork?.muxer.change(tracks: tracks)
    }

    /// The parameters of the tracks change.
    mutating func changedParameters() {
        self.fork?.muxer.changedParameters()
    }

    /// Ends the running segment, because the channel rests; `muxer` as it is now.
    mutating func finish(muxer: Muxer) -> [Segmenter.Action] {
        self.join(muxer)
        return self.segmenter.finish()
    }

    /// The packets of live viewers go into segments again.
    private mutating func join(_ muxer: Muxer) {
        guard let fork = self.fork else { return }
        self.shift = fork.muxer.counters(aheadOf: muxer)
        self.fork = nil
    }
}
