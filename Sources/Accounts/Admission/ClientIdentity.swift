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

    /// What a device of a customer is found by in one week: a hash under that week's key.
    static func digest(_ device: Device, of customer: CustomerID, week: KeyWeek, with vault: Vault) throws -> String {
        try vault.weeklyHash(
            .client,
            customer.rawValue,
            week.name,
            device.deviceID ?? device.userAgent,
            device.address.network.description,
            week: week.name
        ).short
    }

    /// The device's number this week; an event with it when it is new.
    func resolve(in state: LiveState, foreseen: ForeseenDigests?) throws -> (ClientID, Event?) {
        let week = self.vault.calendar.week(of: self.now)
        if let digest = foreseen?.client(of: self.customer, in: week) {
            if let row = try state.client(device: digest) { return (row.client, nil) }
        }
        let digest = try Self.digest(self.device, of: self.customer, week: week, with: self.vault)
        if let row = try state.client(device: digest) { return (row.client, nil) }
        let client = state.counters.nextClient
        return (client, .clientSeen(try self.seen(as: client, in: week)))
    }

    /// What is told of a device that is new this week.
    package func seen(as client: ClientID, in week: KeyWeek) throws -> ClientSeen {
        let sealed = try self.vault.store.seal(
            Redacted(self.text),
            under: .clients(of: self.customer, week: week.name),
            for: SealedPlace(subject: client.eventStream, field: "identity")
        )
        let (vault, device) = (self.vault, self.device)
        return ClientSeen(
            client: client,
            customer: self.customer,
            week: week.name,
            device: try Self.digest(self.device, of: self.customer, week: week, with: self.vault),
            identity: sealed.text,
            deviceClass: DeviceClass(userAgent: self.device.userAgent).rawValue,
            agent: try vault.weeklyHash(.userAgent, device.userAgent, week: week.name).short,
            deviceID: try device.deviceID.map { try vault.weeklyHash(.deviceID, $0, week: week.name).short },
            network: try vault.weeklyHash(.network, device.address.network.description, week: week.name).short,
            address: try vault.weeklyHash(.address, device.address.description, week: week.name).short,
            family: self.device.address.isIPv4 ? 4 : 6,
            country: self.device.origin.country,
            asn: self.device.origin.asn
        )
    }

    /// The device's number in the week before, where that may still play or is remembered; devices are renumbered each week.
    func earlier(in state: LiveState, live: [SlotRow], memory: SlotMemoryRow?) throws -> ClientID? {
        let week = self.vault.calendar.week(of: self.now)
        var before = live.first { $0.openedAt < week.from }?.openedAt
        if before == nil, memory != nil {
            before = WallTime(microseconds: self.now.microseconds &- SlotFight.coolDown)
        }
        guard let before, before < week.from else { return nil }
        let last = self.vault.calendar.week(of: before)
        let digest = try Self.digest(self.device, of: self.customer, week: last, with: self.vault)
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
