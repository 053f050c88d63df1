/// Comparison that takes as long for the first wrong byte as for the last.
package enum ConstantTime {
    /// Whether both hold the same bytes; only the lengths can be told from the time it takes.
    package static func equal(_ left: String, _ right: String) -> Bool {
        var (left, right) = (left, right)
        return left.withUTF8 { one in right.withUTF8 { other in self.equal(one, other) } }
    }

    /// Whether both hold the same bytes; only the lengths can be told from the time it takes.
    package static func equal(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for (one, other) in zip(left, right) { difference |= one ^ other }
        return difference == 0
    }
}
