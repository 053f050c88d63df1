package import MPEGTS
package import Model

/// What becomes of the units of a run.
extension ChannelContinuity {
    /// Takes units of a run in the order they came, time stamps as found there.
    package mutating func received(_ units: [AccessUnit], run: Int, now: MediaTime) -> [Report] {
        var reports: [Report] = []
        for unit in units {
            guard var feed = self.feeds[run] else { return reports }
            let tolerance = feed.isBursty ? self.configuration.clockToleranceBursty : self.configuration.clockTolerance
            feed.beganAt = feed.beganAt ?? now.ticks
            if feed.last == nil, unit.pid != feed.reference?.pid, let began = feed.beganAt,
                now.ticks - began >= self.configuration.pointWaitMax.ticks
            {
                feed.goByMeansOf(unit.pid)
            }
            feed.note(unit, now: now.ticks, tolerance: tolerance.ticks, gapMax: self.configuration.gapMax.ticks)
            self.feeds[run] = feed
            reports += self.makeWay(for: unit, of: run, now: now.ticks)
            if case .joined? = self.feeds[run]?.state {
                self.join(unit, run: run, now: now.ticks)
            } else {
                reports += self.wait(unit, run: run, now: now.ticks)
            }
        }
        return reports
    }

    /// Media a run has sent, for those who judge whether it keeps up.
    package func received(run: Int) -> MediaTime {
        MediaTime(ticks: self.feeds[run]?.received ?? 0)
    }

    // MARK: Not on the output

    mutating func wait(_ unit: AccessUnit, run: Int, now: Int64) -> [Report] {
        guard var feed = self.feeds[run] else { return [] }
        let isReference = unit.pid == feed.reference?.pid
        if isReference {
            feed.backAt = feed.backAt ?? now
            // What comes up to the next place to begin refers to pictures that were lost.
            if feed.hasGap, !unit.isRandomAccessPoint { feed.forget() }
        }
        if isReference, run == self.fed || run == self.wanted {
            self.seekAnchor(&feed, now: now)
            self.feeds[run] = feed
            switch self.repeats(unit, feed: feed) {
            case .new: break
            case .sentBefore(let time):
                if self.dropRepeated(unit, at: time, run: run, now: now) { return [] }
                feed = self.feeds[run] ?? feed
            // One that made way for another doesn't go on by itself.
            case .follows where self.wanted != nil && run != self.wanted: break
            case .follows(let time):
                return self.goOn(with: unit, at: time, run: run, now: now)
            }
        }
        // Sound of an epoch that was left may still belong to it.
        if !isReference, run == self.fed, feed.passesOthers {
            guard self.passesInHold(unit, of: feed) else { return [] }
            self.send(self.timeline.received(unit, at: MediaTime(ticks: now)), run: run, now: now)
            return []
        }
        if isReference { feed.hasLost = false }
        feed.keep(unit, anyPoint: now - (feed.backAt ?? now) >= self.configuration.pointWaitMax.ticks)
        self.feeds[run] = feed
        guard isReference else { return [] }
        return self.enterIfPossible(run, now: now)
    }

    /// Whether a unit beside the pictures may go out now: while they are held, data that mean a time don't.
    private func passesInHold(_ unit: AccessUnit, of feed: Feed) -> Bool {
        guard self.tail.hold != nil, let track = feed.tracks.first(where: { $0.pid == unit.pid }) else { return true }
        return track.codec.isAudio || track.codec.isVideo || HeldData.passes(unit, of: track)
    }

    // MARK: On the output

    mutating func join(_ unit: AccessUnit, run: Int, now: Int64) {
        guard var feed = self.feeds[run] else { return }
        let gap = self.tail.pictureTicks * 3 / 2
        self.timeline.gapMax = feed.hasLost ? gap : max(gap, self.configuration.gapMax.ticks)
        if unit.pid == feed.reference?.pid {
            feed.hasLost = false
            self.feeds[run] = feed
        }
        self.send(self.timeline.received(unit, at: MediaTime(ticks: now)), run: run, now: now)
    }

    /// Sends what the timeline placed; `shown` is when the first picture of it is shown, where a source is entered.
    mutating func send(_ outputs: [OutputTimeline.Output], run: Int, shown: Int64? = nil, now: Int64) {
        for output in outputs {
            switch output {
            case .deliver(let placed):
                self.deliver(placed, shown: shown, now: now)
            case .dropped(_, let reason):
                self.dropped[reason, default: 0] += 1
            case .left(let unit):
                // Sound of the epoch before may still follow, and that of the next one come first.
                self.leave(run, passesOthers: true, now: now)
                // One wrong time stamp is no new clock.
                if let anchor = self.timeline.anchor { self.remember(run, clock: anchor, at: now) }
                self.feeds[run]?.anchor = nil
                self.feeds[run]?.keep(unit, anyPoint: false)
            case .gapped(let unit):
                // The pictures up to the next place to begin would refer to lost ones; the sound is well.
                self.leave(run, passesOthers: true, now: now)
                guard unit.isRandomAccessPoint else { continue }
                // A decoder can, but the places in front of it are filled first.
                self.feeds[run]?.backAt = now
                self.feeds[run]?.keep(unit, anyPoint: false)
            }
        }
    }

    private mutating func deliver(_ placed: AccessUnit, shown: Int64?, now: Int64) {
        guard let track = self.timeline.tracks.first(where: { $0.pid == placed.pid }) else { return }
        let isReference = track.pid == self.timeline.referenceOutput?.pid
        if isReference, let time = placed.dts?.ticks {
            let isSlate = self.fed.flatMap { self.feeds[$0] }?.isSlate ?? false
            if !isSlate, let raw = self.timeline.anchor?.raw {
                self.memory.sent(Fingerprint(placed, codec: track.codec), raw: raw, at: time)
            }
            self.shownUntil = max(self.shownUntil ?? 0, (placed.pts?.ticks ?? time) + self.tail.pictureTicks)
        }
        self.queue(self.tail.passed(placed, track: track, shown: isReference ? shown : nil, now: now), now: now)
    }

    /// Puts pieces in line; the timeline learns of those that it did not place.
    mutating func queue(_ pieces: [OutputTail.Piece], now: Int64) {
        for piece in pieces {
            if piece.isHeld, let decoding = piece.unit.dts ?? piece.unit.pts {
                self.timeline.filled(piece.track, lastDecoding: decoding, until: MediaTime(ticks: piece.end))
            }
            let output = Output.unit(piece.unit, isHeld: piece.isHeld, step: piece.step)
            self.playhead.append(output, due: piece.unit.dts?.ticks, now: now)
        }
    }

    /// The run is not on the output any more until it is entered again.
    ///
    /// `passesOthers`: whether its sound and data go on meanwhile, as far as the timeline knows their epoch.
    mutating func leave(_ run: Int, passesOthers: Bool, now: Int64) {
        guard var feed = self.feeds[run] else { return }
        if case .joined = feed.state { feed.anchor = self.timeline.anchor }
        feed.state = .waiting(since: now)
        feed.passesOthers = passesOthers
        feed.wasJoined = true
        feed.backAt = nil
        feed.forget()
        self.feeds[run] = feed
        self.tail.owe()
    }
}
