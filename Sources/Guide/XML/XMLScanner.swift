/// What an ``XMLScanner`` finds, in the document's order.
package protocol XMLSink {
    /// An element begins; attributes with references replaced.
    mutating func opened(_ name: String, _ attributes: [XMLAttribute], at offset: Int64) throws(XMLError)
    /// Text of the innermost element, as much as came at once: UTF-8, perhaps cut within a character.
    mutating func text(_ bytes: UnsafeBufferPointer<UInt8>)
    /// The innermost element ends.
    mutating func closed(_ name: String) throws(XMLError)
}

/// An attribute of an element.
package struct XMLAttribute: Hashable, Sendable {
    package var name: String
    package var value: String
}

/// XML, byte by byte, without a tree: elements, attributes and text go to a sink as soon as they are complete.
///
/// Pure. Knows no document type: nothing can be declared, nothing outside is ever read, and of references only the five
/// predefined entities and numeric ones are replaced; others stay as they were written, as a bare `&` does.
/// Source: XML 1.0 (fifth edition), 2.1–2.11, 3.1, 4.1, 4.6.
package struct XMLScanner: Sendable {
    /// Elements inside one another; XMLTV has four.
    package static let depthMax = 32
    /// Bytes of one tag; the address of a picture may take a few hundred.
    package static let markupSizeMax = 16_384
    /// Attributes of one element; XMLTV has eight.
    package static let attributesMax = 32
    /// Bytes of a reference between `&` and `;`.
    static let referenceSizeMax = 10

    private enum State {
        case text
        /// After `<`, until it is known what it is.
        case markup
        case comment, instruction, cdata
        /// After `&`.
        case reference
    }

    private var state = State.text
    private var encoding = XMLEncoding.utf8
    private var markup: [UInt8] = []
    /// The quotation mark that ends a value in the markup.
    private var quote: UInt8?
    /// Closing bytes of a comment, instruction or CDATA section seen so far.
    private var matched = 0
    private var path: [String] = []
    private var hasRoot = false
    /// Bytes taken.
    package private(set) var offset: Int64 = 0

    package init() {}

    /// Whether the outermost element has ended.
    package var isComplete: Bool { self.hasRoot && self.path.isEmpty && self.state == .text }

    /// Takes more of the document.
    package mutating func append(_ bytes: UnsafeBufferPointer<UInt8>, to sink: inout some XMLSink) throws(XMLError) {
        var index = try self.skipMark(bytes)
        while index < bytes.count {
            let end = self.plainEnd(bytes, from: index)
            if end > index {
                try self.text(UnsafeBufferPointer(rebasing: bytes[index..<end]), to: &sink)
                self.offset += Int64(end - index)
                index = end
            } else {
                self.offset += 1
                index += 1
                try self.take(bytes[index - 1], to: &sink)
            }
        }
    }

    /// The document is over.
    package func finish() throws(XMLError) {
        guard self.isComplete else { throw .truncated }
    }

    /// Passes over the mark of UTF-8, and knows that of UTF-16; the number of bytes that are done with.
    private mutating func skipMark(_ bytes: UnsafeBufferPointer<UInt8>) throws(XMLError) -> Int {
        var index = 0
        while self.offset < Self.mark.count, index < bytes.count {
            let byte = bytes[index]
            if self.offset == 0, byte == 0xfe || byte == 0xff || byte == 0x00 { throw .encoding("UTF-16") }
            guard byte == Self.mark[Int(self.offset)] else { return index }
            self.offset += 1
            index += 1
        }
        return index
    }

    /// U+FEFF in UTF-8.
    private static let mark: [UInt8] = [0xef, 0xbb, 0xbf]

    /// The end of the bytes that are text and nothing else.
    private func plainEnd(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var end = start
        switch self.state {
        case .text:
            while end < bytes.count, bytes[end] != UInt8(ascii: "<"), bytes[end] != UInt8(ascii: "&") { end += 1 }
        case .cdata where self.matched == 0: while end < bytes.count, bytes[end] != UInt8(ascii: "]") { end += 1 }
        default: break
        }
        return end
    }

    private mutating func take(_ byte: UInt8, to sink: inout some XMLSink) throws(XMLError) {
        switch self.state {
        case .text:
            self.state = byte == UInt8(ascii: "<") ? .markup : .reference
            self.markup.removeAll(keepingCapacity: true)
        case .reference: try self.reference(byte, to: &sink)
        case .markup: try self.markup(byte, to: &sink)
        case .comment: self.comment(byte)
        case .cdata: try self.cdata(byte, to: &sink)
        case .instruction: try self.instruction(byte)
        }
    }

    private mutating func comment(_ byte: UInt8) {
        if byte == UInt8(ascii: "-") {
            // `--->` ends too.
            self.matched = min(self.matched + 1, 2)
        } else {
            if byte == UInt8(ascii: ">"), self.matched == 2 { self.state = .text }
            self.matched = 0
        }
    }

    private mutating func instruction(_ byte: UInt8) throws(XMLError) {
        if self.markup.count < Self.markupSizeMax { self.markup.append(byte) }
        if byte == UInt8(ascii: ">"), self.matched == 1 {
            self.state = .text
            try self.declaration()
        }
        self.matched = byte == UInt8(ascii: "?") ? 1 : 0
    }

    private mutating func cdata(_ byte: UInt8, to sink: inout some XMLSink) throws(XMLError) {
        let bracket = UInt8(ascii: "]")
        if byte == bracket, self.matched < 2 {
            self.matched += 1
            return
        }
        if byte == UInt8(ascii: ">"), self.matched == 2 {
            self.matched = 0
            self.state = .text
            return
        }
        if byte == bracket { return try self.literal([bracket], to: &sink) }
        let held = [UInt8](repeating: bracket, count: self.matched)
        self.matched = 0
        try self.literal(held + [byte], to: &sink)
    }

    private mutating func text(_ bytes: UnsafeBufferPointer<UInt8>, to sink: inout some XMLSink) throws(XMLError) {
        guard !self.path.isEmpty else {
            guard bytes.allSatisfy(XMLSpace.contains) else {
                throw self.malformed("text outside of the outermost element")
            }
            return
        }
        switch self.encoding {
        case .latin1 where bytes.contains { $0 >= 0x80 }:
            self.encoding.decoded(bytes).withUnsafeBufferPointer { sink.text($0) }
        default: sink.text(bytes)
        }
    }

    private mutating func literal(_ bytes: [UInt8], to sink: inout some XMLSink) throws(XMLError) {
        try bytes.withUnsafeBufferPointer { (buffer) throws(XMLError) in try self.text(buffer, to: &sink) }
    }

    private mutating func reference(_ byte: UInt8, to sink: inout some XMLSink) throws(XMLError) {
        if byte == UInt8(ascii: ";") {
            let name = self.markup
            self.state = .text
            guard let text = XMLReference.text(of: name[...]) else {
                return try self.literal([0x26] + name + [byte], to: &sink)
            }
            guard !self.path.isEmpty else { throw self.malformed("text outside of the outermost element") }
            return text.withUnsafeBufferPointer { sink.text($0) }
        }
        let ends = byte == UInt8(ascii: "<") || byte == UInt8(ascii: "&") || XMLSpace.contains(byte)
        guard ends || self.markup.count >= Self.referenceSizeMax else {
            self.markup.append(byte)
            return
        }
        let name = self.markup
        self.state = .text
        try self.literal([0x26] + name, to: &sink)
        if byte == UInt8(ascii: "<") || byte == UInt8(ascii: "&") {
            try self.take(byte, to: &sink)
        } else {
            try self.literal([byte], to: &sink)
        }
    }

    private mutating func markup(_ byte: UInt8, to sink: inout some XMLSink) throws(XMLError) {
        guard self.markup.count < Self.markupSizeMax else {
            throw .markupTooLong(allowed: Self.markupSizeMax, offset: self.offset)
        }
        if let quote = self.quote {
            if byte == quote { self.quote = nil }
        } else if byte == UInt8(ascii: ">") {
            self.state = .text
            return try self.tag(to: &sink)
        } else if self.isDeclaration, byte == UInt8(ascii: "["), self.markup.count > 1, self.markup[1] != byte {
            throw .documentType(offset: self.offset)
        } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
            self.quote = byte
        } else if byte == UInt8(ascii: "<") {
            throw self.malformed("`<` within a tag")
        }
        self.markup.append(byte)
        self.recognize()
    }

    private var isDeclaration: Bool { self.markup.first == UInt8(ascii: "!") }

    /// Comments, instructions and CDATA sections are known by their first bytes, and have other ends.
    private mutating func recognize() {
        switch self.markup.count {
        case 1 where self.markup[0] == UInt8(ascii: "?"): self.state = .instruction
        case 3 where self.markup.elementsEqual("!--".utf8): self.state = .comment
        case 8 where self.markup.elementsEqual("![CDATA[".utf8) && !self.path.isEmpty: self.state = .cdata
        default: return
        }
        self.quote = nil
        self.matched = 0
    }

    /// The XML declaration names the encoding; other instructions mean nothing here.
    private mutating func declaration() throws(XMLError) {
        guard self.markup.starts(with: "?xml ".utf8), !self.hasRoot else { return }
        let inner = self.markup.dropFirst(5).dropLast(2)
        var tag = XMLTag(inner)
        guard let attributes = tag.attributes(max: Self.attributesMax) else {
            throw self.malformed("the XML declaration")
        }
        guard let name = attributes.first(where: { $0.name == "encoding" })?.value else { return }
        guard let known = XMLEncoding(named: name) else { throw .encoding(String(name.prefix(40))) }
        self.encoding = known
    }

    private mutating func tag(to sink: inout some XMLSink) throws(XMLError) {
        if self.isDeclaration { return try self.documentType() }
        let isEnd = self.markup.first == UInt8(ascii: "/")
        let bytes = self.encoding == .latin1 ? self.encoding.decoded(self.markup) : self.markup
        if isEnd {
            var tag = XMLTag(bytes.dropFirst())
            guard let name = tag.name(), tag.isAtEnd else { throw self.malformed("an end tag") }
            return try self.close(name, to: &sink)
        }
        let isEmpty = bytes.last == UInt8(ascii: "/")
        var tag = XMLTag(isEmpty ? bytes.dropLast() : bytes[...])
        guard let name = tag.name() else { throw self.malformed("a tag without a name") }
        guard let attributes = tag.attributes(max: Self.attributesMax) else {
            if tag.hasTooMany { throw .tooManyAttributes(allowed: Self.attributesMax, offset: self.offset) }
            throw self.malformed("the attributes of `\(name)`")
        }
        guard self.path.count < Self.depthMax else { throw .tooDeep(allowed: Self.depthMax, offset: self.offset) }
        guard !self.path.isEmpty || !self.hasRoot else { throw self.malformed("a second outermost element `\(name)`") }
        self.hasRoot = true
        self.path.append(name)
        try sink.opened(name, attributes, at: self.offset)
        if isEmpty { try self.close(name, to: &sink) }
    }

    private mutating func close(_ name: String, to sink: inout some XMLSink) throws(XMLError) {
        guard let open = self.path.last else { throw self.malformed("the end of `\(name)`, which is not open") }
        guard open == name else { throw self.malformed("the end of `\(name)` within `\(open)`") }
        self.path.removeLast()
        try sink.closed(name)
    }

    /// Guides begin with the name of XMLTV's document type, which is not read; one that declares anything is refused.
    private func documentType() throws(XMLError) {
        let words = String(decoding: self.markup, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard !self.hasRoot, words.count == 4, words[0].uppercased() == "!DOCTYPE", words[1] == "tv",
            words[2] == "SYSTEM", ["\"xmltv.dtd\"", "'xmltv.dtd'"].contains(words[3])
        else { throw .documentType(offset: self.offset) }
    }

    private func malformed(_ what: String) -> XMLError { .malformed(what, offset: self.offset) }
}
