package import NIOCore

/// What the listener of the media path can be told.
package struct HTTPConfiguration: Sendable {
    /// Address to listen on; `0.0.0.0` or `::` for all.
    package var host = "0.0.0.0"
    /// 0 for any free port.
    package var port = 8080
    /// Where TLS is spoken, beside the address above; 0 is any free port, `nil` nowhere.
    package var secureHost = "0.0.0.0"
    package var securePort: Int?
    /// Whether anything is listened to without TLS.
    package var isPlainServed = true
    /// From the accept to the end of a TLS handshake.
    package var handshakeDeadline = TimeAmount.seconds(10)
    /// From the first byte of a head (or the accept) to its end, however the bytes drip.
    package var headDeadline = TimeAmount.seconds(10)
    /// What a request may be at most.
    package var request = RequestLimits()
    /// How long a connection may stay open between requests.
    package var idleDeadline = TimeAmount.seconds(30)
    /// How long the peer may take no byte while some wait for it.
    package var writeDeadline = TimeAmount.seconds(20)
    /// How long a closed connection waits for the peer to read what was last said.
    package var lingerDeadline = TimeAmount.seconds(2)
    /// How often deadlines are looked at; they are late by this much at most.
    package var sweepInterval = TimeAmount.seconds(1)
    /// Connections in all; `nil` for nine tenths of the file descriptors, 32 kept back.
    package var connectionCountMax: Int?
    /// Connections of one address (a /64 of IPv6).
    package var connectionsPerAddressMax = 64
    /// New connections of one address a second, above ``acceptBurst``.
    package var acceptsPerSecond = 20
    /// New connections of one address at once.
    package var acceptBurst = 60
    /// Networks whose connections and refusals aren't counted per address: the operator's own proxies, which speak for many viewers.
    package var exemptNetworks: [AddressPrefix] = []
    /// Whether the limits per address don't count loopback, too; it gives no other right.
    package var exemptsLoopback = true
    /// Connections that the kernel holds until they are accepted.
    package var backlog: Int32 = 1024

    package init() {}

    /// Whether the limits per address don't count an address.
    package func isExempt(_ address: PeerAddress) -> Bool {
        self.exemptNetworks.contains { $0.contains(address) } || (self.exemptsLoopback && address.isLoopback)
    }
}
