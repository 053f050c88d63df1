package import Events
package import GRDB
package import Model

/// A type that a column may have.
package protocol ColumnValue: Hashable, Sendable {
    var columnValue: DatabaseValue { get }
    /// `nil` when the column holds something else, as in a damaged file.
    init?(columnValue: DatabaseValue)
}

extension Int64: ColumnValue {
    package var columnValue: DatabaseValue { self.databaseValue }
    package init?(columnValue: DatabaseValue) {
        guard case .int64(let value) = columnValue.storage else { return nil }
        self = value
    }
}

extension String: ColumnValue {
    package var columnValue: DatabaseValue { self.databaseValue }
    package init?(columnValue: DatabaseValue) {
        guard case .string(let value) = columnValue.storage else { return nil }
        self = value
    }
}

extension Bool: ColumnValue {
    package var columnValue: DatabaseValue { (self ? 1 as Int64 : 0).databaseValue }
    package init?(columnValue: DatabaseValue) {
        guard case .int64(let value) = columnValue.storage else { return nil }
        self = value != 0
    }
}

extension NumberID: ColumnValue {
    package var columnValue: DatabaseValue { self.rawValue.databaseValue }
    package init?(columnValue: DatabaseValue) {
        guard case .int64(let value) = columnValue.storage else { return nil }
        self.init(value)
    }
}

extension NameID: ColumnValue {
    package var columnValue: DatabaseValue { self.rawValue.databaseValue }
    package init?(columnValue: DatabaseValue) {
        guard case .string(let value) = columnValue.storage else { return nil }
        self.init(rawValue: value)
    }
}

extension WallTime: ColumnValue {
    package var columnValue: DatabaseValue { self.microseconds.databaseValue }
    package init?(columnValue: DatabaseValue) {
        guard case .int64(let value) = columnValue.storage else { return nil }
        self.init(microseconds: value)
    }
}

/// A column whose values are words or measured numbers.
package protocol RawColumnValue: ColumnValue, RawRepresentable where RawValue: ColumnValue {}

extension RawColumnValue {
    package var columnValue: DatabaseValue { self.rawValue.columnValue }
    package init?(columnValue: DatabaseValue) {
        guard let value = RawValue(columnValue: columnValue) else { return nil }
        self.init(rawValue: value)
    }
}

extension Milliseconds: RawColumnValue {}
extension ByteCount: RawColumnValue {}
extension Cents: RawColumnValue {}
extension ChannelKeep: RawColumnValue {}
extension OutputKind: RawColumnValue {}
