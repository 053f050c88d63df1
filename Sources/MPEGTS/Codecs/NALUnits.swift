/// The NAL units of an Annex B byte stream, as ranges of its bytes.
///
/// A range begins with the NAL unit header, after a start code of three or four bytes, and ends before the next one
/// with the zero bytes between them left out. Bytes before the first start code are no NAL unit.
/// Source: ITU-T H.264, annex B; ITU-T H.265, annex B.
package struct NALUnits: Sequence, IteratorProtocol, Sendable {
    private let bytes: [UInt8]
    /// Where the search for the next start code goes on.
    private var position = 0

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    package mutating func next() -> Range<Int>? {
        guard let header = self.nextHeader() else { return nil }
        let range = self.range(from: header)
        self.position = range.upperBound
        return range
    }

    /// Where the next NAL unit's header stands.
    ///
    /// Its end is not looked for, which for a slice would mean to read the whole picture.
    package mutating func nextHeader() -> Int? {
        while let code = Self.startCode(in: self.bytes, from: self.position) {
            self.position = code + 3
            guard self.position < self.bytes.count, !self.isEmptyUnit(at: self.position) else { continue }
            return self.position
        }
        return nil
    }

    /// The NAL unit whose header stands at `header`.
    package func range(from header: Int) -> Range<Int> {
        var end = Self.startCode(in: self.bytes, from: header) ?? self.bytes.count
        while end > header + 1, self.bytes[end - 1] == 0 { end -= 1 }
        return header..<Swift.max(header, end)
    }

    /// Whether the next start code, or nothing but zeros, follows at once.
    private func isEmptyUnit(at header: Int) -> Bool {
        var place = header
        while place < self.bytes.count, self.bytes[place] == 0 { place += 1 }
        return place == self.bytes.count || (place >= header + 2 && self.bytes[place] == 1)
    }

    /// Where the next `00 00 01` stands at or after `offset`.
    package static func startCode(in bytes: [UInt8], from offset: Int) -> Int? {
        bytes.withUnsafeBufferPointer { bytes in
            var place = Swift.max(0, offset)
            while place + 2 < bytes.count {
                // The third byte says how far a start code can be away at least.
                let third = bytes[place + 2]
                if third > 1 {
                    place += 3
                } else if third == 1, bytes[place] == 0, bytes[place + 1] == 0 {
                    return place
                } else {
                    place += 1
                }
            }
            return nil
        }
    }

    /// The bytes of a NAL unit without emulation prevention (`00 00 03` → `00 00`), at most `limit` of them.
    ///
    /// Source: ITU-T H.264, 7.3.1.
    package static func unescaped(_ unit: ArraySlice<UInt8>, limit: Int = .max) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(Swift.min(unit.count, limit))
        var zeros = 0
        for byte in unit {
            if result.count >= limit { break }
            if zeros >= 2, byte == 3 {
                zeros = 0
                continue
            }
            zeros = byte == 0 ? zeros + 1 : 0
            result.append(byte)
        }
        return result
    }

    /// The bytes of a NAL unit with emulation prevention put in.
    ///
    /// Source: ITU-T H.264, 7.4.1.
    package static func escaped(_ unit: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(unit.count + unit.count / 32)
        var zeros = 0
        for byte in unit {
            if zeros >= 2, byte <= 3 {
                result.append(3)
                zeros = 0
            }
            zeros = byte == 0 ? zeros + 1 : 0
            result.append(byte)
        }
        return result
    }
}
