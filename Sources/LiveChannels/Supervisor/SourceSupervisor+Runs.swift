import Events
package import Ingest
import Model
package import NIOCore

/// What happens to the runs.
extension SourceSupervisor {
    /// The source answered with something that is media.
    package mutating func connected(run: Int, now: NIODeadline) {
        let deadline = now + self.configuration.patienceAfterConnect
        self.update(run) { $0.deadline = max($0.deadline, deadline) }
    }

    /// What the run's media is, such as `h264+aac`.
    package mutating func found(_ tracks: String, run: Int) {
        self.update(run) { $0.tracks = tracks }
    }

    /// Media came: so many bytes, lasting `length` when played.
    package mutating func received(bytes: Int64, lasting length: TimeAmount, run: Int, now: NIODeadline) -> [Action] {
        guard var current = self.runs.first(where: { $0.number == run }) else { return [] }
        let isFirst = current.firstMediaAt == nil
        current.bytes += bytes
        current.firstMediaAt = current.firstMediaAt ?? now
        // What is corrupt does not last, however much of it comes.
        guard current.corrupt == nil else {
            self.update(run) { $0 = current }
            return self.settle(now: now)
        }
        let silentSince = isFirst ? nil : current.silentSince(now: now, atLeast: Self.silence)
        current.lastsUntil = min(max(current.lastsUntil, now) + length, now + Self.advanceMax)
        current.goodSince = (silentSince == nil ? current.goodSince : nil) ?? now
        self.update(run) { $0 = current }
        // What comes while the output suspects the run isn't played yet.
        if run == self.entered, self.outputSuspects == nil { self.mediaEnd = current.lastsUntil }
        var actions: [Action] = []
        if isFirst {
            actions = self.firstMedia(of: current, now: now)
        } else if let silentSince {
            actions = [self.mediaAgain(of: current, since: silentSince, before: current.bytes - bytes, now: now)]
        }
        return actions + self.settle(now: now)
    }

    /// The source ended; its last output.
    package mutating func ended(_ failure: SourceFailure, run: Int, now: NIODeadline) -> [Action] {
        guard let index = self.runs.firstIndex(where: { $0.number == run }) else { return [] }
        self.runs[index].bytes = max(self.runs[index].bytes, failure.bytes)
        let run = self.runs[index]
        var actions: [Action] = []
        if failure.cause == .slotUnavailable, run.claim != .queued {
            self.runs.remove(at: index)
            actions = self.foundNoSlot(run, now: now)
        } else {
            actions = self.failed(
                run,
                cause: failure.cause.description,
                isRefused: !failure.cause.mayPass,
                now: now
            )
            if case .slotTaken(let winner) = failure.cause {
                actions += self.down(run.source, bytes: run.bytes, winner: winner, now: now)
            }
        }
        return actions + self.settle(now: now)
    }

    /// Somebody waits for the connection that the run offered.
    package mutating func slotWanted(run: Int, now: NIODeadline) -> [Action] {
        guard let run = self.runs.first(where: { $0.number == run }) else { return [] }
        guard run.source.id != self.current else {
            // Nobody watches: whoever waits need not wait until nobody has come back.
            guard self.isLingering else { return [] }
            self.lingerUntil = nil
            return self.stop(why: "slot-wanted", now: now, rests: true)
        }
        guard run.number != self.entered else { return [] }
        let actions = self.letGo(run, why: "slot-wanted", now: now)
        self.postpone(run.source.id, now: now)
        return actions + self.settle(now: now)
    }

    // MARK: Opening and closing

    /// The run of the current source; `nil` when none is open.
    var currentRun: SourceRun? { self.runs.last { $0.source.id == self.current } }

    /// The runs of other sources.
    var others: [SourceRun] { self.runs.filter { $0.source.id != self.current } }

    func isFlowing(_ run: SourceRun, now: NIODeadline) -> Bool {
        run.isFlowing(now: now, suspectAfter: self.configuration.suspectAfter)
    }

    /// The place of a source in the order, from 0.
    func index(of source: SourceID) -> Int {
        self.sources.firstIndex { $0.id == source } ?? self.sources.count
    }

    mutating func update(_ run: Int, _ body: (inout SourceRun) -> Void) {
        guard let index = self.runs.firstIndex(where: { $0.number == run }) else { return }
        body(&self.runs[index])
    }

    mutating func open(_ source: SourceSpecification, claim: SlotClaim, now: NIODeadline) -> [Action] {
        self.runCount += 1
        var line = self.lines[source.id] ?? SourceLine()
        line.retryAt = nil
        self.lines[source.id] = line
        var patience = self.configuration.patienceMax
        if self.sources.count > 1 {
            let doubled = self.configuration.patience.nanoseconds << Int64(min(line.waits, 3))
            patience = min(patience, .nanoseconds(doubled))
        }
        let run = SourceRun(
            number: self.runCount,
            source: source,
            claim: claim,
            openedAt: now,
            deadline: now + patience,
            lastsUntil: now
        )
        self.runs.append(run)
        self.remembered = self.remembered.suffix(Self.rememberedMax - 1) + [(run.number, source)]
        let isFed = source.id == self.current
        let isSpare = !isFed || self.isLingering
        return [.open(source, run: run.number, claim: claim)]
            + (isFed ? [.feed(run: run.number)] : [])
            + (isSpare ? [.offerSlot(run: run.number, true)] : [])
    }

    /// Closes a run that is not needed any more.
    mutating func letGo(_ run: SourceRun, why: String, now: NIODeadline) -> [Action] {
        self.runs.removeAll { $0.number == run.number }
        // A source that never said anything was not let go, it was given up.
        guard run.firstMediaAt != nil else { return [.close(run: run.number)] }
        return [.close(run: run.number), .record(self.stopped(run, why: why, now: now))]
    }

    /// The run is over without having been let go.
    mutating func failed(
        _ run: SourceRun,
        cause: String,
        isRefused: Bool,
        hasWaited: Bool = false,
        now: NIODeadline
    ) -> [Action] {
        self.runs.removeAll { $0.number == run.number }
        let id = run.source.id
        var line = self.lines[id] ?? SourceLine()
        let silentSince = run.silentSince(now: now, atLeast: Self.silence)
        let ran = run.firstMediaAt.map { (silentSince ?? now) - $0 }
        if line.outage == nil {
            let since = run.firstMediaAt == nil ? run.openedAt : silentSince ?? now
            line.outage = SourceLine.Outage(since: since, cause: cause, bytes: run.bytes)
        }
        let wasUseful = ran.map { $0 > self.configuration.usefulRun } ?? false
        if wasUseful { line.waits = 0 }
        line.hasFailed = !wasUseful
        line.isRefused = isRefused
        line.lacksSlot = false
        self.lines[id] = line
        // The wait was had, or the supplier closes now and then: at once.
        if wasUseful || (hasWaited && ran != nil) {
            self.lines[id]?.retryAt = now
        } else {
            self.postpone(id, now: now)
        }
        // A run with media that is tried again may turn out a blip; everything else is down.
        let down = ran == nil ? self.down(run.source, cause: cause, bytes: run.bytes, now: now) : []
        return down + self.manualFailed(run, cause: cause)
    }

    /// A spare connection was asked for, and there was none: no fault of the source.
    private mutating func foundNoSlot(_ run: SourceRun, now: NIODeadline) -> [Action] {
        let id = run.source.id
        self.lines[id, default: SourceLine()].lacksSlot = true
        if self.manual?.target == id { return self.manualLacksSlot(run.source, now: now) }
        let wait = self.suspicion == nil ? self.configuration.probeBackoff.last : nil
        let retryAt = now + (wait ?? self.configuration.slotRetry)
        self.lines[id]?.retryAt = retryAt
        return []
    }

    /// Leaves the source alone for a while; longer each time.
    mutating func postpone(_ source: SourceID, now: NIODeadline) {
        let waits = source == self.current ? self.configuration.backoff : self.configuration.probeBackoff
        var line = self.lines[source] ?? SourceLine()
        let wait = line.waits < waits.count ? waits[line.waits] : waits.last ?? self.configuration.slotRetry
        // 0.8 to 1.2 of it.
        let thousandths = 800 + Int64(truncatingIfNeeded: ((self.random.next() >> 32) * 401) >> 32)
        line.waits += 1
        line.retryAt = now + .nanoseconds(wait.nanoseconds / 1_000 * thousandths)
        self.lines[source] = line
    }
}

extension SourceFailure.Cause {
    /// Whether asking the same source once more may help; a refusal that says why will stand.
    var mayPass: Bool {
        switch self {
        case .refused, .unreachable, .closed, .reset, .timedOut, .transfer, .rtmp, .unresolved: true
        case .badURL, .httpStatus, .notMedia, .tooManyRedirects, .forbiddenScheme, .forbiddenAddress, .tls, .tooLarge,
            .playlist, .decryption, .unsupported, .slotUnavailable, .slotTaken, .cancelled:
            false
        }
    }
}
