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

    package init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    /// The members of the object that is the whole of the bytes; names with escapes stand as they are.
    mutating func object(into members: inout [Member]) throws(JSONError) {
        self.skipSpace()
        try self.expect(UInt8(ascii: "{"))
        self.skipSpace()
        if self.peek == UInt8(ascii: "}") {
            self.index += 1
        } else {
            try self.members(into: &members)
        }
        self.skipSpace()
        guard self.index == self.bytes.count else { throw self.unexpected }
    }

    private mutating func members(into members: inout [Member]) throws(JSONError) {
        while true {
            self.skipSpace()
            let name = try self.string().bytes
            self.skipSpace()
            try self.expect(UInt8(ascii: ":"))
            members.append(Member(name: name, value: try self.value(depth: 1)))
            self.skipSpace()
            guard try self.continues(until: UInt8(ascii: "}")) else { return }
        }
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

    private mutating func string() throws(JSONError) -> JSONValue {
        try self.expect(UInt8(ascii: "\""))
        let start = self.index
        var isEscaped = false
        while self.index < self.bytes.count {
            let byte = self.bytes[self.index]
            if byte == UInt8(ascii: "\"") {
                let inside = UnsafeBufferPointer(rebasing: self.bytes[start..<self.index])
                self.index += 1
                return JSONValue(kind: .string(escaped: isEscaped), bytes: inside)
            }
            guard byte >= 0x20 else { throw self.unexpected }
            if byte == UInt8(ascii: "\\") {
                isEscaped = true
                self.index += 1
            }
            self.index += 1
        }
        throw .truncated
    }

    private mutating func number() throws(JSONError) -> JSONValue {
        let start = self.index
        loop: while self.index < self.bytes.count {
            switch self.bytes[self.index] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
                UInt8(ascii: "e"), UInt8(ascii: "E"):
                self.index += 1
            default: break loop
            }
        }
        guard self.index > start else { throw self.unexpected }
        return self.value(.number, from: start)
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
        JSONValue(kind: kind, bytes: UnsafeBufferPointer(rebasing: self.bytes[start..<self.index]))
    }

    private var peek: UInt8? { self.index < self.bytes.count ? self.bytes[self.index] : nil }

    private mutating func expect(_ byte: UInt8) throws(JSONError) {
        guard self.peek == byte else { throw self.unexpected }
        self.index += 1
    }

    private mutating func skipSpace() {
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
