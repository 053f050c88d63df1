/// Writes objects of the player API as JSON.
///
/// Source: RFC 8259. Everything is written as it is told, without spaces; texts are UTF-8, only what must be is escaped.
package struct AnswerWriter {
    package private(set) var bytes: [UInt8] = []
    private var isFirst = true

    package init() {}

    /// One object as a document.
    package static func document(_ object: some AnswerObject) -> [UInt8] {
        var writer = AnswerWriter()
        writer.write(object)
        return writer.bytes
    }

    /// An array of objects as a document.
    package static func document(_ objects: [some AnswerObject]) -> [UInt8] {
        var writer = AnswerWriter()
        writer.write(objects)
        return writer.bytes
    }

    /// An object of arrays by number as a document.
    package static func document(byNumber lists: [(Int64, [some AnswerObject])]) -> [UInt8] {
        var writer = AnswerWriter()
        writer.write(byNumber: lists)
        return writer.bytes
    }

    mutating func write(_ object: some AnswerObject) {
        self.begin("{")
        object.fields(&self)
        self.end("}")
    }

    mutating func write(_ objects: [some AnswerObject]) {
        self.begin("[")
        for object in objects {
            self.separate()
            self.write(object)
        }
        self.end("]")
    }

    private mutating func write(byNumber lists: [(Int64, [some AnswerObject])]) {
        self.begin("{")
        for (number, objects) in lists {
            self.separate()
            self.raw("\"\(number)\":")
            self.write(objects)
        }
        self.end("}")
    }

    private mutating func begin(_ mark: Unicode.Scalar) {
        self.bytes.append(UInt8(ascii: mark))
        self.isFirst = true
    }

    private mutating func end(_ mark: Unicode.Scalar) {
        self.bytes.append(UInt8(ascii: mark))
        self.isFirst = false
    }

    private mutating func separate() {
        if !self.isFirst { self.bytes.append(UInt8(ascii: ",")) }
        self.isFirst = false
    }

    private mutating func key(_ name: StaticString) {
        self.separate()
        self.bytes.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { self.bytes.append(contentsOf: $0) }
        self.bytes.append(UInt8(ascii: "\""))
        self.bytes.append(UInt8(ascii: ":"))
    }

    private mutating func raw(_ text: String) { self.bytes.append(contentsOf: text.utf8) }

    /// A string with what JSON wants escaped.
    private mutating func quote(_ text: String) {
        self.bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                self.bytes.append(UInt8(ascii: "\\"))
                self.bytes.append(byte)
            case 0x0A: self.raw("\\n")
            case 0x0D: self.raw("\\r")
            case 0x09: self.raw("\\t")
            case 0..<0x20: self.raw("\\u00" + (byte < 16 ? "0" : "") + String(byte, radix: 16))
            default: self.bytes.append(byte)
            }
        }
        self.bytes.append(UInt8(ascii: "\""))
    }
}

extension AnswerWriter: AnswerVisitor {
    package mutating func text(_ name: StaticString, _ value: String, _ about: StaticString) {
        self.key(name)
        self.quote(value)
    }

    package mutating func textOrNull(_ name: StaticString, _ value: String?, _ about: StaticString) {
        self.key(name)
        if let value { self.quote(value) } else { self.raw("null") }
    }

    package mutating func digits(_ name: StaticString, _ value: Int64, _ about: StaticString) {
        self.key(name)
        self.raw("\"\(value)\"")
    }

    package mutating func digitsOrNull(_ name: StaticString, _ value: Int64?, _ about: StaticString) {
        self.key(name)
        self.raw(value.map { "\"\($0)\"" } ?? "null")
    }

    package mutating func base64(_ name: StaticString, _ value: String, _ about: StaticString) {
        self.key(name)
        self.bytes.append(UInt8(ascii: "\""))
        Base64.append(Array(value.utf8), to: &self.bytes)
        self.bytes.append(UInt8(ascii: "\""))
    }

    package mutating func integer(_ name: StaticString, _ value: Int64, _ about: StaticString) {
        self.key(name)
        self.raw(String(value))
    }

    package mutating func flag(_ name: StaticString, _ value: Bool, _ about: StaticString) {
        self.key(name)
        self.raw(value ? "1" : "0")
    }

    package mutating func flagText(_ name: StaticString, _ value: Bool, _ about: StaticString) {
        self.key(name)
        self.raw(value ? "\"1\"" : "\"0\"")
    }

    package mutating func bool(_ name: StaticString, _ value: Bool, _ about: StaticString) {
        self.key(name)
        self.raw(value ? "true" : "false")
    }

    package mutating func null(_ name: StaticString, _ about: StaticString) {
        self.key(name)
        self.raw("null")
    }

    package mutating func texts(_ name: StaticString, _ values: [String], _ about: StaticString) {
        self.key(name)
        self.begin("[")
        for value in values {
            self.separate()
            self.quote(value)
        }
        self.end("]")
    }

    package mutating func integers(_ name: StaticString, _ values: [Int64], _ about: StaticString) {
        self.key(name)
        self.begin("[")
        for value in values {
            self.separate()
            self.raw(String(value))
        }
        self.end("]")
    }

    package mutating func emptyList(_ name: StaticString, _ about: StaticString) {
        self.key(name)
        self.raw("[]")
    }

    package mutating func object<Object: AnswerObject>(_ name: StaticString, _ value: Object, _ about: StaticString) {
        self.key(name)
        self.write(value)
    }

    package mutating func list<Object: AnswerObject>(_ name: StaticString, _ values: [Object], _ about: StaticString) {
        self.key(name)
        self.write(values)
    }

    package mutating func byNumber<Object: AnswerObject>(
        _ name: StaticString,
        _ values: [(Int64, Object)],
        _ about: StaticString
    ) {
        self.key(name)
        self.begin("{")
        for (number, value) in values {
            self.separate()
            self.raw("\"\(number)\":")
            self.write(value)
        }
        self.end("}")
    }

    package mutating func listsByNumber<Object: AnswerObject>(
        _ name: StaticString,
        _ values: [(Int64, [Object])],
        _ about: StaticString
    ) {
        self.key(name)
        self.write(byNumber: values)
    }
}
