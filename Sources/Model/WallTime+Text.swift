extension WallTime: CustomStringConvertible {
    /// Characters of ``description`` for the years 0 to 9999.
    package static let textSize = 27

    /// The moment as `2026-11-23T07:00:00.123456Z` (RFC 3339, always 6 digits of fraction, always UTC).
    package var description: String {
        String(unsafeUninitializedCapacity: Self.textSize) { bytes in
            self.write(to: bytes)
            return Self.textSize
        }
    }

    /// The ISO 8601 week, in UTC, as `2026-W47`.
    package var isoWeek: String { CivilDate(daysSinceEpoch: self.day).isoWeek }

    /// Writes ``textSize`` bytes to the start of `bytes`.
    package func write(to bytes: UnsafeMutableBufferPointer<UInt8>) {
        precondition(bytes.count >= Self.textSize, "room for \(Self.textSize) bytes, found \(bytes.count)")
        let date = CivilDate(daysSinceEpoch: self.day)
        let second = self.seconds - self.day * Self.secondsPerDay
        let fraction = self.microseconds - self.seconds * Self.microsecondsPerSecond
        Self.put(date.year, digits: 4, at: 0, in: bytes)
        bytes[4] = UInt8(ascii: "-")
        Self.put(date.month, digits: 2, at: 5, in: bytes)
        bytes[7] = UInt8(ascii: "-")
        Self.put(date.day, digits: 2, at: 8, in: bytes)
        bytes[10] = UInt8(ascii: "T")
        Self.put(second / 3_600, digits: 2, at: 11, in: bytes)
        bytes[13] = UInt8(ascii: ":")
        Self.put(second / 60 % 60, digits: 2, at: 14, in: bytes)
        bytes[16] = UInt8(ascii: ":")
        Self.put(second % 60, digits: 2, at: 17, in: bytes)
        bytes[19] = UInt8(ascii: ".")
        Self.put(fraction, digits: 6, at: 20, in: bytes)
        bytes[26] = UInt8(ascii: "Z")
    }

    private static func put(_ value: Int64, digits: Int, at offset: Int, in bytes: UnsafeMutableBufferPointer<UInt8>) {
        var rest = value
        for position in stride(from: offset + digits - 1, through: offset, by: -1) {
            bytes[position] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }

    /// Reads RFC 3339 in UTC: `2026-11-23`, `2026-11-23T07:00`, `…:00`, `…:00.123456`, with or without `Z`; a space may stand for `T`.
    ///
    /// Answers `nil` for anything else.
    package init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard let time = bytes.withUnsafeBufferPointer({ Self(parsing: $0) }) else { return nil }
        self = time
    }

    /// Reads the same forms from bytes.
    package init?(parsing bytes: UnsafeBufferPointer<UInt8>) {
        var end = bytes.count
        if end > 10, bytes[end - 1] == UInt8(ascii: "Z") { end -= 1 }
        guard [10, 16, 19].contains(end) || (21...26).contains(end),
            let year = Self.number(bytes, 0, 4), bytes[4] == UInt8(ascii: "-"),
            let month = Self.number(bytes, 5, 2), bytes[7] == UInt8(ascii: "-"),
            let day = Self.number(bytes, 8, 2), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        var second: Int64 = CivilDate(year: year, month: month, day: day).daysSinceEpoch * Self.secondsPerDay
        if end > 10 {
            guard bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: " "),
                let hours = Self.number(bytes, 11, 2), bytes[13] == UInt8(ascii: ":"),
                let minutes = Self.number(bytes, 14, 2), hours < 24, minutes < 60
            else { return nil }
            second += hours * 3_600 + minutes * 60
        }
        if end > 16 {
            guard bytes[16] == UInt8(ascii: ":"), let seconds = Self.number(bytes, 17, 2), seconds < 61 else {
                return nil
            }
            second += seconds
        }
        var fraction: Int64 = 0
        if end > 19 {
            guard bytes[19] == UInt8(ascii: "."), let digits = Self.number(bytes, 20, end - 20) else { return nil }
            fraction = digits
            for _ in 0..<(26 - end) { fraction *= 10 }
        }
        self.init(microseconds: second * Self.microsecondsPerSecond + fraction)
    }

    private static func number(_ bytes: UnsafeBufferPointer<UInt8>, _ offset: Int, _ digits: Int) -> Int64? {
        var value: Int64 = 0
        for position in offset..<(offset + digits) {
            let digit = bytes[position] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value * 10 + Int64(digit)
        }
        return value
    }
}
