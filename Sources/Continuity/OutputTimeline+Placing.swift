import MPEGTS
import Model

/// Where on the output timeline a unit goes, once its epoch is known.
extension OutputTimeline {
    mutating func place(
        _ unit: AccessUnit,
        track: Track,
        raw: Int64,
        unwrapped: Int64,
        epoch: Epoch,
        now: Int64
    ) -> Output {
        var input = self.inputs[unit.pid] ?? Input(raw: raw, unwrapped: unwrapped, arrivedAt: now, epoch: epoch.number)
        if input.epoch != epoch.number {
            input = Input(raw: raw, unwrapped: unwrapped, arrivedAt: now, epoch: epoch.number)
        }
        input.raw = raw
        input.unwrapped = unwrapped
        input.arrivedAt = now
        defer { self.inputs[unit.pid] = input }
        if self.current?.number == epoch.number, !input.isStray { self.current?.reference = unwrapped }

        var lane = self.lanes[track.pid] ?? Lane(frames: FrameDuration(unknown: Self.unknownTicks(track)))
        var moved = unit
        moved.pid = track.pid
        var time = unwrapped + epoch.offset + input.shift
        let lead = Self.lead(of: unit, raw: raw)
        if !input.hasJoined {
            if track.codec.isVideo, !unit.isRandomAccessPoint { return .dropped(pid: unit.pid, .waiting) }
            if lane.lastDTS == nil, time < epoch.start { return .dropped(pid: unit.pid, .waiting) }
            if track.codec.isAudio, let end = lane.lastEnd {
                guard
                    let joint = AudioJoint(
                        moved.data,
                        codec: track.codec,
                        at: time,
                        after: end,
                        else: lane.frames.ticks
                    )
                else { return .dropped(pid: unit.pid, .audioOverlap) }
                moved.data = joint.data
                input.shift += joint.shift
                time = joint.time
            }
        }
        if let last = lane.lastDTS {
            guard time > last else { return .dropped(pid: unit.pid, .notRising) }
            if input.hasJoined { lane.frames.observe(time - last) }
        }
        input.hasJoined = true
        lane.lastDTS = time
        let length =
            track.codec.isVideo
            ? lane.frames.ticks : AudioJoint.ticks(moved.data, codec: track.codec) ?? lane.frames.ticks
        lane.lastEnd = time + length
        self.lanes[track.pid] = lane
        if unit.pid == self.referencePID || unit.pid == epoch.pid {
            self.end = time + length
            self.shownUntil = max(self.shownUntil ?? 0, time + lead + length)
        }
        moved.dts = MediaTime(ticks: time)
        moved.pts = MediaTime(ticks: time + lead)
        return .deliver(moved)
    }

    /// How much later than it is decoded a unit is presented.
    ///
    /// Nothing is shown before it is decoded, and a lead of many seconds is a broken time stamp: both count as none.
    static func lead(of unit: AccessUnit, raw: Int64) -> Int64 {
        let lead = unit.pts.map { MediaTime.distance(from: raw, to: $0.ticks) } ?? 0
        return (0...Self.leadMax).contains(lead) ? lead : 0
    }

    /// Subtitles, teletext, cues, metadata: they follow the clock of the epoch they are near to.
    mutating func data(_ unit: AccessUnit, track: Track, now: Int64) -> Output {
        var moved = unit
        moved.pid = track.pid
        guard let epoch = self.current ?? self.previous else { return .dropped(pid: unit.pid, .waiting) }
        if track.codec == .scte35 {
            guard let section = SCTE35.adjusted(unit.data, by: MediaTime(ticks: epoch.offset)) else {
                return .dropped(pid: unit.pid, .corruptSection)
            }
            moved.data = section
        }
        guard let raw = unit.pts ?? unit.dts else { return .deliver(moved) }
        guard var time = self.dataTime(raw.ticks, epoch: epoch, now: now) else {
            return .dropped(pid: unit.pid, .deadEpoch)
        }
        var lane = self.lanes[track.pid] ?? Lane(frames: FrameDuration(unknown: Self.pictureTicks))
        if let last = lane.lastDTS {
            // One display may be sent in several packets of one time.
            if time == last { time += 1 }
            guard time > last else { return .dropped(pid: unit.pid, .notRising) }
        }
        lane.lastDTS = time
        self.lanes[track.pid] = lane
        moved.dts = MediaTime(ticks: time)
        moved.pts = moved.dts
        return .deliver(moved)
    }

    private func dataTime(_ raw: Int64, epoch: Epoch, now: Int64) -> Int64? {
        if let unwrapped = Self.unwrap(raw, near: epoch.reference) { return unwrapped + epoch.offset }
        guard let previous = self.previous, now - epoch.changedAt <= Self.skewMax,
            let unwrapped = Self.unwrap(raw, near: previous.reference)
        else { return nil }
        return unwrapped + previous.offset
    }
}
