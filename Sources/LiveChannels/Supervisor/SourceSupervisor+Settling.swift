import Events
import Ingest
import Model
import NIOCore

/// What follows from what is known: the policy, step by step.
extension SourceSupervisor {
    mutating func settle(now: NIODeadline) -> [Action] {
        guard self.current != nil else { return [] }
        var actions = self.endSilentRuns(now: now)
        self.judge(now: now)
        actions += self.settleManual(now: now)
        actions += self.failOver(now: now)
        actions += self.openCurrent(now: now)
        actions += self.openOther(now: now)
        actions += self.goBack(now: now)
        return actions + self.letGoOthers(now: now)
    }

    /// Closes what has been silent for too long.
    private mutating func endSilentRuns(now: NIODeadline) -> [Action] {
        var actions: [Action] = []
        for run in self.runs {
            guard run.firstMediaAt != nil else {
                guard now >= run.deadline else { continue }
                actions.append(.close(run: run.number))
                actions += self.failed(run, cause: "timed-out-first-media", isRefused: false, now: now)
                continue
            }
            guard let since = run.silentSince(now: now, atLeast: Self.silence) else { continue }
            let cause = run.corrupt ?? "stall"
            self.update(run.number) { $0.goodSince = nil }
            if self.lines[run.source.id]?.outage == nil {
                self.lines[run.source.id, default: SourceLine()].outage = SourceLine.Outage(
                    since: since,
                    cause: cause,
                    bytes: run.bytes
                )
            }
            guard now - since >= self.configuration.reopenAfter, self.mayReopen(run, now: now) else { continue }
            // What follows opens at once: the wait has been had.
            actions.append(.close(run: run.number))
            actions += self.failed(run, cause: cause, isRefused: false, hasWaited: true, now: now)
        }
        return actions
    }

    /// The only source of a channel is not torn down for bad media again and again.
    private mutating func mayReopen(_ run: SourceRun, now: NIODeadline) -> Bool {
        guard run.corrupt != nil, self.sources.count == 1 else { return true }
        if let last = self.lines[run.source.id]?.corruptReopenedAt, now - last < self.configuration.corruptReopenEvery {
            return false
        }
        self.lines[run.source.id, default: SourceLine()].corruptReopenedAt = now
        return true
    }

    /// Whether the current source is well.
    private mutating func judge(now: NIODeadline) {
        let isWell = self.currentRun.map { self.isFlowing($0, now: now) } ?? false
        guard !isWell || self.outputSuspects != nil else {
            self.suspicion = nil
            let since = self.fineSince ?? now
            self.fineSince = since
            self.guardian.ranWell(for: now - since)
            return
        }
        self.fineSince = nil
        var suspicion = self.suspicion ?? Suspicion(since: now)
        if !suspicion.isCounted, self.mediaEnd != nil, now - suspicion.since >= self.configuration.standbyAfter {
            suspicion.isCounted = true
            suspicion.isFlapping = self.guardian.suspected(now: now)
        }
        self.suspicion = suspicion
    }

    /// The current source is always open, or about to be.
    private mutating func openCurrent(now: NIODeadline) -> [Action] {
        guard let source = self.source, self.currentRun == nil, self.isDue(source.id, now: now) else { return [] }
        return self.open(source, claim: .queued, now: now)
    }

    func isDue(_ source: SourceID, now: NIODeadline) -> Bool {
        self.lines[source]?.retryAt.map { now >= $0 } ?? true
    }

    /// Opens a source beside the current one: a standby when that is suspected, or one that is better and may be back.
    private mutating func openOther(now: NIODeadline) -> [Action] {
        guard let current = self.source, self.others.isEmpty, self.manual == nil, !self.isLingering else { return [] }
        guard let suspicion = self.suspicion else {
            guard self.returns == .better, self.pinned == nil else { return [] }
            let better = self.sources.prefix(self.index(of: current.id)).first { self.isDue($0.id, now: now) }
            return better.map { self.open($0, claim: .spare(leaving: 0), now: now) } ?? []
        }
        guard now - suspicion.since >= self.standbyWait,
            let next = self.sources.first(where: { $0.id != current.id && self.isDue($0.id, now: now) })
        else { return [] }
        // Not the connection that the current source needs when it is asked again.
        let isReserved = next.supplier == current.supplier && self.currentRun == nil
        let mayWait = self.isFailoverDue(now: now) && next.supplier != current.supplier
        let claim: SlotClaim = mayWait ? .queued : .spare(leaving: isReserved ? 1 : 0)
        return self.open(next, claim: claim, now: now)
    }

    /// How long after the first suspicion a standby is opened.
    private var standbyWait: TimeAmount {
        if let current = self.current, self.lines[current]?.hasFailed == true { return .nanoseconds(0) }
        return self.mediaEnd == nil ? self.configuration.standbyAtStart : self.configuration.standbyAfter
    }

    /// Lets the standbys go when the current source has been well for a while.
    private mutating func letGoOthers(now: NIODeadline) -> [Action] {
        guard self.manual == nil, !self.guardian.isUp, let fineSince = self.fineSince, let run = self.currentRun,
            self.entered == run.number, now - fineSince >= self.configuration.standbyKept
        else { return [] }
        let place = self.index(of: run.source.id)
        let seeksBetter = self.returns == .better && self.pinned == nil
        let unneeded = self.others.filter { !(seeksBetter && self.index(of: $0.source.id) < place) }
        return unneeded.flatMap { self.letGo($0, why: "not-needed", now: now) }
    }
}
