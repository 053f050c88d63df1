package import Events
import GRDBSQLite
package import Model

/// A type that a column may have.
package protocol ColumnValue: Hashable, Sendable {
    /// Gives a statement the value of its parameter `index`, counted from 1.
    func bind(to statement: OpaquePointer, at index: CInt)
    /// The same, with a text kept in `room` until the statement has run, so that SQLite makes no copy of its own.
    func bind(to statement: OpaquePointer, at index: CInt, keptIn room: TextRoom)
    /// Reads column `index`, counted from 0; `nil` when it holds something else, as in a damaged file.
    init?(column index: CInt, of statement: OpaquePointer)
}

extension ColumnValue {
    package func bind(to statement: OpaquePointer, at index: CInt, keptIn room: TextRoom) {
        self.bind(to: statement, at: index)
    }
}

extension Int64: ColumnValue {
    package func bind(to statement: OpaquePointer, at index: CInt) {
        sqlite3_bind_int64(statement, index, self)
    }

    package init?(column index: CInt, of statement: OpaquePointer) {
        guard sqlite3_column_type(statement, index) == SQLITE_INTEGER else { return nil }
        self = sqlite3_column_int64(statement, index)
    }
}

extension String: ColumnValue {
    package func bind(to statement: OpaquePointer, at index: CInt) {
        // -1 tells SQLite to take a copy; the macro for it is not imported.
        let copies = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        var text = self
        text.withUTF8 { bytes in
            // A pointer to nothing would be NULL and not an empty text.
            withUnsafePointer(to: 0 as UInt8) { nothing in
                let base = bytes.baseAddress ?? nothing
                base.withMemoryRebound(to: CChar.self, capacity: bytes.count) { characters in
                    _ = sqlite3_bind_text(statement, index, characters, CInt(clamping: bytes.count), copies)
                }
            }
        }
    }

    package func bind(to statement: OpaquePointer, at index: CInt, keptIn room: TextRoom) {
        guard let kept = room.keep(self) else { return self.bind(to: statement, at: index) }
        // Without a destructor SQLite takes the bytes as they stand.
        sqlite3_bind_text(statement, index, kept.baseAddress, CInt(clamping: kept.count), nil)
    }

    package init?(column index: CInt, of statement: OpaquePointer) {
        guard sqlite3_column_type(statement, index) == SQLITE_TEXT, let base = sqlite3_column_text(statement, index)
        else {
            return nil
        }
        let count = Int(sqlite3_column_bytes(statement, index))
        self.init(decoding: UnsafeBufferPointer(start: base, count: count), as: UTF8.self)
    }
}

extension Bool: ColumnValue {
    package func bind(to statement: OpaquePointer, at index: CInt) {
        sqlite3_bind_int64(statement, index, self ? 1 : 0)
    }

    package init?(column index: CInt, of statement: OpaquePointer) {
        guard let value = Int64(column: index, of: statement) else { return nil }
        self = value != 0
    }
}

extension NumberID: ColumnValue {
    package func bind(to statement: OpaquePointer, at index: CInt) {
        self.rawValue.bind(to: statement, at: index)
    }

    package init?(column index: CInt, of statement: OpaquePointer) {
        guard let value = Int64(column: index, of: statement) else { return nil }
        self.init(value)
    }
}

extension NameID: ColumnValue {
    package func bind(to statement: OpaquePointer, at index: CInt) {
        self.rawValue.bind(to: statement, at: index)
    }

    package func bind(to statement: OpaquePointer, at index: CInt, keptIn room: TextRoom) {
        self.rawValue.bind(to: statement, at: index, keptIn: room)
    }

    package init?(column index: CInt, of statement: OpaquePointer) {
        guard let value = String(column: index, of: statement) else { return nil }
        self.init(rawValue: value)
    }
}

extension WallTime: ColumnValue {
    package func bind(to statement: OpaquePointer, at index: CInt) {
        self.microseconds.bind(to: statement, at: index)
    }

    package init?(column index: CInt, of statement: OpaquePointer) {
        guard let value = Int64(column: index, of: statement) else { return nil }
        self.init(microseconds: value)
    }
}

/// A column whose values are words or measured numbers.
package protocol RawColumnValue: ColumnValue, RawRepresentable where RawValue: ColumnValue {}

extension RawColumnValue {
    package func bind(to statement: OpaquePointer, at index: CInt) {
        self.rawValue.bind(to: statement, at: index)
    }

    package func bind(to statement: OpaquePointer, at index: CInt, keptIn room: TextRoom) {
        self.rawValue.bind(to: statement, at: index, keptIn: room)
    }

    package init?(column index: CInt, of statement: OpaquePointer) {
        guard let value = RawValue(column: index, of: statement) else { return nil }
        self.init(rawValue: value)
    }
}

extension Milliseconds: RawColumnValue {}
extension ByteCount: RawColumnValue {}
extension Cents: RawColumnValue {}
extension ChannelKeep: RawColumnValue {}
extension ReturnPolicy: RawColumnValue {}
extension OutputKind: RawColumnValue {}
extension BanReach: RawColumnValue {}
