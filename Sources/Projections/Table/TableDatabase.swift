package import GRDB
import GRDBSQLite

/// A database with the statements that were prepared on it, for the folds and look-ups that run many thousand times a second.
///
/// Values go to SQLite and back without GRDB's boxes, which costs a third of the time. Valid where its `Database` is: on the
/// connection's queue.
package final class TableDatabase {
    /// A statement is told from others by the row's type and by the place its text has in the program.
    private struct Key: Hashable {
        var row: ObjectIdentifier
        var text: UnsafePointer<UInt8>
    }

    package let database: Database
    /// What deciders have read on this connection, as long as it holds.
    let readRows = ReadRows()
    private var prepared: [Key: Statement] = [:]
    private let room = TextRoom()

    package init(_ database: Database) {
        self.database = database
    }

    /// Runs a statement that answers nothing, once `bind` has given it its values.
    func execute<R: StoredRow>(
        _ row: R.Type,
        _ text: StaticString,
        _ bind: (OpaquePointer) -> Void
    ) throws {
        let statement = try self.statement(row, text)
        bind(statement)
        defer { Self.reset(statement) }
        try self.finish(sqlite3_step(statement))
    }

    /// Runs a statement without values or answer that belongs to no row; each of its texts is compiled once.
    func run(_ sql: StaticString) throws {
        let key = Key(row: ObjectIdentifier(Self.self), text: sql.utf8Start)
        let statement: Statement
        if let known = self.prepared[key] {
            statement = known
        } else {
            statement = try self.database.makeStatement(sql: "\(sql)")
            self.prepared[key] = statement
        }
        try self.step(statement.sqliteStatement)
    }

    /// Hands the rows that a statement answers to `body`.
    func read<R: StoredRow>(
        _ row: R.Type,
        _ text: StaticString,
        _ bind: (OpaquePointer) -> Void,
        _ body: (R) throws -> Void
    ) throws {
        let statement = try self.statement(row, text)
        bind(statement)
        defer { Self.reset(statement) }
        while true {
            let code = sqlite3_step(statement)
            guard code == SQLITE_ROW else { return try self.finish(code) }
            try body(try R(columnsOf: statement))
        }
    }

    /// Hands out a statement for many rows; ``step(_:)`` runs it for each.
    func statement<R: StoredRow>(_ row: R.Type, _ text: StaticString) throws -> OpaquePointer {
        let key = Key(row: ObjectIdentifier(row), text: text.utf8Start)
        if let statement = self.prepared[key] { return statement.sqliteStatement }
        let statement = try self.database.cachedStatement(sql: R.statements.sql(text))
        self.prepared[key] = statement
        return statement.sqliteStatement
    }

    /// Runs a statement that answers nothing, and makes it ready for the next row.
    func step(_ statement: OpaquePointer) throws {
        defer { Self.reset(statement) }
        try self.finish(sqlite3_step(statement))
    }

    /// Runs a statement that puts a row into its table, with the row's values.
    func insert(_ row: some StoredRow, with statement: OpaquePointer) throws {
        self.room.clear()
        row.bind(to: statement, keptIn: self.room)
        try self.step(statement)
    }

    private func finish(_ code: CInt) throws {
        guard code != SQLITE_DONE else { return }
        throw DatabaseError(resultCode: ResultCode(rawValue: code), message: self.database.lastErrorMessage)
    }

    private static func reset(_ statement: OpaquePointer) {
        sqlite3_reset(statement)
    }
}
