package import Model

/// A value found in a line, not yet read: where its bytes are and what kind it is.
///
/// Valid only while the line's bytes are.
package struct JSONValue {
    enum Kind {
        case string(escaped: Bool)
        case number, bool, null, array, object
    }

    let kind: Kind
    /// Whether a string is known to be ASCII; `false` for anything else.
    let isASCII: Bool
    /// A string's bytes without its quotes; else the whole value.
    let bytes: UnsafeBufferPointer<UInt8>

    /// A whole number that fits 64 bits.
    package var integer: Int64? {
        guard case .number = self.kind else { return nil }
        let isNegative = self.bytes.first == UInt8(ascii: "-")
        let digits = UnsafeBufferPointer(rebasing: self.bytes[(isNegative ? 1 : 0)...])
        guard !digits.isEmpty else { return nil }
        guard digits.count <= Self.safeDigits else { return Self.longInteger(digits, isNegative: isNegative) }
        var value: Int64 = 0
        for byte in digits {
            let digit = byte &- 0x30
            guard digit < 10 else { return nil }
            value = value &* 10 &+ Int64(digit)
        }
        return isNegative ? 0 &- value : value
    }

    /// Digits that any 64-bit number has room for.
    private static let safeDigits = 18

    private static func longInteger(_ digits: UnsafeBufferPointer<UInt8>, isNegative: Bool) -> Int64? {
        // Counted downwards, so that the smallest number fits.
        var value: Int64 = 0
        for byte in digits {
            let digit = Int64(byte) - 0x30
            guard (0...9).contains(digit) else { return nil }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (difference, underflow) = product.subtractingReportingOverflow(digit)
            guard !overflow, !underflow else { return nil }
            value = difference
        }
        guard !isNegative else { return value }
        return value == .min ? nil : -value
    }

    package var bool: Bool? {
        guard case .bool = self.kind else { return nil }
        return self.bytes.first == UInt8(ascii: "t")
    }

    package var isNull: Bool {
        guard case .null = self.kind else { return false }
        return true
    }

    package var time: WallTime? {
        guard case .string(escaped: false) = self.kind else { return nil }
        return WallTime(parsing: self.bytes)
    }

    package var string: String? {
        guard case .string(let isEscaped) = self.kind else { return nil }
        guard isEscaped else {
            // Validating costs a generic look-up on each call; ASCII, which nearly all is, needs none.
            return self.isASCII
                ? String(decoding: self.bytes, as: UTF8.self) : String(validating: self.bytes, as: UTF8.self)
        }
        return JSONEscapes.unescape(self.bytes)
    }

    /// The bytes of a string without escapes.
    var plainBytes: UnsafeBufferPointer<UInt8>? {
        guard case .string(escaped: false) = self.kind else { return nil }
        return self.bytes
    }

    /// The elements of an array; `nil` for anything else.
    package var elements: [JSONValue]? {
        guard case .array = self.kind else { return nil }
        var scanner = JSONScanner(self.bytes)
        return try? scanner.array()
    }
}

/// The escapes inside a string.
///
/// Source: RFC 8259, section 7.
enum JSONEscapes {
    /// `nil` when an escape is wrong or the result isn't UTF-8.
    static func unescape(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "\\") else {
                result.append(bytes[index])
                index += 1
                continue
            }
            guard index + 1 < bytes.count else { return nil }
            if bytes[index + 1] == UInt8(ascii: "u") {
                guard let (scalar, size) = Self.scalar(bytes, at: index) else { return nil }
                result.append(contentsOf: String(Character(scalar)).utf8)
                index += size
            } else {
                guard let byte = Self.short(bytes[index + 1]) else { return nil }
                result.append(byte)
                index += 2
            }
        }
        return String(validating: result, as: UTF8.self)
    }

    private static func short(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): byte
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: nil
        }
    }

    /// A `\uXXXX`, or two that make a surrogate pair, and how many bytes it takes.
    private static func scalar(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> (Unicode.Scalar, Int)? {
        guard let high = Self.unit(bytes, at: index) else { return nil }
        if let scalar = Unicode.Scalar(high) { return (scalar, 6) }
        guard high < 0xDC00, let low = Self.unit(bytes, at: index + 6), (0xDC00..<0xE000).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
        else { return nil }
        return (scalar, 12)
    }

    private static func unit(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> UInt32? {
        guard index + 6 <= bytes.count, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u")
        else { return nil }
        var value: UInt32 = 0
        for byte in bytes[(index + 2)..<(index + 6)] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return value
    }
}
