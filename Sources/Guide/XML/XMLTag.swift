/// What stands between `<` and `>`: a name and attributes, read from the front.
///
/// Source: XML 1.0, 2.3, 3.1.
struct XMLTag {
    private let bytes: [UInt8]
    private var index = 0
    /// Whether reading stopped because there were more attributes than allowed.
    private(set) var hasTooMany = false

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = Array(bytes)
    }

    /// Whether nothing but white space is left.
    var isAtEnd: Bool { self.bytes[self.index...].allSatisfy(XMLSpace.contains) }

    /// The element's name, which stands at the front; `nil` when there is none.
    mutating func name() -> String? {
        let start = self.index
        while self.index < self.bytes.count, Self.isName(self.bytes[self.index]) { self.index += 1 }
        guard self.index > start, Self.isNameStart(self.bytes[start]) else { return nil }
        return String(decoding: self.bytes[start..<self.index], as: UTF8.self)
    }

    /// All attributes to the end; `nil` when they are not well-formed or more than `max`.
    mutating func attributes(max: Int) -> [XMLAttribute]? {
        var attributes: [XMLAttribute] = []
        while !self.isAtEnd {
            guard attributes.count < max else {
                self.hasTooMany = true
                return nil
            }
            self.skipSpace()
            guard let name = self.name() else { return nil }
            self.skipSpace()
            guard self.index < self.bytes.count, self.bytes[self.index] == UInt8(ascii: "=") else { return nil }
            self.index += 1
            self.skipSpace()
            guard let value = self.value() else { return nil }
            attributes.append(XMLAttribute(name: name, value: value))
        }
        return attributes
    }

    private mutating func value() -> String? {
        guard self.index < self.bytes.count else { return nil }
        let quote = self.bytes[self.index]
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { return nil }
        let start = self.index + 1
        guard let end = self.bytes[start...].firstIndex(of: quote) else { return nil }
        self.index = end + 1
        return String(decoding: XMLReference.replaced(self.bytes[start..<end]), as: UTF8.self)
    }

    private mutating func skipSpace() {
        while self.index < self.bytes.count, XMLSpace.contains(self.bytes[self.index]) { self.index += 1 }
    }

    private static func isNameStart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), 0x80...0xff: true
        default: byte == UInt8(ascii: "_") || byte == UInt8(ascii: ":")
        }
    }

    private static func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."): true
        default: self.isNameStart(byte)
        }
    }
}

/// White space as XML 1.0, 2.3 has it.
enum XMLSpace {
    static func contains(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09
    }
}
