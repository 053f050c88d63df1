import Events
import Ingest
import Model
import NIOCore

/// When another source becomes the current one.
extension SourceSupervisor {
    /// Whether the current source has had its time.
    func isFailoverDue(now: NIODeadline) -> Bool {
        guard let suspicion = self.suspicion, let current = self.current else { return false }
        let line = self.lines[current]
        // Nothing is shown yet: there is nothing to wait for.
        guard let mediaEnd = self.mediaEnd else {
            return line?.hasFailed == true || now - suspicion.since >= self.configuration.failoverAfter
        }
        // Where little was kept the picture stands still for longer than that, measured from the last media.
        return self.isHeldLong || now - mediaEnd >= self.configuration.failoverAfter
            || (line?.isRefused == true && self.currentRun == nil)
    }

    mutating func failOver(now: NIODeadline) -> [Action] {
        guard self.sources.count > 1, let suspicion = self.suspicion, let current = self.source else { return [] }
        let isDue = self.isFailoverDue(now: now)
        guard isDue || suspicion.isFlapping else { return [] }
        let why = self.lines[current.id]?.outage?.cause ?? self.outputSuspects ?? "stall"
        if let ready = self.others.filter({ self.mayBeEntered($0, now: now) }).min(by: self.isBetter) {
            return self.move(to: ready.source, why: why, now: now)
        }
        guard isDue, self.others.isEmpty, !self.isLingering, let next = self.next(after: current.id, now: now) else {
            return []
        }
        guard let run = self.currentRun else { return self.move(to: next, why: why, now: now) }
        // The one connection of both is held by the one that is no use.
        guard next.supplier == current.supplier, self.lines[next.id]?.lacksSlot == true,
            !self.isFlowing(run, now: now)
        else { return [] }
        let cause = run.corrupt ?? (run.firstMediaAt == nil ? "timed-out-first-media" : "stall")
        return [.close(run: run.number)]
            + self.failed(run, cause: cause, isRefused: false, now: now)
            + self.move(to: next, why: why, now: now)
    }

    /// Goes back to a better source that has been well for long enough.
    mutating func goBack(now: NIODeadline) -> [Action] {
        guard self.returns == .better, self.pinned == nil, self.manual == nil, self.suspicion == nil,
            !self.guardian.isUp, let run = self.currentRun, self.entered == run.number
        else { return [] }
        let place = self.index(of: run.source.id)
        let better = self.others.filter {
            self.index(of: $0.source.id) < place && $0.isReady && self.isFlowing($0, now: now)
                && $0.isGood(for: self.guardian.returnAfter, now: now)
        }
        return better.min(by: self.isBetter).map { self.move(to: $0.source, why: "returned", now: now) } ?? []
    }

    private func isBetter(_ left: SourceRun, _ right: SourceRun) -> Bool {
        self.index(of: left.source.id) < self.index(of: right.source.id)
    }

    private func mayBeEntered(_ run: SourceRun, now: NIODeadline) -> Bool {
        guard self.isFlowing(run, now: now), run.isReady || run.number == self.entered else { return false }
        guard self.guardian.isUp, run.number != self.entered, let left = self.lines[run.source.id]?.leftAt,
            now - left < self.configuration.switchesWithin
        else { return true }
        return run.isGood(for: self.configuration.stableAfter, now: now)
    }

    /// The source after this one, round and round, that may be asked now.
    private func next(after source: SourceID, now: NIODeadline) -> SourceSpecification? {
        let place = self.index(of: source)
        return (1..<self.sources.count).lazy.map { self.sources[(place + $0) % self.sources.count] }
            .first { self.isDue($0.id, now: now) || self.lines[$0.id]?.lacksSlot == true }
    }

    /// Makes `source` the current one: its run, or one that is opened now, is fed from here on.
    mutating func move(to source: SourceSpecification, why: String, now: NIODeadline) -> [Action] {
        guard let left = self.source, left.id != source.id else { return [] }
        var actions: [Action] = []
        let leftRun = self.currentRun
        let isLeftWell = leftRun.map { self.isFlowing($0, now: now) } ?? false
        self.current = source.id
        self.whySwitched = why
        if why != "manual" {
            self.pinned = nil
            self.guardian.switched(now: now)
        }
        self.suspicion = nil
        self.outputSuspects = nil
        self.fineSince = nil
        self.lines[left.id, default: SourceLine()].leftAt = now
        self.lines[source.id, default: SourceLine()].retryAt = nil
        if !isLeftWell {
            // A source that gave media is asked again soon; one that never did has been put off already.
            let gaveMedia = self.mediaEnd != nil && self.delivered == left.id
            if gaveMedia { self.lines[left.id]?.waits = 0 }
            if leftRun == nil, gaveMedia || self.isDue(left.id, now: now) { self.postpone(left.id, now: now) }
            actions += self.down(left, now: now)
        }
        if let leftRun { actions += self.leave(leftRun, isWell: isLeftWell, now: now) }
        guard let run = self.currentRun else { return actions + self.open(source, claim: .queued, now: now) }
        return actions + [.feed(run: run.number), .offerSlot(run: run.number, false)]
    }

    /// What becomes of the run that was the channel's: it goes on until the next one is entered, or as a probe.
    private mutating func leave(_ run: SourceRun, isWell: Bool, now: NIODeadline) -> [Action] {
        let isProbe =
            self.returns == .better && self.pinned == nil
            && self.index(of: run.source.id) < self.current.map(self.index(of:)) ?? 0
        // Where the output comes from the next one still, this one must not be entered any more.
        let isAbandoned = self.currentRun.map { $0.number == self.entered } ?? false
        guard isWell || isProbe, !isAbandoned else {
            self.runs.removeAll { $0.number == run.number }
            self.postpone(run.source.id, now: now)
            return [.close(run: run.number)]
        }
        return [.offerSlot(run: run.number, true)]
    }
}
