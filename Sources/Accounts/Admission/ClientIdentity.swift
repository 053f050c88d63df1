package import Events
package import Model
import Projections
package import Vault

/// How a device is known in events: by a short number, with what tells about a person sealed.
package struct ClientIdentity {
    let vault: Vault
    let customer: CustomerID
    let device: Device
    let now: WallTime

    /// `origin` is where its address is, where that is known from elsewhere than the device.
    package init(vault: Vault, customer: CustomerID, device: Device, now: WallTime, origin: Origin? = nil) {
        self.vault = vault
        self.customer = customer
        var device = device
        if let origin { device.origin = origin }
        self.device = device
        self.now = now
    }

    /// What a device of a customer is found by in one week: a keyed hash.
    static func digest(_ device: Device, of customer: CustomerID, week: String, with vault: Vault) -> String {
        vault.installation.hash(
            .client,
            customer.rawValue,
            week,
            device.deviceID ?? device.userAgent,
            device.address.network.description
        ).short
    }

    /// The device's number this week; an event with it when it is new.
    func resolve(in state: LiveState, foreseen: ForeseenDigests?) throws -> (ClientID, Event?) {
        if let digest = foreseen?.client(of: self.customer, now: self.now) {
            if let row = try state.client(device: digest) { return (row.client, nil) }
        }
        let week = self.now.isoWeek
        let digest = Self.digest(self.device, of: self.customer, week: week, with: self.vault)
        if let row = try state.client(device: digest) { return (row.client, nil) }
        let client = state.counters.nextClient
        return (client, .clientSeen(try self.seen(as: client, week: week)))
    }

    /// What is told of a device that is new this week.
    package func seen(as client: ClientID, week: String) throws -> ClientSeen {
        let sealed = try self.vault.store.seal(
            Redacted(self.text),
            under: .clients(of: self.customer, week: week),
            for: SealedPlace(subject: client.eventStream, field: "identity")
        )
        let hashes = self.vault.installation
        return ClientSeen(
            client: client,
            customer: self.customer,
            week: week,
            device: Self.digest(self.device, of: self.customer, week: week, with: self.vault),
            identity: sealed.text,
            deviceClass: DeviceClass(userAgent: self.device.userAgent).rawValue,
            agent: hashes.hash(.userAgent, self.device.userAgent).short,
            deviceID: self.device.deviceID.map { hashes.hash(.deviceID, $0).short },
            network: hashes.hash(.network, self.device.address.network.description).short,
            address: hashes.hash(.address, self.device.address.description).short,
            family: self.device.address.isIPv4 ? 4 : 6,
            country: self.device.origin.country,
            asn: self.device.origin.asn
        )
    }

    /// The device's number in the week before, where that may still play or is remembered; devices are renumbered each week.
    func earlier(in state: LiveState, live: [SlotRow], memory: SlotMemoryRow?) throws -> ClientID? {
        var before = live.first { $0.openedAt.day != self.now.day }?.openedAt
        if before == nil, memory != nil {
            before = WallTime(microseconds: self.now.microseconds &- SlotFight.coolDown)
        }
        // Most often it is the same day, and asking which week that is costs more.
        guard let before, before.day != self.now.day, before.isoWeek != self.now.isoWeek else { return nil }
        let digest = Self.digest(self.device, of: self.customer, week: before.isoWeek, with: self.vault)
        return try state.client(device: digest)?.client
    }

    /// What is sealed: a JSON object of address, user agent and device id.
    private var text: String {
        var json = JSONWriter()
        json.raw(#"{"address":"#)
        json.string(self.device.address.description)
        json.raw(#","userAgent":"#)
        json.string(self.device.userAgent)
        if let id = self.device.deviceID {
            json.raw(#","deviceID":"#)
            json.string(id)
        }
        json.raw("}")
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
