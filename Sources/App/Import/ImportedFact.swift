import Model

/// Something that happened, as another system's history or a simulation tells it.
struct ImportedFact: Sendable {
    enum Kind: String, CaseIterable, Sendable {
        case opened = "conn.open"
        case closed = "conn.close"
        case rejected = "conn.reject"
        case down = "ingest.down"
        case up = "ingest.up"
        case patchBegan = "patch.start"
        case patchEnded = "patch.end"
        case failover
        case restart = "server.restart"
        /// A match; not in the file of facts.
        case event
    }

    /// Milliseconds since 1970.
    var at: Int64
    var kind: Kind
    var connection = ""
    var credential = ""
    var stream = ""
    var supplier = ""
    var address: NetworkAddress?
    var country: String?
    var asn: Int64?
    var userAgent = ""
    var deviceID: String?
    var reason = ""
    var toSupplier = ""
    /// Of a match.
    var until: Int64 = 0
    var title = ""

    init(at: Int64, _ kind: Kind) {
        self.at = at
        self.kind = kind
    }

    /// Moments that are believed: up to the year 2200, in milliseconds.
    private static let atMax: Int64 = 7_258_118_400_000

    /// Takes a row of the file of facts.
    init(_ row: HistoryRow) throws(HistoryRowError) {
        self.at = try row.integer("ts_ms")
        guard (0...Self.atMax).contains(self.at) else { throw .malformed("ts_ms", row["ts_ms"]) }
        let type = try row.text("type")
        guard let kind = Kind(rawValue: type), kind != .event else { throw .malformed("type", type) }
        self.kind = kind
        switch kind {
        case .opened, .rejected: try self.takeViewer(row)
        case .closed:
            self.connection = try row.text("conn")
            self.reason = row["reason"]
        case .down, .up, .patchBegan, .patchEnded:
            self.stream = try row.text("stream")
            self.supplier = try row.text("supplier")
        case .failover:
            self.stream = try row.text("stream")
            self.supplier = try row.text("supplier")
            self.toSupplier = try row.text("to_supplier")
        case .restart, .event: break
        }
    }

    private mutating func takeViewer(_ row: HistoryRow) throws(HistoryRowError) {
        if self.kind == .opened { self.connection = try row.text("conn") }
        self.credential = try row.text("credential")
        self.stream = try row.text("stream")
        let address = try row.text("ip")
        guard let parsed = NetworkAddress(address) else { throw .malformed("ip", address) }
        self.address = parsed
        let country = row["country"]
        if !country.isEmpty {
            guard country.utf8.count == 2 else { throw .malformed("country", country) }
            self.country = country
        }
        if !row["asn"].isEmpty { self.asn = try row.integer("asn") }
        self.userAgent = row["ua"]
        self.deviceID = row["device"].isEmpty ? nil : row["device"]
        self.reason = row["reason"]
    }

    /// Takes a row of the file of matches.
    init(event row: HistoryRow) throws(HistoryRowError) {
        self.init(at: try row.integer("start_ms"), .event)
        self.until = try row.integer("end_ms")
        guard (0...Self.atMax).contains(self.at), self.until >= self.at else {
            throw .malformed("end_ms", row["end_ms"])
        }
        self.stream = try row.text("stream")
        self.title = row["label"].isEmpty ? "event" : row["label"]
    }
}
