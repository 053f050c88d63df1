import Events
import Model

/// A week of a service of some size, made up: the same events for the same seed.
///
/// 1,000 customers with 1,400 credentials of three connections each, 200 channels, four suppliers. Of 1,000 events some
/// 362 are openings, 362 closings, 113 refusals, 91 blips, 57 patches and 15 failovers; a device is told of when it is
/// first seen.
struct EventMix {
    static let customers = 1_000
    static let credentials = 1_400
    static let channels = 200
    static let connectionsMax = 3
    /// Monday 2026-11-16, 00:00 UTC.
    static let start = WallTime(microseconds: 1_794_787_200_000_000)
    static let week = "2026-W47"
    static let weekMicroseconds: Int64 = 7 * 86_400_000_000

    private struct Live {
        var opened: ConnectionOpened
        var at: WallTime
    }

    private var random: SeededRandom
    private var live: [Live] = []
    private var held: [Int64: [ConnectionID]] = [:]
    private var clients: [Int: ClientID] = [:]
    private var networks: [String] = []
    private var nextConnection: Int64 = 1
    private var events: [Envelope] = []
    private var at = EventMix.start
    private let node = NodeID(rawValue: "a")

    private init(seed: UInt64) {
        self.random = SeededRandom(seed: seed)
        self.networks = (0..<Self.credentials * 2).map { _ in "" }
        for index in self.networks.indices { self.networks[index] = self.random.digest() }
    }

    /// `count` events, spread over the week.
    static func events(_ count: Int, seed: UInt64 = 0xBA70) -> [Envelope] {
        var mix = EventMix(seed: seed)
        mix.events.reserveCapacity(count)
        let step = Int(Self.weekMicroseconds) / max(count, 1)
        while mix.events.count < count {
            mix.at = WallTime(microseconds: mix.at.microseconds + Int64(mix.random.below(2 * step)))
            mix.next()
        }
        return Array(mix.events.prefix(count))
    }

    private mutating func next() {
        switch self.random.below(1_000) {
        case ..<475: self.open()
        case ..<837: self.close()
        case ..<928: self.blip()
        case ..<985: self.patch()
        default: self.failover()
        }
    }

    private mutating func add(_ event: Event) {
        let seq = Int64(self.events.count + 1)
        self.events.append(Envelope(seq: seq, at: self.at, node: self.node, event: event))
    }

    /// An opening, or a refusal when the credential has no slot left.
    private mutating func open() {
        // A quarter of the credentials does half of the watching, so that limits are met.
        let credential = self.random.below(2) == 0 ? self.random.below(350) : self.random.below(Self.credentials)
        let device = credential * 2 + self.random.below(2)
        let customer = CustomerID(rawValue: "c\(credential % Self.customers)")
        let client = self.client(device, of: customer)
        let channel = ChannelID(Int64(101 + self.random.popular(Self.channels)))
        let output: OutputKind = self.random.below(3) == 0 ? .ts : .hls
        let holders = self.held[Int64(credential)] ?? []
        guard holders.count < Self.connectionsMax, self.live.count < 700 else {
            // Nobody is refused while others are to leave first.
            guard holders.count >= Self.connectionsMax else { return self.close() }
            return self.add(
                .limitRejected(
                    LimitRejected(
                        credential: CredentialID(Int64(credential)),
                        customer: customer,
                        channel: channel,
                        client: client,
                        output: output,
                        rule: "max-connections",
                        limit: Int64(Self.connectionsMax),
                        holders: holders
                    )
                )
            )
        }
        let connection = ConnectionID(self.nextConnection)
        self.nextConnection += 1
        let opened = ConnectionOpened(
            connection: connection,
            credential: CredentialID(Int64(credential)),
            customer: customer,
            channel: channel,
            client: client,
            output: output,
            network: self.networks[device],
            session: self.random.digest()
        )
        self.live.append(Live(opened: opened, at: self.at))
        self.held[Int64(credential), default: []].append(connection)
        self.add(.connectionOpened(opened))
    }

    private mutating func close() {
        guard !self.live.isEmpty else { return self.open() }
        let index = self.random.below(self.live.count)
        self.live.swapAt(index, self.live.count - 1)
        let ended = self.live.removeLast()
        let opened = ended.opened
        self.held[opened.credential.rawValue]?.removeAll { $0 == opened.connection }
        let watched = (self.at.microseconds - ended.at.microseconds) / 1_000
        let reasons = ["left", "left", "left", "left", "idle", "idle", "stalled", "superseded"]
        self.add(
            .connectionClosed(
                ConnectionClosed(
                    connection: opened.connection,
                    credential: opened.credential,
                    customer: opened.customer,
                    channel: opened.channel,
                    reason: reasons[self.random.below(reasons.count)],
                    bytes: ByteCount(watched * Int64(400 + self.random.below(200))),
                    watched: Milliseconds(watched),
                    patched: Milliseconds(self.random.below(10) == 0 ? Int64(self.random.below(9_000)) : 0),
                    stalls: Int64(self.random.below(20) == 0 ? 1 : 0)
                )
            )
        )
    }

    private mutating func client(_ device: Int, of customer: CustomerID) -> ClientID {
        if let client = self.clients[device] { return client }
        let client = ClientID(Int64(self.clients.count + 1))
        self.clients[device] = client
        let sealed = (0..<10).map { _ in self.random.digest() }.joined()
        self.add(
            .clientSeen(
                ClientSeen(
                    client: client,
                    customer: customer,
                    week: Self.week,
                    device: self.random.digest(),
                    identity: "v1.k1.\(sealed)"
                )
            )
        )
        return client
    }
}

extension EventMix {
    private mutating func blip() {
        let channel = self.random.popular(Self.channels)
        let causes = ["stall", "reset", "closed", "stall", "http-502"]
        self.add(
            .ingestBlip(
                IngestBlip(
                    channel: ChannelID(Int64(101 + channel)),
                    source: SourceID(Int64(channel * 2 + 1)),
                    supplier: SupplierID(rawValue: "supplier-\(channel % 4)"),
                    cause: causes[self.random.below(causes.count)],
                    gap: Milliseconds(Int64(500 + self.random.below(6_000))),
                    bytes: ByteCount(Int64(self.random.below(1 << 31)))
                )
            )
        )
    }

    private mutating func patch() {
        let channel = self.random.popular(Self.channels)
        self.add(
            .freezePatch(
                FreezePatch(
                    channel: ChannelID(Int64(101 + channel)),
                    method: self.random.below(4) == 0 ? "gop-loop" : "hold",
                    source: SourceID(Int64(channel * 2 + 1)),
                    length: Milliseconds(Int64(200 + self.random.below(6_000))),
                    visibility: self.random.below(5) == 0 ? .visible : .hidden,
                    viewers: Int64(self.random.below(60)),
                    bytes: ByteCount(Int64(self.random.below(20_000)))
                )
            )
        )
    }

    private mutating func failover() {
        let channel = self.random.popular(Self.channels)
        self.add(
            .failoverSwitch(
                FailoverSwitch(
                    channel: ChannelID(Int64(101 + channel)),
                    from: SourceID(Int64(channel * 2 + 1)),
                    to: SourceID(Int64(channel * 2 + 2)),
                    why: self.random.below(2) == 0 ? "down" : "stall",
                    gap: Milliseconds(Int64(self.random.below(1_500)))
                )
            )
        )
    }
}
