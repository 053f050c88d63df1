/// What a row is found by: one column, or several in the primary key's order.
///
/// Plain numbers and texts rather than typed identifiers: a dictionary of them hashes twice as fast.
package protocol RowKey: Hashable, Comparable, Sendable {
    /// Columns of the key.
    static var columnCount: Int { get }
    /// Gives a statement the key's values as its first parameters.
    func bind(to statement: OpaquePointer)
}

extension Int64: RowKey {
    package static var columnCount: Int { 1 }
    package func bind(to statement: OpaquePointer) { self.bind(to: statement, at: 1) }
}

extension String: RowKey {
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

    package func bind(to statement: OpaquePointer) {
        self.first.bind(to: statement, at: 1)
        self.second.bind(to: statement, at: 2)
    }

    package static func < (left: Self, right: Self) -> Bool {
        left.first != right.first ? left.first < right.first : left.second < right.second
    }
}

/// The number in the key's column of a table that has one row.
let onlyRow: Int64 = 1
