import GRDB
package import Model
import Synchronization

/// The keys of personal data: one per customer and ISO week, one per customer for names, two a week by which everybody's
/// devices and networks are hashed; each sealed under the installation key.
///
/// `keys.sqlite` is the one file beside the log that can't be rebuilt. Deleting a row is how data in the log are erased.
/// Any thread; one connection, which writes and checkpoints.
package final class KeyStore: Sendable {
    /// Opened keys kept in memory; the current week of 65,536 customers.
    static let cachedMax = 65_536

    /// `user_version` between a deletion and its scrubbing, so that a crash in between is made up for at the next start.
    private static let scrubDue = 1

    static let schema = """
        CREATE TABLE IF NOT EXISTS data_key(
          id TEXT NOT NULL PRIMARY KEY,  -- the key's id, as it stands in what it sealed
          customer TEXT NOT NULL,        -- whose data it seals; ~devices, ~networks: everybody's, that hash and don't seal
          week TEXT NOT NULL,            -- ISO week of the operator's clock, such as 2026-W47; empty: the key of names
          sealed TEXT NOT NULL,          -- the key, sealed under the installation key
          UNIQUE(customer, week)
        ) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS data_key_week ON data_key(week);
        -- Customers whose erasure was begun and whose keys are still here.
        CREATE TABLE IF NOT EXISTS erasure(customer TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID;
        """

    private struct Cache {
        var names: [KeyID: DataKeyName] = [:]
        var keys: [DataKeyName: SecretKey] = [:]

        mutating func insert(_ key: SecretKey, _ name: DataKeyName) {
            if self.keys.count >= KeyStore.cachedMax { self = Cache() }
            self.keys[name] = key
            self.names[key.id] = name
        }
    }

    private let installation: InstallationKeys
    private let database: DatabaseQueue
    /// Filled and emptied on the database's queue only, so that a deleted key can't come back from a reader that was under way.
    private let cache = Mutex(Cache())

    /// Opens or creates the store at `path`.
    package init(path: String, installation: InstallationKeys) throws {
        self.installation = installation
        var configuration = Configuration()
        configuration.label = "keys.sqlite"
        configuration.journalMode = .wal
        configuration.prepareDatabase { database in
            // A key must be on disk before anything is sealed with it, and gone when it is deleted.
            try database.execute(
                sql: "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY"
            )
        }
        self.database = try DatabaseQueue(path: path, configuration: configuration)
        try self.database.writeWithoutTransaction { database in
            try database.execute(sql: Self.schema)
            if try Int.fetchOne(database, sql: "PRAGMA user_version") == Self.scrubDue { try Self.scrub(database) }
        }
    }

    /// Closes the file.
    package func close() throws {
        try self.database.close()
    }

    /// Makes sure that all `names` have keys; the new ones are on disk, with one commit, when it returns.
    package func prepare(_ names: some Sequence<DataKeyName>) throws {
        let unknown = self.cache.withLock { cache in names.filter { cache.keys[$0] == nil } }
        guard !unknown.isEmpty else { return }
        try self.database.writeWithoutTransaction { database in
            var found: [(DataKeyName, SecretKey)] = []
            try database.inTransaction(.immediate) {
                for name in unknown { found.append((name, try self.getOrCreate(name, in: database))) }
                return .commit
            }
            self.cache.withLock { cache in for (name, key) in found { cache.insert(key, name) } }
        }
    }

    /// Seals personal data under the key called `name`, which is made if there is none.
    package func seal(_ clear: Redacted<String>, under name: DataKeyName, for place: SealedPlace) throws -> Sealed {
        try self.key(name).seal(clear.clear, for: place)
    }

    /// The digest of `parts` under the key called `name`, which is made if there is none.
    package func hash(_ context: KeyedHash.Context, _ parts: [String], under name: DataKeyName) throws -> KeyedHash {
        .make(context, parts, with: try self.key(name))
    }

    /// Opens personal data.
    ///
    /// - Throws: ``SealError/keyMissing(_:)`` when the key was deleted.
    package func open(_ sealed: Sealed, for place: SealedPlace) throws -> Redacted<String> {
        let cached = self.cache.withLock { cache in cache.names[sealed.keyID].flatMap { cache.keys[$0] } }
        guard let key = try cached ?? self.fetch(sealed.keyID) else { throw SealError.keyMissing(sealed.keyID) }
        return Redacted(try key.open(sealed, for: place))
    }

    /// Notes, on disk, that customers are being erased: what breaks off before their keys are deleted can be finished.
    package func begin(erasing customers: [CustomerID]) throws {
        guard !customers.isEmpty else { return }
        try self.database.write { database in
            let insert = try database.cachedStatement(sql: "INSERT OR IGNORE INTO erasure(customer) VALUES (?)")
            for customer in customers { try insert.execute(arguments: [customer.rawValue]) }
        }
    }

    /// The customers whose erasure was begun and not finished.
    package func unfinishedErasures() throws -> [CustomerID] {
        try self.database.read { database in
            try String.fetchAll(database, sql: "SELECT customer FROM erasure ORDER BY customer")
        }.map { CustomerID(rawValue: $0) }
    }

    /// Takes back what ``begin(erasing:)`` noted; nothing was erased.
    package func withdraw(erasing customers: [CustomerID]) throws {
        try self.database.write { database in
            let delete = try database.cachedStatement(sql: "DELETE FROM erasure WHERE customer = ?")
            for customer in customers { try delete.execute(arguments: [customer.rawValue]) }
        }
    }

    /// Deletes all keys of customers, and that their erasure was begun; what the keys sealed is unreadable from then on.
    ///
    /// Answers how many there were.
    package func erase(_ customers: [CustomerID]) throws -> Int {
        try self.shred { database in
            var count = 0
            for customer in customers {
                try database.execute(
                    sql: "DELETE FROM data_key WHERE customer = ?",
                    arguments: [customer.rawValue]
                )
                count += database.changesCount
                try database.execute(sql: "DELETE FROM erasure WHERE customer = ?", arguments: [customer.rawValue])
            }
            return count
        }
    }

    /// Deletes the keys of all weeks before `week`, those of networks of all weeks before `networksWeek`.
    ///
    /// Answers how many there were.
    package func age(before week: String, networksBefore networksWeek: String) throws -> Int {
        try self.shred { database in
            try database.execute(
                sql: "DELETE FROM data_key WHERE \(Self.isAged)",
                arguments: Self.ages(week, networksWeek)
            )
            return database.changesCount
        }
    }

    /// How many keys ``age(before:networksBefore:)`` would delete.
    package func aged(before week: String, networksBefore networksWeek: String) throws -> Int {
        try self.database.read { database in
            try Int.fetchOne(
                database,
                sql: "SELECT count(*) FROM data_key WHERE \(Self.isAged)",
                arguments: Self.ages(week, networksWeek)
            ) ?? 0
        }
    }

    private static let isAged =
        "week <> '' AND ((customer <> :networks AND week < :week) OR (customer = :networks AND week < :networksWeek))"

    private static func ages(_ week: String, _ networksWeek: String) -> StatementArguments {
        ["networks": DataKeyName.everybodysNetworks.rawValue, "week": week, "networksWeek": networksWeek]
    }

    /// The weeks that have keys, oldest first.
    package func weeks() throws -> [String] {
        try self.database.read { database in
            try String.fetchAll(database, sql: "SELECT DISTINCT week FROM data_key WHERE week <> '' ORDER BY week")
        }
    }

    /// Seals every key anew under the newest installation key.
    ///
    /// Answers how many were changed.
    package func reseal() throws -> Int {
        let current = self.installation.current.sealing
        return try self.database.writeWithoutTransaction { database in
            var count = 0
            try database.inTransaction(.immediate) {
                let rows = try Row.fetchAll(database, sql: "SELECT customer, week, sealed FROM data_key")
                for row in rows {
                    let name = DataKeyName(customer: CustomerID(rawValue: row[0]), week: row[1])
                    let text: String = row[2]
                    guard try Sealed(parsing: text).keyID != current else { continue }
                    let sealed = try self.wrap(try self.unwrap(text, name), name)
                    try database.execute(
                        sql: "UPDATE data_key SET sealed = ? WHERE customer = ? AND week = ?",
                        arguments: [sealed, name.customer.rawValue, name.week]
                    )
                    count += 1
                }
                return .commit
            }
            try Self.scrub(database)
            return count
        }
    }
}

extension KeyStore {
    private func key(_ name: DataKeyName) throws -> SecretKey {
        if let key = self.cache.withLock({ $0.keys[name] }) { return key }
        return try self.database.writeWithoutTransaction { database in
            var found: SecretKey?
            try database.inTransaction(.immediate) {
                found = try self.getOrCreate(name, in: database)
                return .commit
            }
            guard let found else { throw DatabaseError(message: "transaction without effect") }
            self.cache.withLock { $0.insert(found, name) }
            return found
        }
    }

    private func fetch(_ id: KeyID) throws -> SecretKey? {
        try self.database.writeWithoutTransaction { database -> SecretKey? in
            let sql = "SELECT customer, week, sealed FROM data_key WHERE id = ?"
            guard let row = try Row.fetchOne(database, sql: sql, arguments: [id.text]) else { return nil }
            let name = DataKeyName(customer: CustomerID(rawValue: row[0]), week: row[1])
            let key = try self.unwrap(row[2], name)
            self.cache.withLock { $0.insert(key, name) }
            return key
        }
    }

    private func getOrCreate(_ name: DataKeyName, in database: Database) throws -> SecretKey {
        let select = try database.cachedStatement(sql: "SELECT sealed FROM data_key WHERE customer = ? AND week = ?")
        let arguments: StatementArguments = [name.customer.rawValue, name.week]
        if let text = try String.fetchOne(select, arguments: arguments) { return try self.unwrap(text, name) }
        let key = SecretKey.random()
        let insert = try database.cachedStatement(
            sql: "INSERT INTO data_key(id, customer, week, sealed) VALUES (?, ?, ?, ?)"
        )
        try insert.execute(arguments: [key.id.text, name.customer.rawValue, name.week, try self.wrap(key, name)])
        return key
    }

    private func wrap(_ key: SecretKey, _ name: DataKeyName) throws -> String {
        try self.installation.sealing[self.installation.sealing.count - 1].seal(bytes: key.bytes, for: name.place).text
    }

    private func unwrap(_ text: String, _ name: DataKeyName) throws -> SecretKey {
        let sealed = try Sealed(parsing: text)
        let bytes = try self.installation.key(sealed.keyID).openBytes(sealed, for: name.place)
        guard let key = SecretKey(bytes: bytes) else { throw SealError.malformed }
        return key
    }

    private func shred(_ delete: (Database) throws -> Int) throws -> Int {
        try self.database.writeWithoutTransaction { database in
            var count = 0
            try database.inTransaction(.immediate) {
                count = try delete(database)
                try database.execute(sql: "PRAGMA user_version = \(Self.scrubDue)")
                return .commit
            }
            self.cache.withLock { $0 = Cache() }
            try Self.scrub(database)
            return count
        }
    }

    /// Leaves nothing of deleted rows in the file or its log.
    ///
    /// Zeroing cells is not enough: a page that was rebuilt keeps stale copies between its cells, hence `VACUUM`.
    private static func scrub(_ database: Database) throws {
        try database.execute(sql: "VACUUM")
        try database.execute(sql: "PRAGMA user_version = 0")
        try database.checkpoint(.truncate)
    }
}

extension KeyStore {
    /// The stored forms of a customer's keys, for tests of their deletion.
    func storedKeys(of customer: CustomerID) throws -> [String] {
        try self.database.read { database in
            try String.fetchAll(
                database,
                sql: "SELECT sealed FROM data_key WHERE customer = ? ORDER BY week",
                arguments: [customer.rawValue]
            )
        }
    }

    /// A key that is in memory, for tests.
    func cachedKey(_ name: DataKeyName) -> SecretKey? {
        self.cache.withLock { $0.keys[name] }
    }
}
