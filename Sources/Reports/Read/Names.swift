package import GRDB
import Projections

/// What things are called, and what customers pay: read from the tables of today.
package struct Names: Sendable {
    package struct Customer: Hashable, Sendable {
        /// The customer's id, or `erased-<number>`.
        package var name: String
        /// When it was added, in milliseconds since 1970.
        package var since: Int64
        package var priceMonthCents: Int64 = 0
        package var isTrial = false
        package var isErased = false
    }

    package struct Credential: Hashable, Sendable {
        package var customer: Int64
        package var maxConnections: Int64
        package var priceMonthCents: Int64
        package var isTrial: Bool
    }

    package struct Source: Hashable, Sendable {
        package var channel: Int64
        package var supplier: String
        /// Its place in the order of the channel's sources.
        package var position: Int64
    }

    /// By the number that other tables use.
    package var customers: [Int64: Customer] = [:]
    package var credentials: [Int64: Credential] = [:]
    package var channels: [Int64: String] = [:]
    package var sources: [Int64: Source] = [:]
    /// The price of the cheapest plan; `nil` without plans.
    package var cheapestPlanCents: Int64?

    /// Without a plan and without a number of its own, a credential may hold one.
    private static let maxConnectionsUsual: Int64 = 1

    /// Nothing is known by name.
    package init() {}

    /// Reads them of both files.
    package init(history: Database, live: Database) throws {
        try self.readCustomers(history, live)
        try self.readSupply(history, live)
    }

    /// What a channel is called; its number where it is gone.
    package func channel(_ number: Int64) -> String { self.channels[number] ?? String(number) }

    private mutating func readCustomers(_ history: Database, _ live: Database) throws {
        var numbers: [String: Int64] = [:]
        let names = try SQLCursor(history, "SELECT number, name, first_at, erased_at FROM customer_name")
        while try names.next() {
            let isErased = !names.isNull(3)
            let customer = Customer(name: names.text(1), since: names.integer(2) / 1_000, isErased: isErased)
            if !isErased { numbers[customer.name] = names.integer(0) }
            self.customers[names.integer(0)] = customer
        }
        var plans: [String: (max: Int64, price: Int64)] = [:]
        let found = try SQLCursor(live, "SELECT plan, max_connections, price_month FROM plan")
        while try found.next() { plans[found.text(0)] = (found.integer(1), found.integer(2)) }
        self.cheapestPlanCents = plans.values.map(\.price).filter { $0 > 0 }.min()
        var planOf: [String: String] = [:]
        let payers = try SQLCursor(live, "SELECT customer, plan FROM customer WHERE plan IS NOT NULL")
        while try payers.next() { planOf[payers.text(0)] = payers.text(1) }
        let credentials = try SQLCursor(live, "SELECT credential, customer, max_connections, trial FROM credential")
        while try credentials.next() {
            let customer = credentials.text(1)
            guard let number = numbers[customer] else { continue }
            let plan = planOf[customer].flatMap { plans[$0] }
            let own = credentials.isNull(2) ? nil : Optional(credentials.integer(2))
            let isTrial = credentials.integer(3) != 0
            self.credentials[credentials.integer(0)] = Credential(
                customer: number,
                maxConnections: own ?? plan?.max ?? Self.maxConnectionsUsual,
                priceMonthCents: plan?.price ?? 0,
                isTrial: isTrial
            )
            self.customers[number]?.priceMonthCents = plan?.price ?? 0
            if isTrial { self.customers[number]?.isTrial = true }
        }
        try self.readFormer(history, plans: plans)
    }

    /// Lines that are no longer there, as they were last: past weeks are told with them, whoever has been erased since.
    private mutating func readFormer(_ history: Database, plans: [String: (max: Int64, price: Int64)]) throws {
        var planOf: [Int64: String] = [:]
        var former: [Int64: Credential] = [:]
        let changes = try SQLCursor(
            history,
            "SELECT customer, credential, plan, number, detail FROM change_record WHERE customer IS NOT NULL ORDER BY seq"
        )
        while try changes.next() {
            let customer = changes.integer(0)
            if changes.isNull(1) {
                planOf[customer] = changes.isNull(2) ? planOf[customer] : changes.text(2)
                continue
            }
            let credential = changes.integer(1)
            guard self.credentials[credential] == nil else { continue }
            former[credential] = Credential(
                customer: customer,
                maxConnections: changes.isNull(3) ? 0 : changes.integer(3),
                priceMonthCents: 0,
                isTrial: !changes.isNull(4) && changes.text(4) == ChangeRecordRow.trial
            )
        }
        for (id, line) in former {
            var line = line
            let plan = planOf[line.customer].flatMap { plans[$0] }
            if line.maxConnections == 0 { line.maxConnections = plan?.max ?? Self.maxConnectionsUsual }
            line.priceMonthCents = plan?.price ?? 0
            self.credentials[id] = line
            guard self.customers[line.customer]?.isErased == true else { continue }
            self.customers[line.customer]?.priceMonthCents = line.priceMonthCents
            if line.isTrial { self.customers[line.customer]?.isTrial = true }
        }
    }

    private mutating func readSupply(_ history: Database, _ live: Database) throws {
        let channels = try SQLCursor(live, "SELECT channel, name FROM channel")
        while try channels.next() { self.channels[channels.integer(0)] = channels.text(1) }
        let names = try SQLCursor(history, "SELECT source, channel, supplier FROM source_name")
        while try names.next() {
            let source = Source(channel: names.integer(1), supplier: names.text(2), position: .max)
            self.sources[names.integer(0)] = source
        }
        let positions = try SQLCursor(live, "SELECT source, position FROM source")
        while try positions.next() { self.sources[positions.integer(0)]?.position = positions.integer(1) }
    }
}
