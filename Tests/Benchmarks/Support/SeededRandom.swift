/// A random generator that gives the same numbers for the same seed on every machine (SplitMix64).
///
/// Source: Steele, Lea, Flood: "Fast splittable pseudorandom number generators", OOPSLA 2014.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        self.state = seed
    }

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var value = self.state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }

    /// The smallest of three: small numbers come more often, as popular channels do.
    mutating func popular(_ bound: Int) -> Int { min(self.below(bound), self.below(bound), self.below(bound)) }

    /// 16 hexadecimal digits.
    mutating func digest() -> String {
        let text = String(self.next(), radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
    }
}
