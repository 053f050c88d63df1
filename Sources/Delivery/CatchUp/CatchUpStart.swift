package import Model

/// Where a player wants to begin in the archive, as players write it.
///
/// | form | meant in |
/// |---|---|
/// | `2026-11-23:20-15`, `…-30`, `2026-11-23_20-15`, `2026-11-23:20:15[:30]`, `2026-11-23 20:15:30`, `20261123-20` | the server's zone |
/// | `2026-11-23T20:15:30`, with `Z` or `+01:00` | the server's zone, or what it says |
/// | `1795435200`, `1795435200000` | seconds, milliseconds since 1970 |
package enum CatchUpStart: Hashable, Sendable {
    case instant(WallTime)
    /// Of the server's clock, as if that were UTC's.
    case local(WallTime)

    /// Bytes of the longest form.
    private static let sizeMax = 40

    /// Reads one; `nil` for any other form, and for days there are not.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard (1...Self.sizeMax).contains(bytes.count) else { return nil }
        guard let moment = Self.epoch(bytes) ?? Self.compact(bytes) ?? Self.calendar(bytes) else {
            return nil
        }
        self = moment
    }

    /// The moment that is meant; `offset` tells how many seconds east of UTC the server's zone is at a moment.
    package func time(offset: (WallTime) -> Int64) -> WallTime {
        switch self {
        case .instant(let time): return time
        case .local(let local):
            // Looked up twice, since the first guess may stand on the other side of a change of the clocks.
            let guess = WallTime(seconds: local.seconds - offset(local))
            return WallTime(seconds: local.seconds - offset(guess))
        }
    }

    private static func epoch(_ bytes: [UInt8]) -> CatchUpStart? {
        guard let number = self.number(bytes[...]) else { return nil }
        switch bytes.count {
        case 9...10: return .instant(WallTime(seconds: number))
        case 12...13: return .instant(WallTime(microseconds: number * 1_000))
        default: return nil
        }
    }

    private static func compact(_ bytes: [UInt8]) -> CatchUpStart? {
        guard bytes.count == 11, bytes[8] == UInt8(ascii: "-"), let year = self.number(bytes[0..<4]),
            let month = self.number(bytes[4..<6]), let day = self.number(bytes[6..<8]),
            let hour = self.number(bytes[9..<11])
        else { return nil }
        return self.seconds(year, month, day, [hour, 0, 0]).map { .local($0) }
    }

    private static func calendar(_ bytes: [UInt8]) -> CatchUpStart? {
        let dash = UInt8(ascii: "-")
        guard bytes.count >= 16, bytes[4] == dash, bytes[7] == dash, let year = self.number(bytes[0..<4]),
            let month = self.number(bytes[5..<7]), let day = self.number(bytes[8..<10]),
            [0x3a, 0x5f, 0x54, 0x20].contains(bytes[10]), let hour = self.number(bytes[11..<13]),
            bytes[13] == dash || bytes[13] == UInt8(ascii: ":"), let minute = self.number(bytes[14..<16])
        else { return nil }
        var rest = bytes[16...]
        var second: Int64 = 0
        if rest.count >= 3, rest.first == bytes[13], let number = self.number(rest.dropFirst().prefix(2)),
            bytes[10] != 0x54 || bytes[13] != dash
        {
            second = number
            rest = rest.dropFirst(3)
        }
        guard let local = self.seconds(year, month, day, [hour, minute, second]) else { return nil }
        if rest.first == UInt8(ascii: ".") { rest = rest.dropFirst().drop { (0x30...0x39).contains($0) } }
        if rest.isEmpty { return .local(local) }
        guard bytes[10] == 0x54, let zone = self.zone(rest) else { return nil }
        return .instant(WallTime(seconds: local.seconds - zone))
    }

    private static func zone(_ bytes: ArraySlice<UInt8>) -> Int64? {
        if bytes.elementsEqual([UInt8(ascii: "Z")]) { return 0 }
        guard let sign = bytes.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return nil }
        let digits = bytes.dropFirst().filter { $0 != UInt8(ascii: ":") }
        guard digits.count == 4, let number = self.number(digits[...]), number % 100 < 60 else { return nil }
        let seconds = number / 100 * 3_600 + number % 100 * 60
        return sign == UInt8(ascii: "-") ? -seconds : seconds
    }

    private static func seconds(_ year: Int64, _ month: Int64, _ day: Int64, _ clock: [Int64]) -> WallTime? {
        let date = CivilDate(year: year, month: month, day: day)
        guard (1970...9998).contains(year), (1...12).contains(month), (1...31).contains(day),
            CivilDate(daysSinceEpoch: date.daysSinceEpoch) == date, clock[0] < 24, clock[1] < 60, clock[2] < 60
        else { return nil }
        return WallTime(seconds: date.daysSinceEpoch * 86_400 + clock[0] * 3_600 + clock[1] * 60 + clock[2])
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        guard (1...13).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }
}

/// A stretch of the archive that a player asks for.
package struct CatchUp: Hashable, Sendable {
    /// The longest, in seconds: a day.
    package static let secondsMax: Int64 = 86_400

    package var start: CatchUpStart
    /// How long it is; up to now when `nil`.
    package var seconds: Int64?

    package init(start: CatchUpStart, seconds: Int64?) {
        self.start = start
        self.seconds = seconds
    }

    /// From when to when, as it is now.
    package func window(now: WallTime, offset: (WallTime) -> Int64) -> CatchUpWindow {
        let start = self.start.time(offset: offset).seconds
        let seconds = min(max(self.seconds ?? (now.seconds - start), 1), Self.secondsMax)
        return CatchUpWindow(start: start, seconds: seconds)
    }
}

/// A stretch of the archive in addresses: `a1795435200-3600`.
package struct CatchUpWindow: Hashable, Sendable {
    /// Seconds since 1970.
    package var start: Int64
    package var seconds: Int64

    package init(start: Int64, seconds: Int64) {
        self.start = start
        self.seconds = seconds
    }

    package var from: WallTime { WallTime(seconds: self.start) }
    package var to: WallTime { WallTime(seconds: self.start &+ self.seconds) }
    /// The name of its playlist.
    package var playlistName: String { "a\(self.start)-\(self.seconds).m3u8" }
}
