import GRDB
import Glibc
import Ledger
package import Model
import Projections
package import Reports

/// The clock that reports go by: the zone somebody names, else the one the service was last started with.
package enum OperatorClock {
    /// - Throws: ``ZoneError`` when a named zone is unknown.
    package static func choose(named name: String?, in directory: DataDirectory) throws -> LocalClock {
        if let name { return try LocalClock(zone: name) }
        guard let recorded = try self.recorded(in: directory) else { return .utc }
        return try LocalClock(zone: recorded)
    }

    /// Now, on the wall.
    package static var now: WallTime { Clocks.system.wall() }

    private static func recorded(in directory: DataDirectory) throws -> String? {
        guard access(directory.historyProjection, F_OK) == 0 else { return nil }
        let sql = "SELECT timezone FROM node_record WHERE timezone IS NOT NULL ORDER BY seq DESC LIMIT 1"
        return try SQLiteFile.readers(path: directory.historyProjection, count: 1).read { database in
            try String.fetchOne(database, sql: sql)
        }
    }
}
