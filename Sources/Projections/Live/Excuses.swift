import Events
package import Model

/// Credentials that operators know to be fine, whatever a sharing report says.
struct Excuses: Sendable {
    static let schema = """
        -- Lines that are known to be fine: reports list them and recommend nothing for them.
        CREATE TABLE excuse(
          credential INTEGER NOT NULL PRIMARY KEY,
          customer TEXT NOT NULL,
          why TEXT NOT NULL,
          until INTEGER NOT NULL,        -- from then on it counts no more
          given_at INTEGER NOT NULL
        );
        """

    private var rows = RowTable<ExcuseRow>()

    mutating func apply(_ envelope: Envelope, in backing: Backing) throws {
        switch envelope.event {
        case .credentialExcused(let it):
            let row = ExcuseRow(
                credential: it.credential,
                customer: it.customer,
                why: it.why,
                until: it.until,
                givenAt: envelope.at
            )
            self.rows.put(row, in: backing)
        case .excuseWithdrawn(let it): self.rows.remove(it.credential, in: backing)
        case .credentialRemoved(let it): self.rows.remove(it.credential, in: backing)
        case .customerErased(let it):
            let found = try self.rows.rows(in: backing, sql: "customer = ?", it.customer.rawValue) {
                $0.customer == it.customer
            }
            for row in found { self.rows.remove(row.credential, in: backing) }
        // Nothing else is about what operators know.
        default: break
        }
    }

    mutating func write(to tables: TableDatabase) throws { try self.rows.write(to: tables) }

    mutating func trim() { self.rows.trim() }
}

/// A credential that is known to be fine.
package struct ExcuseRow: StoredRow {
    package static let table = "excuse"
    package static let statements = TableStatements<ExcuseRow>()
    package static let empty = ExcuseRow(
        credential: .init(0),
        customer: .init(rawValue: ""),
        why: "",
        until: WallTime(microseconds: 0),
        givenAt: WallTime(microseconds: 0)
    )

    package var credential: CredentialID
    package var customer: CustomerID
    package var why: String
    /// From then on it counts no more.
    package var until: WallTime
    package var givenAt: WallTime

    package var key: Int64 { self.credential.rawValue }

    package mutating func columns(_ visit: inout some ColumnVisitor) {
        visit("credential", &self.credential)
        visit("customer", &self.customer)
        visit("why", &self.why)
        visit("until", &self.until)
        visit("given_at", &self.givenAt)
    }
}
