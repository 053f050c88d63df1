/// Numbers as text with a fixed number of decimals and a point, the same on every machine.
package enum DecimalText {
    /// Decimals that are ever shown.
    static let decimalsMax = 9
    private static let powers: [Double] = [1, 10, 100, 1_000, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9]

    /// The number rounded half away from zero; what is not finite, or too large for that, reads `0`.
    package static func text(_ value: Double, decimals: Int) -> String {
        let decimals = min(max(decimals, 0), Self.decimalsMax)
        let scaled = (value * Self.powers[decimals]).rounded(.toNearestOrAwayFromZero)
        guard scaled.isFinite, abs(scaled) < 9e18 else { return "0" }
        let whole = Int64(scaled)
        var digits = String(whole.magnitude)
        if decimals > 0 {
            if digits.count <= decimals { digits = String(repeating: "0", count: decimals + 1 - digits.count) + digits }
            digits = "\(digits.dropLast(decimals)).\(digits.suffix(decimals))"
        }
        return whole < 0 ? "-\(digits)" : digits
    }
}
