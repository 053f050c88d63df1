/// Comparison that takes as long for the first wrong byte as for the last.
package enum ConstantTime {
    /// Whether both hold the same bytes; only the lengths can be told from the time it takes.
    package static func equal(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for (one, other) in zip(left, right) { difference |= one ^ other }
        return difference == 0
    }
}
