package import Model
import Synchronization

/// The guide as channels know it: programmes by channel number; any thread.
///
/// Which id of the guides a channel has is worked out anew when the catalogue or a guide changes, and never kept.
package final class GuideBook: Sendable {
    private struct State {
        var channels: [GuideMatcher.Channel] = []
        var matches: [ChannelID: GuideMatch] = [:]
        /// How often matches changed.
        var changes: Int64 = 0
    }

    package let store: GuideStore
    private let state = Mutex(State())

    package init(store: GuideStore) {
        self.store = store
    }

    /// Grows with everything that changes an answer here, as long as the process lives; for caches.
    package var version: Int64 { self.state.withLock { $0.changes } &+ self.store.version }

    /// The catalogue has these channels now.
    package func channels(are channels: [GuideMatcher.Channel]) throws {
        guard self.state.withLock({ $0.channels != channels }) else { return }
        self.state.withLock { $0.channels = channels }
        try self.rematch()
    }

    /// A guide was refreshed.
    package func rematch() throws {
        let matcher = GuideMatcher(try self.store.channels().map(\.channel))
        self.state.withLock { state in
            var matches: [ChannelID: GuideMatch] = [:]
            for channel in state.channels { matches[channel.id] = matcher.match(channel) }
            guard matches != state.matches else { return }
            state.matches = matches
            state.changes += 1
        }
    }

    /// What the guides call a channel: players' `epg_channel_id`; `nil` when it is not known.
    package func match(of channel: ChannelID) -> GuideMatch? { self.state.withLock { $0.matches[channel] } }

    /// Channels of the catalogue.
    package var channelCount: Int { self.state.withLock { $0.channels.count } }

    /// All that are known.
    package var matches: [ChannelID: GuideMatch] { self.state.withLock { $0.matches } }

    /// The programme that runs at `time`, where one does, and the ones after it: `limit` in all; none for unknown channels.
    package func upcoming(of channel: ChannelID, at time: WallTime, limit: Int = 2) throws -> [Programme] {
        guard let match = self.match(of: channel) else { return [] }
        return try self.store.upcoming(of: match.epg, at: time, limit: limit)
    }

    /// The programmes that run at any time in `from ..< to`, by time; none for unknown channels.
    package func programmes(of channel: ChannelID, from: WallTime, to: WallTime) throws -> [Programme] {
        guard let match = self.match(of: channel) else { return [] }
        return try self.store.programmes(of: match.epg, from: from, to: to)
    }
}
