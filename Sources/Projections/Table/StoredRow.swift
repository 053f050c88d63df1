package import GRDB

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
    /// The SQL of the table's operations, put together once.
    static var statements: TableStatements<Self> { get }
    var key: Key { get }
    mutating func columns(_ visit: inout some ColumnVisitor)
}

/// Something that goes through the columns of a row: writes them, reads them, or lists them.
package protocol ColumnVisitor {
    mutating func callAsFunction<Value: ColumnValue>(_ name: StaticString, _ value: inout Value)
    mutating func callAsFunction<Value: ColumnValue>(_ name: StaticString, _ value: inout Value?)
}

/// What a row is found by: one column, or several in the primary key's order.
package protocol RowKey: Hashable, Comparable, Sendable {
    var keyValues: [DatabaseValue] { get }
}

extension RowKey where Self: ColumnValue {
    package var keyValues: [DatabaseValue] { [self.columnValue] }
}

/// A column holds a value of another type than its row says: the file is damaged.
package struct ColumnError: Error, Hashable, Sendable {
    package var table: String
    package var column: String
}

extension StoredRow {
    /// Reads a row that holds all columns in the order of ``columns(_:)``.
    ///
    /// - Throws: ``ColumnError``
    init(_ row: Row) throws {
        var reader = RowReader(row: row)
        var value = Self.empty
        value.columns(&reader)
        if let column = reader.wrongColumn { throw ColumnError(table: Self.table, column: column) }
        self = value
    }

    /// The values of all columns in order.
    var values: [DatabaseValue] {
        var writer = RowWriter()
        var row = self
        row.columns(&writer)
        return writer.values
    }

    /// The names of all columns in order.
    static var columnNames: [String] {
        var lister = ColumnLister()
        var row = Self.empty
        row.columns(&lister)
        return lister.names
    }
}

private struct RowReader: ColumnVisitor {
    let row: Row
    private(set) var wrongColumn: String?
    private var index = 0

    init(row: Row) {
        self.row = row
    }

    mutating func callAsFunction<Value: ColumnValue>(_ name: StaticString, _ value: inout Value) {
        if let found = self.next.flatMap(Value.init(columnValue:)) {
            value = found
        } else {
            self.wrongColumn = self.wrongColumn ?? "\(name)"
        }
    }

    mutating func callAsFunction<Value: ColumnValue>(_ name: StaticString, _ value: inout Value?) {
        guard let column = self.next, !column.isNull else {
            value = nil
            return
        }
        value = Value(columnValue: column)
        if value == nil { self.wrongColumn = self.wrongColumn ?? "\(name)" }
    }

    private var next: DatabaseValue? {
        mutating get {
            guard self.index < self.row.count else { return nil }
            defer { self.index += 1 }
            return self.row[self.index]
        }
    }
}

private struct RowWriter: ColumnVisitor {
    var values: [DatabaseValue] = []

    mutating func callAsFunction<Value: ColumnValue>(_ name: StaticString, _ value: inout Value) {
        self.values.append(value.columnValue)
    }

    mutating func callAsFunction<Value: ColumnValue>(_ name: StaticString, _ value: inout Value?) {
        self.values.append(value?.columnValue ?? .null)
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
