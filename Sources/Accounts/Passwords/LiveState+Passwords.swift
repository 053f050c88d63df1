import GRDB
import Projections

extension LiveState {
    /// Whether any credential has a password that somebody chose; O(n) in their number.
    func hasSlowPasswords() throws -> Bool {
        let statement = try self.database.cachedStatement(
            sql: "SELECT 1 FROM credential WHERE password >= 'a1.' AND password < 'a1/' LIMIT 1"
        )
        return try Int64.fetchOne(statement) != nil
    }
}
