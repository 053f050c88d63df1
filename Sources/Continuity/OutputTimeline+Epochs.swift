package import MPEGTS
package import Model

/// To which epoch a picture or a frame of sound belongs.
extension OutputTimeline {
    mutating func timed(_ unit: AccessUnit, track: Track, now: Int64, isHeld: Bool) -> [Output] {
        var unit = unit
        guard let raw = self.settleTimeStamps(&unit, track: track) else {
            return [.dropped(pid: unit.pid, .noTimeStamp)]
        }
        if unit.pid == self.referencePID {
            return self.reference(unit, raw: raw, track: track, now: now)
        }
        return self.companion(unit, raw: raw, track: track, now: now, isHeld: isHeld)
    }

    /// Fills in what the stream leaves out; `nil` when nothing says when the unit is due.
    private func settleTimeStamps(_ unit: inout AccessUnit, track: Track) -> Int64? {
        guard let known = unit.dts ?? unit.pts else {
            guard let input = self.inputs[unit.pid] else { return nil }
            let duration = self.lanes[track.pid]?.frames.ticks ?? Self.unknownTicks(track)
            let time = MediaTime(ticks: input.raw &+ duration)
            unit.dts = time
            unit.pts = time
            return time.ticks
        }
        unit.dts = known
        unit.pts = unit.pts ?? known
        return known.ticks
    }

    static func unknownTicks(_ track: Track) -> Int64 { track.codec.isVideo ? Self.pictureTicks : Self.soundTicks }

    // MARK: The track that epochs begin with

    private mutating func reference(_ unit: AccessUnit, raw: Int64, track: Track, now: Int64) -> [Output] {
        defer { self.expectsEpoch = false }
        guard let input = self.inputs[unit.pid] else {
            // The epoch may have begun with sound, because no picture came.
            if let current = self.current, let unwrapped = Self.unwrap(raw, near: current.reference) {
                return [self.place(unit, track: track, raw: raw, unwrapped: unwrapped, epoch: current, now: now)]
            }
            return self.leave(unit, now: now)
        }
        let distance = MediaTime.distance(from: input.raw, to: raw)
        guard self.isContinuous(distance, after: now - input.arrivedAt, isReference: true) else {
            return self.leave(unit, now: now)
        }
        if self.current == nil, let previous = self.previous, previous.number == input.epoch {
            // One time stamp was wrong; the epoch was not left.
            self.current = previous
            self.previous = nil
            self.waitingSince = nil
        }
        guard let current = self.current else { return self.leave(unit, now: now) }
        let unwrapped = input.unwrapped + distance
        if let last = self.lanes[track.pid]?.lastDTS, unwrapped + current.offset - last > self.gapMax {
            return [.gapped(unit)]
        }
        return [self.place(unit, track: track, raw: raw, unwrapped: unwrapped, epoch: current, now: now)]
    }

    /// Leaves the epoch: where this unit goes is not this timeline's to say.
    private mutating func leave(_ unit: AccessUnit, now: Int64) -> [Output] {
        if let current = self.current {
            self.previous = current
            self.current = nil
            self.waitingSince = nil
        }
        self.waitingSince = self.waitingSince ?? now
        return [.left(unit)]
    }

    /// Begins an epoch with this unit, decoded at `start` (ticks on the output) or as soon after it as may be; without
    /// `start` right after what was delivered.
    ///
    /// Answers the unit placed, and what was held for it. `continues` says that it follows the last unit delivered
    /// without a gap, so that a decoder need not begin with it.
    package mutating func enter(
        with unit: AccessUnit,
        startingAt start: Int64? = nil,
        continues: Bool = false,
        now: MediaTime
    ) -> [Output] {
        guard let track = self.routes[unit.pid], let raw = (unit.dts ?? unit.pts)?.ticks else {
            return [.dropped(pid: unit.pid, .noTimeStamp)]
        }
        var unit = unit
        unit.dts = unit.dts ?? unit.pts
        unit.pts = unit.pts ?? unit.dts
        // Where the epoch before was cut among pictures that are shown later than they are decoded, the decoding time
        // that is free next is not enough: two pictures would be shown at once.
        let free = max(self.end ?? Self.start.ticks, (self.shownUntil ?? 0) - Self.lead(of: unit, raw: raw))
        let start = continues ? start ?? free : max(start ?? free, free)
        self.epochs += 1
        self.previous = self.current ?? self.previous
        let epoch = Epoch(
            number: self.epochs,
            offset: start - raw,
            reference: raw,
            start: start,
            changedAt: self.waitingSince ?? now.ticks,
            pid: unit.pid
        )
        self.current = epoch
        self.waitingSince = nil
        self.expectsEpoch = false
        self.inputs[unit.pid] = nil
        if !continues { unit.isRandomAccessPoint = true }
        if continues { self.join(unit.pid, raw: raw, epoch: epoch, now: now.ticks) }
        var outputs = [self.place(unit, track: track, raw: raw, unwrapped: raw, epoch: epoch, now: now.ticks)]
        let released = self.held
        self.held = []
        for entry in released {
            guard let track = self.routes[entry.unit.pid] else { continue }
            outputs += self.timed(entry.unit, track: track, now: now.ticks, isHeld: true)
        }
        return outputs
    }

    /// The next unit of a PID goes on from the one delivered last.
    private mutating func join(_ pid: UInt16, raw: Int64, epoch: Epoch, now: Int64) {
        var input = Input(raw: raw, unwrapped: raw, arrivedAt: now, epoch: epoch.number)
        input.hasJoined = true
        self.inputs[pid] = input
    }

    // MARK: The other tracks

    private mutating func companion(
        _ unit: AccessUnit,
        raw: Int64,
        track: Track,
        now: Int64,
        isHeld: Bool
    ) -> [Output] {
        guard let (unwrapped, epoch) = self.epoch(for: unit.pid, raw: raw, track: track, now: now) else {
            return isHeld
                ? [.dropped(pid: unit.pid, .deadEpoch)] : self.hold(unit, raw: raw, track: track, now: now)
        }
        return [self.place(unit, track: track, raw: raw, unwrapped: unwrapped, epoch: epoch, now: now)]
    }

    /// The epoch a unit belongs to, and its time in it; `nil` when it may belong to one that has not begun.
    private func epoch(for pid: UInt16, raw: Int64, track: Track, now: Int64) -> (unwrapped: Int64, epoch: Epoch)? {
        let input = self.inputs[pid]
        let distance = input.map { MediaTime.distance(from: $0.raw, to: raw) }
        let continued: Int64? =
            if let input, let distance,
                self.isContinuous(distance, after: now - input.arrivedAt, isReference: false)
            {
                input.unwrapped + distance
            } else { nil }
        guard let current = self.current else {
            guard let previous = self.previous, let continued, input?.epoch == previous.number,
                now - (self.waitingSince ?? now) <= Self.skewMax
            else { return nil }
            return (continued, previous)
        }
        let fresh = Self.unwrap(raw, near: current.reference)
        guard let input else { return fresh.map { ($0, current) } }
        if input.epoch == current.number {
            if let continued { return (continued, current) }
            // It lost more than the others did, and is back with them.
            guard let fresh, let distance, distance > 0, abs(fresh - current.reference) <= Self.skewMax / 2 else {
                return nil
            }
            return (fresh, current)
        }
        guard let previous = self.previous, previous.number == input.epoch, let continued,
            now - current.changedAt <= Self.skewMax
        else { return fresh.map { ($0, current) } }
        guard let fresh else { return (continued, previous) }
        guard let last = self.lanes[track.pid]?.lastDTS else { return (fresh, current) }
        let farNew = abs(fresh + current.offset - last)
        let farOld = abs(continued + previous.offset + input.shift - last)
        return farOld < farNew ? (continued, previous) : (fresh, current)
    }

    /// Keeps a unit of an epoch whose offset is not known yet.
    private mutating func hold(_ unit: AccessUnit, raw: Int64, track: Track, now: Int64) -> [Output] {
        let oldest = self.held.first { $0.unit.pid == unit.pid }?.at ?? now
        if let current = self.current, now - oldest > Self.skewMax {
            // The others did not follow: this track's clock is its own, and goes on from where the others are.
            self.inputs[unit.pid] = Input(
                raw: raw,
                unwrapped: current.reference,
                arrivedAt: now,
                epoch: current.number,
                isStray: true
            )
            return self.release(pid: unit.pid)
                + [self.place(unit, track: track, raw: raw, unwrapped: current.reference, epoch: current, now: now)]
        }
        if self.current == nil {
            self.waitingSince = self.waitingSince ?? now
        }
        self.held.append(Held(unit: unit, at: now))
        var dropped: [Output] = []
        // While an epoch runs, all of a track is kept until it is known whether the others follow.
        while let first = self.held.first,
            self.held.count > Self.heldMax || self.current == nil && now - first.at > Self.skewMax
        {
            dropped.append(.dropped(pid: first.unit.pid, .waiting))
            self.held.removeFirst()
        }
        return dropped
    }

    private mutating func release(pid: UInt16) -> [Output] {
        let released = self.held.filter { $0.unit.pid == pid }
        self.held.removeAll { $0.unit.pid == pid }
        return released.map { .dropped(pid: $0.unit.pid, .deadEpoch) }
    }

    // MARK: Time

    /// Whether a step of a PID's decoding time stays within its epoch.
    private func isContinuous(_ distance: Int64, after silence: Int64, isReference: Bool) -> Bool {
        if isReference, self.expectsEpoch { return (1...Self.backwardMax).contains(distance) }
        if (-Self.backwardMax...Self.forwardMax).contains(distance) { return true }
        return distance > 0 && abs(distance - silence) <= Self.silenceTolerance
    }

    /// The unbounded time that `raw` stands for beside `reference`; `nil` when it is out of reach.
    static func unwrap(_ raw: Int64, near reference: Int64) -> Int64? {
        let distance = MediaTime.distance(from: reference, to: raw)
        return abs(distance) <= Self.reachMax ? reference + distance : nil
    }
}
