package import Events
package import Ingest
package import Model
package import NIOCore

/// Which sources of a channel run, and which of them is its: on demand, reconnects, standbys, failover and return.
///
/// Pure: it opens nothing and holds no timer. The channel tells it what happened and when, asks ``timePassed(now:)``
/// every 100 ms while ``isActive``, and carries out what it returns. A *run* is one opening of one source. The run of the
/// *current* source is fed to the output; others stand by (the current one is suspected) or probe (a better one may be
/// back). What is to be done follows from what is known, in ``settle(now:)``, after each thing that happens.
package struct SourceSupervisor: Sendable {
    package enum Action: Hashable, Sendable {
        case open(SourceSpecification, run: Int, claim: SlotClaim)
        case close(run: Int)
        /// The run is the channel's from its next random access point on.
        case feed(run: Int)
        /// Whether the run's connection may go to whoever waits for one.
        case offerSlot(run: Int, Bool)
        case record(Event)
        case answer(request: Int, SwitchAnswer)
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

    /// How long a channel on demand stays open after its last viewer, who may only be changing applications.
    package static let linger: TimeAmount = .seconds(5)
    /// Without media for this long is an interruption worth recording.
    package static let silence: TimeAmount = .seconds(1)
    /// Losses of single segments are told at most this often, so that a bad supplier doesn't fill the log.
    package static let lossesTold: TimeAmount = .seconds(10)
    /// Media in advance of the clock that is believed; more is a replayed buffer.
    package static let advanceMax: TimeAmount = .seconds(30)
    /// Runs whose source is remembered when they are over: reports on them may come late.
    static let rememberedMax = 32

    /// The current source has no media.
    struct Suspicion: Sendable {
        var since: NIODeadline
        var isCounted = false
        /// Whether there were too many of late.
        var isFlapping = false
    }

    /// A switch that an operator asked for and that isn't over.
    struct ManualSwitch: Sendable {
        var request: Int
        var target: SourceID
        var deadline: NIODeadline
    }

    let channel: ChannelID
    let configuration: FailoverConfiguration
    var sources: [SourceSpecification]
    var keep: ChannelKeep
    var returns: ReturnPolicy
    var viewers = 0
    var lingerUntil: NIODeadline?
    var isRemoved = false
    /// The source that is the channel's; `nil` when idle.
    var current: SourceID?
    var openedAt: NIODeadline = .uptimeNanoseconds(0)
    var runs: [SourceRun] = []
    var lines: [SourceID: SourceLine] = [:]
    /// The run that the output comes from, open or not.
    var entered: Int?
    /// Its source, and at first the source that should have been.
    var delivered: SourceID?
    /// Until when the media of the output last, played from when they came; `nil` before the first.
    var mediaEnd: NIODeadline?
    var suspicion: Suspicion?
    /// What the output says of the fed run.
    var outputSuspects: String?
    /// Whether the picture has been held for long, since a source was entered.
    var isHeldLong = false
    /// Since when the current source is well.
    var fineSince: NIODeadline?
    var guardian: FlapGuard
    /// Why the current source is not the one that was.
    var whySwitched = "stall"
    var manual: ManualSwitch?
    /// The source an operator chose.
    var pinned: SourceID?
    var runCount = 0
    var remembered: [(run: Int, source: SourceSpecification)] = []
    /// Media lost in segments since the last blip that told of some, and when that was.
    var lostSegments: (length: MediaTime, toldAt: NIODeadline?) = (.zero, nil)
    var random: any RandomNumberGenerator & Sendable

    /// Makes the supervisor of a channel that is idle.
    ///
    /// The jitter of waits comes from `random`, so that channels of one supplier don't knock at the same moment.
    package init(
        channel: ChannelID,
        keep: ChannelKeep,
        returns: ReturnPolicy = .better,
        sources: [SourceSpecification],
        configuration: FailoverConfiguration = FailoverConfiguration(),
        random: any RandomNumberGenerator & Sendable
    ) {
        self.channel = channel
        self.keep = keep
        self.returns = returns
        self.sources = sources
        self.configuration = configuration
        self.guardian = FlapGuard(configuration)
        self.random = random
    }

    /// Whether time matters: something runs, waits or lingers.
    package var isActive: Bool { self.current != nil }

    /// What the channel's source is doing.
    package var phase: Phase {
        guard let current = self.current else { return .idle }
        if self.lines[current]?.outage != nil { return .down }
        if self.currentRun?.firstMediaAt != nil { return .live }
        return self.mediaEnd == nil && !self.lines.values.contains { $0.hasFailed } ? .starting : .down
    }

    /// The current source; `nil` when idle.
    package var source: SourceSpecification? {
        self.current.flatMap { current in self.sources.first { $0.id == current } }
    }

    /// When the first media of the current source's run came; `nil` when there is none.
    package var liveSince: NIODeadline? { self.currentRun?.firstMediaAt }

    /// Whether outputs of this run still count.
    package func isOpen(run: Int) -> Bool { self.runs.contains { $0.number == run } }

    // MARK: What happens to the channel

    /// The channel stands in the catalogue; opens one that is kept always.
    package mutating func started(now: NIODeadline) -> [Action] {
        self.openIfWanted(now: now)
    }

    /// The catalogue says something new; a running source that is still in it, unchanged, runs on.
    package mutating func changed(
        keep: ChannelKeep,
        returns: ReturnPolicy = .better,
        sources: [SourceSpecification],
        now: NIODeadline
    ) -> [Action] {
        if self.isRemoved { return [] }
        self.keep = keep
        self.returns = returns
        guard let current = self.source, sources.contains(current) else {
            let actions = self.stop(why: "changed", now: now, rests: sources.isEmpty)
            self.sources = sources
            return actions + self.openIfWanted(now: now)
        }
        self.sources = sources
        let gone = self.runs.filter { !sources.contains($0.source) }
        var actions = gone.flatMap { self.letGo($0, why: "changed", now: now) }
        let known = Set(sources.map(\.id))
        self.lines = self.lines.filter { known.contains($0.key) }
        if let pinned = self.pinned, !known.contains(pinned) { self.pinned = nil }
        actions += self.stopIfUnwanted(now: now)
        return actions + self.settle(now: now)
    }

    /// The channel left the catalogue, or the service stops.
    package mutating func removed(why: String = "removed", now: NIODeadline) -> [Action] {
        if self.isRemoved { return [] }
        let actions = self.stop(why: why, now: now, rests: true)
        self.isRemoved = true
        return actions
    }

    package mutating func viewerJoined(now: NIODeadline) -> [Action] {
        self.viewers += 1
        let lingered = self.lingerUntil != nil
        self.lingerUntil = nil
        var actions: [Action] = []
        if lingered, let run = self.currentRun { actions.append(.offerSlot(run: run.number, false)) }
        return actions + self.openIfWanted(now: now)
    }

    package mutating func viewerLeft(now: NIODeadline) -> [Action] {
        self.viewers = max(0, self.viewers - 1)
        guard self.viewers == 0, self.isActive, self.lingerUntil == nil else { return [] }
        self.lingerUntil = now + Self.linger
        guard self.keep == .onDemand, let run = self.currentRun else { return [] }
        return [.offerSlot(run: run.number, true)]
    }

    /// A tick of the clock.
    package mutating func timePassed(now: NIODeadline) -> [Action] {
        if let until = self.lingerUntil, now >= until {
            self.lingerUntil = nil
            let actions = self.stopIfUnwanted(now: now)
            if !self.isActive { return actions }
        }
        return self.settle(now: now)
    }

    private mutating func openIfWanted(now: NIODeadline) -> [Action] {
        guard self.current == nil, !self.isRemoved, self.isWanted, let first = self.sources.first else { return [] }
        self.current = first.id
        self.delivered = first.id
        self.openedAt = now
        return self.settle(now: now)
    }

    private var isWanted: Bool { self.keep == .always || self.viewers > 0 || self.lingerUntil != nil }

    /// Whether nobody watches, and the channel is open only because somebody may come back.
    var isLingering: Bool { self.keep == .onDemand && self.viewers == 0 }

    private mutating func stopIfUnwanted(now: NIODeadline) -> [Action] {
        guard !self.isWanted, self.isActive else { return [] }
        return self.stop(why: "no-viewers", now: now, rests: true)
    }

    /// Ends what runs, in good order.
    mutating func stop(why: String, now: NIODeadline, rests: Bool) -> [Action] {
        guard let source = self.source ?? self.runs.first?.source else { return [] }
        var actions: [Action] = []
        if let manual = self.manual { actions.append(.answer(request: manual.request, .notRunning)) }
        for run in self.runs {
            actions += [.close(run: run.number), .record(self.stopped(run, why: why, now: now))]
        }
        if self.runs.isEmpty { actions.append(.record(self.stopped(source, why: why))) }
        if rests { actions.append(.rest) }
        self.current = nil
        self.runs = []
        self.lines = [:]
        self.entered = nil
        self.delivered = nil
        self.mediaEnd = nil
        self.suspicion = nil
        self.outputSuspects = nil
        self.isHeldLong = false
        self.fineSince = nil
        self.guardian = FlapGuard(self.configuration)
        self.manual = nil
        self.pinned = nil
        return actions
    }
}
