/// Amounts as people write them.
package enum Money {
    /// `10`, `9.9` or `9.99` in hundredths; `nil` for anything else, and for amounts below zero.
    package static func cents(_ text: String) -> Int64? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = parts.first, whole.utf8.count <= 12,
            whole.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let units = Int64(whole)
        else { return nil }
        guard parts.count == 2 else { return units * 100 }
        let fraction = parts[1]
        guard (1...2).contains(fraction.utf8.count), fraction.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let hundredths = Int64(fraction)
        else { return nil }
        return units * 100 + (fraction.utf8.count == 1 ? hundredths * 10 : hundredths)
    }

    /// Hundredths as `9.99`.
    package static func text(_ cents: Int64) -> String {
        let rest = cents % 100
        return "\(cents / 100).\(rest < 10 ? "0" : "")\(rest)"
    }
}
