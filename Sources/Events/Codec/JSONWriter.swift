package import Model

/// Writes JSON into bytes, without Foundation and without building anything in between.
///
/// The bytes stand in memory that this value alone owns: what an array checks for each piece costs more than the piece.
/// Source: RFC 8259. Strings are escaped where section 7 demands it and nowhere else.
package struct JSONWriter: ~Copyable, @unchecked Sendable {
    // Sendable, since no pointer leaves but for a closure's length, and what can't be copied has one owner.
    private var start: UnsafeMutablePointer<UInt8>
    /// Where the next byte goes.
    private var next: UnsafeMutablePointer<UInt8>
    private var end: UnsafeMutablePointer<UInt8>
    private var moments = TimeText()

    /// Bytes of room at the least: a usual event's line.
    private static let roomMin = 512
    private static let quote = UInt8(ascii: "\"")

    package init(reserving capacity: Int = 0) {
        let room = max(capacity, Self.roomMin)
        self.start = .allocate(capacity: room)
        self.next = self.start
        self.end = self.start + room
    }

    deinit {
        self.start.deallocate()
    }

    /// Bytes written so far.
    package var count: Int { self.next - self.start }

    /// What was written, copied.
    package var bytes: [UInt8] { self.withUnsafeBytes { Array($0) } }

    /// Hands out what was written, uncopied; valid for as long as `body` runs.
    package func withUnsafeBytes<Answer, Failure>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Answer
    ) throws(Failure) -> Answer {
        try body(UnsafeRawBufferPointer(start: self.start, count: self.count))
    }

    /// Forgets what was written and keeps the room.
    package mutating func removeAll() {
        self.next = self.start
    }

    /// The place of `size` more bytes, which count as written: the caller fills them all.
    @inline(__always)
    private mutating func take(_ size: Int) -> UnsafeMutablePointer<UInt8> {
        if self.end - self.next < size { self.grow(by: size) }
        let place = self.next
        self.next = place + size
        return place
    }

    @inline(never)
    private mutating func grow(by size: Int) {
        let used = self.count
        let room = max(2 * (self.end - self.start), used + size)
        let start = UnsafeMutablePointer<UInt8>.allocate(capacity: room)
        start.initialize(from: self.start, count: used)
        self.start.deallocate()
        self.start = start
        self.next = start + used
        self.end = start + room
    }
}

/// Pieces of JSON.
extension JSONWriter {
    /// One byte as it stands: a brace, a comma, a newline.
    @inline(__always)
    package mutating func raw(_ byte: UInt8) {
        self.take(1).pointee = byte
    }

    /// Bytes that are JSON already.
    @inline(__always)
    package mutating func raw(_ text: StaticString) {
        let size = text.utf8CodeUnitCount
        self.take(size).initialize(from: text.utf8Start, count: size)
    }

    /// `,"name":`, which begins every field but an object's first.
    @inline(__always)
    mutating func key(_ name: StaticString) {
        let size = name.utf8CodeUnitCount
        let place = self.take(size + 4)
        place[0] = UInt8(ascii: ",")
        place[1] = Self.quote
        (place + 2).initialize(from: name.utf8Start, count: size)
        place[size + 2] = Self.quote
        place[size + 3] = UInt8(ascii: ":")
    }

    package mutating func bool(_ value: Bool) {
        if value { self.raw("true") } else { self.raw("false") }
    }

    package mutating func integer(_ value: Int64) {
        if value < 0 { self.raw(UInt8(ascii: "-")) }
        self.unsigned(value.magnitude)
    }

    package mutating func unsigned(_ value: UInt64) {
        let count = Digits.count(of: value)
        Digits.write(value, endingAt: self.take(count) + count)
    }

    package mutating func time(_ time: WallTime) {
        let place = self.take(WallTime.textSize + 2)
        place[0] = Self.quote
        self.moments.write(time, to: place + 1)
        place[WallTime.textSize + 1] = Self.quote
    }

    package mutating func string(_ text: String) {
        Self.withBytes(of: text) { text in
            let place = self.take(text.count + 2)
            place[0] = Self.quote
            guard PlainText.copy(text, to: place + 1) else {
                self.next = place + 1
                self.escaped(text)
                return self.raw(Self.quote)
            }
            place[text.count + 1] = Self.quote
        }
    }

    /// The inside of a string, so that one can be put together of parts.
    mutating func stringBody(_ text: String) {
        Self.withBytes(of: text) { text in
            let place = self.take(text.count)
            guard !PlainText.copy(text, to: place) else { return }
            self.next = place
            self.escaped(text)
        }
    }

    @inline(__always)
    package mutating func array<Element>(_ elements: [Element], _ write: (Element, inout JSONWriter) -> Void) {
        self.raw(UInt8(ascii: "["))
        var isFirst = true
        for element in elements {
            if !isFirst { self.raw(UInt8(ascii: ",")) }
            isFirst = false
            write(element, &self)
        }
        self.raw(UInt8(ascii: "]"))
    }

    @inline(__always)
    private static func withBytes(of text: String, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        // Every string of this platform is UTF-8 in one piece; `withUTF8` would want a copy to change.
        if text.utf8.withContiguousStorageIfAvailable(body) == nil { Array(text.utf8).withUnsafeBufferPointer(body) }
    }

    @inline(never)
    private mutating func escaped(_ text: UnsafeBufferPointer<UInt8>) {
        for byte in text { self.escaped(byte) }
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
            self.raw(digits.utf8Start[Int(byte >> 4)])
            self.raw(digits.utf8Start[Int(byte & 0xF)])
        default: self.raw(byte)
        }
    }
}
