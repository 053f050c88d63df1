package import MPEGTS
package import Model

/// One channel's output, whatever its sources do: one timeline that goes on, held pictures and silence where nothing
/// comes, nothing twice.
///
/// Pure: the shell tells it what each open source (a *run*) sends and when, asks ``timePassed(now:)`` every 100 ms, sends
/// what ``due(now:)`` answers and acts on the reports. One run is *fed* to the output; others stand by, kept ready to be
/// entered at their last random access point. Times of arrival are a monotonic clock in ticks of 1/90 000 s.
///
/// Source: the states of the anti-freeze design.
///
/// ```text
/// runs ─► Feed (buffer, clock, health) ─► known again? OverlapMemory ─► OutputTimeline ─► OutputTail ─► Playhead ─► due
///                                                                         held pictures, silence ──┘
/// ```
package struct ChannelContinuity: Sendable {
    /// What the output is doing.
    package enum State: String, Hashable, Sendable {
        /// Nothing was sent yet.
        case starting = "starting"
        case live = "live"
        /// The source is silent or gone; what is kept still plays.
        case suspect = "suspect"
        /// The picture is held.
        case patch = "patch"
        /// The source is back; not yet for long.
        case resume = "resume"
        /// Held for longer than makes sense.
        case dead = "dead"
        /// A clip of our own is shown, since no source can be.
        case slate = "slate"
    }

    /// Something to send.
    package enum Output: Sendable {
        /// The tracks of what follows.
        case tracks([Track])
        /// `isHeld` says that no source sent it; `step` how a picture came about, `nil` for all else.
        case unit(AccessUnit, isHeld: Bool, step: PictureStep?)
    }

    /// A hold that ended.
    package struct Patch: Hashable, Sendable {
        /// How it was made.
        package var method: String
        /// Media made.
        package var length: MediaTime
        /// Bytes of it, before packets.
        package var bytes: Int64
        /// The source that left the gap; `nil` when none had been entered.
        package var source: SourceID?
    }

    /// What happened, for the record and for those who choose sources.
    package enum Report: Hashable, Sendable {
        /// The fed run's media stopped.
        case suspect(run: Int, cause: String)
        /// They go on.
        case fine(run: Int)
        /// A run that is not fed could be entered now.
        case ready(run: Int)
        /// The output comes from this run now; `gap` is the media held in front of it.
        case entered(run: Int, gap: MediaTime)
        case patched(Patch)
        /// Media that had been sent before were dropped.
        case overlapDropped(run: Int, units: Int, length: MediaTime)
        /// The run sends, but no programme.
        case corrupt(run: Int, cause: String)
        /// The picture has been held for as long as another source is waited with; once a hold.
        case heldLong
        /// The picture has been held for as long as makes sense.
        case exhausted
    }

    /// Runs kept at most; more than main, backup and a probe is a mistake of the caller.
    static let runsMax = 8
    /// Clocks of sources kept, to know them again.
    static let clocksMax = 16

    let configuration: ContinuityConfiguration
    var timeline = OutputTimeline()
    var tail: OutputTail
    var playhead = Playhead<Output>()
    var memory = OverlapMemory()
    var feeds: [Int: Feed] = [:]
    /// The run whose media go out.
    var fed: Int?
    /// The run that is to, as soon as it can be entered.
    var wanted: Int?
    /// The source that was on the output last.
    var lastSource: SourceID?
    /// Where the clock of each source stood on the output when it was heard last.
    var clocks: [SourceID: (anchor: TimeAnchor, at: Int64)] = [:]
    package internal(set) var state = State.starting
    var suspectSince: Int64?
    /// Until when the source's own pictures are shown.
    var shownUntil: Int64?
    var isExhausted = false
    /// Whether the hold has been told to be long.
    var toldLong = false
    var resumedAt: Int64?
    var toldReady: Set<Int> = []
    var toldCorrupt: [Int: SourceHealth.Trouble] = [:]
    /// The media time at which the playlist of HLS viewers has to go on, wherefore the output may not be late then;
    /// `nil` when there is none.
    package var segmentDue: MediaTime?
    /// Units that were not passed on, by reason.
    package internal(set) var dropped: [OutputTimeline.DropReason: Int64] = [:]

    package init(
        configuration: ContinuityConfiguration = ContinuityConfiguration(),
        holders: Holders = .standard
    ) {
        self.configuration = configuration
        self.tail = OutputTail(holders: holders, configuration: configuration)
    }

    /// The tracks of the output.
    package var tracks: [Track] { self.timeline.tracks }

    /// Media kept back now.
    package var cushion: MediaTime { MediaTime(ticks: max(0, self.playhead.cushion)) }

    // MARK: Runs come and go

    /// A source was opened; it stands by until it is fed.
    package mutating func opened(run: Int, source: SourceID, isBursty: Bool, now: MediaTime) {
        self.makeRoom()
        self.feeds[run] = Feed(run: run, source: source, isBursty: isBursty, now: now.ticks)
    }

    /// A clip of our own was opened: it is fed like a source, but plays over and over on purpose, so that it is neither
    /// looked for among what was sent nor remembered, and says nothing about how a source is.
    package mutating func openedSlate(run: Int, now: MediaTime) {
        self.makeRoom()
        var feed = Feed(run: run, source: SourceID(0), isBursty: true, now: now.ticks)
        feed.isSlate = true
        feed.loops = true
        self.feeds[run] = feed
    }

    private mutating func makeRoom() {
        while self.feeds.count >= Self.runsMax {
            guard let oldest = self.feeds.keys.filter({ $0 != self.fed }).min() else { return }
            self.feeds[oldest] = nil
        }
    }

    /// A run named its tracks.
    package mutating func found(_ tracks: [Track], run: Int) {
        self.feeds[run]?.found(tracks)
        guard run == self.fed, let feed = self.feeds[run], case .joined = feed.state else { return }
        let reference = self.timeline.reference
        self.found(tracks)
        if self.timeline.reference != reference { self.leave(run, passesOthers: false, now: feed.last?.at ?? 0) }
    }

    mutating func found(_ tracks: [Track]) {
        guard self.timeline.found(tracks) else { return }
        self.tail.found(self.timeline.tracks)
        // What is kept still belongs to the tracks before; so the new ones wait in line.
        self.playhead.append(.tracks(self.timeline.tracks), due: nil, now: 0)
    }

    /// A run says that its clock may start anew with the next unit.
    package mutating func expectEpoch(run: Int) {
        self.feeds[run]?.expectsEpoch = true
        if run == self.fed { self.timeline.expectEpoch() }
    }

    /// Packets of a run were lost.
    package mutating func continuityErrors(_ count: Int, run: Int, now: MediaTime) {
        self.feeds[run]?.hasLost = true
        self.feeds[run]?.health.lost(count, now: now.ticks)
    }

    /// A run ended; what it sent still plays.
    package mutating func closed(run: Int, cause: String, now: MediaTime) -> [Report] {
        var reports: [Report] = []
        if let feed = self.feeds[run], run == self.fed {
            reports += self.endOverlap(of: feed)
            if !feed.isSlate { reports += self.suspect(run, cause: cause, now: now.ticks) }
            self.remember(feed)
        }
        self.feeds[run] = nil
        self.toldReady.remove(run)
        self.toldCorrupt[run] = nil
        if self.wanted == run { self.wanted = nil }
        return reports
    }

    /// This run is the channel's from its next place to begin on; the one before goes on until then.
    package mutating func feed(run: Int, now: MediaTime) -> [Report] {
        guard self.feeds[run] != nil, run != self.fed else { return [] }
        self.wanted = run
        self.invite(run, now: now.ticks)
        return self.enterIfPossible(run, now: now.ticks)
    }

    /// Nothing runs and nothing is to: what is kept is forgotten, the clock of the output goes on.
    package mutating func rest() -> [Report] {
        var reports: [Report] = []
        if let patch = self.endPatch() { reports.append(.patched(patch)) }
        self.feeds = [:]
        self.fed = nil
        self.wanted = nil
        self.clocks = [:]
        self.memory.removeAll()
        _ = self.playhead.removeAll()
        self.tail.owe()
        self.state = .starting
        self.suspectSince = nil
        self.isExhausted = false
        return reports
    }

    /// Nothing goes out until a source can be entered again; what is kept is forgotten, the open runs are not.
    ///
    /// `wanted` is the run to be entered next, when it is still open.
    package mutating func pause(wanting wanted: Int?) -> [Report] {
        let open = self.feeds.filter { !$0.value.isSlate }
        let reports = self.rest()
        self.feeds = open
        self.wanted = wanted.flatMap { open[$0] == nil ? nil : $0 }
        return reports
    }

    // MARK: What goes out

    /// What is to be sent by now, in order.
    package mutating func due(now: MediaTime) -> [Output] {
        let isBursty = self.fed.flatMap { self.feeds[$0]?.isBursty } ?? false
        return self.playhead.due(now: now.ticks, configuration: self.configuration, isBursty: isBursty)
    }
}
