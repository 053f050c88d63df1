/// The characters that HTTP is made of.
///
/// Source: RFC 5234, B.1; RFC 9110, 5.6.2 (token).
enum Ascii {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20
    static let hash = UInt8(ascii: "#")
    static let percent = UInt8(ascii: "%")
    static let dot = UInt8(ascii: ".")
    static let slash = UInt8(ascii: "/")
    static let colon = UInt8(ascii: ":")
    static let question = UInt8(ascii: "?")
    static let backslash = UInt8(ascii: "\\")

    /// Whether `byte` is VCHAR.
    static func isVisible(_ byte: UInt8) -> Bool { byte > 0x20 && byte < 0x7F }

    static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    static func lowercased(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }

    /// Whether `byte` may stand in a token, such as a method or a field name.
    static func isToken(_ byte: UInt8) -> Bool {
        let half = byte < 64 ? Self.tokenLow : Self.tokenHigh
        return byte < 128 && half >> UInt64(byte & 63) & 1 == 1
    }

    /// Whether `byte` may stand in a field value: VCHAR, obs-text, space and tab.
    static func isFieldValue(_ byte: UInt8) -> Bool { (byte >= 0x20 && byte != 0x7F) || byte == Self.tab }

    /// The value of a hexadecimal digit.
    static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }

    /// Whether a hexadecimal digit stands at `position`; false behind the end.
    static func isHexadecimal(_ bytes: Span<UInt8>, at position: Int) -> Bool {
        position < bytes.count && Self.hexadecimal(bytes[position]) != nil
    }

    /// The byte that the three characters at `position` (`%XX`) stand for.
    static func percentDecoded(_ bytes: Span<UInt8>, at position: Int) -> UInt8? {
        guard position + 2 < bytes.count, let high = Self.hexadecimal(bytes[position + 1]),
            let low = Self.hexadecimal(bytes[position + 2])
        else { return nil }
        return high << 4 | low
    }

    private static let tokenLow = Self.mask(0..<64)
    private static let tokenHigh = Self.mask(64..<128)

    private static func mask(_ range: Range<UInt8>) -> UInt64 {
        var mask: UInt64 = 0
        for byte in range {
            let isLetter = (0x61...0x7A).contains(byte | 0x20) && byte >= 0x41
            guard isLetter || Self.isDigit(byte) || Array("!#$%&'*+-.^_`|~".utf8).contains(byte) else { continue }
            mask |= 1 << UInt64(byte & 63)
        }
        return mask
    }
}
