/// The number that tells one log from every other: a version 4 UUID.
///
/// Source: RFC 9562, 5.4.
package struct LogID: Hashable, Sendable {
    /// The first 8 bytes as they are written, most significant first.
    package var high: UInt64
    /// The last 8 bytes, likewise.
    package var low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A new one.
    package static func random() -> LogID {
        LogID(
            high: UInt64.random(in: .min ... .max) & ~0xF000 | 0x4000,
            low: UInt64.random(in: .min ... .max) & ~(0b11 << 62) | 0b10 << 62
        )
    }
}

extension LogID: CustomStringConvertible {
    /// As `00112233-4455-4677-8899-aabbccddeeff`.
    package var description: String {
        let digits = Array(Self.hexadecimal(self.high) + Self.hexadecimal(self.low))
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
    }

    private static func hexadecimal(_ word: UInt64) -> String {
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
