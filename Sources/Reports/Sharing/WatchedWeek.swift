import Model

/// One credential's week in small numbers: what was watched when, on which of its devices and networks.
///
/// Built anew for each credential in the same room, so that 50,000 of them allocate nothing.
struct WatchedWeek {
    /// Milliseconds under which a connection is a zap and says nothing.
    static let lengthMin: Int64 = 10_000
    /// Milliseconds of a connection that count: a television left on is no viewer.
    static let lengthCounted: Int64 = 240 * Self.minute
    /// Connections of a credential that are looked at in a week: one each two minutes, day and night.
    static let viewingsMax = 5_000
    /// Devices and networks of a credential that are told apart in a week; more are a leak whatever they are.
    static let devicesMax = 128
    static let networksMax = 256
    static let minute: Int64 = 60_000

    struct Viewing {
        var from: Int64
        var to: Int64
        /// Event that opened it.
        var seq: Int64
        var connection: Int64
        var device: Int
        var network: Int
        var channel: Int32
        var country: UInt16
        var kind: DeviceClass
        /// 0–6; the day it began on, or Monday.
        var day: Int
        /// Whether it began between Friday afternoon and the night to Monday.
        var isWeekend: Bool

        var counted: Int64 { min(self.to - self.from, WatchedWeek.lengthCounted) }
    }

    struct Device {
        var key: UInt64
        /// Known by an id of its own; else by its user agent, which others may have too.
        var isID: Bool
        /// Whether it was ever something else than a phone, tablet or computer.
        var isFixed = false
    }

    struct Network {
        var key: UInt64
        var system: Int
        var isIPv6: Bool
        /// Whether its addresses are shared, so that it may be many lines or one.
        var isCrowded: Bool
        /// When the first and the last viewing on it began.
        var first: Int64
        var last: Int64
    }

    private(set) var viewings: [Viewing] = []
    private(set) var devices: [Device] = []
    private(set) var networks: [Network] = []
    /// Milliseconds of device `d` on network `n` at `n * devicesMax + d`.
    private(set) var times: [Int64] = []

    func time(_ device: Int, on network: Int) -> Int64 { self.times[network * Self.devicesMax + device] }

    /// Milliseconds on a network.
    func time(on network: Int) -> Int64 {
        var sum: Int64 = 0
        for device in self.devices.indices { sum += self.time(device, on: network) }
        return sum
    }

    /// Takes a credential's connections of a week.
    mutating func take(_ index: Int, of facts: ViewFacts, in week: WeekBounds, _ knowledge: NetworkKnowledge) {
        self.viewings.removeAll(keepingCapacity: true)
        self.devices.removeAll(keepingCapacity: true)
        self.networks.removeAll(keepingCapacity: true)
        self.times.removeAll(keepingCapacity: true)
        let span = week.span
        for place in facts.credentials[index].connections {
            let connection = facts.connections[place]
            let (from, to) = (max(connection.from, span.lowerBound), min(connection.to, span.upperBound))
            guard to - from >= Self.lengthMin, self.viewings.count < Self.viewingsMax,
                facts.clients.indices.contains(Int(connection.client))
            else { continue }
            let client = facts.clients[Int(connection.client)]
            let system = Int(knowledge.systemOfClient[Int(connection.client)])
            guard let device = self.device(of: client, knowledge),
                let network = self.network(of: client, system, knowledge)
            else { continue }
            let (day, isWeekend) = week.day(of: from)
            self.viewings.append(
                Viewing(
                    from: from,
                    to: to,
                    seq: connection.openedSeq,
                    connection: connection.connection,
                    device: device,
                    network: network,
                    channel: connection.channel,
                    country: client.country,
                    kind: client.kind,
                    day: day,
                    isWeekend: isWeekend
                )
            )
        }
        self.order()
        self.sum()
    }

    /// The rows' order says nothing: all that follows goes by time.
    private mutating func order() {
        let isOrdered = zip(self.viewings, self.viewings.dropFirst()).allSatisfy {
            ($0.from, $0.connection) <= ($1.from, $1.connection)
        }
        if !isOrdered { self.viewings.sort { ($0.from, $0.connection) < ($1.from, $1.connection) } }
    }

    private mutating func sum() {
        for viewing in self.viewings {
            self.times[viewing.network * Self.devicesMax + viewing.device] += viewing.to - viewing.from
            if viewing.kind != .portable { self.devices[viewing.device].isFixed = true }
            self.networks[viewing.network].first = min(self.networks[viewing.network].first, viewing.from)
            self.networks[viewing.network].last = max(self.networks[viewing.network].last, viewing.from)
        }
    }

    /// The device a client is: by its id where it has one of its own.
    func key(of client: ClientFact, _ knowledge: NetworkKnowledge) -> Device {
        client.deviceID != 0 && !knowledge.genericDevices.contains(client.deviceID)
            ? Device(key: client.deviceID, isID: true) : Device(key: client.agent, isID: false)
    }

    /// The place of a device that was seen, `nil` for another.
    func place(of device: Device) -> Int? {
        self.devices.firstIndex { $0.key == device.key && $0.isID == device.isID }
    }

    /// The place of a network that was seen, `nil` for another.
    func place(ofNetwork key: UInt64, isIPv6: Bool, system: Int) -> Int? {
        self.networks.firstIndex { $0.key == key && $0.isIPv6 == isIPv6 && $0.system == system }
    }

    private mutating func device(of client: ClientFact, _ knowledge: NetworkKnowledge) -> Int? {
        let device = self.key(of: client, knowledge)
        if let place = self.place(of: device) { return place }
        guard self.devices.count < Self.devicesMax else { return nil }
        self.devices.append(device)
        return self.devices.count - 1
    }

    private mutating func network(of client: ClientFact, _ system: Int, _ knowledge: NetworkKnowledge) -> Int? {
        if let place = self.place(ofNetwork: client.network, isIPv6: client.isIPv6, system: system) { return place }
        guard self.networks.count < Self.networksMax else { return nil }
        let isCrowded =
            !client.isIPv6
            && (knowledge.systems[system].sharesAddresses || knowledge.crowdedNetworks.contains(client.network))
        self.networks.append(
            Network(
                key: client.network,
                system: system,
                isIPv6: client.isIPv6,
                isCrowded: isCrowded,
                first: .max,
                last: .min
            )
        )
        self.times.append(contentsOf: repeatElement(0, count: Self.devicesMax))
        return self.networks.count - 1
    }
}

/// A week's bounds in milliseconds, with its days on the operator's clock.
package struct WeekBounds: Sendable {
    package let span: Range<Int64>
    /// When each day begins.
    private let days: [Int64]

    /// Hours of Monday that still are the weekend's night, and hour of Friday from which it is the weekend.
    private static let mondayNight: Int64 = 4 * 3_600_000
    private static let fridayAfternoon: Int64 = 15 * 3_600_000

    /// `until` cuts a week that is not over.
    package init(_ week: ReportWeek, _ clock: LocalClock, until: Int64 = .max) {
        let start = week.start.ms
        self.span = start..<max(start, min(until, week.end.ms))
        self.days = week.days(clock).map(\.lowerBound.ms)
    }

    /// The day of the week, from 0, and whether it is the weekend.
    func day(of time: Int64) -> (day: Int, isWeekend: Bool) {
        var day = 0
        while day + 1 < self.days.count, time >= self.days[day + 1] { day += 1 }
        let hour = time - (self.days.isEmpty ? self.span.lowerBound : self.days[day])
        let isWeekend = day > 4 || (day == 4 && hour >= Self.fridayAfternoon) || (day == 0 && hour < Self.mondayNight)
        return (day, isWeekend)
    }
}
