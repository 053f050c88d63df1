package import GRDB

/// Where the rows are that a fold doesn't hold in memory.
package enum Backing {
    /// Nowhere: the projection is being made from the first event, and what isn't in memory doesn't exist (or is final).
    case fresh
    /// In the database, inside an open transaction.
    case stored(Database)
}

/// The rows of one table that a fold has touched since they were last written.
///
/// One fold serves the live tables (written after every command), batches (aggregated in memory, each row written once) and the rebuild
/// (everything in memory, written at the end): they differ only in ``Backing`` and in when ``write(to:)`` is called.
struct RowTable<R: StoredRow>: Sendable {
    private struct Slot {
        var row: R?
        /// Whether the database may hold a row of this key, so that removing it has to be written.
        var isStored: Bool
        var isDirty: Bool
    }

    private var slots: [R.Key: Slot] = [:]

    /// Rows in memory.
    var count: Int { self.slots.count }

    /// Sets a row, whatever was there.
    mutating func put(_ row: R, in backing: Backing) {
        self.slots[row.key] = Slot(row: row, isStored: self.mayBeStored(row.key, backing), isDirty: true)
    }

    mutating func remove(_ key: R.Key, in backing: Backing) {
        if self.mayBeStored(key, backing) {
            self.slots[key] = Slot(row: nil, isStored: true, isDirty: true)
        } else {
            self.slots[key] = nil
        }
    }

    /// The row of a key.
    mutating func row(_ key: R.Key, in backing: Backing) throws -> R? {
        try self.load(key, from: backing)
        return self.slots[key]?.row
    }

    /// Changes the row of a key; `nil` is no row, before and after.
    mutating func update(_ key: R.Key, in backing: Backing, _ change: (inout R?) -> Void) throws {
        try self.load(key, from: backing)
        change(&self.slots[key, default: Slot(row: nil, isStored: false, isDirty: true)].row)
        self.slots[key]?.isDirty = true
    }

    /// All rows that `condition` holds for, in the order of their keys.
    ///
    /// `sql` is the condition as SQL, to narrow the search in the database; it may hold for more rows, never for fewer.
    mutating func rows(
        in backing: Backing,
        sql: String,
        arguments: StatementArguments = StatementArguments(),
        where condition: (R) -> Bool
    ) throws -> [R] {
        switch backing {
        case .fresh:
            var found: [R] = []
            for slot in self.slots.values {
                if let row = slot.row, condition(row) { found.append(row) }
            }
            return found.sorted { $0.key < $1.key }
        case .stored(let database):
            try self.write(to: database)
            let statement = try database.cachedStatement(sql: "\(R.statements.selectAll) WHERE \(sql)")
            return try Row.fetchAll(statement, arguments: arguments).map { try R($0) }.filter(condition)
                .sorted { $0.key < $1.key }
        }
    }

    /// Writes what was changed, in the order of the keys.
    mutating func write(to database: Database) throws {
        let dirty = self.slots.filter { $0.value.isDirty }.keys.sorted()
        guard !dirty.isEmpty else { return }
        let insert = try database.cachedStatement(sql: R.statements.insert)
        for key in dirty {
            guard let slot = self.slots[key] else { continue }
            if let row = slot.row {
                insert.setUncheckedArguments(StatementArguments(row.values))
                try insert.execute()
                self.slots[key]?.isStored = true
                self.slots[key]?.isDirty = false
            } else {
                if slot.isStored { try self.delete(key, from: database) }
                self.slots[key] = nil
            }
        }
    }

    /// Forgets all rows: they are written, or their transaction was rolled back.
    mutating func forget() {
        self.slots.removeAll(keepingCapacity: true)
    }

    /// Forgets written rows that no later event can change; bounds the memory of a rebuild.
    mutating func forgetWritten(where isFinal: (R) -> Bool) {
        self.slots = self.slots.filter { _, slot in
            guard let row = slot.row, !slot.isDirty else { return true }
            return !isFinal(row)
        }
    }

    private mutating func load(_ key: R.Key, from backing: Backing) throws {
        guard case .stored(let database) = backing, self.slots[key] == nil else { return }
        let statement = try database.cachedStatement(sql: R.statements.selectOne)
        let row = try Row.fetchOne(statement, arguments: StatementArguments(key.keyValues))
        self.slots[key] = Slot(row: try row.map { try R($0) }, isStored: row != nil, isDirty: false)
    }

    private func mayBeStored(_ key: R.Key, _ backing: Backing) -> Bool {
        if let slot = self.slots[key] { return slot.isStored }
        return switch backing {
        case .fresh: false
        case .stored: true
        }
    }

    private func delete(_ key: R.Key, from database: Database) throws {
        let delete = try database.cachedStatement(sql: R.statements.delete)
        delete.setUncheckedArguments(StatementArguments(key.keyValues))
        try delete.execute()
    }
}

/// The SQL of a table's four operations.
package struct TableStatements<R: StoredRow>: Sendable {
    package let insert: String
    package let delete: String
    package let selectOne: String
    package let selectAll: String

    package init() {
        let columns = R.columnNames
        let condition = columns.prefix(R.empty.key.keyValues.count).map { "\($0) = ?" }.joined(separator: " AND ")
        let marks = Array(repeating: "?", count: columns.count).joined(separator: ", ")
        let names = columns.joined(separator: ", ")
        self.insert = "INSERT OR REPLACE INTO \(R.table)(\(names)) VALUES (\(marks))"
        self.delete = "DELETE FROM \(R.table) WHERE \(condition)"
        self.selectAll = "SELECT \(names) FROM \(R.table)"
        self.selectOne = "\(self.selectAll) WHERE \(condition)"
    }
}
