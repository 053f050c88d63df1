import Events
import Model
import TestSupport

/// A plausible week of a small service as events, with every kind among them, and some that make no sense; the same for the same seed.
struct EventGenerator {
    private var random: SeededRandom
    private(set) var seq: Int64 = 0
    private var at = WallTime(seconds: 1_795_000_000)
    private var epoch: Int64 = 0
    private var nextConnection: Int64 = 1
    private var nextCredential: Int64 = 1
    private var nextClient: Int64 = 1
    private var nextSource: Int64 = 1
    private var open: [(connection: Int64, credential: Int64)] = []
    private let node = NodeID(rawValue: "a")

    static let channels: Int64 = 20
    static let customers: Int64 = 60
    static let credentials: Int64 = 80

    init(seed: UInt64) {
        self.random = SeededRandom(seed: seed)
    }

    /// The next events, beginning with a start when these are the first.
    mutating func envelopes(_ count: Int) -> [Envelope] {
        var result: [Envelope] = []
        result.reserveCapacity(count)
        if self.seq == 0 { result.append(self.envelope(self.start())) }
        while result.count < count { result.append(self.envelope(self.event())) }
        return result
    }

    private mutating func envelope(_ event: Event) -> Envelope {
        self.seq += 1
        // Now and then the clock stands still, as it does when several events share a batch.
        self.at = WallTime(microseconds: self.at.microseconds + Int64.random(in: 0...20_000_000, using: &self.random))
        return Envelope(seq: self.seq, at: self.at, node: self.node, event: event)
    }

    private mutating func start() -> Event {
        self.epoch += 1
        self.open.removeAll()
        return .nodeStarted(NodeStarted(version: "1.0.0", epoch: self.epoch))
    }

    private mutating func event() -> Event {
        switch Int.random(in: 0..<1_000, using: &self.random) {
        case 0..<340: self.opened()
        case 340..<680: self.closed()
        case 680..<700: self.rejected()
        case 700..<710: self.evicted()
        case 710..<760: self.clientSeen()
        case 760..<900: self.ingest()
        case 900..<960: self.catalogue()
        case 960..<990: self.viewers()
        case 990..<998: self.refusals()
        default: self.rare()
        }
    }

    private mutating func number(_ upTo: Int64) -> Int64 { Int64.random(in: 1...upTo, using: &self.random) }
    private mutating func ms(_ upTo: Int64) -> Milliseconds {
        Milliseconds(Int64.random(in: 0...upTo, using: &self.random))
    }
    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self.random) < percent }
    private mutating func channel() -> ChannelID { ChannelID(self.number(Self.channels)) }
    private mutating func credential() -> CredentialID { CredentialID(self.number(Self.credentials)) }
    private func customer(of credential: CredentialID) -> CustomerID {
        CustomerID(rawValue: "c\(credential.rawValue % Self.customers)")
    }
    private mutating func customer() -> CustomerID { CustomerID(rawValue: "c\(self.number(Self.customers))") }
    private mutating func supplier() -> SupplierID { SupplierID(rawValue: "s\(self.number(3))") }
    private mutating func source() -> SourceID { SourceID(self.number(max(self.nextSource, 2))) }
    private mutating func client() -> ClientID { ClientID(self.number(max(self.nextClient, 2))) }
    private mutating func output() -> OutputKind { self.chance(70) ? .hls : .ts }

    private mutating func opened() -> Event {
        let credential = self.credential()
        let connection = self.nextConnection
        self.nextConnection += 1
        self.open.append((connection, credential.rawValue))
        // A tenth goes on with a token that another connection had.
        let session = self.chance(10) ? self.number(max(connection, 1)) : connection
        return .connectionOpened(
            ConnectionOpened(
                connection: ConnectionID(connection),
                credential: credential,
                customer: self.customer(of: credential),
                channel: self.channel(),
                client: self.client(),
                output: self.output(),
                network: "n\(self.number(50))",
                country: self.chance(90) ? "DE" : nil,
                asn: self.chance(50) ? 3_320 : nil,
                session: "t\(session)",
                deviceClass: self.chance(50) ? "tv" : nil
            )
        )
    }

    private mutating func closed() -> Event {
        var found = (connection: self.number(max(self.nextConnection, 2)), credential: self.number(Self.credentials))
        if !self.open.isEmpty, !self.chance(3) {
            found = self.open.remove(at: Int.random(in: self.open.indices, using: &self.random))
        }
        let reasons = ["left", "idle", "stalled", "superseded", "shutdown", "node-restart"]
        let credential = CredentialID(found.credential)
        return .connectionClosed(
            ConnectionClosed(
                connection: ConnectionID(found.connection),
                credential: credential,
                customer: self.customer(of: credential),
                channel: self.channel(),
                reason: reasons[Int.random(in: reasons.indices, using: &self.random)],
                bytes: ByteCount(self.number(1 << 32)),
                watched: self.ms(self.chance(1) && self.chance(10) ? .max : 20_000_000),
                patched: self.ms(10_000),
                stalls: self.number(5),
                stalled: self.chance(90) ? self.ms(9_000) : nil,
                slate: self.chance(90) ? self.ms(60_000) : nil
            )
        )
    }

    private mutating func evicted() -> Event {
        guard let found = self.open.randomElement(using: &self.random) else { return self.opened() }
        let credential = CredentialID(found.credential)
        return .connectionEvicted(
            ConnectionEvicted(
                connection: ConnectionID(found.connection),
                credential: credential,
                customer: self.customer(of: credential),
                why: "operator",
                by: self.chance(50) ? ConnectionID(self.nextConnection) : nil,
                client: self.chance(80) ? self.client() : nil,
                winner: self.chance(60) ? self.client() : nil,
                blockedUntil: self.blockedUntil()
            )
        )
    }

    private mutating func rejected() -> Event {
        let credential = self.credential()
        let holders = self.open.filter { $0.credential == credential.rawValue }.map { ConnectionID($0.connection) }
        return .limitRejected(
            LimitRejected(
                credential: credential,
                customer: self.customer(of: credential),
                channel: self.channel(),
                client: self.client(),
                output: self.output(),
                rule: "max-connections",
                limit: Int64(holders.count),
                holders: holders,
                blockedUntil: self.blockedUntil()
            )
        )
    }

    private mutating func blockedUntil() -> WallTime? {
        self.chance(40) ? self.at.advanced(milliseconds: self.number(600_000)) : nil
    }

    private mutating func clientSeen() -> Event {
        let client = self.nextClient
        self.nextClient += 1
        return .clientSeen(
            ClientSeen(
                client: ClientID(client),
                customer: self.customer(),
                week: self.chance(2) ? "2026-W01" : self.at.isoWeek,
                device: "d\(self.number(500))",
                identity: "v1.k.\(client)"
            )
        )
    }

    private mutating func ingest() -> Event {
        let (channel, source, supplier) = (self.channel(), self.source(), self.supplier())
        switch self.number(9) {
        case 1:
            return .ingestStarted(
                IngestStarted(
                    channel: channel,
                    source: source,
                    supplier: supplier,
                    after: self.ms(3_000),
                    tracks: "h264,aac"
                )
            )
        case 2:
            return .ingestBlip(
                IngestBlip(
                    channel: channel,
                    source: source,
                    supplier: supplier,
                    cause: "stall",
                    gap: self.ms(9_000),
                    bytes: ByteCount(self.number(9_999_999))
                )
            )
        case 3:
            return .ingestRecovered(
                IngestRecovered(channel: channel, source: source, supplier: supplier, down: self.ms(9_000_000))
            )
        case 4:
            return .ingestDown(
                IngestDown(
                    channel: channel,
                    source: source,
                    supplier: supplier,
                    cause: "reset",
                    bytes: ByteCount(5),
                    retryIn: self.ms(5_000)
                )
            )
        case 5:
            return .ingestStopped(
                IngestStopped(
                    channel: channel,
                    source: source,
                    supplier: supplier,
                    why: "idle",
                    bytes: ByteCount(77),
                    ran: self.ms(99_999)
                )
            )
        case 6:
            return .overlapDropped(
                OverlapDropped(channel: channel, source: source, supplier: supplier, units: 9, length: self.ms(9_999))
            )
        case 7:
            return .freezePatch(
                FreezePatch(
                    channel: channel,
                    method: "hold",
                    source: self.chance(80) ? source : nil,
                    length: self.ms(6_000),
                    visibility: self.chance(80) ? .hidden : .visible,
                    viewers: self.number(200),
                    bytes: ByteCount(800)
                )
            )
        case 8:
            return .failoverSwitch(
                FailoverSwitch(
                    channel: channel,
                    from: self.chance(80) ? source : nil,
                    to: self.source(),
                    why: "down",
                    gap: self.ms(3_000)
                )
            )
        default:
            if self.chance(20) { return self.kept(channel) }
            return .slateShown(
                SlateShown(channel: channel, why: "no source", length: self.ms(60_000), viewers: self.number(50))
            )
        }
    }

    private mutating func kept(_ channel: ChannelID) -> Event {
        switch self.number(3) {
        case 1: .guideRefreshed(GuideRefreshed(source: "g", programmes: self.number(9_000), channels: 9, matched: 3))
        case 2: .guideFailed(GuideFailed(source: "g", why: "HTTP 503"))
        default:
            .archiveDropped(
                ArchiveDropped(
                    channel: channel,
                    why: "bytes",
                    from: WallTime(seconds: 0),
                    to: WallTime(seconds: 600),
                    bytes: ByteCount(self.number(1 << 30))
                )
            )
        }
    }

    private mutating func catalogue() -> Event {
        let (channel, source, supplier) = (self.channel(), self.source(), self.supplier())
        let plan = PlanID(rawValue: "p\(self.number(4))")
        switch self.number(14) {
        case 1:
            return .supplierAdded(
                SupplierAdded(supplier: supplier, maxConnections: self.number(9), privateNetwork: false)
            )
        case 2:
            return .supplierChanged(
                SupplierChanged(supplier: supplier, maxConnections: self.number(9), privateNetwork: true)
            )
        case 3: return self.chance(20) ? .supplierRemoved(SupplierRemoved(supplier: supplier)) : self.issued()
        case 4, 5:
            return .channelAdded(
                ChannelAdded(
                    channel: channel,
                    name: "Channel \(channel)",
                    category: "Sport",
                    keep: .always,
                    number: self.number(9),
                    logo: "v1.k.l",
                    keepDays: 7
                )
            )
        case 6:
            return .channelChanged(
                ChannelChanged(channel: channel, name: "Ch \"\(channel)\"", category: nil, keep: .onDemand)
            )
        case 7: return .channelRemoved(ChannelRemoved(channel: channel))
        case 8, 9:
            let number = SourceID(self.nextSource)
            self.nextSource += 1
            return .sourceAttached(
                SourceAttached(
                    source: number,
                    channel: channel,
                    supplier: supplier,
                    position: self.number(3),
                    url: "v1.k.u"
                )
            )
        case 10:
            return .sourceChanged(
                SourceChanged(source: source, channel: channel, supplier: supplier, position: 0, url: "v1.k.w")
            )
        case 11: return .sourceDetached(SourceDetached(source: source, channel: channel))
        case 12:
            return .planAdded(
                PlanAdded(
                    plan: plan,
                    maxConnections: self.number(5),
                    priceMonth: Cents(self.number(2_000)),
                    terms: Terms(outputs: [.hls], onLimit: .evictOldest)
                )
            )
        case 13: return .planChanged(PlanChanged(plan: plan, maxConnections: self.number(5), priceMonth: Cents(999)))
        default: return .planRemoved(PlanRemoved(plan: plan))
        }
    }

    private mutating func viewers() -> Event {
        let (customer, credential) = (self.customer(), self.credential())
        switch self.number(14) {
        case 11: return .customerSuspended(CustomerSuspended(customer: customer, why: "unpaid"))
        case 12: return .customerResumed(CustomerResumed(customer: customer))
        case 1:
            return .customerAdded(
                CustomerAdded(
                    customer: customer,
                    plan: PlanID(rawValue: "p1"),
                    name: "v1.k.n",
                    timezone: nil,
                    language: "de",
                    notes: nil
                )
            )
        case 2:
            return .customerChanged(
                CustomerChanged(
                    customer: customer,
                    plan: nil,
                    name: nil,
                    timezone: "UTC",
                    language: nil,
                    notes: "v1.k.o"
                )
            )
        case 13 where self.chance(10):
            let aged = DataAged(clientsBefore: self.at.isoWeek, networksBefore: "2026-W01", keys: 3)
            return .dataAged(aged)
        case 3: return self.chance(10) ? .customerErased(CustomerErased(customer: customer)) : self.issued()
        case 4: return self.issued()
        case 5:
            return .credentialChanged(
                CredentialChanged(
                    credential: credential,
                    customer: customer,
                    login: "l\(self.number(99))",
                    username: "v1.k.u",
                    maxConnections: 3,
                    expires: self.at,
                    trial: true,
                    terms: Terms(channels: [], locks: Locks(addresses: ["v1.k.a"], firstNetworks: 2))
                )
            )
        case 6: return .credentialSuspended(CredentialSuspended(credential: credential, why: "unpaid"))
        case 7: return .credentialResumed(CredentialResumed(credential: credential))
        case 8:
            return .credentialRotated(CredentialRotated(credential: credential, password: "h1.k.\(self.number(99))"))
        case 9: return .credentialExpired(CredentialExpired(credential: credential))
        case 10: return self.chance(30) ? .credentialRemoved(CredentialRemoved(credential: credential)) : self.issued()
        default:
            return .refundRecorded(
                RefundRecorded(customer: customer, amount: Cents(500), why: "freezes", forDay: self.at)
            )
        }
    }

    private mutating func issued() -> Event {
        let credential = CredentialID(self.nextCredential)
        self.nextCredential = self.nextCredential % Self.credentials + 1
        return .credentialIssued(
            CredentialIssued(
                credential: credential,
                customer: self.customer(of: credential),
                login: "l\(credential)",
                username: "v1.k.u",
                password: "h1.k.p",
                maxConnections: nil,
                expires: nil,
                trial: false
            )
        )
    }

    private mutating func refusals() -> Event {
        let credential = self.credential()
        switch self.number(8) {
        case 1: return .credentialNetworksForgotten(CredentialNetworksForgotten(credential: credential))
        case 2: return .addressUnbanned(AddressUnbanned(ban: "b\(self.number(40))", address: "v1.k.a"))
        case 3, 4, 5:
            return .credentialNetworkBound(
                CredentialNetworkBound(
                    credential: credential,
                    customer: self.customer(of: credential),
                    place: self.number(4),
                    network4: self.chance(70) ? "n\(self.number(50))" : nil,
                    network6: self.chance(40) ? "n\(self.number(50))" : nil,
                    carrier: self.chance(50) ? "a\(self.number(9))" : nil
                )
            )
        default:
            let length = WallTime.microsecondsPerSecond * self.number(400_000)
            return .addressBanned(
                AddressBanned(
                    ban: "b\(self.number(40))",
                    address: "v1.k.a",
                    reach: self.chance(80) ? .logins : .everything,
                    why: "guessing",
                    times: self.number(9),
                    until: self.chance(90) ? WallTime(microseconds: self.at.microseconds - length / 2 + length) : nil
                )
            )
        }
    }

    private mutating func rare() -> Event {
        let by = OperatorID(rawValue: "admin")
        switch self.number(17) {
        case 14, 15, 16, 17: return self.supplierAccount()
        case 1: return self.start()
        case 2: return .nodeStopped(NodeStopped(why: "SIGTERM"))
        case 3: return .clockStepped(ClockStepped(by: Milliseconds(-3_000)))
        case 4: return .logDegraded(LogDegraded(why: "telemetry dropped", events: 3))
        case 5: return .operatorSignedIn(OperatorSignedIn(by: by, way: "panel"))
        case 6: return .operatorRefused(OperatorRefused(by: by, way: "panel", why: "wrong password"))
        case 7: return .reportExported(ReportExported(by: by, report: "sharing", span: "2026-W47", format: "csv"))
        case 8:
            return .reportSent(ReportSent.example)
        case 9: return .reportFailed(ReportFailed.example)
        case 10:
            let credential = self.credential()
            let customer = self.customer(of: credential)
            return .excuseWithdrawn(ExcuseWithdrawn(credential: credential, customer: customer))
        case 11, 12:
            let credential = self.credential()
            let customer = self.customer(of: credential)
            let until = self.at.advanced(milliseconds: 86_400_000)
            return .credentialExcused(
                CredentialExcused(credential: credential, customer: customer, why: "holiday home", until: until)
            )
        default:
            return .eventScheduled(
                EventScheduled(channel: self.channel(), title: "Cup final", from: self.at, to: self.at)
            )
        }
    }

    private mutating func supplierAccount() -> Event {
        let account = AccountID(self.number(6))
        let supplier = self.supplier()
        switch self.number(9) {
        case 1, 2, 3:
            return .accountAdded(
                AccountAdded(
                    account: account,
                    supplier: supplier,
                    username: "v1.k.u",
                    password: "v1.k.p",
                    maxConnections: self.chance(50) ? self.number(3) : nil
                )
            )
        case 4:
            return .accountChanged(
                AccountChanged(
                    account: account,
                    supplier: supplier,
                    username: "v1.k.u",
                    password: "v1.k.\(self.number(2))"
                )
            )
        case 5: return .accountRemoved(AccountRemoved(account: account, supplier: supplier))
        case 6:
            return .accountRead(
                AccountRead(
                    account: account,
                    supplier: supplier,
                    status: "Active",
                    maxConnections: self.number(3),
                    activeConnections: self.number(3),
                    ownConnections: self.number(3),
                    expires: self.chance(50) ? self.at : nil
                )
            )
        case 7:
            let until = self.at.advanced(milliseconds: 60_000)
            return .accountSetAside(
                AccountSetAside(account: account, supplier: supplier, cause: "http-403", until: until)
            )
        default:
            let kinds = AccountWarning.allCases
            return .accountWarned(
                AccountWarned(
                    account: account,
                    supplier: supplier,
                    why: kinds[Int.random(in: kinds.indices, using: &self.random)],
                    days: self.number(14),
                    found: self.number(3)
                )
            )
        }
    }
}
