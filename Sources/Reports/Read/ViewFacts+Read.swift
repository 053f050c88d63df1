package import GRDB
import Model
import Projections

extension ViewFacts {
    /// Reads everything about viewers in a span of time, of the credentials that `wants` answers true for.
    ///
    /// `history` is a connection to `history.sqlite`, inside one read; `span` is half-open, in milliseconds since 1970;
    /// `lastAt`, when the newest event was recorded, cuts connections that have not ended.
    /// Throws the database's error, or ``ReadError`` when a pack is damaged.
    package static func read(
        _ history: Database,
        names: Names,
        span: Range<Int64>,
        lastAt: Int64,
        wants: (Int64) -> Bool = { _ in true }
    ) throws -> ViewFacts {
        var reader = try ViewReader(history, names: names, span: span, lastAt: lastAt)
        return try reader.read(wants: wants)
    }
}

/// Why facts can't be read.
package enum ReadError: Error, Hashable, Sendable, CustomStringConvertible {
    case damagedPack(id: Int64)

    package var description: String {
        switch self {
        case .damagedPack(let id): "row \(id) of connection_pack is damaged; make the projections anew: baton rebuild"
        }
    }
}

/// Puts the facts together.
private struct ViewReader {
    private let history: Database
    private let names: Names
    private let lastAt: Int64
    private var facts: ViewFacts
    /// Places of clients by their number, less ``firstClient``.
    private var places: [Int32] = []
    private var firstClient: Int64 = 0
    /// Connections that have not ended, and refusals, by credential.
    private var open: [Int64: [(PackedConnection, ConnectionFact.End)]] = [:]
    private var refused: [Int64: [Refusal]] = [:]

    private struct Refusal {
        var at: Int64
        var seq: Int64
        var client: Int64
        var channel: Int64
        var rule: RejectionFact.Rule
        var holders: [Int64]
    }

    init(_ history: Database, names: Names, span: Range<Int64>, lastAt: Int64) throws {
        self.history = history
        self.names = names
        self.lastAt = lastAt
        self.facts = ViewFacts(span: span)
    }

    mutating func read(wants: (Int64) -> Bool) throws -> ViewFacts {
        try self.readOpen()
        try self.readRefusals()
        try self.readCalendar()
        var packs = try self.packs()
        try self.readClients()
        var rest = Set(self.open.keys).union(self.refused.keys)
        while let credential = packs.compactMap(\.credential).min() {
            for other in rest.filter({ $0 < credential }).sorted() where wants(other) { try self.add(other, &packs) }
            rest = rest.filter { $0 > credential }
            if wants(credential) {
                try self.add(credential, &packs)
            } else {
                for index in packs.indices where packs[index].credential == credential { try packs[index].advance() }
            }
        }
        for other in rest.sorted() where wants(other) { try self.add(other, &packs) }
        return self.facts
    }

    /// Adds a credential with what all packs have of it, and takes the packs on.
    private mutating func add(_ credential: Int64, _ packs: inout [PackCursor]) throws {
        let (firstConnection, firstRejection) = (self.facts.connections.count, self.facts.rejections.count)
        let span = self.facts.span
        for index in packs.indices where packs[index].credential == credential {
            let isWhole = packs[index].forEach { packed in
                guard packed.to > span.lowerBound, packed.from < span.upperBound else { return }
                self.append(packed, .init(packed.end))
            }
            guard isWhole else { throw ReadError.damagedPack(id: packs[index].id) }
            try packs[index].advance()
        }
        for (packed, end) in self.open.removeValue(forKey: credential) ?? [] { self.append(packed, end) }
        for refusal in self.refused.removeValue(forKey: credential) ?? [] { self.append(refusal) }
        self.facts.connections[firstConnection...].sort {
            $0.from != $1.from ? $0.from < $1.from : $0.connection < $1.connection
        }
        guard firstConnection < self.facts.connections.count || firstRejection < self.facts.rejections.count else {
            return
        }
        let name = self.names.credentials[credential]
        self.facts.credentials.append(
            CredentialFact(
                credential: .init(credential),
                customer: name?.customer ?? 0,
                maxConnections: name?.maxConnections ?? 1,
                priceMonthCents: name?.priceMonthCents ?? 0,
                connections: firstConnection..<self.facts.connections.count,
                rejections: firstRejection..<self.facts.rejections.count
            )
        )
    }

    private mutating func append(_ packed: PackedConnection, _ end: ConnectionFact.End) {
        var fact = ConnectionFact()
        fact.connection = packed.connection
        fact.client = self.place(packed.client)
        fact.channel = Int32(truncatingIfNeeded: packed.channel)
        fact.from = packed.from
        fact.length = UInt32(clamping: packed.to &- packed.from)
        fact.end = end
        fact.openedSeq = packed.openedSeq
        fact.closedAfter = end == .open ? 0 : UInt32(clamping: packed.closedSeq &- packed.openedSeq)
        self.facts.connections.append(fact)
    }

    private mutating func append(_ refusal: Refusal) {
        let first = self.facts.holders.count
        self.facts.holders += refusal.holders
        self.facts.rejections.append(
            RejectionFact(
                at: refusal.at,
                seq: refusal.seq,
                client: self.place(refusal.client),
                channel: Int32(truncatingIfNeeded: refusal.channel),
                rule: refusal.rule,
                holders: first..<self.facts.holders.count
            )
        )
    }

    /// The place of a client; one that is in no table has a place of its own, with nothing known.
    private mutating func place(_ client: Int64) -> Int32 {
        let index = client - self.firstClient
        if self.places.indices.contains(Int(clamping: index)), self.places[Int(index)] >= 0 {
            return self.places[Int(index)]
        }
        if let known = self.strays[client] { return known }
        var fact = ClientFact()
        fact.number = client
        self.facts.clients.append(fact)
        let place = Int32(truncatingIfNeeded: self.facts.clients.count - 1)
        self.strays[client] = place
        return place
    }

    /// Clients outside of the weeks' range.
    private var strays: [Int64: Int32] = [:]
}

extension ViewReader {
    /// Cursors over the packs of the weeks that may have connections in the span.
    private func packs() throws -> [PackCursor] {
        let span = self.facts.span
        let weeks = try SQLCursor(
            self.history,
            "SELECT week FROM pack_week WHERE week >= ? AND first_from < ? ORDER BY week",
            [PackWeek.of(ms: span.lowerBound), span.upperBound]
        )
        var cursors: [PackCursor] = []
        while try weeks.next() { cursors.append(try PackCursor(self.history, week: weeks.integer(0), span: span)) }
        return cursors
    }

    /// Devices, of the range of numbers that connections and refusals in the span can have.
    private mutating func readClients() throws {
        // A device gets a number at its first connection of an ISO week in UTC, so those of the span are of these weeks.
        let span = self.facts.span
        let bounds = try SQLCursor(
            self.history,
            "SELECT min(first_client), max(last_client) FROM pack_week WHERE week BETWEEN ? AND ? AND last_client > 0",
            [PackWeek.of(ms: span.lowerBound), PackWeek.of(ms: span.upperBound - 1)]
        )
        guard try bounds.next(), !bounds.isNull(0) else { return }
        self.firstClient = bounds.integer(0)
        let count = bounds.integer(1) - self.firstClient + 1
        self.places = Array(repeating: -1, count: Int(clamping: count))
        self.facts.clients.reserveCapacity(self.places.count)
        let rows = try SQLCursor(
            self.history,
            """
            SELECT client, agent, device_id, network, address, class, family, country, asn FROM client
            WHERE client BETWEEN ? AND ?
            """,
            [self.firstClient, bounds.integer(1)]
        )
        while try rows.next() {
            var fact = ClientFact()
            fact.number = rows.integer(0)
            fact.agent = UInt64(bitPattern: rows.integer(1))
            fact.deviceID = UInt64(bitPattern: rows.integer(2))
            fact.network = UInt64(bitPattern: rows.integer(3))
            fact.address = UInt64(bitPattern: rows.integer(4))
            fact.kind = Self.kind(rows.bytes(5))
            fact.isIPv6 = rows.integer(6) == 6
            fact.country = Self.country(rows.bytes(7))
            fact.asn = rows.integer(8)
            self.places[Int(fact.number - self.firstClient)] = Int32(truncatingIfNeeded: self.facts.clients.count)
            self.facts.clients.append(fact)
        }
    }

    private static func kind(_ text: UnsafeRawBufferPointer) -> DeviceClass {
        switch text.first {
        case UInt8(ascii: "t"): .tv
        case UInt8(ascii: "p"): .portable
        default: .unknown
        }
    }

    private static func country(_ text: UnsafeRawBufferPointer) -> UInt16 {
        text.count == 2 ? UInt16(text[0]) << 8 | UInt16(text[1]) : 0
    }

    private mutating func readOpen() throws {
        let span = self.facts.span
        let rows = try SQLCursor(
            self.history,
            """
            SELECT credential, opened_seq, closed_seq, connection, client, channel, opened_at, closed_at, reason
            FROM connection WHERE settled = 0 AND opened_at < ?
            """,
            [span.upperBound * 1_000]
        )
        while try rows.next() {
            // An evicted one has ended, though its close has not told how it was.
            let isOpen = rows.isNull(7)
            let from = rows.integer(6) / 1_000
            let to = isOpen ? max(self.lastAt, from) : rows.integer(7) / 1_000
            guard to > span.lowerBound else { continue }
            let packed = PackedConnection(
                openedSeq: rows.integer(1),
                closedSeq: isOpen ? rows.integer(1) : rows.integer(2),
                connection: rows.integer(3),
                client: rows.integer(4),
                channel: rows.integer(5),
                from: from,
                to: to,
                end: .evicted
            )
            self.open[rows.integer(0), default: []].append((packed, isOpen ? .open : .evicted))
        }
    }

    private mutating func readRefusals() throws {
        let span = self.facts.span
        let rows = try SQLCursor(
            self.history,
            """
            SELECT r.seq, r.at, r.credential, r.client, r.channel, r.rule, h.connection
            FROM rejection r LEFT JOIN rejection_holder h ON h.seq = r.seq
            WHERE r.at >= ? AND r.at < ? ORDER BY r.at, r.seq
            """,
            [span.lowerBound * 1_000, span.upperBound * 1_000]
        )
        while try rows.next() {
            let (seq, credential) = (rows.integer(0), rows.integer(2))
            var list = self.refused[credential] ?? []
            self.refused[credential] = nil
            if list.last?.seq != seq {
                list.append(
                    Refusal(
                        at: rows.integer(1) / 1_000,
                        seq: seq,
                        client: rows.integer(3),
                        channel: rows.integer(4),
                        rule: .init(rule: rows.text(5)),
                        holders: []
                    )
                )
            }
            if !rows.isNull(6) { list[list.count - 1].holders.append(rows.integer(6)) }
            self.refused[credential] = list
        }
    }

    private mutating func readCalendar() throws {
        let span = self.facts.span
        let bounds = [span.upperBound * 1_000, span.lowerBound * 1_000]
        let events = try SQLCursor(
            self.history,
            "SELECT channel, from_at, to_at, title FROM scheduled_event WHERE from_at < ? AND to_at > ? ORDER BY from_at, seq",
            bounds
        )
        while try events.next() {
            self.facts.events.append(
                EventFact(
                    channel: Int32(truncatingIfNeeded: events.integer(0)),
                    from: events.integer(1) / 1_000,
                    to: events.integer(2) / 1_000,
                    title: events.text(3)
                )
            )
        }
        let starts = try SQLCursor(
            self.history,
            "SELECT at FROM node_record WHERE kind = 'node.started' AND at < ? AND at >= ? ORDER BY seq",
            bounds
        )
        while try starts.next() { self.facts.restarts.append(starts.integer(0) / 1_000) }
    }
}

/// The packs of one week, credential by credential.
private struct PackCursor {
    let week: Int64
    private let rows: SQLCursor
    /// The row it stands at; `nil` at the end.
    private(set) var id: Int64 = 0
    private var isAtEnd = false

    init(_ history: Database, week: Int64, span: Range<Int64>) throws {
        self.week = week
        let first = week << ConnectionPackRow.credentialBits
        self.rows = try SQLCursor(
            history,
            """
            SELECT id, packed FROM connection_pack
            WHERE id >= ? AND id < ? AND last_to > ? AND first_from < ? ORDER BY id
            """,
            [first, (week + 1) << ConnectionPackRow.credentialBits, span.lowerBound, span.upperBound]
        )
        try self.advance()
    }

    var credential: Int64? {
        self.isAtEnd ? nil : self.id & ((1 << ConnectionPackRow.credentialBits) - 1)
    }

    mutating func advance() throws {
        self.isAtEnd = try !self.rows.next()
        if !self.isAtEnd { self.id = self.rows.integer(0) }
    }

    func forEach(_ body: (PackedConnection) -> Void) -> Bool {
        PackedConnection.forEach(in: self.rows.bytes(1), week: self.week, body)
    }
}

extension ConnectionFact.End {
    fileprivate init(_ end: PackedConnection.End) {
        switch end {
        case .left: self = .left
        case .timeout: self = .timeout
        case .restart: self = .restart
        case .evicted: self = .evicted
        case .unavailable: self = .unavailable
        }
    }
}

extension RejectionFact.Rule {
    fileprivate init(rule: String) {
        switch rule {
        case "max-connections": self = .limit
        case "stream-unavailable": self = .unavailable
        default: self = .other
        }
    }
}
