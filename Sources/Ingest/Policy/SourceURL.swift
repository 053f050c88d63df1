package import Model
import RTMP

/// The address of a source, taken apart and checked; prints as `<redacted>`.
///
/// Stricter than RFC 3986 where leniency only helps an attacker: ASCII, no spaces, no backslash, no zone identifiers.
/// Source: RFC 3986, 3.2 (authority).
package struct SourceURL: Hashable, Sendable {
    /// Bytes in the longest address; more is a mistake in a list, and libcurl's own limit is far above.
    package static let sizeMax = 8_192
    /// Bytes in the longest host name (RFC 1035, 2.3.4).
    static let hostSizeMax = 253

    package enum Scheme: String, Hashable, Sendable {
        case http, https, rtmp

        var defaultPort: Int {
            switch self {
            case .http: 80
            case .https: 443
            case .rtmp: 1_935
            }
        }
    }

    package let scheme: Scheme
    /// The whole address without its fragment, as it is given to the transfer library.
    let text: Redacted<String>
    /// The host without brackets.
    let host: Redacted<String>
    package let port: Int
    /// What follows the authority, up to a query: begins with `/`, or is empty.
    let path: Redacted<String>
    /// What follows `?`; `nil` without one.
    let query: Redacted<String>?

    /// Reads an address.
    ///
    /// - Throws: ``SourceURLError``, which repeats nothing of `text`.
    package init(parsing text: String) throws(SourceURLError) {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty else { throw .empty }
        guard bytes.count <= Self.sizeMax else { throw .tooLong }
        guard bytes.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }) else { throw .badCharacter }
        let withoutFragment = text.prefix { $0 != "#" }
        guard let separator = withoutFragment.firstRange(of: "://"),
            let scheme = Scheme(rawValue: withoutFragment[..<separator.lowerBound].lowercased())
        else { throw .unsupportedScheme }
        let rest = withoutFragment[separator.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let target = rest[authority.endIndex...]
        let (host, port) = try Self.hostAndPort(authority, scheme: scheme)
        let path = target.prefix { $0 != "?" }
        self.scheme = scheme
        self.text = Redacted(scheme.rawValue + "://" + rest)
        self.host = Redacted(host)
        self.port = port
        self.path = Redacted(String(path))
        self.query = path.endIndex == target.endIndex ? nil : Redacted(String(target[path.endIndex...].dropFirst()))
        if scheme == .rtmp { try Self.checkRTMP(self.text.clear) }
    }

    private static func checkRTMP(_ text: String) throws(SourceURLError) {
        do throws(RTMPURLError) {
            _ = try RTMPURL(text)
        } catch {
            switch error {
            case .tooLong: throw .tooLong
            case .userInfo: throw .userInfo
            case .noApp, .noStream: throw .noStreamName
            case .port: throw .badPort
            case .host: throw .badHost
            case .controlCharacter: throw .badCharacter
            case .scheme: throw .unsupportedScheme
            }
        }
    }

    private static func hostAndPort(
        _ authority: Substring,
        scheme: Scheme
    ) throws(SourceURLError) -> (host: String, port: Int) {
        let hostPort = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        guard !hostPort.isEmpty else { throw .noHost }
        let host: Substring
        var portText: Substring = ""
        if hostPort.first == "[" {
            guard let end = hostPort.firstIndex(of: "]") else { throw .badHost }
            host = hostPort[hostPort.index(after: hostPort.startIndex)..<end]
            guard host.contains(":"), NetworkAddress(String(host)) != nil else { throw .badHost }
            let after = hostPort[hostPort.index(after: end)...]
            guard after.isEmpty || after.first == ":" else { throw .badPort }
            portText = after.dropFirst()
        } else {
            host = hostPort.prefix { $0 != ":" }
            portText = hostPort[host.endIndex...].dropFirst()
            guard !host.isEmpty else { throw .noHost }
            guard host.utf8.count <= Self.hostSizeMax, host.utf8.allSatisfy(Self.isHostByte) else { throw .badHost }
        }
        // "host:" is legal and means the default port (RFC 3986, 3.2.3).
        guard !portText.isEmpty else { return (String(host), scheme.defaultPort) }
        guard portText.utf8.count <= 5, portText.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = Int(portText), (1...65_535).contains(port)
        else { throw .badPort }
        return (String(host), port)
    }

    /// Letters, digits, `-`, `.` and `_` (not in RFC 952, but in the names of real suppliers).
    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
        }
    }

    /// The address the host spells without a name server, whatever the spelling; `nil` for a name.
    package var literalAddress: NetworkAddress? { HostLiteral.address(self.host.clear) }

    /// What the path promises, before anything was fetched.
    ///
    /// Only decides how the first request is made; what comes back is recognised by its bytes.
    var promisesPlaylist: Bool {
        let path = self.path.clear.lowercased()
        return path.hasSuffix(".m3u8") || path.hasSuffix(".m3u")
    }
}

extension SourceURL: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<redacted>" }
    package var debugDescription: String { "<redacted>" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
