import Accounts
import Delivery
import Dispatch
import Events
import GRDB
import Ingest
import Ledger
import LiveChannels
import Model
import Projections
import Synchronization

/// Makes the page of `/metrics`: counters from what is recorded, gauges from what is there when it is asked for.
final class MetricsService: Sendable {
    /// How long a page is told again, in milliseconds: several who ask cost no more than one.
    static let pageAgeMs: Int64 = 1_000

    private let ledger: Ledger
    private let delivery: DeliveryService
    private let channels: LiveChannels
    private let ingest: IngestEngine
    private let fold = Mutex(MetricFold())
    private let observation = Mutex<Observation?>(nil)
    private let last = Mutex<(page: String, at: Int64)?>(nil)
    /// Pages are made here, one after the other: reading tables must not keep an event loop from its viewers.
    private let queue = DispatchQueue(label: "baton-metrics", qos: .utility)

    init(ledger: Ledger, delivery: DeliveryService, channels: LiveChannels, ingest: IngestEngine) {
        self.ledger = ledger
        self.delivery = delivery
        self.channels = channels
        self.ingest = ingest
        let observation = ledger.observe { [weak self] envelopes in
            self?.fold.withLock { fold in
                for envelope in envelopes { fold.apply(envelope.event) }
            }
        }
        self.observation.withLock { $0 = observation }
    }

    func stop() {
        self.observation.withLock { $0 }?.cancel()
    }

    /// Hands over the page, on a thread of its own.
    func page(_ done: @escaping @Sendable (String) -> Void) {
        self.queue.async {
            let now = Clocks.system.wall().microseconds / 1_000
            let last = self.last.withLock { $0 }
            if let last, (0..<Self.pageAgeMs).contains(now - last.at) { return done(last.page) }
            let page = self.values().page
            self.last.withLock { $0 = (page, now) }
            done(page)
        }
    }

    /// Everything as it is now.
    func values() -> MetricValues {
        var values = self.fold.withLock { $0.values }
        values.set(.buildInfo, Version.text, to: 1)
        self.ledgerGauges(&values)
        self.deliveryGauges(&values)
        self.channelGauges(&values)
        // Tables that can't be read leave their gauges out; that the ledger has failed is told above.
        try? self.supplierGauges(&values)
        ProcessFigures.now.tell(&values)
        return values
    }

    private func ledgerGauges(_ values: inout MetricValues) {
        let status = self.ledger.status
        values.set(.healthy, to: status.failure == nil ? 1 : 0)
        values.set(.logLastEvent, to: Double(status.lastSeq))
        values.set(.logDurableEvent, to: Double(status.durableThrough))
        values.set(.ledgerWaiting, to: Double(status.waiting))
        let folded = try? self.ledger.history.read { try Checkpoint.read(from: TableDatabase($0))?.seq }
        if let folded { values.set(.historyLag, to: Double(max(status.lastSeq - folded, 0))) }
    }

    private func deliveryGauges(_ values: inout MetricValues) {
        let status = self.delivery.status
        values.set(.viewers, OutputKind.hls.rawValue, to: Double(status.hlsViewers))
        values.set(.viewers, OutputKind.ts.rawValue, to: Double(status.tsViewers))
        values.set(.httpConnections, to: Double(status.connections))
        values.set(.httpRequests, to: Double(status.requests))
        values.set(.playlists, to: Double(status.playlists))
        values.set(.segments, to: Double(status.segments))
        values.set(.deliveredBytes, to: Double(status.bytes))
        values.set(.viewerSkips, to: Double(status.skips))
        values.set(.throttledLogins, to: Double(status.throttled))
    }

    private func channelGauges(_ values: inout MetricValues) {
        for state in LiveChannel.Status.State.allCases { values.set(.channels, state.rawValue, to: 0) }
        for picture in LiveChannel.Status.Picture.allCases { values.set(.pictures, picture.rawValue, to: 0) }
        values.set(.ingestBytes, to: 0)
        for channel in self.channels.all {
            let status = channel.status
            values.add(.channels, status.state.rawValue)
            if let picture = status.picture { values.add(.pictures, picture.rawValue) }
            values.add(.ingestBytes, by: Double(status.bytesIn))
        }
    }

    private func supplierGauges(_ values: inout MetricValues) throws {
        let (suppliers, states, accounts) = try self.ledger.read {
            (try $0.suppliers(), try $0.sourceStates(), try $0.accounts())
        }
        for row in suppliers {
            let name = row.supplier.rawValue
            let limits = accounts.filter { $0.supplier == row.supplier }.map { $0.limit(row) }
            let slots = limits.isEmpty ? row.maxConnections : limits.reduce(0, +)
            values.set(.supplierConnectionsMax, name, to: Double(slots))
            for counter in [Metric.blips, .downs, .downSeconds] { values.add(counter, name, by: 0) }
            values.set(.supplierConnections, name, to: Double(self.ingest.heldConnections(of: row.supplier)))
        }
        for row in states { values.add(.sources, row.supplier.rawValue, row.state.rawValue) }
    }
}
