package import Events
package import Ingest
package import Model

/// What the catalogue says about one channel.
package struct ChannelSpecification: Hashable, Sendable {
    package var id: ChannelID
    package var name: String
    /// Whether the source is pulled with nobody watching.
    package var keep: ChannelKeep
    /// Whether it goes back to a better source that is well again.
    package var returns: ReturnPolicy
    /// Where its media comes from, best first.
    package var sources: [SourceSpecification]

    package init(
        id: ChannelID,
        name: String,
        keep: ChannelKeep,
        returns: ReturnPolicy = .better,
        sources: [SourceSpecification]
    ) {
        self.id = id
        self.name = name
        self.keep = keep
        self.returns = returns
        self.sources = sources
    }
}
