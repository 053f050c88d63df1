package import Model

/// Writes JSON into bytes, without Foundation and without building anything in between.
///
/// Source: RFC 8259. Strings are escaped where section 7 demands it and nowhere else.
package struct JSONWriter: Sendable {
    package private(set) var bytes: [UInt8] = []

    package init(reserving capacity: Int = 0) {
        self.bytes.reserveCapacity(capacity)
    }

    /// Forgets what was written and keeps the room.
    package mutating func removeAll() {
        self.bytes.removeAll(keepingCapacity: true)
    }

    /// One byte as it stands: a brace, a comma, a newline.
    package mutating func raw(_ byte: UInt8) {
        self.bytes.append(byte)
    }

    /// Bytes that are JSON already.
    package mutating func raw(_ text: StaticString) {
        text.withUTF8Buffer { self.bytes.append(contentsOf: $0) }
    }

    /// `,"name":`, which begins every field but an object's first.
    mutating func key(_ name: StaticString) {
        self.raw(#",""#)
        self.raw(name)
        self.raw(#"":"#)
    }

    package mutating func bool(_ value: Bool) {
        if value { self.raw("true") } else { self.raw("false") }
    }

    package mutating func integer(_ value: Int64) {
        if value < 0 { self.bytes.append(UInt8(ascii: "-")) }
        self.unsigned(value.magnitude)
    }

    package mutating func unsigned(_ value: UInt64) {
        guard value >= 10 else {
            self.bytes.append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: value))
            return
        }
        // 20 digits hold the largest 64-bit number.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var first = 20
            var rest = value
            while rest > 0 {
                first -= 1
                digits[first] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            }
            self.bytes.append(contentsOf: UnsafeBufferPointer(rebasing: digits[first..<20]))
        }
    }

    package mutating func time(_ time: WallTime) {
        self.bytes.append(UInt8(ascii: "\""))
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: WallTime.textSize) { text in
            time.write(to: text)
            self.bytes.append(contentsOf: UnsafeBufferPointer(text))
        }
        self.bytes.append(UInt8(ascii: "\""))
    }

    package mutating func string(_ text: String) {
        self.bytes.append(UInt8(ascii: "\""))
        self.stringBody(text)
        self.bytes.append(UInt8(ascii: "\""))
    }

    /// The inside of a string, so that one can be put together of parts.
    mutating func stringBody(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            if utf8.contains(where: Self.needsEscape) {
                for byte in utf8 { self.escaped(byte) }
            } else {
                self.bytes.append(contentsOf: utf8)
            }
        }
    }

    package mutating func array<Element>(_ elements: [Element], _ write: (Element, inout JSONWriter) -> Void) {
        self.bytes.append(UInt8(ascii: "["))
        for (index, element) in elements.enumerated() {
            if index > 0 { self.bytes.append(UInt8(ascii: ",")) }
            write(element, &self)
        }
        self.bytes.append(UInt8(ascii: "]"))
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func escaped(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): self.raw(#"\""#)
        case UInt8(ascii: "\\"): self.raw(#"\\"#)
        case 0x0A: self.raw(#"\n"#)
        case 0x0D: self.raw(#"\r"#)
        case 0x09: self.raw(#"\t"#)
        case 0..<0x20:
            let digits: StaticString = "0123456789abcdef"
            self.raw(#"\u00"#)
            digits.withUTF8Buffer { digits in
                self.bytes.append(digits[Int(byte >> 4)])
                self.bytes.append(digits[Int(byte & 0xF)])
            }
        default: self.bytes.append(byte)
        }
    }
}
