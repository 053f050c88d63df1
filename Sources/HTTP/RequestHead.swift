/// A request as far as the media path looks at it.
///
/// The fields that nobody reads are checked and dropped; `Range` is among them: live media has no byte positions
/// that would still mean the same on the next request.
package struct RequestHead: Hashable, Sendable {
    /// What the peer wants done with the target.
    package enum Method: Hashable, Sendable {
        case get
        case head
        case post
    }

    package let method: Method
    package let target: RequestTarget
    /// Whether the peer speaks HTTP/1.1, not 1.0.
    package let isHTTP11: Bool
    /// Whether the connection may carry another request: RFC 9112, 9.3.
    package let keepsAlive: Bool
    /// Bytes of the body behind the head.
    let bodySize: Int
    /// The body of a `POST`, whole; empty for every other request.
    package internal(set) var body: [UInt8] = []
    private let bytes: [UInt8]
    private let hostRange: Range<Int>?
    private let userAgentRange: Range<Int>?
    private let forwardedRanges: [Range<Int>]
    private let deviceIDRange: Range<Int>?
    private let cookieRange: Range<Int>?
    private let originRange: Range<Int>?
    private let contentTypeRange: Range<Int>?

    init(_ draft: RequestDraft, target: RequestTarget, bytes: [UInt8]) {
        self.method = draft.method
        self.target = target
        self.isHTTP11 = draft.isHTTP11
        self.keepsAlive = !draft.saysClose && (draft.isHTTP11 || draft.saysKeepAlive)
        self.bytes = bytes
        self.hostRange = draft.host
        self.userAgentRange = draft.userAgent
        self.forwardedRanges = draft.forwarded
        self.deviceIDRange = draft.deviceID
        self.cookieRange = draft.cookie
        self.originRange = draft.origin
        self.contentTypeRange = draft.contentType
        self.bodySize = draft.bodySize
    }

    /// The `Host` value; `nil` when an HTTP/1.0 peer sent none.
    package var host: String? { self.hostRange.map(self.text) }

    /// The `User-Agent` value, empty when there is none, cut to `sizeMax` bytes; what is not UTF-8 is replaced.
    package func userAgent(sizeMax: Int) -> String {
        guard let range = self.userAgentRange else { return "" }
        var size = min(range.count, max(sizeMax, 0))
        // A cut inside a character would leave a replacement mark that the peer never sent.
        while size > 0, size < range.count, self.bytes[range.lowerBound + size] & 0xC0 == 0x80 { size -= 1 }
        var text = self.text(range.lowerBound..<(range.lowerBound + size))
        // A replacement mark is longer than the byte it stands for.
        while text.utf8.count > sizeMax { text.unicodeScalars.removeLast() }
        return text
    }

    /// The `X-Forwarded-For` lines in their order, unchecked: only to be believed from a trusted proxy.
    package var forwardedFor: [String] { self.forwardedRanges.map(self.text) }

    /// The `X-Device-Id` value, which some apps send; `nil` when there is none.
    package var deviceID: String? { self.deviceIDRange.map(self.text) }

    /// The value of a cookie in the first `Cookie` line, still encoded; `nil` when there is none (RFC 6265, 4.2.1).
    package func cookie(_ name: String) -> String? {
        guard let range = self.cookieRange else { return nil }
        for pair in self.bytes[range].split(separator: UInt8(ascii: ";"), maxSplits: RequestLimits.cookieCountMax) {
            let trimmed = pair.drop { $0 == Ascii.space }
            guard trimmed.starts(with: name.utf8), trimmed.dropFirst(name.utf8.count).first == UInt8(ascii: "=")
            else { continue }
            return String(decoding: trimmed.dropFirst(name.utf8.count + 1), as: UTF8.self)
        }
        return nil
    }

    /// The page that a browser asks for; `nil` when there is none or it is longer than one can be.
    package var origin: String? {
        guard let range = self.originRange, range.count <= RequestLimits.originSizeMax else { return nil }
        return self.text(range)
    }

    /// Whether the body is a form: `application/x-www-form-urlencoded`, whatever its parameters.
    package var hasForm: Bool {
        guard self.method == .post, let range = self.contentTypeRange else { return false }
        let name = self.bytes[range].prefix { $0 != UInt8(ascii: ";") && $0 != Ascii.space && $0 != Ascii.tab }
        return name.map(Ascii.lowercased).elementsEqual("application/x-www-form-urlencoded".utf8)
    }

    private func text(_ range: Range<Int>) -> String { String(decoding: self.bytes[range], as: UTF8.self) }
}
