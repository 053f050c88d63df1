import Events
import Model

/// What recorded events add to the counters.
///
/// Pure: events in, values out. Figures of a page are those of the log from the service's start on.
struct MetricFold: Hashable, Sendable {
    private(set) var values = MetricValues()

    /// What is known beforehand begins at 0, so that its first change is seen as one.
    init() {
        for metric in [Metric.watchedSeconds, .stalls, .slateSeconds, .refunds] { self.values.set(metric, to: 0) }
        for output in OutputKind.allCases { self.values.set(.opened, output.rawValue, to: 0) }
        for visibility in PatchVisibility.allCases {
            self.values.set(.gapSeconds, visibility.rawValue, to: 0)
            self.values.set(.viewerGapSeconds, visibility.rawValue, to: 0)
        }
    }

    mutating func apply(_ event: Event) {
        self.values.add(.events, event.kind.rawValue)
        switch event {
        case .connectionOpened(let it): self.values.add(.opened, it.output.rawValue)
        case .connectionClosed(let it):
            self.values.add(.closed, it.reason)
            self.values.add(.watchedSeconds, by: Self.seconds(it.watched))
            self.values.add(.stalls, by: Double(max(it.stalls, 0)))
        case .limitRejected(let it): self.values.add(.refused, it.rule)
        case .connectionEvicted(let it): self.values.add(.evicted, it.why)
        case .ingestBlip(let it): self.values.add(.blips, it.supplier.rawValue)
        case .ingestDown(let it): self.values.add(.downs, it.supplier.rawValue)
        case .ingestRecovered(let it):
            self.values.add(.downSeconds, it.supplier.rawValue, by: Self.seconds(it.down))
        case .failoverSwitch(let it): self.values.add(.failovers, it.why)
        case .freezePatch(let it):
            let (seconds, visibility) = (Self.seconds(it.length), it.visibility.rawValue)
            self.values.add(.gapSeconds, visibility, by: seconds)
            self.values.add(.viewerGapSeconds, visibility, by: seconds * Double(max(it.viewers, 0)))
        case .slateShown(let it): self.values.add(.slateSeconds, by: Self.seconds(it.length))
        case .refundRecorded: self.values.add(.refunds)
        // What is left is counted by its type; a new type begins that way.
        default: break
        }
    }

    /// Counters only grow, whatever an event says.
    private static func seconds(_ time: Milliseconds) -> Double { Double(max(time.rawValue, 0)) / 1_000 }
}
