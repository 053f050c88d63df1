/// Every metric that `/metrics` tells, declared once: pages, `schemas/metrics.md` and the dashboards' test come from here.
///
/// Labels take few values: suppliers, and words that the program itself has. Channels, customers and devices are no labels:
/// for those there is SQL (`schemas/README.md`).
/// Source: Prometheus text exposition format 0.0.4; names by its conventions (base units, `_total` for counters).
package enum Metric: String, CaseIterable, Hashable, Sendable {
    case buildInfo = "baton_build_info"
    case healthy = "baton_healthy"
    case events = "baton_events_total"
    case logLastEvent = "baton_log_last_event"
    case logDurableEvent = "baton_log_durable_event"
    case ledgerWaiting = "baton_ledger_waiting"
    case historyLag = "baton_history_lag_events"
    case viewers = "baton_viewers"
    case httpConnections = "baton_http_connections"
    case httpRequests = "baton_http_requests_total"
    case playlists = "baton_playlists_total"
    case segments = "baton_segments_total"
    case deliveredBytes = "baton_delivered_bytes_total"
    case viewerSkips = "baton_viewer_skips_total"
    case throttledLogins = "baton_throttled_logins_total"
    case opened = "baton_connections_opened_total"
    case closed = "baton_connections_closed_total"
    case refused = "baton_connections_refused_total"
    case evicted = "baton_connections_evicted_total"
    case watchedSeconds = "baton_watched_seconds_total"
    case stalls = "baton_viewer_stalls_total"
    case channels = "baton_channels"
    case pictures = "baton_channel_pictures"
    case ingestBytes = "baton_ingest_bytes_total"
    case sources = "baton_sources"
    case supplierConnections = "baton_supplier_connections"
    case supplierConnectionsMax = "baton_supplier_connections_max"
    case blips = "baton_ingest_blips_total"
    case downs = "baton_ingest_downs_total"
    case downSeconds = "baton_ingest_down_seconds_total"
    case failovers = "baton_failovers_total"
    case gapSeconds = "baton_gap_seconds_total"
    case viewerGapSeconds = "baton_viewer_gap_seconds_total"
    case slateSeconds = "baton_slate_seconds_total"
    case refunds = "baton_refunds_total"
    case residentMemory = "process_resident_memory_bytes"
    case processorTime = "process_cpu_seconds_total"
    case openDescriptors = "process_open_fds"
    case startTime = "process_start_time_seconds"

    /// How a value moves.
    package enum Kind: String, Hashable, Sendable {
        /// Only grows, from 0 at a start of the service.
        case counter
        case gauge
    }

    package var name: String { self.rawValue }

    package var kind: Kind { self.name.hasSuffix("_total") ? .counter : .gauge }

    /// The names of its labels; most have none, and two is the most.
    package var labels: [String] {
        switch self {
        case .buildInfo: ["version"]
        case .events: ["type"]
        case .viewers, .opened: ["output"]
        case .closed: ["reason"]
        case .refused: ["rule"]
        case .evicted, .failovers: ["why"]
        case .channels: ["state"]
        case .pictures: ["picture"]
        case .sources: ["supplier", "state"]
        case .supplierConnections, .supplierConnectionsMax, .blips, .downs, .downSeconds: ["supplier"]
        case .gapSeconds, .viewerGapSeconds: ["visibility"]
        case .healthy, .logLastEvent, .logDurableEvent, .ledgerWaiting, .historyLag, .httpConnections, .httpRequests,
            .playlists, .segments, .deliveredBytes, .viewerSkips, .throttledLogins, .watchedSeconds, .stalls,
            .ingestBytes, .slateSeconds, .refunds, .residentMemory, .processorTime, .openDescriptors, .startTime:
            []
        }
    }
}
