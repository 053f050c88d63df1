/// Reads AMF 0 values one after another.
///
/// Never traps and never allocates more than the bytes at hand warrant, whatever counts they claim.
package struct AMF0Reader {
    /// Objects within objects; `onMetaData` of real encoders has 3.
    package static let depthMax = 16
    /// Values of one message, nested ones included; a keyframe index of a recording is the longest seen.
    package static let valuesMax = 10_000

    private var bytes: ByteReader
    private var values = 0

    /// Starts at an offset into `bytes`.
    package init(_ bytes: [UInt8], from offset: Int = 0) {
        self.bytes = ByteReader(bytes, from: offset)
    }

    /// The next value; `nil` at the end of the bytes.
    ///
    /// - Throws: ``AMF0Error``; what follows can't be read then.
    package mutating func next() throws(AMF0Error) -> AMF0Value? {
        guard self.bytes.remaining > 0 else { return nil }
        return try self.value(depth: 0)
    }

    /// The values up to the end, or up to the first that can't be read.
    package mutating func readable() -> [AMF0Value] {
        var values: [AMF0Value] = []
        while let value = try? self.next() { values.append(value) }
        return values
    }

    // Recursive: bounded by ``depthMax``.
    private mutating func value(depth: Int) throws(AMF0Error) -> AMF0Value {
        guard depth < Self.depthMax else { throw .tooDeep(allowed: Self.depthMax) }
        self.values += 1
        guard self.values <= Self.valuesMax else { throw .tooMany(allowed: Self.valuesMax) }
        let found = try Self.some(self.bytes.u8())
        guard let marker = AMF0Value.Marker(rawValue: found) else { throw .marker(found: found) }
        switch marker {
        case .number: return .number(Double(bitPattern: try Self.some(self.bytes.u64())))
        case .boolean: return .boolean(try Self.some(self.bytes.u8()) != 0)
        case .string: return .string(try self.shortText())
        case .object: return .object(try self.properties(depth: depth))
        case .null: return .null
        case .undefined: return .undefined
        case .ecmaArray:
            // The count is a hint that encoders get wrong; the end marker counts.
            _ = try Self.some(self.bytes.u32())
            return .ecmaArray(try self.properties(depth: depth))
        case .objectEnd: throw .marker(found: found)
        case .strictArray: return .strictArray(try self.elements(depth: depth))
        case .date:
            let milliseconds = Double(bitPattern: try Self.some(self.bytes.u64()))
            return .date(milliseconds: milliseconds, zone: Int16(bitPattern: try Self.some(self.bytes.u16())))
        case .longString: return .string(try self.longText())
        case .xmlDocument: return .xmlDocument(try self.longText())
        case .typedObject:
            let name = try self.shortText()
            return .typedObject(name: name, try self.properties(depth: depth))
        }
    }

    private mutating func properties(depth: Int) throws(AMF0Error) -> [AMF0Value.Property] {
        var properties: [AMF0Value.Property] = []
        while true {
            let name = try self.shortText()
            if name.isEmpty {
                var ahead = self.bytes
                if ahead.u8() == AMF0Value.Marker.objectEnd.rawValue {
                    self.bytes = ahead
                    return properties
                }
            }
            properties.append(AMF0Value.Property(name, try self.value(depth: depth + 1)))
        }
    }

    private mutating func elements(depth: Int) throws(AMF0Error) -> [AMF0Value] {
        let count = try Self.some(self.bytes.u32())
        // Each value takes a byte at least.
        guard count <= self.bytes.remaining else { throw .truncated }
        var elements: [AMF0Value] = []
        for _ in 0..<count { elements.append(try self.value(depth: depth + 1)) }
        return elements
    }

    private mutating func shortText() throws(AMF0Error) -> String {
        try self.text(Int(try Self.some(self.bytes.u16())))
    }

    private mutating func longText() throws(AMF0Error) -> String {
        try self.text(Int(try Self.some(self.bytes.u32())))
    }

    private mutating func text(_ count: Int) throws(AMF0Error) -> String {
        // Bytes that are not UTF-8 are replaced: titles come in any encoding and nothing is decided by them.
        String(decoding: try Self.some(self.bytes.take(count)), as: UTF8.self)
    }

    private static func some<Value>(_ value: Value?) throws(AMF0Error) -> Value {
        guard let value else { throw .truncated }
        return value
    }
}
