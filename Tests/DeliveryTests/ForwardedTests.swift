import Delivery
import HTTP
import Model
import NIOCore
import Testing

/// Whose request it is, from the head as it came over the socket.
struct ForwardedTests {
    private static let proxy = "10.0.0.1"
    private static let stranger = "198.51.100.99"

    /// Header lines, and whom they name when the trusted proxy sends them; `nil` for the proxy itself.
    static let variants: [([String], String?)] = [
        ([], nil),
        (["X-Forwarded-For: 192.0.2.1"], "192.0.2.1"),
        (["x-forwarded-for: 192.0.2.1"], "192.0.2.1"),
        (["X-FORWARDED-FOR:192.0.2.1"], "192.0.2.1"),
        (["X-Forwarded-For: \t 192.0.2.1 \t"], "192.0.2.1"),
        (["X-Forwarded-For: 6.6.6.6, 192.0.2.1"], "192.0.2.1"),
        (["X-Forwarded-For: 127.0.0.1, 192.0.2.1"], "192.0.2.1"),
        (["X-Forwarded-For: 6.6.6.6", "X-Forwarded-For: 192.0.2.1"], "192.0.2.1"),
        (["X-Forwarded-For: 192.0.2.1, 10.0.0.2"], "192.0.2.1"),
        (["X-Forwarded-For: 192.0.2.1, ::ffff:10.0.0.2"], "192.0.2.1"),
        (["X-Forwarded-For: ::ffff:192.0.2.1"], "192.0.2.1"),
        (["X-Forwarded-For: ::FFFF:C000:0201"], "192.0.2.1"),
        (["X-Forwarded-For: [::ffff:192.0.2.1]:443"], "192.0.2.1"),
        (["X-Forwarded-For: 192.0.2.1:50000"], "192.0.2.1"),
        (["X-Forwarded-For: 2001:db8::7"], "2001:db8::7"),
        (["X-Forwarded-For: [2001:db8::7]:443"], "2001:db8::7"),
        (["X-Forwarded-For: 100.64.3.4"], "100.64.3.4"),
        (["X-Forwarded-For: 127.0.0.1"], "127.0.0.1"),
        (["X-Forwarded-For: fe80::1%eth0"], nil),
        (["X-Forwarded-For: 192.0.2.1, fe80::1%eth0"], nil),
        (["X-Forwarded-For: unknown"], nil),
        (["X-Forwarded-For: 192.0.2.1, unknown"], nil),
        (["X-Forwarded-For: _hidden, 192.0.2.1"], "192.0.2.1"),
        (["X-Forwarded-For: 0300.0.2.1"], nil),
        (["X-Forwarded-For: 3221225985"], nil),
        (["X-Forwarded-For: 192.0.2.1,"], nil),
        (["X-Forwarded-For:"], nil),
        (["X-Forwarded-For: \"192.0.2.1\""], nil),
        (["X-Forwarded-For: 192.0.2.1 192.0.2.2"], nil),
        // Nobody is asked to say so in these, so anybody may have written them.
        (["Forwarded: for=192.0.2.1"], nil),
        (["Forwarded: for=\"[2001:db8::7]\";proto=https"], nil),
        (["X-Real-IP: 192.0.2.1"], nil),
        (["X-Real-IP: 192.0.2.1", "X-Forwarded-For: 203.0.113.5"], "203.0.113.5"),
        (["Forwarded: for=192.0.2.1", "X-Forwarded-For: 203.0.113.5"], "203.0.113.5"),
        (["X-Client-IP: 192.0.2.1", "True-Client-IP: 192.0.2.1", "CF-Connecting-IP: 192.0.2.1"], nil),
        (["X-Forwarded: 192.0.2.1", "X-Forwarded-Host: 192.0.2.1", "Via: 1.1 192.0.2.1"], nil),
        (["X_Forwarded_For: 192.0.2.1"], nil),
    ]

    private static func lines(_ fields: [String]) throws -> [String] {
        let text =
            (["GET /live/a/b/1.ts HTTP/1.1", "Host: tv.example"] + fields).joined(separator: "\r\n") + "\r\n\r\n"
        var parser = RequestParser()
        let bytes = Array(text.utf8)
        guard case .request(let head, _) = parser.parse(bytes.span) else {
            Issue.record("not read: \(text)")
            return []
        }
        return head.forwardedFor
    }

    private static func peer(_ text: String) throws -> PeerAddress {
        PeerAddress(bytes: try #require(NetworkAddress(text)).bytes)
    }

    @Test(arguments: variants.indices)
    func `a trusted proxy is believed, in the one field that it writes`(_ index: Int) throws {
        let (fields, named) = Self.variants[index]
        let proxies = try #require(TrustedProxies(parsing: ["10.0.0.0/8"]))
        let lines = try Self.lines(fields)
        for proxy in [Self.proxy, "::ffff:10.0.0.1"] {
            let client = proxies.client(peer: try Self.peer(proxy), forwardedFor: lines)
            #expect(client == (try Self.peer(named ?? Self.proxy)), "\(fields)")
        }
    }

    @Test(arguments: variants.indices)
    func `nobody else is believed, whatever is written`(_ index: Int) throws {
        let lines = try Self.lines(Self.variants[index].0)
        let stranger = try Self.peer(Self.stranger)
        for trusted in [[], ["10.0.0.0/8"], ["198.51.100.98"]] {
            let proxies = try #require(TrustedProxies(parsing: trusted))
            #expect(proxies.client(peer: stranger, forwardedFor: lines) == stranger)
        }
    }
}
