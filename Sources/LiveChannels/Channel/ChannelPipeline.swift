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
    private var closes: [Int: SourceOpener.Close] = [:]
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
            sources: specification.sources,
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
                self.supervisor.changed(keep: specification.keep, sources: specification.sources, now: .now())
            )
        }
    }

    func end(why: String) -> EventLoopFuture<Void> {
        self.loop.submit {
            self.perform(self.supervisor.removed(why: why, now: .now()))
            self.output.end()
        }
    }

    // MARK: On the loop

    private func perform(_ actions: [SourceSupervisor.Action]) {
        for action in actions {
            switch action {
            case .open(let source, let run): self.open(source, run: run)
            case .close(let run):
                self.closes[run]?()
                _ = self.output.closed(run: run, now: .now())
            case .record(let event): self.services.record(event)
            case .rest: _ = self.output.rest()
            }
        }
        self.postStatus()
        self.scheduleTick()
    }

    private func open(_ source: SourceSpecification, run: Int) {
        let now = NIODeadline.now()
        _ = self.output.opened(run: run, source: source.id, isBursty: source.comesInSegments, now: now)
        _ = self.output.feed(run: run, now: now)
        self.supervisor.tracks = nil
        self.closes[run] = self.services.sources.open(source, self.loop) { output in
            self.received(output, run: run)
        }
    }

    private func received(_ output: SourceOutput, run: Int) {
        self.loop.preconditionInEventLoop()
        if case .ended = output { self.closes[run] = nil }
        guard run == self.supervisor.run else { return }
        let now = NIODeadline.now()
        switch output {
        case .connected:
            self.supervisor.connected(now: now)
        case .tracks(let tracks):
            _ = self.output.found(tracks, run: run, now: now)
            self.supervisor.tracks = tracks.map { "\($0.codec)" }.joined(separator: "+")
        case .discontinuity:
            self.output.expectEpoch(run: run)
        case .units(let units):
            let (bytes, length, _) = self.output.received(units, run: run, now: now)
            self.perform(self.supervisor.received(bytes: bytes, lasting: length, now: now))
            self.output.sendDue(now: now)
        case .notice(let notice):
            self.output.report.notices += 1
            if case .segmentsLost(_, let length) = notice {
                self.perform(self.supervisor.lost(length, now: now))
            }
        case .ended(let failure):
            _ = self.output.closed(run: run, now: now)
            self.perform(self.supervisor.ended(failure, now: now))
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
        self.board.post(report)
    }

    private func scheduleTick() {
        guard self.timer == nil, self.supervisor.isActive else { return }
        let now = NIODeadline.now()
        // At a fixed rate: a late tick does not move the ones after it, one that is very late does.
        let next = max((self.nextTick ?? now) + Self.tick, now)
        self.nextTick = next
        self.timer = self.loop.scheduleTask(deadline: next) {
            self.timer = nil
            self.ticked()
        }
    }

    private func ticked() {
        let now = NIODeadline.now()
        _ = self.output.timePassed(now: now)
        self.output.sendDue(now: now)
        self.output.flush()
        self.perform(self.supervisor.timePassed(now: now))
    }
}
