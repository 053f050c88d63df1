package import GRDB
package import Model

/// Reads the facts of one customer's evening from `history.sqlite`.
package struct ReplayReader {
    let database: Database
    /// Number in `customer_name`.
    let customer: Int64
    let window: Range<WallTime>
    /// Opens what an operator gave as a reason.
    private let reason: (String) -> String?

    /// How far back a customer's home is looked for, in microseconds: four weeks.
    private static let homeAge: Int64 = 28 * 86_400_000_000
    /// The longest patch or slate that is looked for behind the window, in microseconds: they are told at their end.
    private static let spanMax: Int64 = 6 * 3_600_000_000
    /// Lines of one replay that are read of a kind.
    private static let rowsMax = 20_000

    /// `nil` when the history knows no such customer; `reason` opens what operators gave as reasons, which is left out
    /// where it can't be opened.
    package init?(
        _ database: Database,
        customer: String,
        window: Range<WallTime>,
        reason: @escaping (String) -> String? = { _ in nil }
    ) throws {
        let sql = "SELECT number FROM customer_name WHERE name = ?"
        guard let number = try Int64.fetchOne(database, sql: sql, arguments: [customer]) else { return nil }
        self.database = database
        self.customer = number
        self.window = window
        self.reason = reason
    }

    package func facts() throws -> ReplayFacts {
        let name = try String.fetchOne(
            self.database,
            sql: "SELECT name FROM customer_name WHERE number = ?",
            arguments: [self.customer]
        )
        let until = try Int64.fetchOne(self.database, sql: "SELECT at FROM checkpoint")
        var facts = ReplayFacts(
            customer: name ?? "",
            window: self.window,
            knownUntil: WallTime(microseconds: until ?? 0)
        )
        let home = try self.home()
        facts.playbacks = try self.playbacks(home)
        facts.refusals = try self.refusals(home)
        let channels = Set(facts.playbacks.map(\.channel) + facts.refusals.map(\.channel)).sorted()
        for channel in channels { facts.channels[channel] = try self.name(of: channel) }
        for channel in Set(facts.playbacks.map(\.channel)).sorted() {
            facts.pictures += try self.pictures(channel)
            facts.sources += try self.sources(channel)
        }
        facts.pictures.sort { ($0.from, $0.seq) < ($1.from, $1.seq) }
        facts.sources.sort { ($0.at, $0.seq) < ($1.at, $1.seq) }
        facts.system = try self.system(Set(facts.playbacks.map(\.channel)))
        facts.plan = try self.plan()
        return facts
    }

    func rows(_ sql: String, _ arguments: StatementArguments) throws -> [Row] {
        try Row.fetchAll(self.database, sql: "\(sql) LIMIT \(Self.rowsMax)", arguments: arguments)
    }

    private var from: Int64 { self.window.lowerBound.microseconds }
    private var to: Int64 { self.window.upperBound.microseconds }
}

// The customer's own.
extension ReplayReader {
    /// The networks that are home: where most is watched, and others of the same carrier with an hour or more.
    struct Home {
        /// As connections name them.
        var networks: Set<String> = []
        /// As devices name them.
        var keys: Set<Int64> = []
    }

    private func home() throws -> Home {
        let sql = """
            SELECT connection.network AS network, connection.asn AS asn, client.network AS net, SUM(watched_ms) AS watched
            FROM connection LEFT JOIN client USING (client)
            WHERE connection.customer = ? AND opened_at >= ? AND opened_at < ?
            GROUP BY 1, 2, 3 ORDER BY watched DESC, 1
            """
        let rows = try self.rows(sql, [self.customer, self.to - Self.homeAge, self.to])
        guard let main = rows.first else { return Home() }
        let carrier: Int64? = main["asn"]
        let others = rows.filter { row in
            let watched: Int64 = row["watched"]
            return carrier != nil && row["asn"] == carrier && watched >= 3_600_000
        }
        let homes = [main] + others
        return Home(
            networks: Set(homes.map { $0["network"] }),
            keys: Set(homes.compactMap { $0["net"] as Int64? })
        )
    }

    private static let playbackColumns = """
        connection, channel, connection.client AS client, connection.network AS network,
        coalesce(connection.country, client.country) AS country, coalesce(connection.asn, client.asn) AS asn,
        coalesce(device_class, client.class) AS class, opened_at, opened_seq, closed_at, closed_seq, reason, watched_ms,
        stalls, stalled_ms
        """

    private func playbacks(_ home: Home) throws -> [Playback] {
        let sql = """
            SELECT \(Self.playbackColumns) FROM connection LEFT JOIN client USING (client)
            WHERE connection.customer = ? AND opened_at < ? AND (closed_at IS NULL OR closed_at >= ?)
            ORDER BY opened_at, connection
            """
        return try self.rows(sql, [self.customer, self.to, self.from]).map { Self.playback($0, home) }
    }

    private static func playback(_ row: Row, _ home: Home) -> Playback {
        var playback = Playback(
            connection: ConnectionID(row["connection"]),
            channel: ChannelID(row["channel"]),
            device: Self.device(row, isHome: home.networks.contains(row["network"])),
            opened: WallTime(microseconds: row["opened_at"]),
            openedSeq: row["opened_seq"]
        )
        playback.closed = (row["closed_at"] as Int64?).map(WallTime.init(microseconds:))
        playback.closedSeq = row["closed_seq"]
        playback.reason = row["reason"]
        playback.watchedMs = row["watched_ms"]
        playback.stalls = row["stalls"]
        playback.stalledMs = row["stalled_ms"]
        return playback
    }

    private static func device(_ row: Row, isHome: Bool?) -> ReplayDevice {
        let country: String? = row["country"]
        let asn: Int64? = row["asn"]
        let place = [country, asn.map { "AS\($0)" }].compactMap(\.self).joined(separator: ", ")
        return ReplayDevice(
            client: ClientID(row["client"]),
            kind: row["class"],
            isHome: isHome,
            place: place.isEmpty ? nil : place
        )
    }

    private func refusals(_ home: Home) throws -> [Refusal] {
        let sql = """
            SELECT seq, at, channel, client, rule, allowed FROM rejection
            WHERE customer = ? AND at >= ? AND at < ? ORDER BY seq
            """
        return try self.rows(sql, [self.customer, self.from, self.to]).map { row in
            let seq: Int64 = row["seq"]
            let client = ClientID(row["client"])
            return Refusal(
                seq: seq,
                at: WallTime(microseconds: row["at"]),
                channel: ChannelID(row["channel"]),
                device: try self.device(of: client, home),
                rule: row["rule"],
                limit: row["allowed"],
                holders: try self.holders(of: seq, home)
            )
        }
    }

    private func holders(of refusal: Int64, _ home: Home) throws -> [Playback] {
        let sql = """
            SELECT \(Self.playbackColumns) FROM connection LEFT JOIN client USING (client)
            WHERE connection IN (SELECT connection FROM rejection_holder WHERE seq = ?) ORDER BY connection
            """
        return try self.rows(sql, [refusal]).map { Self.playback($0, home) }
    }

    /// What it said of itself when it was first seen; its number alone where that is not known.
    private func device(of client: ClientID, _ home: Home) throws -> ReplayDevice {
        let sql = "SELECT client, network, country, asn, class FROM client WHERE client = ?"
        let row = try Row.fetchOne(self.database, sql: sql, arguments: [client.rawValue])
        guard let row else { return ReplayDevice(client: client, kind: nil, isHome: nil) }
        return Self.device(row, isHome: (row["network"] as Int64?).map(home.keys.contains))
    }
}

// The channels'.
extension ReplayReader {
    private func name(of channel: ChannelID) throws -> String? {
        let sql = """
            SELECT detail FROM change_record
            WHERE channel = ? AND kind IN ('channel.added', 'channel.changed') AND at < ? ORDER BY seq DESC LIMIT 1
            """
        return try String.fetchOne(self.database, sql: sql, arguments: [channel.rawValue, self.to])
    }

    private func pictures(_ channel: ChannelID) throws -> [PictureSpan] {
        let sql = """
            SELECT seq, at, kind, length_ms, visible, viewers, source_name.supplier AS supplier
            FROM incident LEFT JOIN source_name USING (source)
            WHERE incident.channel = ? AND at >= ? AND at < ? AND kind IN ('freeze.patch', 'slate.shown') ORDER BY seq
            """
        return try self.rows(sql, [channel.rawValue, self.from, self.to + Self.spanMax]).map { row in
            let end = WallTime(microseconds: row["at"])
            let isVisible: Bool = row["visible"] ?? true
            let isSlate: Bool = row["kind"] == "slate.shown"
            let length: Int64 = row["length_ms"] ?? 0
            return PictureSpan(
                seq: row["seq"],
                channel: channel,
                from: end.advanced(milliseconds: -min(max(0, length), Self.spanMax / 1_000)),
                to: end,
                kind: isSlate ? .slate : isVisible ? .frozen : .hidden,
                supplier: row["supplier"],
                viewers: row["viewers"]
            )
        }
    }

    private func sources(_ channel: ChannelID) throws -> [SourceFact] {
        let sql = """
            SELECT seq, at, kind, cause, length_ms, coalesce(incident.supplier, from_name.supplier) AS supplier,
              to_name.supplier AS to_supplier
            FROM incident LEFT JOIN source_name AS from_name ON from_name.source = incident.source
              LEFT JOIN source_name AS to_name ON to_name.source = to_source
            WHERE incident.channel = ? AND at >= ? AND at < ? AND kind NOT IN ('freeze.patch', 'slate.shown')
            ORDER BY seq
            """
        return try self.rows(sql, [channel.rawValue, self.from, self.to]).compactMap { row in
            let cause: String = row["cause"] ?? ""
            let deed: SourceFact.Deed
            switch row["kind"] as String {
            case "ingest.blip": deed = .blip(cause: cause)
            case "ingest.down": deed = .down(cause: cause)
            case "ingest.recovered": deed = .recovered
            case "failover.switch": deed = .failover(why: cause, toSupplier: row["to_supplier"])
            case "overlap.dropped": deed = .repeated
            default: return nil
            }
            let length: Int64 = max(0, row["length_ms"] ?? 0)
            let end = WallTime(microseconds: row["at"])
            let isToldAtEnd = if case .blip = deed { true } else { false }
            return SourceFact(
                seq: row["seq"],
                at: isToldAtEnd ? end.advanced(milliseconds: -min(length, Self.spanMax / 1_000)) : end,
                channel: channel,
                supplier: row["supplier"],
                deed: deed,
                lengthMs: length
            )
        }
    }
}

// The service's and the operator's.
extension ReplayReader {
    private func system(_ channels: Set<ChannelID>) throws -> [SystemFact] {
        (try self.nodes() + self.changes(channels)).sorted { $0.seq < $1.seq }
    }

    private func nodes() throws -> [SystemFact] {
        let sql = "SELECT seq, at, node, kind, detail, number FROM node_record WHERE at >= ? AND at < ? ORDER BY seq"
        return try self.rows(sql, [self.from, self.to]).compactMap { row in
            let at = WallTime(microseconds: row["at"])
            let detail: String = row["detail"] ?? ""
            switch row["kind"] as String {
            case "node.started":
                return SystemFact(
                    seq: row["seq"],
                    at: at,
                    text: "service started",
                    silence: try self.silence(before: row)
                )
            case "node.stopped": return SystemFact(seq: row["seq"], at: at, text: "service stopped (\(detail))")
            case "clock.stepped":
                let ms: Int64 = row["number"] ?? 0
                return SystemFact(seq: row["seq"], at: at, text: "the machine's clock was set by \(ms) ms")
            case "log.degraded": return SystemFact(seq: row["seq"], at: at, text: "the log lost events (\(detail))")
            default: return nil
            }
        }
    }

    /// From the last thing told before a start to the start; the very first start follows nothing.
    private func silence(before start: Row) throws -> Range<WallTime>? {
        let seq: Int64 = start["seq"]
        let at: Int64 = start["at"]
        let sql = """
            SELECT max(at) FROM (
              SELECT max(at) AS at FROM node_record WHERE seq < :seq
              UNION ALL SELECT at FROM (SELECT at FROM incident WHERE seq < :seq ORDER BY seq DESC LIMIT 1)
              UNION ALL SELECT max(opened_at) FROM connection WHERE customer = :customer AND opened_seq < :seq
              UNION ALL SELECT max(closed_at) FROM connection WHERE customer = :customer AND closed_at <= :at
            )
            """
        let last = try Int64.fetchOne(
            self.database,
            sql: sql,
            arguments: ["seq": seq, "customer": self.customer, "at": at]
        )
        guard let last, last < at else { return nil }
        return WallTime(microseconds: last)..<WallTime(microseconds: at)
    }

    private func changes(_ channels: Set<ChannelID>) throws -> [SystemFact] {
        let plan = try self.lastPlan(before: self.to)
        let sql = """
            SELECT seq, at, kind, customer, credential, plan, channel, supplier, detail, number FROM change_record
            WHERE at >= :from AND at < :to AND (customer = :customer OR credential IN
              (SELECT DISTINCT credential FROM change_record WHERE customer = :customer AND credential IS NOT NULL)
              OR plan = :plan OR channel IS NOT NULL) ORDER BY seq
            """
        let rows = try self.rows(sql, ["from": self.from, "to": self.to, "customer": self.customer, "plan": plan])
        return rows.compactMap { row in
            let channel = (row["channel"] as Int64?).map { ChannelID($0) }
            if let channel, !channels.contains(channel) { return nil }
            let owner: Int64? = row["customer"]
            if let owner, owner != self.customer { return nil }
            return SystemFact(seq: row["seq"], at: WallTime(microseconds: row["at"]), text: self.words(row))
        }
    }

    private func told(reason sealed: String?) -> String {
        guard let reason = sealed.flatMap(self.reason), !reason.isEmpty else { return "" }
        return " (\(reason))"
    }

    private func words(_ row: Row) -> String {
        let kind: String = row["kind"]
        let detail: String? = row["detail"]
        let number: Int64? = row["number"]
        let connections = number.map { " (\(Spoken.count($0, "connection")))" } ?? ""
        let supplier = (row["supplier"] as String?).map { " of supplier \($0)" } ?? ""
        switch kind {
        case "plan.added": return "plan \(row["plan"] as String? ?? "") added\(connections)"
        case "plan.changed": return "plan \(row["plan"] as String? ?? "") changed\(connections)"
        case "customer.added": return "customer added"
        case "customer.changed": return "customer's data or plan changed"
        case "customer.suspended": return "customer suspended" + self.told(reason: detail)
        case "customer.resumed": return "customer resumed"
        case "credential.issued": return "line issued\(connections)"
        case "credential.changed": return "line changed\(connections)"
        case "credential.suspended": return "line suspended" + self.told(reason: detail)
        case "credential.resumed": return "line resumed"
        case "credential.rotated": return "password changed"
        case "credential.expired": return "line expired"
        case "credential.removed": return "line removed"
        case "channel.added": return "channel \(detail ?? "") added"
        case "channel.changed": return "channel \(detail ?? "") changed"
        case "channel.removed": return "channel removed"
        case "source.attached": return "a source\(supplier) was added"
        case "source.changed": return "a source\(supplier) was changed"
        case "source.detached": return "a source was taken off"
        default: return kind
        }
    }

    private func lastPlan(before end: Int64) throws -> String? {
        let sql = """
            SELECT plan FROM change_record
            WHERE customer = ? AND kind IN ('customer.added', 'customer.changed') AND at < ? ORDER BY seq DESC LIMIT 1
            """
        return try String.fetchOne(self.database, sql: sql, arguments: [self.customer, end])
    }

    private func plan() throws -> String? {
        guard let plan = try self.lastPlan(before: self.to) else { return nil }
        let sql = """
            SELECT number FROM change_record WHERE plan = ? AND kind IN ('plan.added', 'plan.changed') AND at < ?
            ORDER BY seq DESC LIMIT 1
            """
        let number = try Int64.fetchOne(self.database, sql: sql, arguments: [plan, self.to])
        return "plan \(plan)" + (number.map { ", \(Spoken.count($0, "connection"))" } ?? "")
    }
}
