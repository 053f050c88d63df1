package import GRDB
package import Model

extension Int64: RowKey {}
extension String: RowKey {}
extension NumberID: RowKey {}
extension NameID: RowKey {}

/// The key of a table that has one row.
package struct OnlyRow: RowKey, ColumnValue {
    /// The number that stands in the key's column.
    static let number: Int64 = 1

    package init() {}

    package init?(columnValue: DatabaseValue) {
        guard Int64(columnValue: columnValue) == Self.number else { return nil }
    }

    package var columnValue: DatabaseValue { Self.number.databaseValue }

    package static func < (left: Self, right: Self) -> Bool { false }
}

/// A key of two columns.
package struct PairKey<First: RowKey & ColumnValue, Second: RowKey & ColumnValue>: RowKey {
    package var first: First
    package var second: Second

    package init(_ first: First, _ second: Second) {
        self.first = first
        self.second = second
    }

    package var keyValues: [DatabaseValue] { [self.first.columnValue, self.second.columnValue] }

    package static func < (left: Self, right: Self) -> Bool {
        left.first != right.first ? left.first < right.first : left.second < right.second
    }
}
