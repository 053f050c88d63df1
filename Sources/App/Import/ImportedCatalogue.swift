import Accounts
import Events
import Model
import Vault

/// Customers, credentials, channels and sources of a history, under the numbers they get here.
struct ImportedCatalogue {
    struct Line {
        var number: CredentialID
        var customer: CustomerID
        var maxConnections: Int64
        /// How long the customer had been one when the history begins.
        var tenureDays: Int64
        var trial: Bool
        var priceCents: Int64
    }

    struct Stream {
        var number: ChannelID
        var name: String
        /// Suppliers in the order in which they are tried, with their sources' numbers.
        var sources: [(supplier: SupplierID, number: SourceID)]
    }

    /// Customers and channels that are taken; a hundred times what one machine serves.
    static let countMax = 5_000_000

    private(set) var lines: [String: Line] = [:]
    private(set) var streams: [String: Stream] = [:]
    private var lineOrder: [String] = []
    private var streamOrder: [String] = []
    private var nextSource: Int64 = 1

    mutating func addLine(_ row: HistoryRow) throws(HistoryRowError) {
        let name = try row.text("credential")
        let customer = try row.text("customer")
        guard let id = CustomerID(checking: customer) else { throw .malformed("customer", customer) }
        let line = Line(
            number: CredentialID(Int64(self.lineOrder.count + 1)),
            customer: id,
            maxConnections: try row.integer("max_connections"),
            tenureDays: try Self.whole(row, "tenure_days"),
            trial: ["1", "true", "yes"].contains(row["trial"]),
            priceCents: try Self.cents(row)
        )
        try self.add(line, name: name)
    }

    mutating func add(_ line: Line, name: String) throws(HistoryRowError) {
        guard self.lines[name] == nil else { throw .again("credential", name) }
        guard (0...1_000).contains(line.maxConnections) else {
            throw .malformed("max_connections", "\(line.maxConnections)")
        }
        guard self.lineOrder.count < Self.countMax else { throw .malformed("credential", "too many") }
        self.lines[name] = line
        self.lineOrder.append(name)
    }

    mutating func addStream(_ row: HistoryRow) throws(HistoryRowError) {
        try self.addStream(try row.text("stream"), suppliers: [row["primary_supplier"], row["backup_supplier"]])
    }

    mutating func addStream(_ name: String, suppliers: [String]) throws(HistoryRowError) {
        guard self.streams[name] == nil else { throw .again("stream", name) }
        guard self.streamOrder.count < Self.countMax else { throw .malformed("stream", "too many") }
        var stream = Stream(number: ChannelID(Int64(self.streamOrder.count + 1)), name: name, sources: [])
        for supplier in suppliers where !supplier.isEmpty {
            guard let id = SupplierID(checking: supplier) else { throw .malformed("supplier", supplier) }
            stream.sources.append((id, SourceID(self.nextSource)))
            self.nextSource += 1
        }
        self.streams[name] = stream
        self.streamOrder.append(name)
    }

    /// Days a customer may have been one: more than a century is a mistake.
    private static let tenureMax: Int64 = 40_000

    private static func whole(_ row: HistoryRow, _ name: String) throws(HistoryRowError) -> Int64 {
        guard !row[name].isEmpty else { return 0 }
        let number = try row.integer(name)
        guard (0...Self.tenureMax).contains(number) else { throw .malformed(name, row[name]) }
        return number
    }

    /// `10`, `10.5` or `10.50` as hundredths.
    private static func cents(_ row: HistoryRow) throws(HistoryRowError) -> Int64 {
        let text = row["price_month"]
        guard !text.isEmpty else { return 0 }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = Int64(parts[0]), (0...1_000_000).contains(whole) else {
            throw .malformed("price_month", text)
        }
        guard parts.count == 2 else { return whole * 100 }
        let digits = parts[1].prefix(2)
        guard !digits.isEmpty, let part = Int64(digits), part >= 0 else { throw .malformed("price_month", text) }
        return whole * 100 + (digits.count == 1 ? part * 10 : part)
    }
}

/// The events by which a catalogue stands in the log.
extension ImportedCatalogue {
    /// With the moments at which they are recorded, ascending: customers when they became customers, the rest at their first.
    ///
    /// `start` is when the history begins, in milliseconds since 1970.
    func events(start: Int64, vault: Vault) throws -> [(at: Int64, event: Event)] {
        let customers = Set(self.lines.values.map(\.customer))
        try vault.store.prepare(customers.map { .names(of: $0) })
        var events: [(at: Int64, event: Event)] = []
        var known: Set<CustomerID> = []
        for name in self.lineOrder {
            guard let line = self.lines[name] else { continue }
            let at = start - line.tenureDays * 86_400_000
            if known.insert(line.customer).inserted {
                events.append((at, .customerAdded(.init(customer: line.customer, plan: Self.plan(line)))))
            }
            events.append((at, try self.issued(line, name: name, vault: vault)))
        }
        // Stable, so that a customer stands before its credentials.
        let sorted = events.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(
            \.element
        )
        let first = sorted.first?.at ?? start
        return (self.planEvents + (try self.supplyEvents(vault: vault))).map { (first, $0) } + sorted
    }

    private static func plan(_ line: Line) -> PlanID {
        PlanID(rawValue: "imported-\(line.maxConnections)x\(line.priceCents)")
    }

    private var planEvents: [Event] {
        var plans: [PlanID: Line] = [:]
        for line in self.lines.values { plans[Self.plan(line)] = line }
        return plans.sorted { $0.key < $1.key }.map { id, line in
            .planAdded(.init(plan: id, maxConnections: line.maxConnections, priceMonth: Cents(line.priceCents)))
        }
    }

    /// A credential whose password nobody knows: it is here for its history, not to log in with.
    private func issued(_ line: Line, name: String, vault: Vault) throws -> Event {
        let names = PersonalNames(vault: vault, customer: line.customer)
        let password = GeneratedPassword.random()
        let hash = vault.installation.hash(.linePassword, line.number.description, password.clear)
        return .credentialIssued(
            .init(
                credential: line.number,
                customer: line.customer,
                login: vault.installation.hash(.username, name).short,
                username: try names.seal(name, field: "username/\(line.number)"),
                password: hash.text,
                maxConnections: line.maxConnections,
                trial: line.trial
            )
        )
    }

    private func supplyEvents(vault: Vault) throws -> [Event] {
        let streams = self.streamOrder.compactMap { self.streams[$0] }
        let suppliers = Set(streams.flatMap { $0.sources.map(\.supplier) }).sorted()
        var events: [Event] = suppliers.map {
            .supplierAdded(.init(supplier: $0, maxConnections: 1, privateNetwork: false))
        }
        for stream in streams {
            events.append(.channelAdded(.init(channel: stream.number, name: stream.name, keep: .onDemand)))
            for (position, source) in stream.sources.enumerated() {
                let place = SealedPlace(subject: source.number.eventStream, field: "url")
                // RFC 2606: names under .invalid exist nowhere.
                let url = try vault.seal(Redacted("http://\(source.supplier).invalid/\(stream.number)"), for: place)
                events.append(
                    .sourceAttached(
                        .init(
                            source: source.number,
                            channel: stream.number,
                            supplier: source.supplier,
                            position: Int64(position),
                            url: url.text
                        )
                    )
                )
            }
        }
        return events
    }
}
