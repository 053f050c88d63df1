package import Model

/// What the catalogue says about one source: where it is, whose it is, and what it may reach.
///
/// The address is a secret: suppliers put user names and passwords into it.
package struct SourceSpecification: Hashable, Sendable {
    package var id: SourceID
    package var channel: ChannelID
    /// Whose connection limit the source counts against.
    package var supplier: SupplierID
    /// An `http`, `https` or `rtmp` URL, as the operator typed it.
    package var url: Redacted<String>
    /// Whether loopback, private and other special addresses may be connected to; set by the operator, inherited by nothing.
    package var allowsPrivateNetwork: Bool

    package init(
        id: SourceID,
        channel: ChannelID,
        supplier: SupplierID,
        url: Redacted<String>,
        allowsPrivateNetwork: Bool
    ) {
        self.id = id
        self.channel = channel
        self.supplier = supplier
        self.url = url
        self.allowsPrivateNetwork = allowsPrivateNetwork
    }
}
