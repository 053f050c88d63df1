package import Model

/// The address of a live stream on an RTMP server.
///
/// ```text
/// rtmp://host[:port]/app[/instance]/stream[?query]
/// ```
///
/// How the path is split: two segments are app and stream (`/live/x`: the convention of nginx-rtmp); of three or more
/// the first two are app and instance, the rest, slashes included, is the stream, unless the second segment has a colon
/// (`/vod/mp4:dir/file`), which only a stream name has. The query belongs to the stream name, where servers look for
/// tokens. Nothing is percent-decoded: RTMP carries names as they were typed.
///
/// Prints as `rtmp://<redacted>`: paths carry credentials.
package struct RTMPURL: Hashable, Sendable {
    /// Where a server listens when the address names no port.
    package static let portDefault: UInt16 = 1_935
    /// Bytes of an address; longer ones are a mistake or an attack.
    package static let lengthMax = 2_048

    /// A name or an address to connect to; an IPv6 address stands without its brackets.
    package var host: String
    package var port: UInt16
    /// The application, with its instance if there is one: `live`, `live/one`.
    package var app: Redacted<String>
    /// The stream name, with its query if there is one: `x`, `x?token=1`.
    package var stream: Redacted<String>

    /// Reads an address.
    ///
    /// - Throws: ``RTMPURLError`` when it is not of the form above.
    package init(_ text: String) throws(RTMPURLError) {
        let bytes = Array(text.utf8)
        guard bytes.count <= Self.lengthMax else { throw .tooLong(bytes: bytes.count, allowed: Self.lengthMax) }
        guard bytes.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { throw .controlCharacter }
        let prefix = Array("rtmp://".utf8)
        guard bytes.count >= prefix.count, zip(bytes, prefix).allSatisfy({ ($0 | 0x20) == ($1 | 0x20) }) else {
            throw .scheme
        }
        let rest = bytes[prefix.count...]
        let slash = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
        (self.host, self.port) = try Self.authority(rest[..<slash])
        let (app, stream) = try Self.path(rest[slash...].dropFirst())
        self.app = Redacted(app)
        self.stream = Redacted(stream)
    }

    /// What the `connect` command says it connects to.
    var tcURL: String {
        let host = self.host.utf8.contains(UInt8(ascii: ":")) ? "[\(self.host)]" : self.host
        let port = self.port == Self.portDefault ? "" : ":\(self.port)"
        return "rtmp://\(host)\(port)/\(self.app.clear)"
    }

    private static func authority(_ bytes: ArraySlice<UInt8>) throws(RTMPURLError) -> (String, UInt16) {
        guard !bytes.contains(UInt8(ascii: "@")) else { throw .userInfo }
        var host = bytes
        var port: ArraySlice<UInt8>?
        if bytes.first == UInt8(ascii: "[") {
            guard let close = bytes.firstIndex(of: UInt8(ascii: "]")) else { throw .host }
            host = bytes[bytes.index(after: bytes.startIndex)..<close]
            let after = bytes[(close + 1)...]
            guard after.isEmpty || after.first == UInt8(ascii: ":") else { throw .host }
            port = after.isEmpty ? nil : after.dropFirst()
            guard host.allSatisfy({ Self.isHexadecimal($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") }),
                host.contains(UInt8(ascii: ":"))
            else { throw .host }
        } else if let colon = bytes.firstIndex(of: UInt8(ascii: ":")) {
            host = bytes[..<colon]
            port = bytes[(colon + 1)...]
        }
        let isName = host.allSatisfy { Self.isNameByte($0) || $0 == UInt8(ascii: ":") }
        guard (1...253).contains(host.count), isName else { throw .host }
        guard let port else { return (String(decoding: host, as: UTF8.self), Self.portDefault) }
        guard port.count <= 5, port.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = UInt16(String(decoding: port, as: UTF8.self)), number > 0
        else { throw .port }
        return (String(decoding: host, as: UTF8.self), number)
    }

    private static func path(_ bytes: ArraySlice<UInt8>) throws(RTMPURLError) -> (String, String) {
        let end = bytes.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") } ?? bytes.endIndex
        let fragment = bytes.firstIndex(of: UInt8(ascii: "#")) ?? bytes.endIndex
        let segments = bytes[..<end].split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard let app = segments.first, !app.isEmpty else { throw .noApp }
        guard segments.count >= 2 else { throw .noStream }
        let streamStartsAtSecond = segments.count == 2 || segments[1].contains(UInt8(ascii: ":"))
        let stream = bytes[segments[streamStartsAtSecond ? 1 : 2].startIndex..<fragment]
        guard let first = stream.first, first != UInt8(ascii: "?"), first != UInt8(ascii: "/") else { throw .noStream }
        let appEnd = streamStartsAtSecond ? app.endIndex : segments[1].endIndex
        let appText = String(decoding: bytes[bytes.startIndex..<appEnd], as: UTF8.self)
        return (appText, String(decoding: stream, as: UTF8.self))
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte | 0x20)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        let isAlphanumeric = (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
        return isAlphanumeric || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
    }
}

extension RTMPURL: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "rtmp://<redacted>" }
    package var debugDescription: String { self.description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// Why a text is not the address of an RTMP stream; never carries the text.
package enum RTMPURLError: Error, Hashable, Sendable {
    /// Longer than ``RTMPURL/lengthMax`` bytes.
    case tooLong(bytes: Int, allowed: Int)
    /// A space or a control character.
    case controlCharacter
    /// Not `rtmp://`; encrypted and tunnelled forms (`rtmps`, `rtmpt`, `rtmpe`) are not spoken.
    case scheme
    /// `user:password@` before the host; RTMP has no such login, tokens go into the query.
    case userInfo
    /// No host, or not a name or an address.
    case host
    /// Not 1…65535.
    case port
    /// No application after the host.
    case noApp
    /// No stream name after the application.
    case noStream
}
