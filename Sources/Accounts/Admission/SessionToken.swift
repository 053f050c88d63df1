/// What a viewer's segment and playlist addresses carry instead of name and password: 128 random bits.
package struct SessionToken: Hashable, Sendable {
    /// Characters of ``text``: 128 bits as lower-case hexadecimal.
    package static let textSize = 32

    package var high: UInt64
    package var low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A new token from the system's random numbers.
    package static func random() -> SessionToken {
        var generator = SystemRandomNumberGenerator()
        return SessionToken(high: generator.next(), low: generator.next())
    }

    /// Reads ``text``; `nil` for anything but 32 lower-case hexadecimal digits.
    package init?(parsing text: some Collection<UInt8>) {
        guard text.count == Self.textSize else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for byte in text {
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            default: return nil
            }
            high = high << 4 | low >> 60
            low = low << 4 | UInt64(digit)
        }
        self.high = high
        self.low = low
    }

    /// 32 lower-case hexadecimal digits.
    package var text: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(unsafeUninitializedCapacity: Self.textSize) { bytes in
            for position in 0..<Self.textSize {
                let half = position < 16 ? self.high : self.low
                bytes[position] = digits[Int(half >> UInt64(60 - 4 * (position % 16)) & 0xF)]
            }
            return Self.textSize
        }
    }

    /// The 16 bytes, most significant first.
    package var bytes: [UInt8] {
        [self.high, self.low].flatMap { half in (0..<8).map { UInt8(truncatingIfNeeded: half >> UInt64(56 - 8 * $0)) } }
    }
}
