import Accounts
import Dispatch
import Events
import Ledger
import Model
import Projections
import Synchronization

/// Requesters that each open, close what they opened, and open again, for a while.
final class ClosedLoop: Sendable {
    /// What came of it.
    struct Outcome {
        var opensPerSecond: Double
        /// Seconds from the question to the answer.
        var p50: Double
        var p99: Double
        var refused: Int
        /// Seconds of the ledger's thread for an opening, with its closing.
        var ledgerSeconds: Double
        /// The same of the whole process: the requesters, the history and what else there is.
        var processSeconds: Double
    }

    private struct State {
        /// Requesters whose answer is there.
        var ready: [Int] = []
        var grants: [Grant?]
        var askedAt: [Double]
        var latencies: [Double] = []
        var refused = 0
        var isMeasuring = false
    }

    /// Credentials of the office, and devices of each; as many as a credential may have connections.
    static let credentials = 1_400
    static let devices = 3

    private let office: Office
    private let requesters: Int
    /// Whether an answer counts only once it is on disk.
    private let isDurable: Bool
    private let state: Mutex<State>
    private let wake = DispatchSemaphore(value: 0)

    init(_ office: Office, requesters: Int, isDurable: Bool) {
        self.office = office
        self.requesters = requesters
        self.isDurable = isDurable
        self.state = Mutex(
            State(
                ready: Array(0..<requesters),
                grants: Array(repeating: nil, count: requesters),
                askedAt: Array(repeating: 0, count: requesters)
            )
        )
    }

    /// Asks for `warmUp` seconds and then counts for `seconds`.
    func run(warmUp: Double, seconds: Double) -> Outcome {
        var turns = Array(repeating: 0, count: self.requesters)
        var clock = Stopwatch()
        var elapsed = 0.0
        var (ledger, process) = (0.0, 0.0)
        var isMeasuring = false
        while true {
            let now = clock.seconds
            if !isMeasuring, now >= warmUp {
                isMeasuring = true
                self.state.withLock { $0.isMeasuring = true }
                (ledger, process) = (Self.ledgerSeconds, ProcessorTime.own)
                clock = Stopwatch()
            } else if isMeasuring, now >= seconds {
                elapsed = now
                (ledger, process) = (Self.ledgerSeconds - ledger, ProcessorTime.own - process)
                break
            }
            for requester in self.takeReady() {
                self.ask(requester, turn: turns[requester])
                turns[requester] += 1
            }
            _ = self.wake.wait(timeout: .now() + .milliseconds(100))
        }
        let found = self.state.withLock { state in
            state.isMeasuring = false
            return (latencies: state.latencies, refused: state.refused)
        }
        self.drain()
        return Outcome(
            opensPerSecond: Double(found.latencies.count) / elapsed,
            p50: found.latencies.median,
            p99: found.latencies.quantile(0.99),
            refused: found.refused,
            ledgerSeconds: ledger / Double(max(found.latencies.count, 1)),
            processSeconds: process / Double(max(found.latencies.count, 1))
        )
    }

    private static var ledgerSeconds: Double { Machine.ranSeconds(ofThreads: "baton-ledger") }

    /// Waits until every answer is there and gives every slot back.
    private func drain() {
        var left = self.requesters
        while left > 0 {
            for requester in self.takeReady() {
                self.close(requester)
                left -= 1
            }
            if left > 0 { _ = self.wake.wait(timeout: .now() + .seconds(5)) }
        }
    }

    private func takeReady() -> [Int] {
        self.state.withLock { state in
            defer { state.ready.removeAll(keepingCapacity: true) }
            return state.ready
        }
    }

    private func close(_ requester: Int) {
        let grant = self.state.withLock { state in
            defer { state.grants[requester] = nil }
            return state.grants[requester]
        }
        guard let grant else { return }
        self.office.admission.close(
            Closing(connection: grant.connection, reason: .left, bytes: 1_000_000, watchedMs: 1_000, stalls: 0)
        )
    }

    private func ask(_ requester: Int, turn: Int) {
        self.close(requester)
        // Requesters share credentials but never a device, so that nobody takes another's slot over.
        let pairs = Self.credentials * Self.devices
        let pair = (requester + turn % (pairs / self.requesters) * self.requesters) % pairs
        let request = self.office.request(credential: pair / Self.devices, device: pair % Self.devices)
        self.state.withLock { $0.askedAt[requester] = Stopwatch.now }
        let isDurable = self.isDurable
        self.office.admission.open(request) { answer in
            self.state.withLock { $0.grants[requester] = try? answer.get() }
            if !isDurable { self.answered(requester, isGranted: self.isGranted(requester)) }
        }
        guard isDurable else { return }
        // Decided after the opening; when it is on disk, so is that.
        self.office.ledger.perform(DiskBarrier()) { _ in
            self.answered(requester, isGranted: self.isGranted(requester))
        }
    }

    private func isGranted(_ requester: Int) -> Bool { self.state.withLock { $0.grants[requester] != nil } }

    private func answered(_ requester: Int, isGranted: Bool) {
        let now = Stopwatch.now
        let isFirst = self.state.withLock { state in
            if state.isMeasuring {
                if isGranted { state.latencies.append(now - state.askedAt[requester]) } else { state.refused += 1 }
            }
            state.ready.append(requester)
            return state.ready.count == 1
        }
        if isFirst { self.wake.signal() }
    }
}

/// A command that is answered when everything before it is on disk.
struct DiskBarrier: Command {
    var durability: Durability { .command }

    func decide(_ state: LiveState, now: WallTime) throws -> Decision<Void> {
        Decision([
            .reportExported(
                ReportExported(by: OperatorID(rawValue: "benchmark"), report: "barrier", span: "", format: "csv")
            )
        ])
    }
}
