import Accounts
import Events
import Model
import Vault

/// Gives devices their numbers, as admission does: one a customer, ISO week, device id or user agent, and network.
struct ClientRegistry {
    /// What is known of a device on a network.
    struct Client {
        var number: ClientID
        var kind: DeviceClass
        /// Keyed hash of the network.
        var network: String
        /// Tells of it when it is new.
        var event: Event?
    }

    private struct Key: Hashable {
        var customer: CustomerID
        var device: String
        var isID: Bool
        var network: NetworkAddress
    }

    private let vault: Vault
    /// All customers, so that a week's keys are made with one write.
    private let customers: [CustomerID]
    private var known: [Key: Client] = [:]
    /// The week that `known` is of.
    private var week: KeyWeek
    private var next: Int64 = 1

    init(vault: Vault, customers: [CustomerID]) {
        self.vault = vault
        self.customers = customers
        let never = WallTime(microseconds: .min)
        self.week = KeyWeek(name: "", from: never, until: never)
    }

    mutating func resolve(_ fact: ImportedFact, _ address: NetworkAddress, of customer: CustomerID) throws -> Client {
        try self.turn(to: fact.at)
        let key = Key(
            customer: customer,
            device: fact.deviceID ?? fact.userAgent,
            isID: fact.deviceID != nil,
            network: address.network
        )
        if let client = self.known[key] { return client }
        var client = try self.seen(fact, address, of: customer)
        let event = client.event
        client.event = nil
        self.known[key] = client
        client.event = event
        return client
    }

    private mutating func turn(to at: Int64) throws {
        let time = WallTime(microseconds: at * 1_000)
        guard !self.week.contains(time) else { return }
        self.week = self.vault.calendar.week(of: time)
        self.known.removeAll(keepingCapacity: true)
        let week = self.week.name
        try self.vault.prepareHashes(week: week)
        try self.vault.store.prepare(self.customers.map { .clients(of: $0, week: week) })
    }

    private mutating func seen(
        _ fact: ImportedFact,
        _ address: NetworkAddress,
        of customer: CustomerID
    ) throws -> Client {
        let device = Device(address: address, userAgent: fact.userAgent, deviceID: fact.deviceID)
        let identity = ClientIdentity(
            vault: self.vault,
            customer: customer,
            device: device,
            now: WallTime(microseconds: fact.at * 1_000),
            origin: Origin(country: fact.country, asn: fact.asn)
        )
        let number = ClientID(self.next)
        self.next += 1
        let seen = try identity.seen(as: number, in: self.week)
        return Client(
            number: number,
            kind: DeviceClass(userAgent: fact.userAgent),
            network: seen.network ?? "",
            event: .clientSeen(seen)
        )
    }
}
