import Events
import Model

/// A credential's connections that ended in one ISO week (UTC), in one row.
package struct ConnectionPackRow: StoredRow {
    package static let table = "connection_pack"
    package static let statements = TableStatements<ConnectionPackRow>()
    package static let empty = ConnectionPackRow(id: 0)
    /// Bits of a row's number that are the credential's.
    package static let credentialBits: Int64 = 40

    /// `week << 40 | credential`.
    package var id: Int64
    /// Of its connections, in milliseconds since 1970.
    package var firstFrom: Int64 = .max
    package var lastTo: Int64 = .min
    package var packed = PackedBytes()

    package var key: Int64 { self.id }

    package mutating func columns(_ visit: inout some ColumnVisitor) {
        visit("id", &self.id)
        visit("first_from", &self.firstFrom)
        visit("last_to", &self.lastTo)
        visit("packed", &self.packed)
    }
}

/// What the packs of one week hold.
package struct PackWeekRow: StoredRow {
    package static let table = "pack_week"
    package static let statements = TableStatements<PackWeekRow>()
    package static let empty = PackWeekRow(week: 0)

    package var week: Int64
    package var firstFrom: Int64 = .max
    package var connections: Int64 = 0
    /// Numbers of the devices that were first seen in it.
    package var firstClient: Int64 = .max
    package var lastClient: Int64 = 0

    package var key: Int64 { self.week }

    package mutating func columns(_ visit: inout some ColumnVisitor) {
        visit("week", &self.week)
        visit("first_from", &self.firstFrom)
        visit("connections", &self.connections)
        visit("first_client", &self.firstClient)
        visit("last_client", &self.lastClient)
    }
}

/// Connections that have ended, packed so that a week of two million is read in a fraction of a second.
struct ConnectionPacks: Sendable {
    static let schema = """
        -- The connections that ended in one ISO week (UTC), a row a credential: what reports read instead of `connection`.
        -- packed holds, one connection after the other, variable-length numbers (LEB128): the event that opened it, events
        -- from there to the one that closed it, connection, client, channel, ms from the week's Monday to its opening
        -- (zigzag), ms watched, and a byte for its end: 0 left, 1 timeout, 2 restart, 3 evicted, 4 nothing to show.
        CREATE TABLE connection_pack(
          id INTEGER NOT NULL PRIMARY KEY,  -- weeks since the Monday before 1970 << 40 | credential
          first_from INTEGER NOT NULL,      -- of its connections, the first opening, milliseconds since 1970
          last_to INTEGER NOT NULL,         -- the last end
          packed BLOB NOT NULL
        );
        CREATE TABLE pack_week(
          week INTEGER NOT NULL PRIMARY KEY,
          first_from INTEGER NOT NULL,      -- the first opening in any of its packs
          connections INTEGER NOT NULL,
          first_client INTEGER NOT NULL,    -- numbers of the devices that were first seen in it
          last_client INTEGER NOT NULL
        );
        """

    private var packs = RowTable<ConnectionPackRow>()
    private var weeks = RowTable<PackWeekRow>()
    /// The newest week there is: packs of older ones never change, whatever the clock does.
    private var week: Int64 = 0

    init() {}

    init(loadingFrom tables: TableDatabase) throws {
        try tables.read(PackWeekRow.self, "week > 0", { _ in }) { self.week = max(self.week, $0.week) }
    }

    /// Takes in a device that was seen for the first time in its week.
    mutating func seen(_ client: ClientID, _ envelope: Envelope, in backing: Backing) throws {
        self.advance(to: envelope)
        try self.weeks.update(self.week, orNew: PackWeekRow(week: self.week), in: backing) { row in
            row.firstClient = min(row.firstClient, client.rawValue)
            row.lastClient = max(row.lastClient, client.rawValue)
        }
    }

    private mutating func advance(to envelope: Envelope) {
        self.week = max(self.week, PackWeek.of(ms: envelope.at.microseconds / 1_000))
    }

    /// Adds a connection that has ended for good.
    mutating func add(_ row: ConnectionRow, endedBy envelope: Envelope, in backing: Backing) throws {
        guard let connection = PackedConnection(row) else { return }
        self.advance(to: envelope)
        let week = self.week
        let id = week << ConnectionPackRow.credentialBits | row.credential.rawValue
        try self.packs.update(id, orNew: ConnectionPackRow(id: id), in: backing) { pack in
            pack.firstFrom = min(pack.firstFrom, connection.from)
            pack.lastTo = max(pack.lastTo, connection.to)
            connection.append(to: &pack.packed.bytes, week: week)
        }
        try self.weeks.update(week, orNew: PackWeekRow(week: week), in: backing) { row in
            row.firstFrom = min(row.firstFrom, connection.from)
            row.connections &+= 1
        }
    }

    mutating func write(to tables: TableDatabase) throws {
        try self.packs.write(to: tables)
        try self.weeks.write(to: tables)
    }

    mutating func trim() { self.packs.trim() }

    mutating func forgetFinal() {
        let week = self.week
        self.packs.forgetWritten { $0.id >> ConnectionPackRow.credentialBits < week }
    }
}
