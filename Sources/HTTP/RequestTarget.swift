/// The path of a request, decoded once, and its query as it stands.
///
/// Routing and authorisation read this one form. What could mean two things to two readers is refused: an encoded
/// slash, a backslash, control characters, dot segments, an encoded per cent sign before two hexadecimal digits,
/// empty segments, and bytes that are not UTF-8. A run of slashes at the start counts as one, because apps join a base address that ends
/// in a slash with a path that begins with one.
///
/// Source: RFC 9112, 3.2.1 (origin-form); RFC 3986, 2.1 and 3.3. The absolute, authority and asterisk forms are refused.
package struct RequestTarget: Hashable, Sendable {
    /// The decoded path without its first slash.
    package let path: [UInt8]
    /// How many segments ``path`` has; 0 for `/`.
    package let segmentCount: Int
    /// What stands behind the question mark, still encoded; empty when there is none.
    package let query: [UInt8]
    /// Where each segment ends in ``path``.
    private let ends: SIMD8<UInt16>

    /// Reads a target in origin-form; `nil` when it is anything else or could be read in two ways.
    package init?(parsing bytes: Span<UInt8>, sizeMax: Int = RequestLimits.targetSizeDefault) {
        guard bytes.count <= sizeMax, bytes.count > 0, bytes[0] == Ascii.slash else { return nil }
        var position = 1
        while position < bytes.count, bytes[position] == Ascii.slash { position += 1 }
        var decoder = PathDecoder(capacity: bytes.count - position)
        while position < bytes.count, bytes[position] != Ascii.question {
            guard let taken = decoder.take(bytes, at: position) else { return nil }
            position += taken
        }
        guard decoder.finish() else { return nil }
        self.path = decoder.path
        self.segmentCount = decoder.segmentCount
        self.ends = decoder.ends
        var query: [UInt8] = []
        if position < bytes.count {
            query.reserveCapacity(bytes.count - position - 1)
            for index in (position + 1)..<bytes.count {
                guard Ascii.isVisible(bytes[index]), bytes[index] != Ascii.hash else { return nil }
                query.append(bytes[index])
            }
        }
        self.query = query
    }

    /// One decoded segment; empty when there are not that many.
    package func segment(_ index: Int) -> ArraySlice<UInt8> {
        guard (0..<self.segmentCount).contains(index) else { return [] }
        let start = index == 0 ? 0 : Int(self.ends[index - 1]) + 1
        return self.path[start..<Int(self.ends[index])]
    }
}

/// Collects decoded path bytes and where their segments end.
private struct PathDecoder {
    private(set) var path: [UInt8] = []
    private(set) var segmentCount = 0
    private(set) var ends = SIMD8<UInt16>()
    private var start = 0
    private var isASCII = true

    init(capacity: Int) {
        self.path.reserveCapacity(capacity)
    }

    /// Takes the character at `position`; how many bytes it was, or `nil` when it may not stand in a path.
    mutating func take(_ bytes: Span<UInt8>, at position: Int) -> Int? {
        let byte = bytes[position]
        if byte == Ascii.slash {
            guard self.endSegment() else { return nil }
            self.path.append(byte)
            self.start = self.path.count
            return 1
        }
        guard byte == Ascii.percent else {
            guard Ascii.isVisible(byte), byte != Ascii.backslash, byte != Ascii.hash else { return nil }
            self.path.append(byte)
            return 1
        }
        guard let value = Ascii.percentDecoded(bytes, at: position) else { return nil }
        if value == Ascii.percent, Ascii.isHexadecimal(bytes, at: position + 3),
            Ascii.isHexadecimal(bytes, at: position + 4)
        {
            return nil
        }
        guard value >= 0x20, value != 0x7F, value != Ascii.slash, value != Ascii.backslash else { return nil }
        if value >= 0x80 { self.isASCII = false }
        self.path.append(value)
        return 3
    }

    /// Ends the last segment; whether the whole is a path.
    mutating func finish() -> Bool {
        if self.path.isEmpty { return true }
        return self.endSegment() && (self.isASCII || String(validating: self.path, as: UTF8.self) != nil)
    }

    private mutating func endSegment() -> Bool {
        let segment = self.path[self.start...]
        guard !segment.isEmpty, self.segmentCount < RequestLimits.segmentCountMax else { return false }
        guard segment.count > 2 || !segment.allSatisfy({ $0 == Ascii.dot }) else { return false }
        self.ends[self.segmentCount] = UInt16(truncatingIfNeeded: self.path.count)
        self.segmentCount += 1
        return true
    }
}
