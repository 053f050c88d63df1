import Model

/// The transitions of one time zone, from a file of the time zone database.
///
/// Source: RFC 8536 (TZif), versions 2 and later.
struct ZoneFile: Hashable, Sendable {
    /// Transitions that are believed in one file; the richest zone has some 250.
    static let transitionsMax = 4_096

    /// Seconds since 1970 from which each offset holds; ascending.
    private var moments: [Int64] = []
    /// Seconds east of Greenwich from each moment on.
    private var offsets: [Int64] = []
    /// What holds before the first transition.
    private var first: Int64 = 0
    /// What holds after the last one; `nil` where the last offset does.
    private var rule: ZoneRule?

    /// Greenwich.
    static let utc = ZoneFile()

    private init() {}

    /// - Throws: ``ZoneError/malformed`` when the bytes are no such file.
    init(parsing bytes: [UInt8]) throws(ZoneError) {
        let old = try Header(bytes, at: 0)
        let start = Header.size + old.size(ofMoment: 4)
        let header = try Header(bytes, at: start)
        let body = start + Header.size
        let end = body + header.size(ofMoment: 8)
        guard end <= bytes.count, header.types > 0, header.moments <= Self.transitionsMax else { throw .malformed }
        let kinds = body + header.moments * 8
        let types = kinds + header.moments
        for index in 0..<header.moments {
            let kind = Int(bytes[kinds + index])
            guard kind < header.types else { throw .malformed }
            self.moments.append(Self.number(bytes, body + index * 8, 8))
            self.offsets.append(Self.number(bytes, types + kind * 6, 4))
        }
        self.first = Self.number(bytes, types, 4)
        let footer = bytes[end...].dropFirst().prefix { $0 != UInt8(ascii: "\n") }
        self.rule = ZoneRule(parsing: footer)
    }

    /// Seconds east of Greenwich at a moment.
    func offset(at seconds: Int64) -> Int64 {
        guard let last = self.moments.last else { return self.rule?.offset(at: seconds) ?? self.first }
        if seconds >= last, let rule = self.rule { return rule.offset(at: seconds) }
        var (low, high) = (0, self.moments.count)
        while low < high {
            let middle = (low + high) / 2
            if self.moments[middle] <= seconds { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? self.first : self.offsets[low - 1]
    }

    /// A big-endian two's complement number.
    fileprivate static func number(_ bytes: [UInt8], _ offset: Int, _ size: Int) -> Int64 {
        var value: Int64 = bytes[offset] & 0x80 == 0 ? 0 : -1
        for index in offset..<(offset + size) { value = value << 8 | Int64(bytes[index]) }
        return value
    }

    private struct Header {
        static let size = 44

        /// Counts in the order of the file: UT indicators, standard indicators, leap seconds, moments, types, characters.
        private let counts: [Int]

        init(_ bytes: [UInt8], at offset: Int) throws(ZoneError) {
            guard offset + Self.size <= bytes.count, bytes[offset...].starts(with: "TZif".utf8),
                bytes[offset + 4] >= UInt8(ascii: "2")
            else { throw .malformed }
            self.counts = (0..<6).map { Int(ZoneFile.number(bytes, offset + 20 + $0 * 4, 4)) }
            guard self.counts.allSatisfy({ (0...65_536).contains($0) }) else { throw .malformed }
        }

        var moments: Int { self.counts[3] }
        var types: Int { self.counts[4] }

        func size(ofMoment size: Int) -> Int {
            self.moments * (size + 1) + self.types * 6 + self.counts[5] + self.counts[2] * (size + 4) + self.counts[1]
                + self.counts[0]
        }
    }
}

/// Why a time zone can't be had.
package enum ZoneError: Error, Hashable, Sendable, CustomStringConvertible {
    case unknown(String)
    case malformed

    package var description: String {
        switch self {
        case .unknown(let name):
            "there is no time zone \(name) in \(LocalClock.directory); names are like Europe/Berlin (package tzdata)"
        case .malformed: "the file of the time zone is damaged"
        }
    }
}
