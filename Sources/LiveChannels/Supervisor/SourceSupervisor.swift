package import Events
package import Ingest
package import Model
package import NIOCore

/// Which source of a channel runs, and when: on demand, reconnects, the next one in order.
///
/// Pure: it opens nothing and holds no timer. The channel tells it what happened and when, asks ``timePassed(now:)``
/// every 100 ms while ``isActive``, and carries out what it returns. A *run* is one opening of one source; outputs of
/// any but the run named last are not for it.
package struct SourceSupervisor: Sendable {
    package enum Action: Hashable, Sendable {
        case open(SourceSpecification, run: Int)
        case close(run: Int)
        case record(Event)
        /// Nothing runs and nothing is to: what is in memory is no longer live.
        case rest
    }

    /// What the channel's source is doing.
    package enum Phase: Hashable, Sendable {
        /// Nobody watches a channel on demand.
        case idle
        /// A source was asked, no media yet.
        case starting
        case live
        /// Media stopped and has not come back.
        case down
    }

    /// Waits between attempts that failed, in order; the last one repeats.
    package static let backoff: [TimeAmount] = [
        .milliseconds(500), .seconds(1), .seconds(2), .seconds(4), .seconds(8), .seconds(15),
    ]
    /// After a run longer than this the same source is tried again at once: suppliers close every 60–120 s on purpose.
    package static let stableRun: TimeAmount = .seconds(30)
    /// A run longer than this is no failure: suppliers close every 10–15 s on purpose.
    package static let usefulRun: TimeAmount = .seconds(8)
    /// How long a channel on demand stays open after its last viewer, who may only be changing applications.
    package static let linger: TimeAmount = .seconds(5)
    /// Without media for this long is an interruption worth recording.
    package static let silence: TimeAmount = .seconds(1)
    /// Without media for this long the next source is asked, if there is one.
    package static let silenceToNext: TimeAmount = .seconds(3)
    /// Without media for this long the only source is asked anew; a short stall is better sat out, since it loses nothing.
    package static let silenceToReopen: TimeAmount = .seconds(5)
    /// How long a source may take to its first media when there is another; doubled each time all have failed.
    package static let patience: TimeAmount = .milliseconds(2_500)
    /// And when there is no other: longer than the ingest's own time-outs for connecting and for the first byte together.
    package static let patienceMax: TimeAmount = .seconds(20)
    /// What a source that has answered is given on top, to its first media.
    package static let patienceAfterConnect: TimeAmount = .seconds(3)
    /// Attempts at one source before the next one, the first time round; a refusal that will stand counts as all of them.
    package static let attemptsMax = 2
    /// Losses of single segments are told at most this often, so that a bad supplier doesn't fill the log.
    package static let lossesTold: TimeAmount = .seconds(10)
    /// Media in advance of the clock that is believed; more is a replayed buffer.
    package static let advanceMax: TimeAmount = .seconds(30)

    struct Run: Sendable {
        var index: Int
        var number: Int
        var openedAt: NIODeadline
        var deadline: NIODeadline
        var firstMediaAt: NIODeadline?
        /// Until when the media received lasts, played from when it came.
        var lastsUntil: NIODeadline
        var bytes: Int64 = 0
    }

    enum State: Sendable {
        case idle
        case running(Run)
        case waiting(index: Int, until: NIODeadline)
        case removed
    }

    /// Media that stopped: since when, of which source, and why.
    struct Outage: Sendable {
        var since: NIODeadline
        var source: SourceID
        var cause: String
        var bytes: Int64
    }

    let channel: ChannelID
    var sources: [SourceSpecification]
    var keep: ChannelKeep
    var viewers = 0
    var lingerUntil: NIODeadline?
    var state: State = .idle
    var outage: Outage?
    var downSince: [SourceID: NIODeadline] = [:]
    /// The source whose media came last, since the channel was opened.
    var lastDelivered: SourceID?
    var failures = 0
    var waits = 0
    var rounds = 0
    var tried: Set<SourceID> = []
    var runs = 0
    /// Media lost in segments since the last blip that told of some, and when that was.
    var lostSegments: (length: MediaTime, toldAt: NIODeadline?) = (.zero, nil)
    /// What the run's media is, such as `h264+aac`; set by the channel when it hears of it.
    package var tracks: String?
    var random: any RandomNumberGenerator & Sendable

    /// Makes the supervisor of a channel that is idle.
    ///
    /// The jitter of waits comes from `random`, so that channels of one supplier don't knock at the same moment.
    package init(
        channel: ChannelID,
        keep: ChannelKeep,
        sources: [SourceSpecification],
        random: any RandomNumberGenerator & Sendable
    ) {
        self.channel = channel
        self.keep = keep
        self.sources = sources
        self.random = random
    }

    /// Whether time matters: something runs, waits or lingers.
    package var isActive: Bool {
        switch self.state {
        case .idle, .removed: false
        case .running, .waiting: true
        }
    }

    /// What the channel's source is doing.
    package var phase: Phase {
        switch self.state {
        case .idle, .removed: .idle
        case .running(let run) where run.firstMediaAt != nil: self.outage == nil ? .live : .down
        case .running, .waiting: self.outage == nil ? .starting : .down
        }
    }

    /// The source that runs or is waited for; `nil` when idle.
    package var source: SourceSpecification? {
        switch self.state {
        case .idle, .removed: nil
        case .running(let run): self.sources[run.index]
        case .waiting(let index, _): self.sources[index]
        }
    }

    /// When the first media of the present run came; `nil` when there is none.
    package var liveSince: NIODeadline? {
        if case .running(let run) = self.state { run.firstMediaAt } else { nil }
    }

    /// The run whose outputs count; `nil` when none is open.
    package var run: Int? {
        if case .running(let run) = self.state { run.number } else { nil }
    }

    /// The channel stands in the catalogue; opens one that is kept always.
    package mutating func started(now: NIODeadline) -> [Action] {
        self.openIfWanted(now: now)
    }

    /// The catalogue says something new; a running source that is still in it, unchanged, runs on.
    package mutating func changed(keep: ChannelKeep, sources: [SourceSpecification], now: NIODeadline) -> [Action] {
        if case .removed = self.state { return [] }
        let current = self.source
        self.keep = keep
        if let current, let index = sources.firstIndex(of: current) {
            self.sources = sources
            self.moveTo(index: index)
            return self.stopIfUnwanted(now: now)
        }
        var actions = self.stop(why: "changed", now: now, rests: sources.isEmpty)
        self.sources = sources
        actions += self.openIfWanted(now: now)
        return actions
    }

    /// The channel left the catalogue, or the service stops.
    package mutating func removed(why: String = "removed", now: NIODeadline) -> [Action] {
        if case .removed = self.state { return [] }
        let actions = self.stop(why: why, now: now, rests: true)
        self.state = .removed
        return actions
    }

    package mutating func viewerJoined(now: NIODeadline) -> [Action] {
        self.viewers += 1
        self.lingerUntil = nil
        return self.openIfWanted(now: now)
    }

    package mutating func viewerLeft(now: NIODeadline) -> [Action] {
        self.viewers = max(0, self.viewers - 1)
        guard self.viewers == 0, self.isActive else { return [] }
        self.lingerUntil = now + Self.linger
        return []
    }

    /// The source answered with something that is media.
    package mutating func connected(now: NIODeadline) {
        guard case .running(var run) = self.state else { return }
        run.deadline = max(run.deadline, now + Self.patienceAfterConnect)
        self.state = .running(run)
    }

    /// Media came: so many bytes, lasting `length` when played.
    package mutating func received(bytes: Int64, lasting length: TimeAmount, now: NIODeadline) -> [Action] {
        guard case .running(var run) = self.state else { return [] }
        let isFirst = run.firstMediaAt == nil
        let silentSince = isFirst ? nil : run.silentSince(now: now)
        run.bytes += bytes
        run.firstMediaAt = run.firstMediaAt ?? now
        run.lastsUntil = min(max(run.lastsUntil, now) + length, now + Self.advanceMax)
        self.state = .running(run)
        if isFirst { return self.firstMedia(of: run, now: now) }
        guard let silentSince else { return [] }
        self.outage = nil
        var blip = self.blip(run, cause: "stall", since: silentSince, now: now)
        blip.bytes = ByteCount(run.bytes - bytes)
        return [.record(.ingestBlip(blip))]
    }

    /// The source ended; its last output.
    package mutating func ended(_ failure: SourceFailure, now: NIODeadline) -> [Action] {
        guard case .running(var run) = self.state else { return [] }
        run.bytes = max(run.bytes, failure.bytes)
        return self.failed(run, cause: failure.cause.description, mayPass: failure.cause.mayPass, now: now)
    }

    /// A tick of the clock.
    package mutating func timePassed(now: NIODeadline) -> [Action] {
        if let until = self.lingerUntil, now >= until {
            self.lingerUntil = nil
            let actions = self.stopIfUnwanted(now: now)
            if !self.isActive { return actions }
        }
        switch self.state {
        case .idle, .removed:
            return []
        case .waiting(let index, let until):
            return now >= until ? self.open(index: index, now: now) : []
        case .running(let run):
            guard run.firstMediaAt != nil else {
                guard now >= run.deadline else { return [] }
                return [.close(run: run.number)]
                    + self.failed(run, cause: "timed-out-first-media", mayPass: false, now: now)
            }
            return self.watchSilence(of: run, now: now)
        }
    }

    private mutating func openIfWanted(now: NIODeadline) -> [Action] {
        guard case .idle = self.state, self.isWanted, !self.sources.isEmpty else { return [] }
        self.failures = 0
        self.waits = 0
        self.rounds = 0
        self.tried = []
        return self.open(index: 0, now: now)
    }

    private var isWanted: Bool { self.keep == .always || self.viewers > 0 || self.lingerUntil != nil }

    private mutating func stopIfUnwanted(now: NIODeadline) -> [Action] {
        guard !self.isWanted, self.isActive else { return [] }
        return self.stop(why: "no-viewers", now: now, rests: true)
    }

    /// Ends what runs, in good order.
    private mutating func stop(why: String, now: NIODeadline, rests: Bool) -> [Action] {
        guard let source = self.source else { return [] }
        var actions: [Action] = []
        var stopped = IngestStopped(
            channel: self.channel,
            source: source.id,
            supplier: source.supplier,
            why: why,
            bytes: ByteCount(0),
            ran: Milliseconds(0)
        )
        if case .running(let run) = self.state {
            actions.append(.close(run: run.number))
            stopped.bytes = ByteCount(run.bytes)
            if let first = run.firstMediaAt { stopped.ran = (now - first).milliseconds }
        }
        actions.append(.record(.ingestStopped(stopped)))
        if rests { actions.append(.rest) }
        self.state = .idle
        self.outage = nil
        self.downSince = [:]
        self.lastDelivered = nil
        return actions
    }

    private mutating func moveTo(index: Int) {
        switch self.state {
        case .running(var run):
            run.index = index
            self.state = .running(run)
        case .waiting(_, let until):
            self.state = .waiting(index: index, until: until)
        case .idle, .removed:
            break
        }
    }
}
