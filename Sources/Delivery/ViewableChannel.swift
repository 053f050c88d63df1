package import LiveChannels
package import Model

/// A channel as viewers need it.
package protocol ViewableChannel: AnyObject, Sendable {
    var segments: SegmentStore { get }
    var ring: LiveRing { get }
    /// RFC 6381 names; empty until known.
    var codecs: [String] { get }
    /// Bits per second.
    var bandwidth: Int { get }
    /// What stood in place of the sources' media since the channel was made; read where a viewer begins and ends.
    var standIns: StandIns { get }
    /// A viewer begins; each is followed by one ``viewerLeft()``.
    func viewerJoined()
    func viewerLeft()
}

/// Where channels are found; any thread.
package protocol ChannelDirectory: Sendable {
    /// `nil` when there is no such channel now.
    func viewable(_ id: ChannelID) -> (any ViewableChannel)?
    /// What channels keep for catch-up; `nil` where nothing is kept.
    var archive: Archive? { get }
}

extension ChannelDirectory {
    package var archive: Archive? { nil }
}

extension LiveChannel: ViewableChannel {}

extension LiveChannels: ChannelDirectory {
    package func viewable(_ id: ChannelID) -> (any ViewableChannel)? { self.channel(id) }
}
