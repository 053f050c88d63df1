import Glibc
package import Model

/// The clock on the operator's wall: what a moment is called there, and when a day begins.
package struct LocalClock: Hashable, Sendable {
    /// Where the system keeps time zones.
    static let directory = "/usr/share/zoneinfo"
    /// Bytes of the largest file that is read; the largest there is has 4 KiB.
    static let fileSizeMax = 1 << 16

    /// IANA name.
    package let name: String
    private let zone: ZoneFile

    /// Greenwich.
    package static let utc = LocalClock(name: "UTC", zone: .utc)

    private init(name: String, zone: ZoneFile) {
        self.name = name
        self.zone = zone
    }

    /// Reads a zone of the system's database.
    ///
    /// - Throws: ``ZoneError`` when there is no such zone.
    package init(zone name: String) throws(ZoneError) {
        if name == "UTC" {
            self = .utc
            return
        }
        let isName = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "_"): true
            default: byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
            }
        }
        guard isName, !name.isEmpty, !name.hasPrefix("/"), let bytes = Self.read("\(Self.directory)/\(name)") else {
            throw .unknown(name)
        }
        self.init(name: name, zone: try ZoneFile(parsing: bytes))
    }

    static func read(_ path: String) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: Self.fileSizeMax)
        let count = Glibc.read(file, &bytes, bytes.count)
        guard count > 0 else { return nil }
        bytes.removeLast(bytes.count - count)
        return bytes
    }

    /// Seconds east of Greenwich at a moment.
    package func offset(at time: WallTime) -> Int64 { self.zone.offset(at: time.seconds) }

    /// Seconds since 1970 as the wall clock shows them.
    package func localSeconds(at time: WallTime) -> Int64 { time.seconds + self.offset(at: time) }

    /// The local day, counted from 1970-01-01.
    package func day(of time: WallTime) -> Int64 { self.localSeconds(at: time).floored(by: 86_400) }

    /// Seconds since local midnight, as the wall clock shows them.
    package func secondOfDay(at time: WallTime) -> Int64 {
        let seconds = self.localSeconds(at: time)
        return seconds - seconds.floored(by: 86_400) * 86_400
    }

    /// The first moment of a local day.
    package func start(ofDay day: Int64) -> WallTime { self.moment(local: day * 86_400) }

    /// The moment at which the wall clock shows `local` seconds since 1970: the first where it shows them twice, the jump
    /// where it never does.
    package func moment(local: Int64) -> WallTime {
        let before = self.zone.offset(at: local - 86_400)
        let after = self.zone.offset(at: local + 86_400)
        for offset in [max(before, after), min(before, after)] where self.zone.offset(at: local - offset) == offset {
            return WallTime(seconds: local - offset)
        }
        return WallTime(seconds: local - before)
    }

    /// RFC 3339 with the offset that holds then, to the second: `2026-10-17T20:31:40+02:00`.
    package func text(_ time: WallTime) -> String {
        let offset = self.offset(at: time)
        let text = WallTime(seconds: time.seconds + offset).description.prefix(19)
        guard offset != 0 || self.name != "UTC" else { return "\(text)Z" }
        let minutes = abs(offset) / 60
        return "\(text)\(offset < 0 ? "-" : "+")\(Self.two(minutes / 60)):\(Self.two(minutes % 60))"
    }

    private static func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
}

extension Int64 {
    /// The quotient, rounded down.
    package func floored(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor != 0 && (self < 0) != (divisor < 0) ? quotient - 1 : quotient
    }
}
