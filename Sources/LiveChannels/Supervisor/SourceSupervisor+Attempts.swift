import Events
import Ingest
import Model
import NIOCore

/// What is tried when a source fails: the same one, the next one, at once or later.
extension SourceSupervisor {
    mutating func watchSilence(of run: Run, now: NIODeadline) -> [Action] {
        guard let since = run.silentSince(now: now) else { return [] }
        if self.outage == nil {
            self.outage = Outage(since: since, source: self.sources[run.index].id, cause: "stall", bytes: run.bytes)
        }
        let limit = self.sources.count > 1 ? Self.silenceToNext : Self.silenceToReopen
        guard now - since >= limit else { return [] }
        // What follows opens at once: the wait has been had.
        return [.close(run: run.number)] + self.failed(run, cause: "stall", mayPass: false, hasWaited: true, now: now)
    }

    mutating func failed(
        _ run: Run,
        cause: String,
        mayPass: Bool,
        hasWaited: Bool = false,
        now: NIODeadline
    ) -> [Action] {
        let source = self.sources[run.index]
        let ran = run.firstMediaAt.map { (run.silentSince(now: now) ?? now) - $0 }
        if self.outage == nil {
            let since = run.firstMediaAt == nil ? run.openedAt : run.silentSince(now: now) ?? now
            self.outage = Outage(since: since, source: source.id, cause: cause, bytes: run.bytes)
        }
        let wasUseful = ran.map { $0 > Self.usefulRun } ?? false
        if wasUseful {
            self.failures = 0
            self.waits = 0
            self.rounds = 0
            self.tried = []
        }
        let isStable = ran.map { $0 > Self.stableRun } ?? false
        let (next, delay) = self.nextAttempt(
            after: run.index,
            atOnce: hasWaited || isStable,
            staysIfAlone: wasUseful && !hasWaited,
            mayPass: mayPass
        )
        var actions: [Action] = []
        // A run with media that is tried again may turn out a blip; everything else is down.
        if ran == nil || next != run.index, self.downSince[source.id] == nil {
            self.downSince[source.id] = self.outage.flatMap { $0.source == source.id ? $0.since : nil } ?? run.openedAt
            let down = IngestDown(
                channel: self.channel,
                source: source.id,
                supplier: source.supplier,
                cause: cause,
                bytes: ByteCount(run.bytes),
                retryIn: delay.milliseconds
            )
            actions.append(.record(.ingestDown(down)))
        }
        if delay == .nanoseconds(0) { return actions + self.open(index: next, now: now) }
        self.state = .waiting(index: next, until: now + delay)
        return actions
    }

    /// The source to ask next, and how long to wait before.
    private mutating func nextAttempt(
        after index: Int,
        atOnce: Bool,
        staysIfAlone: Bool,
        mayPass: Bool
    ) -> (index: Int, delay: TimeAmount) {
        if staysIfAlone {
            return (index, atOnce ? .nanoseconds(0) : self.nextWait())
        }
        self.failures += 1
        self.tried.insert(self.sources[index].id)
        let attempts = mayPass && self.rounds == 0 ? Self.attemptsMax : 1
        guard self.sources.count > 1, self.failures >= attempts else {
            return (index, atOnce ? .nanoseconds(0) : self.nextWait())
        }
        self.failures = 0
        let next = (index + 1) % self.sources.count
        if !self.tried.contains(self.sources[next].id) { return (next, .nanoseconds(0)) }
        if next == 0 { self.rounds += 1 }
        return (next, self.nextWait())
    }

    private mutating func nextWait() -> TimeAmount {
        let wait = Self.backoff[min(self.waits, Self.backoff.count - 1)]
        self.waits += 1
        // 0.8 to 1.2 of it.
        let thousandths = 800 + Int64(truncatingIfNeeded: ((self.random.next() >> 32) * 401) >> 32)
        return .nanoseconds(wait.nanoseconds / 1_000 * thousandths)
    }

    mutating func open(index: Int, now: NIODeadline) -> [Action] {
        self.runs += 1
        var patience = Self.patienceMax
        if self.sources.count > 1 {
            patience = min(patience, .nanoseconds(Self.patience.nanoseconds << Int64(min(self.rounds, 3))))
        }
        let run = Run(index: index, number: self.runs, openedAt: now, deadline: now + patience, lastsUntil: now)
        self.state = .running(run)
        return [.open(self.sources[index], run: run.number)]
    }
}
