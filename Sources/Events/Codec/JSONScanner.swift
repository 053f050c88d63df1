/// Finds the members of one line's object, without reading their values.
///
/// Never traps, whatever the bytes are. Source: RFC 8259.
package struct JSONScanner {
    /// Levels of arrays and objects inside one another; events have two.
    static let depthMax = 16

    /// One `"name": value`.
    struct Member {
        let name: UnsafeBufferPointer<UInt8>
        let value: JSONValue
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private var index = 0
    /// Whether a member has been read, so that a comma or the end comes next.
    private var isInside = false

    package init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    /// Begins the object that is the whole of the bytes.
    mutating func beginObject() throws(JSONError) {
        self.skipSpace()
        try self.expect(UInt8(ascii: "{"))
        self.skipSpace()
    }

    /// The next member of the object; `nil` after the last one, when nothing but space follows.
    ///
    /// A name with escapes stands as it is.
    mutating func nextMember() throws(JSONError) -> Member? {
        if self.isInside {
            guard try self.continues(until: UInt8(ascii: "}")) else { return try self.endObject() }
            self.skipSpace()
        } else if self.peek == UInt8(ascii: "}") {
            self.index += 1
            return try self.endObject()
        }
        let name = try self.string().bytes
        self.skipSpace()
        try self.expect(UInt8(ascii: ":"))
        let member = Member(name: name, value: try self.value(depth: 1))
        self.skipSpace()
        self.isInside = true
        return member
    }

    private mutating func endObject() throws(JSONError) -> Member? {
        self.skipSpace()
        guard self.index == self.bytes.count else { throw self.unexpected }
        return nil
    }

    /// The elements of the array that is the whole of the bytes.
    mutating func array() throws(JSONError) -> [JSONValue] {
        try self.expect(UInt8(ascii: "["))
        self.skipSpace()
        guard self.peek != UInt8(ascii: "]") else { return [] }
        var elements: [JSONValue] = []
        repeat {
            elements.append(try self.value(depth: 1))
            self.skipSpace()
        } while try self.continues(until: UInt8(ascii: "]"))
        return elements
    }

    @inline(__always)
    private mutating func continues(until end: UInt8) throws(JSONError) -> Bool {
        let byte = self.peek
        guard byte == end || byte == UInt8(ascii: ",") else { throw self.unexpected }
        self.index += 1
        return byte != end
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        self.skipSpace()
        switch self.peek {
        case UInt8(ascii: "\""): return try self.string()
        case UInt8(ascii: "t"): return try self.word("true", .bool)
        case UInt8(ascii: "f"): return try self.word("false", .bool)
        case UInt8(ascii: "n"): return try self.word("null", .null)
        case UInt8(ascii: "["): return try self.container(.array, end: UInt8(ascii: "]"), depth: depth)
        case UInt8(ascii: "{"): return try self.container(.object, end: UInt8(ascii: "}"), depth: depth)
        default: return try self.number()
        }
    }

    private mutating func container(_ kind: JSONValue.Kind, end: UInt8, depth: Int) throws(JSONError) -> JSONValue {
        guard depth < Self.depthMax else { throw .tooDeep(allowed: Self.depthMax) }
        let start = self.index
        self.index += 1
        self.skipSpace()
        if self.peek == end {
            self.index += 1
            return self.value(kind, from: start)
        }
        repeat {
            if case .object = kind {
                self.skipSpace()
                _ = try self.string()
                self.skipSpace()
                try self.expect(UInt8(ascii: ":"))
            }
            _ = try self.value(depth: depth + 1)
            self.skipSpace()
        } while try self.continues(until: end)
        return self.value(kind, from: start)
    }

    @inline(__always)
    private mutating func string() throws(JSONError) -> JSONValue {
        try self.expect(UInt8(ascii: "\""))
        let start = self.index
        var isEscaped = false
        var highBits: UInt64 = 0
        while true {
            highBits |= self.skipPlain()
            guard self.index < self.bytes.count else { throw .truncated }
            switch self.bytes[self.index] {
            case UInt8(ascii: "\""):
                let inside = UnsafeBufferPointer(rebasing: self.bytes[start..<self.index])
                self.index += 1
                let isASCII = highBits & Self.eachByte(0x80) == 0
                return JSONValue(kind: .string(escaped: isEscaped), isASCII: isASCII, bytes: inside)
            case UInt8(ascii: "\\"):
                isEscaped = true
                // What is escaped is looked at when the value is read; it may be any byte but the last.
                guard self.index + 1 < self.bytes.count else { throw .truncated }
                highBits |= UInt64(self.bytes[self.index + 1])
                self.index += 2
            default: throw self.unexpected
            }
        }
    }

    /// Goes to the next quote, backslash or control byte, or to the end, eight bytes at a step.
    ///
    /// Answers all bytes passed, one over the other: of ASCII none has its highest bit set.
    private mutating func skipPlain() -> UInt64 {
        var seen: UInt64 = 0
        var index = self.index
        while index + 8 <= self.bytes.count, let base = self.bytes.baseAddress {
            let word = UInt64(
                littleEndian: UnsafeRawPointer(base).loadUnaligned(fromByteOffset: index, as: UInt64.self)
            )
            let stops = Self.stops(in: word)
            guard stops == 0 else {
                let plain = stops.trailingZeroBitCount & ~7
                self.index = index + plain / 8
                return seen | word & (1 << UInt64(plain) - 1)
            }
            seen |= word
            index += 8
        }
        while index < self.bytes.count {
            let byte = self.bytes[index]
            guard byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") else { break }
            seen |= UInt64(byte)
            index += 1
        }
        self.index = index
        return seen
    }

    /// The highest bit of each byte that is a quote, a backslash or below 0x20; right for the lowest such byte.
    private static func stops(in word: UInt64) -> UInt64 {
        let quotes = word ^ Self.eachByte(UInt8(ascii: "\""))
        let backslashes = word ^ Self.eachByte(UInt8(ascii: "\\"))
        let isQuote = (quotes &- Self.eachByte(1)) & ~quotes
        let isBackslash = (backslashes &- Self.eachByte(1)) & ~backslashes
        let isControl = (word &- Self.eachByte(0x20)) & ~word
        return (isQuote | isBackslash | isControl) & Self.eachByte(0x80)
    }

    private static func eachByte(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }

    private mutating func number() throws(JSONError) -> JSONValue {
        let start = self.index
        self.skipDigits()
        // Whole numbers, which nearly all are, end here; the sign comes first.
        while let byte = self.peek, Self.isNumberSign(byte) {
            self.index += 1
            self.skipDigits()
        }
        guard self.index > start else { throw self.unexpected }
        return self.value(.number, from: start)
    }

    private mutating func skipDigits() {
        var index = self.index
        while index < self.bytes.count, self.bytes[index] &- UInt8(ascii: "0") < 10 { index += 1 }
        self.index = index
    }

    private static func isNumberSign(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"): true
        default: false
        }
    }

    private mutating func word(_ word: StaticString, _ kind: JSONValue.Kind) throws(JSONError) -> JSONValue {
        let start = self.index
        let end = start + word.utf8CodeUnitCount
        guard end <= self.bytes.count, word.withUTF8Buffer({ $0.elementsEqual(self.bytes[start..<end]) }) else {
            throw self.unexpected
        }
        self.index = end
        return self.value(kind, from: start)
    }

    private func value(_ kind: JSONValue.Kind, from start: Int) -> JSONValue {
        JSONValue(kind: kind, isASCII: false, bytes: UnsafeBufferPointer(rebasing: self.bytes[start..<self.index]))
    }

    @inline(__always)
    private var peek: UInt8? { self.index < self.bytes.count ? self.bytes[self.index] : nil }

    @inline(__always)
    private mutating func expect(_ byte: UInt8) throws(JSONError) {
        guard self.peek == byte else { throw self.unexpected }
        self.index += 1
    }

    @inline(__always)
    private mutating func skipSpace() {
        // Our own lines have none.
        if self.index < self.bytes.count, self.bytes[self.index] <= 0x20 { self.skipSpaces() }
    }

    private mutating func skipSpaces() {
        while let byte = self.peek, byte == 0x20 || (0x09...0x0D).contains(byte) { self.index += 1 }
    }

    private var unexpected: JSONError {
        guard let byte = self.peek else { return .truncated }
        return .unexpected(byte: byte, offset: self.index)
    }
}

/// Why bytes are not the JSON of a line.
package enum JSONError: Error, Hashable, Sendable {
    case truncated
    case unexpected(byte: UInt8, offset: Int)
    case tooDeep(allowed: Int)
}
