/// A head while its lines come in.
struct RequestDraft: Sendable {
    private let limits: RequestLimits
    private(set) var method = RequestHead.Method.get
    private(set) var isHTTP11 = false
    private(set) var saysClose = false
    private(set) var saysKeepAlive = false
    private(set) var host: Range<Int>?
    private(set) var userAgent: Range<Int>?
    private(set) var forwarded: [Range<Int>] = []
    private(set) var deviceID: Range<Int>?
    private(set) var cookie: Range<Int>?
    private(set) var origin: Range<Int>?
    private(set) var contentType: Range<Int>?
    private var target: RequestTarget?
    private var fieldCount = 0
    private var contentLength: Int?
    private var hasTransferEncoding = false

    init(limits: RequestLimits) {
        self.limits = limits
    }

    /// Bytes of the body that follows the head.
    var bodySize: Int { self.contentLength ?? 0 }

    /// Whether the request line has been read.
    var isInFields: Bool { self.target != nil }

    /// Bytes that the line now coming may have, line end included.
    var lineSizeMax: Int { self.isInFields ? self.limits.fieldSizeMax + 2 : self.limits.requestLineSizeMax }

    /// Takes a line without its line end.
    mutating func takeLine(_ bytes: Span<UInt8>, _ line: Range<Int>) throws(RequestRejection) {
        if self.isInFields {
            try self.takeField(bytes, line)
        } else {
            try self.takeRequestLine(bytes, line)
        }
    }

    /// The target, when the head as a whole is one that may be answered.
    func checkedTarget() throws(RequestRejection) -> RequestTarget {
        guard let target = self.target else { throw .requestLine }
        guard !self.hasTransferEncoding else { throw .transferCoding }
        guard self.bodySize == 0 || self.method == .post, self.bodySize <= RequestLimits.bodySizeMax else {
            throw .body
        }
        // RFC 9112, 3.2: a 1.1 request without Host is answered with 400.
        guard self.host != nil || !self.isHTTP11 else { throw .host }
        return target
    }

    private mutating func takeRequestLine(_ bytes: Span<UInt8>, _ line: Range<Int>) throws(RequestRejection) {
        let methodEnd = Self.end(of: bytes, in: line, before: Ascii.space)
        guard methodEnd > line.lowerBound, methodEnd < line.upperBound else { throw .requestLine }
        for index in line.lowerBound..<methodEnd {
            guard Ascii.isToken(bytes[index]) else { throw .requestLine }
        }
        let targetStart = methodEnd + 1
        let targetEnd = Self.end(of: bytes, in: targetStart..<line.upperBound, before: Ascii.space)
        guard targetEnd > targetStart, targetEnd < line.upperBound else { throw .requestLine }
        try self.takeVersion(bytes, (targetEnd + 1)..<line.upperBound)
        switch methodEnd - line.lowerBound {
        case 3 where Self.matches(bytes, line.lowerBound, "GET", exactly: true): self.method = .get
        case 4 where Self.matches(bytes, line.lowerBound, "HEAD", exactly: true): self.method = .head
        case 4 where Self.matches(bytes, line.lowerBound, "POST", exactly: true): self.method = .post
        default: throw .method
        }
        guard targetEnd - targetStart <= self.limits.targetSizeMax else { throw .targetSize }
        guard
            let target = RequestTarget(
                parsing: bytes.extracting(targetStart..<targetEnd),
                sizeMax: self.limits.targetSizeMax
            )
        else { throw .target }
        self.target = target
    }

    private mutating func takeVersion(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(RequestRejection) {
        guard range.count == 8, Self.matches(bytes, range.lowerBound, "HTTP/", exactly: true),
            Ascii.isDigit(bytes[range.lowerBound + 5]), bytes[range.lowerBound + 6] == Ascii.dot,
            Ascii.isDigit(bytes[range.lowerBound + 7])
        else { throw .requestLine }
        guard bytes[range.lowerBound + 5] == UInt8(ascii: "1") else { throw .version }
        // RFC 9112, 2.3: a higher minor version is answered as the highest known.
        self.isHTTP11 = bytes[range.lowerBound + 7] != UInt8(ascii: "0")
    }

    private mutating func takeField(_ bytes: Span<UInt8>, _ line: Range<Int>) throws(RequestRejection) {
        self.fieldCount += 1
        guard self.fieldCount <= self.limits.fieldCountMax else { throw .fieldCount }
        let colon = Self.end(of: bytes, in: line, before: Ascii.colon)
        guard colon > line.lowerBound, colon < line.upperBound else { throw .fieldLine }
        for index in line.lowerBound..<colon {
            guard Ascii.isToken(bytes[index]) else { throw .fieldLine }
        }
        var start = colon + 1
        var end = line.upperBound
        while start < end, Self.isBlank(bytes[start]) { start += 1 }
        while end > start, Self.isBlank(bytes[end - 1]) { end -= 1 }
        for index in start..<end {
            guard Ascii.isFieldValue(bytes[index]) else { throw .fieldLine }
        }
        try self.takeField(bytes, name: line.lowerBound..<colon, value: start..<end)
    }

    private mutating func takeField(
        _ bytes: Span<UInt8>,
        name: Range<Int>,
        value: Range<Int>
    ) throws(RequestRejection) {
        switch name.count {
        case 4 where Self.matches(bytes, name.lowerBound, "host"):
            try self.takeHost(bytes, value)
        case 6 where Self.matches(bytes, name.lowerBound, "cookie"):
            // The first of several: a device needs no more to say who it is.
            self.cookie = self.cookie ?? value
        case 6 where Self.matches(bytes, name.lowerBound, "origin"):
            self.origin = value
        case 10 where Self.matches(bytes, name.lowerBound, "connection"):
            self.takeConnection(bytes, value)
        case 10 where Self.matches(bytes, name.lowerBound, "user-agent"):
            self.userAgent = value
        case 11 where Self.matches(bytes, name.lowerBound, "x-device-id"):
            self.deviceID = self.deviceID ?? value
        case 12 where Self.matches(bytes, name.lowerBound, "content-type"):
            self.contentType = value
        case 14 where Self.matches(bytes, name.lowerBound, "content-length"):
            try self.takeContentLength(bytes, value)
        case 15 where Self.matches(bytes, name.lowerBound, "x-forwarded-for"):
            guard self.forwarded.count < RequestLimits.forwardedLineCountMax else { throw .fieldCount }
            self.forwarded.append(value)
        case 17 where Self.matches(bytes, name.lowerBound, "transfer-encoding"):
            self.hasTransferEncoding = true
        default: break
        }
    }

    private mutating func takeHost(_ bytes: Span<UInt8>, _ value: Range<Int>) throws(RequestRejection) {
        guard self.host == nil, value.count <= RequestLimits.hostSizeMax else { throw .host }
        for index in value {
            let byte = bytes[index]
            let isAllowed =
                Ascii.isDigit(byte) || (0x61...0x7A).contains(byte | 0x20)
                || [Ascii.dot, Ascii.colon, UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "["), UInt8(ascii: "]")]
                    .contains(byte)
            guard isAllowed else { throw .host }
        }
        self.host = value
    }

    /// A length of nothing is let pass: some apps send it with every GET.
    private mutating func takeContentLength(_ bytes: Span<UInt8>, _ value: Range<Int>) throws(RequestRejection) {
        guard self.contentLength == nil, (1...18).contains(value.count) else { throw .contentLength }
        var length = 0
        for index in value {
            guard Ascii.isDigit(bytes[index]) else { throw .contentLength }
            length = length * 10 + Int(bytes[index] - UInt8(ascii: "0"))
        }
        self.contentLength = length
    }

    private mutating func takeConnection(_ bytes: Span<UInt8>, _ value: Range<Int>) {
        var start = value.lowerBound
        while start < value.upperBound {
            let comma = Self.end(of: bytes, in: start..<value.upperBound, before: UInt8(ascii: ","))
            var option = start..<comma
            while !option.isEmpty, Self.isBlank(bytes[option.lowerBound]) { option.removeFirst() }
            while !option.isEmpty, Self.isBlank(bytes[option.upperBound - 1]) { option.removeLast() }
            if option.count == 5, Self.matches(bytes, option.lowerBound, "close") { self.saysClose = true }
            if option.count == 10, Self.matches(bytes, option.lowerBound, "keep-alive") { self.saysKeepAlive = true }
            start = comma + 1
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == Ascii.space || byte == Ascii.tab }

    /// Where `byte` first stands in `range`; its end when nowhere.
    private static func end(of bytes: Span<UInt8>, in range: Range<Int>, before byte: UInt8) -> Int {
        var index = range.lowerBound
        while index < range.upperBound, bytes[index] != byte { index += 1 }
        return index
    }

    /// Whether the lower-case (or exact) `word` stands at `start`; the caller has compared the lengths.
    private static func matches(
        _ bytes: Span<UInt8>,
        _ start: Int,
        _ word: StaticString,
        exactly: Bool = false
    ) -> Bool {
        guard start + word.utf8CodeUnitCount <= bytes.count else { return false }
        for index in 0..<word.utf8CodeUnitCount {
            let byte = bytes[start + index]
            guard (exactly ? byte : Ascii.lowercased(byte)) == word.utf8Start[index] else { return false }
        }
        return true
    }
}

extension Range where Bound == Int {
    fileprivate mutating func removeFirst() { self = (self.lowerBound + 1)..<self.upperBound }
    fileprivate mutating func removeLast() { self = self.lowerBound..<(self.upperBound - 1) }
}
