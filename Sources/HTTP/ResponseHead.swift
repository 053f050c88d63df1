package import NIOCore

/// A response head made once and sent many times.
///
/// It says what a browser or player needs and nothing about who made the media: no `Server`, no `Via`, no `Date`.
package struct ResponseHead: Sendable {
    /// A field beyond the usual ones; name and value are ours, never a peer's.
    package struct Field: Hashable, Sendable {
        package var name: StaticText
        package var value: String

        package init(_ name: StaticText, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package let status: Status
    /// Bytes of the body that goes with it; `nil` when the end of the connection ends the body.
    package let contentLength: Int?
    /// For a connection that stays open.
    package let persistent: ByteBuffer
    /// For a connection that is closed behind the body.
    package let closing: ByteBuffer

    /// Builds both forms; `origin` is the page that may read it, every one when `nil`; control characters in values are left out, so that no value can start another line.
    package init(
        _ status: Status,
        contentType: String,
        contentLength: Int?,
        cacheControl: String,
        origin: String? = nil,
        fields: [Field] = []
    ) {
        self.status = status
        self.contentLength = contentLength
        var text = "HTTP/1.1 \(status.rawValue) \(status.reason)\r\nContent-Type: \(Self.safe(contentType))\r\n"
        if let contentLength { text += "Content-Length: \(contentLength)\r\n" }
        text += "Cache-Control: \(Self.safe(cacheControl))\r\n"
        text += "Access-Control-Allow-Origin: \(origin.map(Self.safe) ?? "*")\r\n"
        // What one page is told may not be kept for another.
        if origin != nil { text += "Vary: Origin\r\n" }
        text += "X-Content-Type-Options: nosniff\r\n"
        for field in fields { text += "\(field.name.text): \(Self.safe(field.value))\r\n" }
        // Said in either case: an HTTP/1.0 peer needs it to keep the connection, a 1.1 peer doesn't mind.
        self.persistent = ByteBuffer(string: text + "Connection: keep-alive\r\n\r\n")
        self.closing = ByteBuffer(string: text + "Connection: close\r\n\r\n")
    }

    private static func safe(_ value: String) -> String {
        guard value.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return value }
        return String(decoding: value.utf8.filter { $0 >= 0x20 && $0 != 0x7F }, as: UTF8.self)
    }
}

/// Text that stands in the program, such as a field's name.
package struct StaticText: Hashable, Sendable, ExpressibleByStringLiteral {
    package let text: String

    package init(stringLiteral value: StaticString) {
        self.text = value.description
    }
}
