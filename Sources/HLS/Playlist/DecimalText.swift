import Model

/// Numbers as playlists write them.
///
/// Source: RFC 8216, 4.2 (decimal-integer, decimal-floating-point, hexadecimal-sequence).
enum DecimalText {
    /// A whole number of 0…`max`; `nil` for anything else.
    static func integer(_ bytes: ArraySlice<UInt8>, max: UInt64) -> UInt64? {
        guard !bytes.isEmpty else { return nil }
        var value: UInt64 = 0
        for byte in bytes {
            let digit = byte &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            let (tenfold, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tenfold.addingReportingOverflow(UInt64(digit))
            guard !overflow, !carry, sum <= max else { return nil }
            value = sum
        }
        return value
    }

    /// Seconds with or without a fraction, to the nearest tick; `nil` when negative, above `secondsMax` or no number.
    static func time(_ bytes: ArraySlice<UInt8>, secondsMax: UInt64) -> MediaTime? {
        let point = bytes.firstIndex(of: UInt8(ascii: ".")) ?? bytes.endIndex
        let whole = bytes[bytes.startIndex..<point]
        let fraction = bytes[point...].dropFirst()
        guard !(whole.isEmpty && fraction.isEmpty), fraction.allSatisfy({ $0 &- UInt8(ascii: "0") < 10 }) else {
            return nil
        }
        guard let seconds = whole.isEmpty ? 0 : Self.integer(whole, max: secondsMax) else { return nil }
        // Nine digits are a ten-thousandth of a tick; more cannot change it.
        var numerator: Int64 = 0
        var denominator: Int64 = 1
        for byte in fraction.prefix(9) {
            numerator = numerator * 10 + Int64(byte &- UInt8(ascii: "0"))
            denominator *= 10
        }
        let ticks = (numerator * MediaTime.ticksPerSecond + denominator / 2) / denominator
        let time = MediaTime(ticks: Int64(seconds) * MediaTime.ticksPerSecond + ticks)
        return time <= MediaTime(seconds: Int64(secondsMax)) ? time : nil
    }

    /// `0x` and up to 32 digits, as a 128-bit number.
    static func hexadecimal(_ bytes: ArraySlice<UInt8>) -> UInt128? {
        var digits = bytes
        guard digits.popFirst() == UInt8(ascii: "0"), let x = digits.popFirst(), x | 0x20 == UInt8(ascii: "x"),
            (1...32).contains(digits.count)
        else { return nil }
        var value: UInt128 = 0
        for byte in digits {
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte &- UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte &- UInt8(ascii: "a") &+ 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte &- UInt8(ascii: "A") &+ 10
            default: return nil
            }
            value = value << 4 | UInt128(digit)
        }
        return value
    }

    /// Writes a time as seconds with six digits, from which the same tick is read again.
    static func write(_ time: MediaTime, into output: inout [UInt8]) {
        let ticks = max(time.ticks, 0)
        let seconds = ticks / MediaTime.ticksPerSecond
        // A tick is 11.1 µs, so the nearest microsecond names it without doubt.
        let microseconds = ((ticks % MediaTime.ticksPerSecond) * 1_000_000 + 45_000) / MediaTime.ticksPerSecond
        output.append(contentsOf: String(seconds).utf8)
        output.append(UInt8(ascii: "."))
        let digits = String(microseconds).utf8
        for _ in digits.count..<6 { output.append(UInt8(ascii: "0")) }
        output.append(contentsOf: digits)
    }
}
