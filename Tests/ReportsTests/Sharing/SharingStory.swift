import Model

@testable import Reports

/// Writes a week of viewing in a few lines: who watched what, on which device, through which network.
struct SharingStory {
    /// A network line: its provider, and its place there.
    struct Line: Hashable {
        var asn: Int64
        var number: UInt64
        var isIPv6 = false
        var country = "DE"
        /// Of its addresses; the network's own when `nil`.
        var address: UInt64?

        /// Two providers of homes, a mobile network, a VPN's exit, and a hotel's network.
        static func home(_ number: UInt64) -> Line { Line(asn: 101, number: number) }
        static func otherHome(_ number: UInt64) -> Line { Line(asn: 102, number: 1_000 + number) }
        static func mobile(_ number: UInt64) -> Line { Line(asn: 201, number: 2_000 + number, address: 7) }
        static func vpn(_ number: UInt64) -> Line { Line(asn: 301, number: 3_000 + number, country: "NL", address: 9) }
        static func hotel(_ number: UInt64) -> Line { Line(asn: 401, number: 4_000 + number, country: "ES") }
        static func cgn(_ number: UInt64) -> Line { Line(asn: 103, number: 5_000 + number, address: 11) }
    }

    struct Device: Hashable {
        var agent: UInt64
        var id: UInt64 = 0
        var kind: DeviceClass

        static func tv(_ number: UInt64) -> Device { Device(agent: number, id: 100 + number, kind: .tv) }
        static func phone(_ number: UInt64) -> Device { Device(agent: 50 + number, id: 200 + number, kind: .portable) }
        /// A box without an id of its own.
        static func box(_ number: UInt64) -> Device { Device(agent: 70 + number, kind: .unknown) }
    }

    private struct Use: Hashable {
        var line: Line
        var device: Device
    }

    private struct Entry {
        var credential: Int64
        var connection: ConnectionFact
    }

    let clock: LocalClock
    let week: ReportWeek
    private var clients: [ClientFact] = []
    private var places: [Use: Int32] = [:]
    private var entries: [Entry] = []
    private var refusals: [(credential: Int64, fact: RejectionFact)] = []
    private var matches: [EventFact] = []
    private var limits: [Int64: Int64] = [:]

    /// The credential that the story is about.
    static let hero: Int64 = 1

    /// Others use the same providers, as they do: most at home, some on the move, a few through a VPN.
    init(_ name: String = "2026-W43", zone: String = "Europe/Berlin") throws {
        self.clock = try LocalClock(zone: zone)
        guard let week = ReportWeek(name, self.clock) else { throw ReportStoryError() }
        self.week = week
        for other in Int64(900)..<912 {
            let number = UInt64(other)
            let line = [Line.home(number), .otherHome(number), .cgn(number % 3)][Int(other % 3)]
            self.watch(.tv(number), line, day: 1, at: 20, for: 120, credential: other)
            self.watch(.phone(number), .mobile(number % 4), day: 2, at: 8, for: 20, credential: other)
            if other < 904 { self.watch(.phone(number), .vpn(number % 4), day: 3, at: 8, for: 20, credential: other) }
            if other > 908 { self.watch(.phone(number), .hotel(number % 4), day: 3, at: 8, for: 20, credential: other) }
        }
    }

    struct ReportStoryError: Error {}

    mutating func watch(
        _ device: Device,
        _ line: Line,
        day: Int64,
        at hour: Double,
        for minutes: Double,
        channel: Int32 = 1,
        credential: Int64 = Self.hero
    ) {
        var fact = ConnectionFact()
        fact.connection = Int64(self.entries.count + 1)
        fact.openedSeq = 10_000 + fact.connection
        fact.client = self.client(device, line)
        fact.channel = channel
        fact.from = self.moment(day, hour)
        fact.length = UInt32(minutes * 60_000)
        self.entries.append(Entry(credential: credential, connection: fact))
    }

    mutating func refuse(_ device: Device, _ line: Line, day: Int64, at hour: Double) {
        let fact = RejectionFact(
            at: self.moment(day, hour),
            seq: 50_000 + Int64(self.refusals.count),
            client: self.client(device, line),
            channel: 1,
            rule: .limit,
            holders: 0..<0
        )
        self.refusals.append((Self.hero, fact))
    }

    mutating func match(channel: Int32, day: Int64, at hour: Double, for minutes: Double) {
        let from = self.moment(day, hour)
        self.matches.append(
            EventFact(channel: channel, from: from, to: from + Int64(minutes * 60_000), title: "match")
        )
    }

    mutating func limit(_ connections: Int64) { self.limits[Self.hero] = connections }

    private func moment(_ day: Int64, _ hour: Double) -> Int64 {
        self.clock.start(ofDay: self.week.monday + day).microseconds / 1_000 + Int64(hour * 3_600_000)
    }

    private mutating func client(_ device: Device, _ line: Line) -> Int32 {
        if let place = self.places[Use(line: line, device: device)] { return place }
        var fact = ClientFact()
        fact.number = Int64(self.clients.count)
        fact.agent = device.agent
        fact.deviceID = device.id
        fact.kind = device.kind
        fact.network = line.number + 1
        fact.address = line.isIPv6 ? 0 : 100_000 + (line.address ?? line.number)
        fact.isIPv6 = line.isIPv6
        fact.asn = line.asn
        fact.country = line.country.utf8.reduce(0) { $0 << 8 | UInt16($1) }
        self.clients.append(fact)
        self.places[Use(line: line, device: device)] = fact.number == 0 ? 0 : Int32(fact.number)
        return Int32(fact.number)
    }

    /// The facts; with a seed, connections of a credential stand in another order.
    func facts(shuffled generator: (some RandomNumberGenerator)?) -> ViewFacts {
        let span = self.week.start.microseconds / 1_000..<self.week.end.microseconds / 1_000
        var facts = ViewFacts(span: span)
        facts.clients = self.clients
        facts.events = self.matches
        for credential in Set(self.entries.map(\.credential)).sorted() {
            let (first, firstRefusal) = (facts.connections.count, facts.rejections.count)
            var own = self.entries.filter { $0.credential == credential }.map(\.connection)
            if var generator { own.shuffle(using: &generator) } else { own.sort { $0.from < $1.from } }
            facts.connections += own
            facts.rejections += self.refusals.filter { $0.credential == credential }.map(\.fact)
            facts.credentials.append(
                CredentialFact(
                    credential: CredentialID(credential),
                    customer: credential,
                    maxConnections: self.limits[credential] ?? 2,
                    priceMonthCents: 1_000,
                    connections: first..<facts.connections.count,
                    rejections: firstRefusal..<facts.rejections.count
                )
            )
        }
        return facts
    }

    var facts: ViewFacts { self.facts(shuffled: SystemRandomNumberGenerator?.none) }

    /// What is found of the hero.
    var entry: SharingWeek.Entry? {
        let facts = self.facts
        return SharingWeek(self.week, of: facts, self.clock).entries.first {
            facts.credentials[$0.credential].credential.rawValue == Self.hero
        }
    }
}
