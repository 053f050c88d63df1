import MPEGTS
import Model

/// Where on the output a run goes on.
extension ChannelContinuity {
    /// How a picture of a run that isn't on the output relates to what was sent.
    enum Relation: Hashable, Sendable {
        case new
        /// It was sent; `at` is when, on the output.
        case sentBefore(at: Int64)
        /// It is the one right after the last one sent: nothing is missing.
        case follows(at: Int64)
    }

    // MARK: Known again

    /// Finds out where on the output the run's clock stands: because it is the clock of before, or by its pictures.
    func seekAnchor(_ feed: inout Feed, now: Int64) {
        guard feed.anchor == nil, !feed.loops, let last = feed.last else { return }
        let clock = self.clockAnchor(of: feed, at: last)
        // A run that was on the output and plays its programme again does so on purpose.
        if feed.wasJoined {
            feed.anchor = clock
        } else if let clock, !self.isDoubtful(clock, of: feed) {
            feed.anchor = clock
        } else {
            feed.anchor = self.memory.anchor(of: feed.recent) ?? (feed.recent.count > OverlapMemory.run ? clock : nil)
        }
    }

    /// Whether the clock says that a picture is new, and the memory that it was sent.
    ///
    /// A clock that began anew can stand, by chance, where the one before would; a few pictures more decide.
    private func isDoubtful(_ clock: TimeAnchor, of feed: Feed) -> Bool {
        guard let picture = feed.recent.last, let newest = self.memory.newest else { return false }
        let time = clock.time(of: picture.raw)
        return time > newest + self.tail.pictureTicks / 2 && self.memory.isUnmistakable(picture.fingerprint)
    }

    /// Where the run stands by the clock its source had when it was heard last; `nil` when that can't be its clock.
    ///
    /// It can be when no more media have gone by on it than time. How much less may have is another matter with pictures
    /// that may have been sent before: those are known better by what they are.
    private func clockAnchor(of feed: Feed, at last: (raw: Int64, at: Int64)) -> TimeAnchor? {
        guard let clock = self.clocks[feed.source] else { return nil }
        let tolerance = feed.isBursty ? self.configuration.clockToleranceBursty : self.configuration.clockTolerance
        let step = MediaTime.distance(from: clock.anchor.raw, to: last.raw)
        let late = last.at - clock.at - step
        guard late >= -tolerance.ticks,
            late <= tolerance.ticks || step > 0 && late <= self.configuration.backlogMax.ticks
        else { return nil }
        return TimeAnchor(raw: last.raw, time: clock.anchor.time(of: last.raw))
    }

    func repeats(_ unit: AccessUnit, feed: Feed) -> Relation {
        guard let anchor = feed.anchor, let newest = self.memory.newest, let raw = (unit.dts ?? unit.pts)?.ticks else {
            return .new
        }
        let time = anchor.time(of: raw)
        let picture = self.tail.pictureTicks
        if time <= newest + picture / 2 { return .sentBefore(at: time) }
        // After a slate the decoder has other pictures.
        let isSlate = self.fed.flatMap { self.feeds[$0] }?.isSlate ?? false
        let isNext = time - newest <= picture * 3 / 2 && self.tail.hold == nil && !feed.hasLost && !isSlate
        return isNext && self.continuesLast(feed) ? .follows(at: time) : .new
    }

    /// Lets a picture fall that was sent before; answers whether it did.
    ///
    /// A buffer that is sent again comes faster than it plays; what comes at its own pace is a programme that is played
    /// again, and belongs on the output.
    mutating func dropRepeated(_ unit: AccessUnit, at time: Int64, run: Int, now: Int64) -> Bool {
        guard var feed = self.feeds[run] else { return false }
        var repeated = feed.repeated ?? Feed.Repeated(from: time, to: time, since: now)
        let elapsed = now - repeated.since
        let isProgramme = repeated.to - repeated.from < 2 * elapsed
        let isOver =
            self.isGuest(feed)
            ? self.hasWaited(feed, now: now) : isProgramme && elapsed >= self.configuration.repeatPatience.ticks
        if isOver {
            feed.loops = true
            feed.anchor = nil
            feed.repeated = nil
            self.feeds[run] = feed
            return false
        }
        repeated.units += 1
        repeated.from = min(repeated.from, time)
        repeated.to = max(repeated.to, time)
        feed.repeated = repeated
        feed.trim(before: unit)
        self.feeds[run] = feed
        return true
    }

    /// What was dropped is told once, when new media follow or the run ends.
    mutating func endOverlap(of feed: Feed) -> [Report] {
        guard let repeated = feed.repeated else { return [] }
        self.feeds[feed.run]?.repeated = nil
        let length = repeated.to - repeated.from + self.tail.pictureTicks
        return [.overlapDropped(run: feed.run, units: repeated.units, length: MediaTime(ticks: length))]
    }

    // MARK: Entering

    /// Goes on with a picture that follows the last one sent: no decoder need notice.
    mutating func goOn(with unit: AccessUnit, at time: Int64, run: Int, now: Int64) -> [Report] {
        guard let feed = self.feeds[run] else { return [] }
        var reports = self.endOverlap(of: feed)
        let others = self.take(run)
        self.tail.settle()
        let outputs = self.timeline.enter(with: unit, startingAt: time, continues: true, now: MediaTime(ticks: now))
        self.send(outputs, run: run, now: now)
        for unit in others { self.join(unit, run: run, now: now) }
        reports += self.entered(run, gap: 0, now: now)
        return reports
    }

    /// Enters the run at its last random access point, if it is the one to be fed and that point has a place.
    mutating func enterIfPossible(_ run: Int, now: Int64) -> [Report] {
        guard let feed = self.feeds[run], case .waiting = feed.state, let point = feed.point,
            let raw = (point.dts ?? point.pts)?.ticks, let shown = feed.firstShown(now: now)
        else { return [] }
        guard run == self.wanted || run == self.fed && (self.wanted == nil || feed.isSlate) else {
            return self.toldReady.insert(run).inserted ? [.ready(run: run)] : []
        }
        guard !self.mayBeKnown(feed, now: now) else { return [] }
        guard let start = self.start(of: feed, shown: shown, raw: raw, now: now) else { return [] }
        var reports = self.endOverlap(of: feed)
        let before = self.shownUntil
        let buffer = self.take(run)
        self.tail.owe()
        let place = buffer.firstIndex(of: point) ?? 0
        let outputs = self.timeline.enter(with: point, startingAt: start, now: MediaTime(ticks: now))
        let offset = (self.timeline.anchor?.time ?? start) - raw
        self.send(outputs, run: run, shown: MediaTime.distance(from: raw, to: shown) + raw + offset, now: now)
        if let patch = self.endPatch() { reports.append(.patched(patch)) }
        for (index, unit) in buffer.enumerated() where index != place {
            guard case .joined? = self.feeds[run]?.state else {
                reports += self.wait(unit, run: run, now: now)
                continue
            }
            self.join(unit, run: run, now: now)
        }
        let gap = before.map { max(0, shown + offset - $0) } ?? 0
        return reports + self.entered(run, gap: gap, now: now)
    }

    /// Whether a burst still arrives in which pictures may follow that were sent before.
    private func mayBeKnown(_ feed: Feed, now: Int64) -> Bool {
        guard feed.anchor == nil, !feed.wasJoined, !feed.loops, self.memory.newest != nil else { return false }
        let elapsed = now - feed.firstAt
        if elapsed < self.configuration.burstBegins.ticks { return true }
        return elapsed < self.configuration.burstWait.ticks && feed.received - elapsed > MediaTime.ticksPerSecond / 2
    }

    /// When the run's point is decoded on the output; `nil` to wait for another.
    private func start(of feed: Feed, shown: Int64, raw: Int64, now: Int64) -> Int64? {
        let lead = MediaTime.distance(from: raw, to: shown)
        let next = self.tail.nextPresentation ?? self.timeline.free?.presentation.ticks
        guard let next else { return OutputTimeline.start.ticks }
        if let anchor = feed.anchor {
            let place = anchor.time(of: shown)
            let picture = self.tail.pictureTicks
            let isBehind = place < next - picture / 2
            if !isBehind, place - next <= self.configuration.aheadMax.ticks {
                if !self.isGuest(feed) || place - next <= picture / 2 { return anchor.time(of: raw) }
                // What the other one still sends up to there comes first.
                if self.isHostWell, !self.hasWaited(feed, now: now) { return nil }
            }
            if isBehind, !self.hasWaited(feed, now: now) { return nil }
        } else if self.isGuest(feed), self.isHostWell, !feed.isBursty, feed.span > Self.freshSpan,
            !self.hasWaited(feed, now: now)
        {
            // The pictures since its last place to begin would be shown a second time, as far as anybody can tell.
            return nil
        }
        guard let position = self.playhead.position(at: now) else { return next - lead }
        // Whole pictures are held in front of it.
        let missing = max(0, position + self.configuration.resumeCushion.ticks - feed.span - next)
        let picture = self.tail.pictureTicks
        return next + (missing + picture - 1) / picture * picture - lead
    }

    /// Makes the run the one on the output; answers what it kept.
    private mutating func take(_ run: Int) -> [AccessUnit] {
        guard var feed = self.feeds[run] else { return [] }
        if let fed = self.fed, fed != run, let before = self.feeds[fed] {
            self.remember(before)
            if case .joined = before.state { self.leave(fed, passesOthers: false, now: feed.last?.at ?? 0) }
        }
        if self.timeline.run != run {
            self.timeline.begin(run: run)
            self.found(feed.tracks)
        }
        if self.isGuest(feed) { self.forgetPlaces(except: run) }
        let buffer = feed.takeBuffer()
        feed.state = .joined
        feed.hasLost = false
        feed.anchor = nil
        feed.recent = []
        self.feeds[run] = feed
        self.fed = run
        if self.wanted == run { self.wanted = nil }
        if !feed.isSlate { self.lastSource = feed.source }
        self.toldReady.remove(run)
        return buffer
    }

    private mutating func entered(_ run: Int, gap: Int64, now: Int64) -> [Report] {
        var reports: [Report] = [.entered(run: run, gap: MediaTime(ticks: gap))]
        self.toldLong = false
        if self.feeds[run]?.isSlate == true {
            // The source is no better for it.
            self.isExhausted = false
            self.state = .slate
            return reports
        }
        if self.suspectSince != nil { reports.append(.fine(run: run)) }
        self.suspectSince = nil
        self.isExhausted = false
        self.state = self.state == .starting ? .live : .resume
        self.resumedAt = now
        return reports
    }

    /// Keeps where the clock of a run's source stands, to know it again.
    mutating func remember(_ feed: Feed) {
        let known: TimeAnchor? =
            if case .joined = feed.state { self.timeline.anchor } else { feed.anchor }
        guard !feed.isSlate, let last = feed.last, let known else { return }
        self.remember(feed.run, clock: TimeAnchor(raw: last.raw, time: known.time(of: last.raw)), at: last.at)
    }

    mutating func remember(_ run: Int, clock: TimeAnchor, at time: Int64) {
        guard let feed = self.feeds[run], !feed.isSlate else { return }
        let source = feed.source
        if self.clocks.count >= Self.clocksMax, let oldest = self.clocks.min(by: { $0.value.at < $1.value.at }) {
            self.clocks[oldest.key] = nil
        }
        self.clocks[source] = (clock, time)
    }
}
