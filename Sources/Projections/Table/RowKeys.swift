/// What a row is found by: one column, or several in the primary key's order.
///
/// Plain numbers and texts rather than typed identifiers.
package protocol RowKey: Hashable, Comparable, Sendable {
    /// Spreads keys over the places of a table.
    var digest: UInt32 { get }
    /// Columns of the key.
    static var columnCount: Int { get }
    /// Gives a statement the key's values as its first parameters.
    func bind(to statement: OpaquePointer)
}

extension Int64: RowKey {
    package var digest: UInt32 {
        var digest = KeyDigest()
        digest.take(UInt64(bitPattern: self))
        return digest.value
    }

    package static var columnCount: Int { 1 }
    package func bind(to statement: OpaquePointer) { self.bind(to: statement, at: 1) }
}

extension String: RowKey {
    package var digest: UInt32 {
        var text = self
        return text.withUTF8 { bytes in
            let raw = UnsafeRawBufferPointer(bytes)
            var digest = KeyDigest()
            digest.take(UInt64(raw.count))
            var offset = 0
            while offset + 8 <= raw.count {
                digest.take(raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
                offset += 8
            }
            var rest: UInt64 = 0
            for byte in raw[offset...] { rest = rest << 8 | UInt64(byte) }
            digest.take(rest)
            return digest.value
        }
    }

    package static var columnCount: Int { 1 }
    package func bind(to statement: OpaquePointer) { self.bind(to: statement, at: 1) }
}

/// A key of two numbers.
package struct NumberPair: RowKey {
    package var first: Int64
    package var second: Int64

    package init(_ first: Int64, _ second: Int64) {
        self.first = first
        self.second = second
    }

    package static var columnCount: Int { 2 }

    package var digest: UInt32 {
        var digest = KeyDigest()
        digest.take(UInt64(bitPattern: self.first))
        digest.take(UInt64(bitPattern: self.second))
        return digest.value
    }

    package func bind(to statement: OpaquePointer) {
        self.first.bind(to: statement, at: 1)
        self.second.bind(to: statement, at: 2)
    }

    package static func < (left: Self, right: Self) -> Bool {
        left.first != right.first ? left.first < right.first : left.second < right.second
    }
}

/// A key of a name and a number.
package struct NameAndNumber: RowKey {
    package var name: String
    package var number: Int64

    package init(_ name: String, _ number: Int64) {
        self.name = name
        self.number = number
    }

    package static var columnCount: Int { 2 }

    package var digest: UInt32 {
        var digest = KeyDigest()
        digest.take(UInt64(self.name.digest))
        digest.take(UInt64(bitPattern: self.number))
        return digest.value
    }

    package func bind(to statement: OpaquePointer) {
        self.name.bind(to: statement, at: 1)
        self.number.bind(to: statement, at: 2)
    }

    package static func < (left: Self, right: Self) -> Bool {
        left.name != right.name ? left.name < right.name : left.number < right.number
    }
}

/// The number in the key's column of a table that has one row.
let onlyRow: Int64 = 1
