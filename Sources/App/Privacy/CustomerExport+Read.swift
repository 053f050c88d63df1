import Accounts
import Events
import GRDB
import Model
import Projections
import Vault

extension CustomerExport {
    /// Reads what `live.sqlite` knows: the record and its logins.
    init(_ row: CustomerRow, in state: LiveState, vault: Vault, now: WallTime) throws {
        let lookup = CatalogueLookup(state: state, vault: vault)
        let entry = lookup.entry(row)
        self.exportedAt = now
        self.customer = Record(
            id: entry.id,
            name: entry.name,
            notes: entry.notes,
            plan: entry.plan,
            timezone: entry.timezone,
            language: entry.language,
            state: row.state.rawValue,
            why: row.why,
            added: row.addedAt
        )
        self.credentials = try state.credentials(of: row.customer).map { row in
            Credential(
                credential: row.credential.rawValue,
                username: lookup.username(row),
                state: row.state.rawValue,
                why: row.why,
                maxConnections: row.maxConnections,
                expires: row.expires,
                isTrial: row.trial,
                issued: row.issuedAt,
                created: row.createdAt,
                allowedAddresses: lookup.terms(row).locks.addresses
            )
        }
    }

    /// Adds what `history.sqlite` knows, opened where there are keys for it.
    mutating func addHistory(from database: Database, vault: Vault) throws {
        let sql = "SELECT number FROM customer_name WHERE name = ? AND erased_at IS NULL"
        guard let number = try Int64.fetchOne(database, sql: sql, arguments: [self.customer.id]) else { return }
        self.clients = try self.rows(database, Self.clientsSQL, number) { Self.client($0, vault: vault) }
        self.connections = try self.rows(database, Self.connectionsSQL, number) { row in
            Connection(
                connection: row[0],
                credential: row[1],
                channel: row[2],
                client: row[3],
                output: row[4],
                opened: Self.time(row[5]),
                closed: (row[6] as Int64?).map(Self.time),
                reason: row[7],
                bytes: row[8],
                watchedMs: row[9],
                patchedMs: row[10],
                slateMs: row[11],
                stalls: row[12],
                stalledMs: row[13]
            )
        }
        self.refusals = try self.rows(database, Self.refusalsSQL, number) { row in
            Refusal(
                at: Self.time(row[0]),
                credential: row[1],
                channel: row[2],
                client: row[3],
                rule: row[4],
                allowed: row[5]
            )
        }
        self.incidents = try self.rows(database, Self.incidentsSQL, number) { row in
            Incident(
                at: Self.time(row[0]),
                channel: row[1],
                kind: row[2],
                lengthMs: row[3],
                isVisible: (row[4] as Int64?).map { $0 != 0 }
            )
        }
        self.refunds = try self.rows(database, Self.refundsSQL, number) { row in
            Refund(at: Self.time(row[0]), amountCents: row[1], why: row[2], day: Self.time(row[3]))
        }
        self.changes = try self.rows(database, Self.changesSQL, number) { row in
            Change(at: Self.time(row[0]), kind: row[1], credential: row[2], plan: row[3], detail: row[4])
        }
    }

    /// The newest rows of a list, oldest first.
    private mutating func rows<Item>(
        _ database: Database,
        _ sql: String,
        _ number: Int64,
        _ make: (Row) -> Item
    ) throws -> [Item] {
        let limited = "\(sql) LIMIT \(Self.rowsMax + 1)"
        var items = try Row.fetchAll(database, sql: limited, arguments: ["customer": number]).map(make)
        if items.count > Self.rowsMax {
            self.isTruncated = true
            items.removeLast(items.count - Self.rowsMax)
        }
        return items.reversed()
    }

    private static func time(_ microseconds: Int64) -> WallTime { WallTime(microseconds: microseconds) }

    private static func client(_ row: Row, vault: Vault) -> Client {
        var client = Client(client: row[0], deviceClass: row[1], country: row[2], asn: row[3])
        guard let text = row[6] as String?, let sealed = try? Sealed(parsing: text) else { return client }
        client.week = row[4]
        client.firstSeen = (row[5] as Int64?).map(Self.time)
        let place = SealedPlace(subject: ClientID(client.client).eventStream, field: "identity")
        guard let clear = try? vault.store.open(sealed, for: place) else { return client }
        Array(clear.clear.utf8).withUnsafeBufferPointer { bytes in
            for (name, value) in (try? JSONMembers.read(bytes)) ?? [] {
                switch name {
                case "address": client.address = value.string
                case "userAgent": client.userAgent = value.string
                case "deviceID": client.deviceID = value.string
                default: break
                }
            }
        }
        return client
    }

    private static let clientsSQL = """
        SELECT client.client, class, country, asn, week, first_at, identity FROM client
        LEFT JOIN seen_client ON seen_client.client = client.client
        WHERE client.customer = :customer ORDER BY client.client DESC
        """
    private static let connectionsSQL = """
        SELECT connection, credential, channel, client, output, opened_at, closed_at, reason, bytes, watched_ms,
          patched_ms, slate_ms, stalls, stalled_ms
        FROM connection WHERE customer = :customer ORDER BY opened_at DESC, connection DESC
        """
    private static let refusalsSQL = """
        SELECT at, credential, channel, client, rule, allowed FROM rejection WHERE customer = :customer ORDER BY seq DESC
        """
    /// Of an event that tells a length at its end, the end counts.
    private static let incidentsSQL = """
        SELECT at, channel, kind, length_ms, visible FROM incident WHERE seq IN (
          SELECT incident.seq FROM connection JOIN incident ON incident.channel = connection.channel
            AND incident.at BETWEEN opened_at AND ifnull(closed_at, 9223372036854775807)
          WHERE connection.customer = :customer)
        ORDER BY seq DESC
        """
    private static let refundsSQL = """
        SELECT at, amount, why, for_day FROM refund WHERE customer = :customer ORDER BY seq DESC
        """
    private static let changesSQL = """
        SELECT at, kind, credential, plan, detail FROM change_record
        WHERE customer = :customer OR credential IN
          (SELECT credential FROM change_record WHERE customer = :customer AND credential IS NOT NULL)
        ORDER BY seq DESC
        """
}
