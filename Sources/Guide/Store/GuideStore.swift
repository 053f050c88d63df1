import GRDB
import Model
import Synchronization

/// What the suppliers' guides say, in `guide.sqlite`; any thread.
///
/// A cache, not a projection: it holds what others sent, may be deleted at any time, and is filled by the next refresh.
/// One connection writes and checkpoints; reads see one commit and wait for nobody.
package final class GuideStore: Sendable {
    /// How long programmes are kept after their end: as far back as any catch-up goes.
    package static let daysBack: Int64 = 14
    /// How far ahead programmes are taken.
    package static let daysAhead: Int64 = 14
    /// The longest programme, in seconds; longer ones are cut, since "now" looks no further back.
    package static let lengthMax: Int64 = 48 * 3_600
    /// Of one guide; the largest suppliers' have a million.
    package static let programmesMax = 3_000_000
    package static let channelsMax = 200_000
    /// Page cache of a connection, in KiB.
    private static let cacheKiB = 16_384
    /// The form of the tables; a file of another one is made anew.
    private static let form = 1

    package let path: String
    let writer: DatabaseQueue
    private let readers: DatabasePool
    private let counter: Atomic<Int64>
    let isImporting = Atomic<Bool>(false)

    /// Opens the file, or makes it anew where there is none that can be read.
    package init(path: String) throws {
        self.path = path
        do {
            self.writer = try Self.open(path)
        } catch is DatabaseError {
            // Nothing is lost that isn't sent again.
            for suffix in ["", "-wal", "-shm"] { _ = Self.remove(path + suffix) }
            self.writer = try Self.open(path)
        }
        var configuration = Configuration()
        configuration.label = path
        configuration.readonly = true
        configuration.maximumReaderCount = 2
        self.readers = try DatabasePool(path: path, configuration: configuration)
        let version = try self.writer.read { try Int64.fetchOne($0, sql: "SELECT value FROM guide_version") }
        self.counter = Atomic(version ?? 0)
    }

    /// Grows with everything that changes what is read here, restarts included: for caches and ETags.
    package var version: Int64 { self.counter.load(ordering: .acquiring) }

    func changed(to version: Int64) {
        self.counter.store(version, ordering: .releasing)
    }

    package func close() {
        try? self.readers.close()
        try? self.writer.close()
    }

    func read<Answer>(_ body: (Database) throws -> Answer) throws -> Answer {
        try self.readers.read(body)
    }

    private static func open(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.label = path
        configuration.journalMode = .wal
        configuration.busyMode = .timeout(2)
        configuration.prepareDatabase { database in
            try database.execute(
                sql: "PRAGMA synchronous = NORMAL; PRAGMA secure_delete = OFF; PRAGMA cache_size = -\(Self.cacheKiB)"
            )
        }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.write { database in
            let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
            guard found != Self.form else { return }
            for table in ["programme", "guide_channel", "guide_source", "guide_version"] {
                try database.execute(sql: "DROP TABLE IF EXISTS \(table)")
            }
            try database.execute(sql: GuideTables.schema)
            try database.execute(sql: "PRAGMA user_version = \(Self.form)")
        }
        return queue
    }
}

/// Why a guide could not be taken.
package enum GuideError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One at a time, since each may hold a gigabyte on disk.
    case busy

    package var description: String {
        switch self {
        case .busy: "another guide is being read; try again when it is done"
        }
    }
}
