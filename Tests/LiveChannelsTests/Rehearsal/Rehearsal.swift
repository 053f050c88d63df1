import Events
import Foundation
import HLS
@testable import Ingest
import Model
import NIOCore
import NIOEmbedded
import TestKit

@testable import LiveChannels

/// One channel of the soak with its suppliers and viewers, without sockets: the same faults at the same times, on a clock
/// of its own, as fast as it goes.
final class Rehearsal {
    private struct Run {
        var machine: HTTPSourceMachine
        var supplier: Int
        var request: Int?
        var wait: Duration?
    }

    /// How often suppliers send, in milliseconds; every fifth time is a tick of the channel.
    private static let step: Int64 = 20

    private let suppliers: [StagedSupplier]
    private let loop = EmbeddedEventLoop()
    private let viewer = ByteViewer()
    private var supervisor: SourceSupervisor
    private var output: ChannelOutput
    private var runs: [Int: Run] = [:]
    private var requests = 0
    private var milliseconds: Int64 = 0
    private var segments: [Int64: [UInt8]] = [:]
    /// What was recorded and reported, with its second.
    private(set) var diary: [String] = []

    /// Nothing runs yet.
    ///
    /// `asList`: whether the media of the suppliers come as HLS. `returnAfter`: how long a better source runs well before it
    /// is gone back to.
    init(
        _ suppliers: [StagedSupplier],
        asList: Bool = false,
        returnAfter: TimeAmount = FailoverConfiguration().returnAfter
    ) {
        self.suppliers = suppliers
        let name = asList ? "live.m3u8" : "live.ts"
        var failover = FailoverConfiguration()
        failover.returnAfter = returnAfter
        self.supervisor = SourceSupervisor(
            channel: ChannelID(1),
            keep: .always,
            sources: suppliers.indices.map { source(Int64($0 + 1), url: "http://192.0.2.\($0 + 1)/\(name)") },
            configuration: failover,
            random: MiddleGenerator()
        )
        var services = ChannelServices(
            sources: SourceOpener { _, _, _ in {} },
            record: { _ in },
            wallTime: { WallTime(seconds: 1_800_000_000) }
        )
        services.listedSegmentsMin = 8
        self.output = ChannelOutput(ChannelID(1), services)
        self.output.ring.join(self.viewer, on: self.loop)
    }

    /// What a viewer of MPEG-TS got, and the segments one after the other.
    var live: [UInt8] { self.viewer.bytes }
    var listed: [UInt8] { self.segments.sorted { $0.key < $1.key }.flatMap(\.value) }

    func play(seconds: Double) {
        self.perform(self.supervisor.started(now: self.now))
        self.perform(self.supervisor.viewerJoined(now: self.now))
        while Double(self.milliseconds) < seconds * 1_000 {
            self.milliseconds += Self.step
            self.turn()
            if self.milliseconds % 100 == 0 { self.tick() }
        }
    }

    private var now: NIODeadline { .uptimeNanoseconds(1_000_000_000_000) + .milliseconds(self.milliseconds) }
    private var time: MediaTime { MediaTime(milliseconds: self.milliseconds) }
    private var elapsed: Duration { .milliseconds(self.milliseconds) }

    private func note(_ text: String) {
        self.diary.append("\(Screening.text(Double(self.milliseconds) / 1_000)) \(text)")
    }

    // MARK: Suppliers

    private func turn() {
        for (index, supplier) in self.suppliers.enumerated() {
            for (request, events) in supplier.turned(at: self.time) {
                guard let run = self.runs.first(where: { $0.value.supplier == index && $0.value.request == request })
                else { continue }
                self.receive(events, run.key, request)
            }
        }
        for number in self.runs.keys.sorted() {
            guard let wait = self.runs[number]?.wait, wait <= self.elapsed else { continue }
            self.runs[number]?.wait = nil
            self.machine(number) { $0.timerFired(now: self.elapsed) }
        }
    }

    private func receive(_ events: [TransferEvent], _ number: Int, _ request: Int) {
        for event in events where self.runs[number]?.request == request {
            switch event {
            case .head(let head): self.machine(number) { $0.answered(head, now: self.elapsed) }
            case .bytes(let bytes):
                self.machine(number) { machine in
                    bytes.withUnsafeReadableBytes { machine.received($0, now: self.elapsed) }
                }
            case .finished(let cause):
                self.runs[number]?.request = nil
                self.machine(number) { $0.finished(cause, now: self.elapsed) }
            }
        }
    }

    private func machine(_ number: Int, _ body: (inout HTTPSourceMachine) -> [SourceAction]) {
        guard var run = self.runs[number] else { return }
        let actions = body(&run.machine)
        self.runs[number] = run
        for action in actions {
            switch action {
            case .fetch(let request): self.fetch(request, number)
            case .cancelFetch:
                if let request = self.runs[number]?.request, let index = self.runs[number]?.supplier {
                    self.suppliers[index].left(request)
                }
                self.runs[number]?.request = nil
            case .wait(let time): self.runs[number]?.wait = time
            case .output(let output): self.received(output, number)
            case .end(let cause):
                self.leave(number)
                self.received(.ended(SourceFailure(cause: cause, bytes: 0)), number)
            }
        }
    }

    private func fetch(_ request: TransferRequest, _ number: Int) {
        guard let index = self.runs[number]?.supplier else { return }
        self.requests += 1
        let name = self.requests
        self.runs[number]?.request = name
        self.receive(self.suppliers[index].asked(request.url.clear, request: name, at: self.time), number, name)
    }

    private func leave(_ number: Int) {
        guard let run = self.runs.removeValue(forKey: number) else { return }
        if let request = run.request { self.suppliers[run.supplier].left(request) }
    }

    // MARK: The channel

    private func tick() {
        self.take(self.output.timePassed(now: self.now))
        self.output.sendDue(now: self.now)
        self.output.flush()
        self.perform(self.supervisor.timePassed(now: self.now))
        self.loop.run()
        let text = self.output.segments.playlist().map { String(buffer: $0) } ?? ""
        for line in text.split(separator: "\n") where line.hasSuffix(".ts") {
            guard let number = Int64(line.dropLast(3)), self.segments[number] == nil,
                let bytes = self.output.segments.segment(number)
            else { continue }
            self.segments[number] = Array(bytes.readableBytesView)
        }
    }

    private func perform(_ actions: [SourceSupervisor.Action]) {
        var reports: [ContinuityReport] = []
        for action in actions {
            switch action {
            case .open(let source, let run, _):
                self.note("open \(source.id) #\(run)")
                reports += self.output.opened(
                    run: run,
                    source: source.id,
                    isBursty: source.comesInSegments,
                    now: self.now
                )
                guard let url = try? SourceURL(parsing: source.url.clear) else { continue }
                let machine = HTTPSourceMachine(url: url, configuration: IngestConfiguration())
                self.runs[run] = Run(machine: machine, supplier: Int(source.id.rawValue) - 1)
                self.machine(run) { $0.started(now: self.elapsed) }
            case .close(let run):
                self.note("close #\(run)")
                self.leave(run)
                reports += self.output.closed(run: run, now: self.now)
            case .feed(let run):
                self.note("feed #\(run)")
                reports += self.output.feed(run: run, now: self.now)
            case .record(let event): self.note("\(event.kind.rawValue)")
            case .rest: reports += self.output.rest()
            case .offerSlot, .answer: break
            }
        }
        self.take(reports)
    }

    private func take(_ reports: [ContinuityReport]) {
        for report in reports {
            self.note("\(report)")
            self.perform(self.supervisor.reported(report, now: self.now))
        }
    }

    private func received(_ output: SourceOutput, _ run: Int) {
        guard self.supervisor.isOpen(run: run) else { return }
        switch output {
        case .connected: self.supervisor.connected(run: run, now: self.now)
        case .tracks(let tracks): self.take(self.output.found(tracks, run: run, now: self.now))
        case .discontinuity: self.output.expectEpoch(run: run)
        case .units(let units):
            let (bytes, length, reports) = self.output.received(units, run: run, now: self.now)
            self.perform(self.supervisor.received(bytes: bytes, lasting: length, run: run, now: self.now))
            self.take(reports)
            self.output.sendDue(now: self.now)
        case .notice(.segmentsLost(_, let length)):
            self.perform(self.supervisor.lost(length, run: run, now: self.now))
        case .notice(.continuityErrors(let count)):
            self.take(self.output.continuityErrors(count, run: run, now: self.now))
        case .notice(.corruptUnits): self.take(self.output.continuityErrors(0, run: run, now: self.now))
        case .notice, .slotWanted: break
        case .ended(let failure):
            self.note("ended #\(run) \(failure.cause)")
            let reports = self.output.closed(run: run, now: self.now)
            self.perform(self.supervisor.ended(failure, run: run, now: self.now))
            self.take(reports)
        }
    }
}
