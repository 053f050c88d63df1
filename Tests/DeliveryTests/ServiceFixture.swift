import Accounts
import Delivery
import HTTP
import LiveChannels
import Model
import NIOCore
import NIOPosix

/// A running service on loopback with channel 7, and what it stands on.
struct ServiceFixture {
    let service: DeliveryService
    let admission: TestAdmission
    let channel: TestChannel
    let group: MultiThreadedEventLoopGroup
    let port: Int

    static func with(
        limit: Int = 100,
        targetDurationSeconds: Int = 6,
        player: (any PlayerAnswering)? = nil,
        _ change: (inout DeliveryConfiguration) -> Void = { _ in },
        _ body: (ServiceFixture) async throws -> Void
    ) async throws {
        var configuration = DeliveryConfiguration()
        configuration.http.host = "127.0.0.1"
        configuration.http.port = 0
        configuration.http.sweepInterval = .milliseconds(20)
        change(&configuration)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let admission = TestAdmission(limit: limit, on: group.next())
        let channel = TestChannel(targetDurationSeconds: targetDurationSeconds)
        let service = DeliveryService(
            configuration: configuration,
            admission: admission,
            channels: TestDirectory(channels: [ChannelID(7): channel]),
            player: player,
            group: group
        )
        var failure: (any Error)?
        do {
            let port = try await service.start()
            try await body(
                ServiceFixture(service: service, admission: admission, channel: channel, group: group, port: port)
            )
        } catch {
            failure = error
        }
        await service.stop()
        try await group.shutdownGracefully()
        if let failure { throw failure }
    }

    func client(reads: Bool = true) async throws -> TestClient {
        try await TestClient(port: self.port, group: self.group, reads: reads)
    }

    /// Starts HLS on channel 7; the path of the media playlist.
    func openHLS(_ client: TestClient, fields: [String] = []) async throws -> String {
        let response = try await client.get("/live/user/pass/7.m3u8", fields: fields)
        return response.text.split(separator: "\n").last.map(String.init) ?? "status \(response.status)"
    }

    /// The next closing that the admission is told of.
    func closing() async -> Closing? {
        await self.admission.closings.first { _ in true }
    }

    /// Waits until every event loop has done what was given to it before.
    func settle() async throws {
        for loop in self.group.makeIterator() { try await loop.submit {}.get() }
    }
}
