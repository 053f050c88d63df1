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
    /// How long its stream is kept for catch-up; `nil` for not at all.
    package var archive: ArchivePolicy?
    /// Where its media comes from, best first.
    package var sources: [SourceSpecification]

    package init(
        id: ChannelID,
        name: String,
        keep: ChannelKeep,
        returns: ReturnPolicy = .better,
        archive: ArchivePolicy? = nil,
        sources: [SourceSpecification]
    ) {
        self.id = id
        self.name = name
        self.keep = keep
        self.returns = returns
        self.archive = archive
        self.sources = sources
    }
}
