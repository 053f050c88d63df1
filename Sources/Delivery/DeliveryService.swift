package import Accounts
import Events
package import HTTP
package import Model
package import NIOCore
import Synchronization

/// The viewers' side: HLS and live MPEG-TS under the operator's own addresses.
package final class DeliveryService: Sendable {
    private let core: DeliveryCore
    private let group: any EventLoopGroup
    private let server: HTTPServer

    /// Takes its channels from `channels`, its decisions from `admission`, what apps are told from `player`; nothing happens until ``start()``.
    package init(
        configuration: DeliveryConfiguration,
        admission: any Admission,
        channels: any ChannelDirectory,
        player: (any PlayerAnswering)? = nil,
        group: any EventLoopGroup,
        makeSecureHandler: HTTPServer.SecureHandler? = nil
    ) {
        var http = configuration.http
        // A trusted proxy speaks for many viewers; its sockets are not one viewer's.
        http.exemptNetworks += configuration.trustedProxies.networks
        let core = DeliveryCore(
            configuration: configuration,
            admission: admission,
            channels: channels,
            player: player
        )
        self.core = core
        self.group = group
        self.server = HTTPServer(
            configuration: http,
            group: group,
            isBanned: { core.throttle.isBanned($0, at: $1) },
            makeSecureHandler: makeSecureHandler,
            makeResponder: { DeliveryResponder(core: core, loop: $0) }
        )
    }

    /// Listens; the port that was bound.
    ///
    /// - Throws: NIO's `IOError` when the address can't be bound.
    package func start() async throws -> Int {
        try await self.server.start()
    }

    /// Listens; the ports that were bound.
    ///
    /// - Throws: NIO's `IOError` when an address can't be bound.
    package func startAll() async throws -> HTTPServer.Ports {
        try await self.server.startAll()
    }

    /// The ledger has ended these connections: playlists and segments are refused from now on, streams closed at once.
    ///
    /// Each is closed with `reason` through ``Admission/close(_:)``. Ids that aren't here yet are remembered, since their grants may still be on their way.
    package func drop(_ connections: [ConnectionID], reason: Closing.Reason) {
        _ = self.core.drop(connections, reason)
    }

    /// A ban was recorded; one that refuses everything ends what its addresses watch.
    package func banned(_ ban: AddressBan) {
        let now = NIODeadline.now()
        self.core.throttle.banRecorded(ban, at: now)
        let ledger = self.core.throttle
        guard ban.reach == .everything else { return }
        for viewer in self.core.table.hlsViewers
        where viewer.addresses.contains(where: { ledger.isBanned($0, at: now) }) {
            self.core.end(viewer, .evicted, at: now)
        }
        self.server.close { ledger.isBanned($0, at: now) }
    }

    /// A ban was lifted.
    package func unbanned(_ range: AddressRange) {
        self.core.throttle.banLifted(range)
    }

    /// Admits nobody any more, ends every viewer with reason `shutdown`, and closes all sockets.
    ///
    /// Returns when decisions that were under way have come back (5 s at most) and every connection is closed.
    package func stop() async {
        self.core.beginStopping()
        await self.server.stopAccepting()
        await self.endAll()
        let loop = self.group.next()
        let deadline = NIODeadline.now() + self.core.configuration.stopDeadline
        try? await self.core.decisions.close(on: loop, deadline: deadline).get()
        await self.endAll()
        await self.server.stop()
    }

    private func endAll() async {
        let now = NIODeadline.now()
        for viewer in self.core.table.hlsViewers { self.core.end(viewer, .shutdown, at: now) }
        for dropped in self.core.table.tsViewers.map({ $0.drop(.shutdown) }) { try? await dropped.get() }
    }

    /// What has happened since the start, and who is there now.
    package var status: DeliveryStatus {
        let counters = self.core.counters
        let (hls, ts) = self.core.table.counts
        return DeliveryStatus(
            connections: self.server.connectionCount,
            hlsViewers: hls,
            tsViewers: ts,
            requests: counters.requests.load(ordering: .relaxed),
            playlists: counters.playlists.load(ordering: .relaxed),
            segments: counters.segments.load(ordering: .relaxed),
            answers: counters.answers.load(ordering: .relaxed),
            bytes: counters.bytes.load(ordering: .relaxed),
            denials: counters.denials.load(ordering: .relaxed),
            throttled: counters.throttled.load(ordering: .relaxed),
            skips: counters.skips.load(ordering: .relaxed),
            stalled: counters.stalled.load(ordering: .relaxed),
            refused: self.server.refusedCount,
            throttleEvictions: self.core.throttle.evictedCount,
            isCrowded: self.server.isCrowded || self.core.throttle.isCrowded
        )
    }
}
