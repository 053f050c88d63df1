/// Reads bits, most significant first, and never past the end.
///
/// Past the end every read answers 0 and ``isValid`` is false from then on: read a whole header, then ask once.
package struct BitReader: Sendable {
    private let bytes: [UInt8]
    /// Bits read so far.
    package private(set) var position = 0
    /// Whether everything read so far was there and well formed.
    package private(set) var isValid = true

    /// Reads from `bytes`, which hold no emulation prevention (see ``NALUnits/unescaped(_:limit:)``).
    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    package var bitsLeft: Int { self.bytes.count * 8 - self.position }

    /// The next bit.
    package mutating func bit() -> UInt32 {
        guard self.isValid, self.position < self.bytes.count * 8 else {
            self.isValid = false
            return 0
        }
        let bit = self.bytes[self.position >> 3] >> UInt8(7 - self.position & 7) & 1
        self.position += 1
        return UInt32(bit)
    }

    /// The next bit as a flag.
    package mutating func flag() -> Bool { self.bit() != 0 }

    /// An unsigned number of `count` bits, 0…32: u(n).
    package mutating func bits(_ count: Int) -> UInt32 {
        guard count >= 0, count <= 32, count <= self.bitsLeft else {
            self.isValid = false
            return 0
        }
        var value: UInt32 = 0
        for _ in 0..<count { value = value << 1 | self.bit() }
        return value
    }

    /// Passes over `count` bits.
    package mutating func skip(_ count: Int) {
        guard self.isValid, count >= 0, count <= self.bitsLeft else {
            self.isValid = false
            return
        }
        self.position += count
    }

    /// An unsigned Exp-Golomb number: ue(v).
    ///
    /// Source: ITU-T H.264, 9.1.
    package mutating func unsignedExpGolomb() -> UInt32 {
        var zeros = 0
        while self.isValid, self.bit() == 0 {
            zeros += 1
            if zeros > 31 { self.isValid = false }
        }
        guard self.isValid else { return 0 }
        let rest = self.bits(zeros)
        return self.isValid ? (1 << UInt32(zeros)) - 1 + rest : 0
    }

    /// A signed Exp-Golomb number: se(v).
    ///
    /// Source: ITU-T H.264, 9.1.1.
    package mutating func signedExpGolomb() -> Int32 {
        let code = Int64(self.unsignedExpGolomb())
        return Int32(truncatingIfNeeded: code & 1 == 1 ? (code + 1) / 2 : -(code / 2))
    }
}
