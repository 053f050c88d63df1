import Accounts
import Events
import Geo
import Model
import Projections

extension Geography {
    init(_ tables: GeoTables) {
        self.init(hasCountries: tables.kinds.contains(.country), hasSystems: tables.kinds.contains(.asn))
    }

    /// Locks that were written when there were databases, and can't be judged without.
    ///
    /// - Throws: the complaint about the first.
    func check(_ state: LiveState) throws {
        guard self != .all else { return }
        for row in try state.plans() { try self.check(row.terms.locks, of: .plan, row.plan.rawValue) }
        for row in try state.credentials() {
            try self.check(row.terms.locks, of: .credential, row.credential.description)
        }
    }
}
