import Dispatch
import Model
import NIOCore
import NIOPosix

/// A supplier that plays a reel for ever, over HTTP-TS, HLS and RTMP at once, and does wrong what its script says.
///
/// It listens on free ports of 127.0.0.1 and lives as long as somebody holds it.
package final class ScriptedSupplier: Sendable {
    /// What has happened so far.
    package struct Record: Sendable {
        /// A step of the script as it was carried out.
        package struct Done: Sendable {
            /// Seconds after the first connection.
            package var at: Double
            package var fault: Fault
        }

        /// Requests and plays by what was asked for.
        package var asked: [String: Int] = [:]
        /// Connections that were given media, by path.
        package var played: [String: Int] = [:]
        package var faults: [Done] = []
        package var bytesSent = 0
    }

    /// HTTP.
    package let port: Int
    package let rtmpPort: Int
    package let record: Watched<Record>
    private let stage: Stage
    private let channels: [any Channel]

    /// Starts a supplier of `reel`; `others` are those its script may change to.
    package init(_ reel: Reel, script: Script = Script(), others: [Reel] = []) async throws {
        let record = Watched(Record())
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let stage = Stage(reel, script: script, others: others, on: loop, record: record)
        let http = try await Self.listen(loop) { channel in
            try channel.pipeline.syncOperations.addHandler(HTTPRequestHandler(stage))
        }
        let rtmp = try await Self.listen(loop) { channel in
            try channel.pipeline.syncOperations.addHandler(RTMPPlayHandler(stage))
        }
        self.channels = [http, rtmp]
        self.port = http.localAddress?.port ?? 0
        self.rtmpPort = rtmp.localAddress?.port ?? 0
        self.stage = stage
        self.record = record
        // What was on air before takes a moment to make.
        try await loop.submit { stage.start() }.get()
    }

    deinit {
        for channel in self.channels { channel.close(promise: nil) }
        let stage = self.stage
        stage.loop.execute { stage.end() }
    }

    package var transportURL: String { "http://127.0.0.1:\(self.port)/live.ts" }
    package var playlistURL: String { "http://127.0.0.1:\(self.port)/live.m3u8" }
    package var rtmpURL: String { "rtmp://127.0.0.1:\(self.rtmpPort)/live/one" }

    /// Does something wrong at once, whatever the script says.
    package func inject(_ fault: Fault) {
        let stage = self.stage
        stage.loop.execute { stage.carryOut(fault) }
    }

    private static func listen(
        _ loop: any EventLoop,
        _ prepare: @escaping @Sendable (any Channel) throws -> Void
    ) async throws -> any Channel {
        try await ServerBootstrap(group: loop)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in channel.eventLoop.makeCompletedFuture { try prepare(channel) } }
            .bind(host: "127.0.0.1", port: 0).get()
    }
}
