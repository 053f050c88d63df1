import GRDBSQLite

/// Bytes of a column, as a BLOB.
package struct PackedBytes: ColumnValue {
    package var bytes: [UInt8]

    package init(_ bytes: [UInt8] = []) {
        self.bytes = bytes
    }

    package func bind(to statement: OpaquePointer, at index: CInt) {
        // -1 tells SQLite to take a copy; the macro for it is not imported.
        let copies = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        _ = self.bytes.withUnsafeBytes { bytes in
            bytes.isEmpty
                ? sqlite3_bind_zeroblob(statement, index, 0)
                : sqlite3_bind_blob(statement, index, bytes.baseAddress, CInt(clamping: bytes.count), copies)
        }
    }

    package init?(column index: CInt, of statement: OpaquePointer) {
        guard sqlite3_column_type(statement, index) == SQLITE_BLOB else { return nil }
        let count = Int(sqlite3_column_bytes(statement, index))
        guard count > 0, let base = sqlite3_column_blob(statement, index) else {
            self.bytes = []
            return
        }
        self.bytes = Array(UnsafeRawBufferPointer(start: base, count: count))
    }
}
