import GRDBSQLite

/// A row of a projection's table.
///
/// ``columns(_:)`` names every column once, those of the primary key first and in its order; reading, writing and the statements are
/// visitors of it. A test compares it with the table's SQL.
package protocol StoredRow: Hashable, Sendable {
    associatedtype Key: RowKey
    /// The table's name.
    static var table: String { get }
    /// A row to read into.
    static var empty: Self { get }
    /// What is put together once of the names of table and columns.
    static var statements: TableStatements<Self> { get }
    var key: Key { get }
    mutating func columns(_ visit: inout some ColumnVisitor)
}

/// Something that goes through the columns of a row: writes them, reads them, or lists them.
package protocol ColumnVisitor {
    mutating func callAsFunction<Value: ColumnValue>(_ name: StaticString, _ value: inout Value)
    mutating func callAsFunction<Value: ColumnValue>(_ name: StaticString, _ value: inout Value?)
}

/// A column holds a value of another type than its row says: the file is damaged.
package struct ColumnError: Error, Hashable, Sendable {
    package var table: String
    package var column: String
}

extension StoredRow {
    /// Reads the row a statement stands at, which holds all columns in the order of ``columns(_:)``.
    ///
    /// - Throws: ``ColumnError``
    init(columnsOf statement: OpaquePointer) throws {
        var reader = ColumnReader(statement: statement)
        var value = Self.empty
        value.columns(&reader)
        if let column = reader.wrongColumn { throw ColumnError(table: Self.table, column: "\(column)") }
        self = value
    }

    /// Gives a statement the values of all columns as its parameters.
    func bind(to statement: OpaquePointer) {
        var binder = ColumnBinder(statement: statement)
        // The visitor takes places to write to; a copy serves, since nothing is changed.
        var row = self
        row.columns(&binder)
    }

    /// The same, with texts that are valid until `room` is cleared.
    func bind(to statement: OpaquePointer, keptIn room: TextRoom) {
        var binder = KeptColumnBinder(statement: statement, room: room)
        var row = self
        row.columns(&binder)
    }

    /// The names of all columns in order.
    static var columnNames: [String] {
        var lister = ColumnLister()
        var row = Self.empty
        row.columns(&lister)
        return lister.names
    }
}

private struct ColumnReader: ColumnVisitor {
    let statement: OpaquePointer
    private(set) var wrongColumn: StaticString?
    private var index: CInt = 0

    init(statement: OpaquePointer) {
        self.statement = statement
    }

    mutating func callAsFunction<Value: ColumnValue>(_ name: StaticString, _ value: inout Value) {
        if let found = Value(column: self.index, of: self.statement) {
            value = found
        } else {
            self.wrongColumn = self.wrongColumn ?? name
        }
        self.index += 1
    }

    mutating func callAsFunction<Value: ColumnValue>(_ name: StaticString, _ value: inout Value?) {
        value = Value(column: self.index, of: self.statement)
        if value == nil, sqlite3_column_type(self.statement, self.index) != SQLITE_NULL {
            self.wrongColumn = self.wrongColumn ?? name
        }
        self.index += 1
    }
}

private struct ColumnBinder: ColumnVisitor {
    let statement: OpaquePointer
    private var index: CInt = 0

    init(statement: OpaquePointer) {
        self.statement = statement
    }

    mutating func callAsFunction<Value: ColumnValue>(_ name: StaticString, _ value: inout Value) {
        self.index += 1
        value.bind(to: self.statement, at: self.index)
    }

    mutating func callAsFunction<Value: ColumnValue>(_ name: StaticString, _ value: inout Value?) {
        self.index += 1
        if let value {
            value.bind(to: self.statement, at: self.index)
        } else {
            sqlite3_bind_null(self.statement, self.index)
        }
    }
}

private struct KeptColumnBinder: ColumnVisitor {
    let statement: OpaquePointer
    let room: TextRoom
    private var index: CInt = 0

    init(statement: OpaquePointer, room: TextRoom) {
        self.statement = statement
        self.room = room
    }

    mutating func callAsFunction<Value: ColumnValue>(_ name: StaticString, _ value: inout Value) {
        self.index += 1
        value.bind(to: self.statement, at: self.index, keptIn: self.room)
    }

    mutating func callAsFunction<Value: ColumnValue>(_ name: StaticString, _ value: inout Value?) {
        self.index += 1
        if let value {
            value.bind(to: self.statement, at: self.index, keptIn: self.room)
        } else {
            sqlite3_bind_null(self.statement, self.index)
        }
    }
}

private struct ColumnLister: ColumnVisitor {
    var names: [String] = []

    mutating func callAsFunction<Value: ColumnValue>(_ name: StaticString, _ value: inout Value) {
        self.names.append("\(name)")
    }

    mutating func callAsFunction<Value: ColumnValue>(_ name: StaticString, _ value: inout Value?) {
        self.names.append("\(name)")
    }
}

/// The SQL of a table's operations.
package struct TableStatements<R: StoredRow>: Sendable {
    private let table: String
    private let columns: String
    private let marks: String
    private let condition: String

    package init() {
        let names = R.columnNames
        self.table = R.table
        self.columns = names.joined(separator: ", ")
        self.marks = Array(repeating: "?", count: names.count).joined(separator: ", ")
        self.condition = names.prefix(R.Key.columnCount).map { "\($0) = ?" }.joined(separator: " AND ")
    }

    /// A text with its short forms written out: `INSERT`, `DELETE`, `SELECT`, or a condition (with what may follow it).
    func sql(_ text: StaticString) -> String {
        switch "\(text)" {
        case "INSERT": "INSERT OR REPLACE INTO \(self.table)(\(self.columns)) VALUES (\(self.marks))"
        case "DELETE": "DELETE FROM \(self.table) WHERE \(self.condition)"
        case "SELECT": "SELECT \(self.columns) FROM \(self.table) WHERE \(self.condition)"
        case let condition: "SELECT \(self.columns) FROM \(self.table) WHERE \(condition)"
        }
    }
}
