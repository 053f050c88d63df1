import Events
import Ingest
import Model
import NIOCore

@testable import LiveChannels

/// Gives the middle of every range, so that jitter is none.
struct MiddleGenerator: RandomNumberGenerator, Sendable {
    mutating func next() -> UInt64 { 1 << 63 }
}

/// Source `id` of channel 1, of a supplier of its own or of the one named.
func source(_ id: Int64, url: String = "http://192.0.2.1/live.ts", supplier: String? = nil) -> SourceSpecification {
    SourceSpecification(
        id: SourceID(id),
        channel: ChannelID(1),
        supplier: SupplierID(rawValue: supplier ?? "s\(id)"),
        url: Redacted(url),
        allowsPrivateNetwork: true
    )
}

/// A supervisor with its clock and a plain output, told as a transcript of words.
///
/// The output is ready with the first media of a run, and enters the fed run with its next media. What always goes
/// together is one word: `open` is fed, `spare` has its slot offered.
struct Play {
    var machine: SourceSupervisor
    private var base = NIODeadline.uptimeNanoseconds(1_000_000_000_000)
    private(set) var milliseconds: Int64 = 0
    /// The run to be fed, the one that is, and when it said something last.
    private(set) var fed = 0
    private(set) var entered = 0
    private var saidAt: Int64 = 0
    private var ready: Set<Int> = []

    init(
        _ keep: ChannelKeep = .always,
        sources: Int64 = 1,
        returns: ReturnPolicy = .better,
        supplier: String? = nil
    ) {
        self.machine = SourceSupervisor(
            channel: ChannelID(1),
            keep: keep,
            returns: returns,
            sources: (1...sources).map { source($0, supplier: supplier) },
            random: MiddleGenerator()
        )
    }

    var now: NIODeadline { self.base + .milliseconds(self.milliseconds) }

    mutating func start() -> [String] { self.words(self.machine.started(now: self.now)) }
    mutating func join() -> [String] { self.words(self.machine.viewerJoined(now: self.now)) }
    mutating func leave() -> [String] { self.words(self.machine.viewerLeft(now: self.now)) }
    mutating func remove() -> [String] { self.words(self.machine.removed(now: self.now)) }

    mutating func change(_ keep: ChannelKeep, _ sources: [SourceSpecification]) -> [String] {
        self.words(self.machine.changed(keep: keep, sources: sources, now: self.now))
    }

    /// 100 bytes of the run, the fed one if none is named, that last `length` ms.
    mutating func media(_ length: Int64 = 100, of run: Int? = nil) -> [String] {
        let run = run ?? self.fed
        guard self.machine.isOpen(run: run) else { return [] }
        var reports: [ContinuityReport] = []
        if run == self.fed, run != self.entered {
            self.entered = run
            reports = [.entered(run: run, gap: Milliseconds(self.milliseconds - self.saidAt))]
        } else if self.ready.insert(run).inserted {
            reports = [.ready(run: run)]
        }
        if run == self.entered { self.saidAt = self.milliseconds }
        let actions = self.machine.received(bytes: 100, lasting: .milliseconds(length), run: run, now: self.now)
        return self.words(actions) + reports.flatMap { self.report($0) }
    }

    mutating func report(_ report: ContinuityReport) -> [String] {
        self.words(self.machine.reported(report, now: self.now))
    }

    /// Segments of `length` ms that never came.
    mutating func lose(_ length: Int64, of run: Int? = nil) -> [String] {
        self.words(self.machine.lost(MediaTime(milliseconds: length), run: run ?? self.fed, now: self.now))
    }

    mutating func end(_ cause: SourceFailure.Cause, of run: Int? = nil, bytes: Int64 = 0) -> [String] {
        let failure = SourceFailure(cause: cause, bytes: bytes)
        return self.words(self.machine.ended(failure, run: run ?? self.fed, now: self.now))
    }

    mutating func slotWanted(_ run: Int) -> [String] {
        self.words(self.machine.slotWanted(run: run, now: self.now))
    }

    mutating func ask(_ source: Int64?, request: Int = 1) -> [String] {
        self.words(self.machine.switchAsked(to: source.map { SourceID($0) }, request: request, now: self.now))
    }

    /// Ticks of 100 ms; what happened, each with the time since the start of the wait.
    mutating func wait(_ length: Int64) -> [String] {
        self.run(length, [])
    }

    /// Live media of these runs for so long, a tick behind each.
    mutating func run(_ length: Int64, _ runs: [Int]) -> [String] {
        let start = self.milliseconds
        var told: [String] = []
        while self.milliseconds < start + length {
            for run in runs { told += self.media(of: run).map { "+\(self.milliseconds - start) \($0)" } }
            self.milliseconds += 100
            let words = self.words(self.machine.timePassed(now: self.now))
            told += words.map { "+\(self.milliseconds - start) \($0)" }
        }
        return told
    }

    /// Live media of the fed run for so long.
    mutating func run(_ length: Int64) -> [String] { self.run(length, [self.fed]) }

    private mutating func words(_ actions: [SourceSupervisor.Action]) -> [String] {
        var words: [String] = []
        for action in actions {
            switch action {
            case .open(let source, let run, .queued):
                words.append("\(source.id == self.machine.current ? "open" : "queue") \(source.id) #\(run)")
            case .open(let source, let run, .spare(let left)):
                words.append("spare \(source.id) #\(run)\(left > 0 ? " leaving \(left)" : "")")
            case .close(let run): words.append("close #\(run)")
            case .feed(let run):
                self.fed = run
                if words.last?.hasSuffix("#\(run)") != true { words.append("feed #\(run)") }
            case .offerSlot(let run, true):
                if words.last?.contains("#\(run)") != true { words.append("lend #\(run)") }
            case .offerSlot(let run, false):
                if words.last != "feed #\(run)" { words.append("keep #\(run)") }
            case .rest: words.append("rest")
            case .answer(let request, let answer): words.append("answer \(request) \(answer)")
            case .record(let event): words.append(Self.word(event))
            }
        }
        return words
    }

    private static func word(_ event: Event) -> String {
        switch event {
        case .ingestStarted(let it): "started \(it.source) after \(it.after.rawValue)"
        case .ingestBlip(let it): "blip \(it.source) \(it.cause) \(it.gap.rawValue) \(it.bytes.rawValue)B"
        case .ingestRecovered(let it): "recovered \(it.source) \(it.down.rawValue)"
        case .ingestDown(let it): "down \(it.source) \(it.cause) retry \(it.retryIn.rawValue)"
        case .ingestStopped(let it): "stopped \(it.source) \(it.why) \(it.bytes.rawValue)B \(it.ran.rawValue)"
        case .failoverSwitch(let it):
            "switch \(it.from.map(\.description) ?? "-")>\(it.to) \(it.why) \(it.gap.rawValue)"
        default: "\(event.kind.rawValue)"
        }
    }
}
