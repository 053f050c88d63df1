import GRDB
import Model
package import Projections

extension ExpirySchedule {
    /// The credentials that have an end or are suspended, by the tables.
    package init(_ state: LiveState) throws {
        self.init()
        let statement = try state.database.cachedStatement(
            sql: "SELECT credential, expires, state FROM credential WHERE expires IS NOT NULL OR state = 'suspended'"
        )
        let rows = try Row.fetchCursor(statement)
        while let row = try rows.next() {
            let state = CredentialRow.State(rawValue: row[2]) ?? .active
            let end = (row[1] as Int64?).map { WallTime(microseconds: $0) }
            self.add(CredentialID(row[0] as Int64), end: end, state: state)
        }
    }
}
