package import Model
package import NIOCore
import Synchronization

/// All channels that are configured now; any thread.
package final class LiveChannels: Sendable {
    private struct State {
        var channels: [ChannelID: LiveChannel] = [:]
        var specifications: [ChannelID: ChannelSpecification] = [:]
        var hasEnded = false
    }

    private let eventLoopGroup: any EventLoopGroup
    private let services: ChannelServices
    private let state = Mutex(State())

    /// Makes an empty catalogue, whose channels will be spread over the loops of `eventLoopGroup`.
    package init(eventLoopGroup: any EventLoopGroup, services: ChannelServices) {
        self.eventLoopGroup = eventLoopGroup
        self.services = services
    }

    /// The channel with this number; `nil` when it is not configured.
    package func channel(_ id: ChannelID) -> LiveChannel? {
        self.state.withLock { $0.channels[id] }
    }

    /// What channels keep for catch-up; `nil` where nothing is kept.
    package var archive: Archive? { self.services.archive }

    /// All channels, by number.
    package var all: [LiveChannel] {
        self.state.withLock { state in state.channels.values.sorted { $0.id < $1.id } }
    }

    /// Makes the channels what the catalogue says: new ones begin, changed ones change while they run, others end.
    ///
    /// Of two specifications with one number the last one holds.
    package func apply(_ specifications: [ChannelSpecification]) {
        let wanted = Dictionary(specifications.map { ($0.id, $0) }) { _, last in last }
        var added: [LiveChannel] = []
        var changed: [(LiveChannel, ChannelSpecification)] = []
        var removed: [LiveChannel] = []
        self.state.withLock { state in
            guard !state.hasEnded else { return }
            for (id, channel) in state.channels where wanted[id] == nil {
                removed.append(channel)
                state.channels[id] = nil
            }
            for (id, specification) in wanted where state.specifications[id] != specification {
                if let channel = state.channels[id] {
                    changed.append((channel, specification))
                } else {
                    let channel = LiveChannel(specification, on: self.eventLoopGroup.next(), with: self.services)
                    state.channels[id] = channel
                    added.append(channel)
                }
            }
            state.specifications = wanted
        }
        self.services.archive?.keep(wanted.compactMapValues(\.archive))
        for channel in removed { _ = channel.end(why: "removed") }
        for (channel, specification) in changed { channel.change(to: specification) }
        for channel in added { channel.start() }
    }

    /// Ends all channels; returns when their sources have been told so.
    package func shutdown() async throws {
        let channels = self.state.withLock { state in
            state.hasEnded = true
            defer { state.channels = [:] }
            return Array(state.channels.values)
        }
        let ended = channels.map { $0.end(why: "shutdown") }
        for future in ended { try await future.get() }
    }
}
