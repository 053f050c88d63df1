import Events
import Ingest
import MPEGTS
import Model
import NIOCore

/// The shell of one channel: carries out what its machines decide, on one event loop.
///
/// `@unchecked Sendable`: the reference travels between threads, but every stored variable is touched on `loop` only;
/// the members that other threads call do nothing but `execute`.
final class ChannelPipeline: @unchecked Sendable {
    /// How often time passes for the machines, and chunks are sent to viewers.
    static let tick: TimeAmount = .milliseconds(100)

    private let loop: any EventLoop
    private let services: ChannelServices
    private let board: StatusBoard
    private var output: ChannelOutput
    private var supervisor: SourceSupervisor
    private var opened: [Int: SourceOpener.Opened] = [:]
    /// Operators who wait for a switch.
    private var requests: [Int: EventLoopPromise<SwitchAnswer>] = [:]
    private var lastRequest = 0
    /// How many watch, as the sources were last told.
    private var toldViewers = 0
    private var hasEnded = false
    private var nextTick: NIODeadline?
    private var timer: Scheduled<Void>?

    init(
        _ specification: ChannelSpecification,
        on loop: any EventLoop,
        with services: ChannelServices,
        output: ChannelOutput,
        board: StatusBoard
    ) {
        self.loop = loop
        self.services = services
        self.output = output
        self.board = board
        self.supervisor = SourceSupervisor(
            channel: specification.id,
            keep: specification.keep,
            returns: specification.returns,
            sources: specification.sources,
            configuration: services.failover,
            random: SystemRandomNumberGenerator()
        )
    }

    // MARK: Called from any thread

    func start() {
        self.loop.execute { self.perform(self.supervisor.started(now: .now())) }
    }

    func viewerJoined() {
        self.loop.execute { self.perform(self.supervisor.viewerJoined(now: .now())) }
    }

    func viewerLeft() {
        self.loop.execute { self.perform(self.supervisor.viewerLeft(now: .now())) }
    }

    func change(to specification: ChannelSpecification) {
        self.loop.execute {
            self.perform(
                self.supervisor.changed(
                    keep: specification.keep,
                    returns: specification.returns,
                    sources: specification.sources,
                    now: .now()
                )
            )
        }
    }

    func switchSource(to source: SourceID?) -> EventLoopFuture<SwitchAnswer> {
        self.loop.flatSubmit {
            self.lastRequest += 1
            let promise = self.loop.makePromise(of: SwitchAnswer.self)
            self.requests[self.lastRequest] = promise
            self.perform(self.supervisor.switchAsked(to: source, request: self.lastRequest, now: .now()))
            return promise.futureResult
        }
    }

    func end(why: String) -> EventLoopFuture<Void> {
        self.loop.submit {
            self.perform(self.supervisor.removed(why: why, now: .now()))
            self.output.end()
            self.hasEnded = true
        }
    }

    // MARK: On the loop

    /// Carries out what was decided, and what follows from it.
    private func perform(_ actions: [SourceSupervisor.Action]) {
        var reports: [ContinuityReport] = []
        for action in actions { reports += self.carryOut(action) }
        self.take(reports)
        self.tellViewers()
        self.postStatus()
        self.scheduleTick()
    }

    private func take(_ reports: [ContinuityReport]) {
        for report in reports { self.perform(self.supervisor.reported(report, now: .now())) }
    }

    private func carryOut(_ action: SourceSupervisor.Action) -> [ContinuityReport] {
        switch action {
        case .open(let source, let run, let claim):
            return self.open(source, run: run, claim: claim)
        case .close(let run):
            self.opened[run]?.close()
            return self.output.closed(run: run, now: .now())
        case .feed(let run):
            return self.output.feed(run: run, now: .now())
        case .offerSlot(let run, let isOffered):
            self.opened[run]?.offerSlot(isOffered)
        case .record(let event):
            self.services.record(event)
        case .answer(let request, let answer):
            // Who is told that it is done sees it done.
            self.postStatus()
            self.requests.removeValue(forKey: request)?.succeed(answer)
        case .rest:
            let reports = self.output.rest()
            self.showSlates(now: .now())
            return reports
        }
        return []
    }

    private func open(_ source: SourceSpecification, run: Int, claim: SlotClaim) -> [ContinuityReport] {
        let isBursty = source.comesInSegments
        let reports = self.output.opened(run: run, source: source.id, isBursty: isBursty, now: .now())
        self.opened[run] = self.services.sources.open(source, claim, self.loop) { output in
            self.received(output, run: run)
        }
        self.opened[run]?.watched(self.supervisor.viewers)
        return reports
    }

    /// Where suppliers' connections are short, it counts how many watch.
    private func tellViewers() {
        guard self.toldViewers != self.supervisor.viewers else { return }
        self.toldViewers = self.supervisor.viewers
        for opened in self.opened.values { opened.watched(self.toldViewers) }
    }

    private func received(_ output: SourceOutput, run: Int) {
        self.loop.preconditionInEventLoop()
        if case .ended = output { self.opened[run] = nil }
        guard self.supervisor.isOpen(run: run) else { return }
        let now = NIODeadline.now()
        switch output {
        case .connected:
            self.supervisor.connected(run: run, now: now)
        case .tracks(let tracks):
            self.supervisor.found(tracks.map { "\($0.codec)" }.joined(separator: "+"), run: run)
            self.take(self.output.found(tracks, run: run, now: now))
        case .discontinuity:
            self.output.expectEpoch(run: run)
        case .units(let units):
            let (bytes, length, reports) = self.output.received(units, run: run, now: now)
            self.perform(self.supervisor.received(bytes: bytes, lasting: length, run: run, now: now))
            self.take(reports)
            self.output.sendDue(now: now)
        case .notice(let notice):
            self.noticed(notice, run: run, now: now)
        case .slotWanted:
            self.perform(self.supervisor.slotWanted(run: run, now: now))
        case .ended(let failure):
            let reports = self.output.closed(run: run, now: now)
            self.perform(self.supervisor.ended(failure, run: run, now: now))
            self.take(reports)
        }
    }

    private func noticed(_ notice: SourceNotice, run: Int, now: NIODeadline) {
        self.output.report.notices += 1
        switch notice {
        case .segmentsLost(_, let length):
            self.perform(self.supervisor.lost(length, run: run, now: now))
        case .continuityErrors(let count):
            self.take(self.output.continuityErrors(count, run: run, now: now))
        case .corruptUnits:
            // Pictures may be missing, though no counter says so.
            self.take(self.output.continuityErrors(0, run: run, now: now))
        case .retrying, .playlistFrozen, .separateAudio, .scrambled:
            break
        }
    }

    private func postStatus() {
        var report = self.output.report
        report.source = self.supervisor.source?.id
        report.liveSince = self.supervisor.liveSince
        switch self.supervisor.phase {
        case .idle: report.state = .idle
        case .starting: report.state = .starting
        case .live: report.state = .live
        case .down: report.state = .down
        }
        if self.output.isSlate { report.state = .slate }
        self.board.post(report)
    }

    private func scheduleTick() {
        // Viewers of a channel without sources see a slate.
        guard self.timer == nil, !self.hasEnded, self.supervisor.isActive || self.supervisor.viewers > 0 else { return }
        let now = NIODeadline.now()
        // At a fixed rate: a late tick does not move the ones after it, one that is very late does.
        let next = max((self.nextTick ?? now) + Self.tick, now)
        self.nextTick = next
        self.timer = self.loop.scheduleTask(deadline: next) {
            self.timer = nil
            self.ticked()
        }
    }

    private func showSlates(now: NIODeadline) {
        let slates = self.output.showSlates(viewers: self.supervisor.viewers, now: now)
        for event in slates.events { self.services.record(event) }
        self.take(slates.reports)
    }

    private func ticked() {
        let now = NIODeadline.now()
        self.take(self.output.timePassed(now: now))
        self.showSlates(now: now)
        self.output.sendDue(now: now)
        self.output.flush()
        self.perform(self.supervisor.timePassed(now: now))
    }
}
