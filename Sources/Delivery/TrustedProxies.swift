package import HTTP
import Model

/// The proxies that may say whom they speak for.
///
/// The viewer's address is the socket's, unless the socket is a trusted proxy's: then it is the rightmost address of
/// `X-Forwarded-For` that isn't one. What stands left of that anyone may have written.
package struct TrustedProxies: Sendable {
    /// Addresses of one request that are looked at, from the right; no chain of one's own proxies is longer.
    package static let hopCountMax = 16

    package let networks: [AddressPrefix]

    package init(_ networks: [AddressPrefix] = []) {
        self.networks = networks
    }

    /// Reads addresses and networks such as `10.0.0.0/8` or `2001:db8::1`; `nil` when one is neither.
    package init?(parsing texts: [String]) {
        var networks: [AddressPrefix] = []
        for text in texts {
            guard let network = Self.network(text) else { return nil }
            networks.append(network)
        }
        self.networks = networks
    }

    /// Whose request it is that came from `peer` with these `X-Forwarded-For` lines.
    package func client(peer: PeerAddress, forwardedFor lines: @autoclosure () -> [String]) -> PeerAddress {
        guard !self.networks.isEmpty, self.contains(peer) else { return peer }
        var client = peer
        let hops = lines().joined(separator: ",").split(separator: ",", omittingEmptySubsequences: false).reversed()
        for hop in hops.prefix(Self.hopCountMax) {
            // What can't be read was not written by a proxy of ours: the one that passed it on is as far as we know.
            guard let address = Self.address(hop) else { return client }
            client = address
            guard self.contains(address) else { return client }
        }
        return client
    }

    package func contains(_ address: PeerAddress) -> Bool { self.networks.contains { $0.contains(address) } }

    private static func network(_ text: String) -> AddressPrefix? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let address = NetworkAddress(String(parts[0])) else { return nil }
        let sizeMax = address.isIPv4 ? 32 : 128
        guard parts.count == 2 else { return AddressPrefix(PeerAddress(bytes: address.bytes)) }
        guard let bits = Int(parts[1]), (0...sizeMax).contains(bits) else { return nil }
        return AddressPrefix(PeerAddress(bytes: address.bytes), bits: 128 - sizeMax + bits)
    }

    /// Reads `a.b.c.d`, `a.b.c.d:port`, `v6` or `[v6]:port`.
    private static func address(_ text: Substring) -> PeerAddress? {
        var text = text
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]") else { return nil }
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.first == ":" else { return nil }
            text = text[text.index(after: text.startIndex)..<end]
        } else if text.contains("."), let colon = text.lastIndex(of: ":"), text.firstIndex(of: ":") == colon {
            text = text[..<colon]
        }
        return NetworkAddress(String(text)).map { PeerAddress(bytes: $0.bytes) }
    }
}
