import GRDB
import GRDBSQLite

/// The rows of a statement, read without a box for each value.
///
/// Valid where its `Database` is: inside the closure that was given it.
struct SQLCursor {
    private let statement: Statement
    private let pointer: OpaquePointer

    init(_ database: Database, _ sql: String, _ arguments: [Int64] = []) throws {
        self.statement = try database.makeStatement(sql: sql)
        self.pointer = self.statement.sqliteStatement
        for (index, value) in arguments.enumerated() { sqlite3_bind_int64(self.pointer, CInt(index + 1), value) }
    }

    /// Goes to the next row; answers whether there is one.
    func next() throws -> Bool {
        let code = sqlite3_step(self.pointer)
        if code == SQLITE_ROW { return true }
        guard code == SQLITE_DONE else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
        return false
    }

    /// A column's number; 0 for NULL.
    func integer(_ column: CInt) -> Int64 { sqlite3_column_int64(self.pointer, column) }

    func isNull(_ column: CInt) -> Bool { sqlite3_column_type(self.pointer, column) == SQLITE_NULL }

    /// A column's text; empty for NULL.
    func text(_ column: CInt) -> String {
        guard let base = sqlite3_column_text(self.pointer, column) else { return "" }
        let count = Int(sqlite3_column_bytes(self.pointer, column))
        return String(decoding: UnsafeBufferPointer(start: base, count: count), as: UTF8.self)
    }

    /// A column's bytes, valid until the next row.
    func bytes(_ column: CInt) -> UnsafeRawBufferPointer {
        let count = Int(sqlite3_column_bytes(self.pointer, column))
        guard count > 0, let base = sqlite3_column_blob(self.pointer, column) else {
            return .init(start: nil, count: 0)
        }
        return UnsafeRawBufferPointer(start: base, count: count)
    }
}
