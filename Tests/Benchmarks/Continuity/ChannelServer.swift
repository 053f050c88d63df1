import Events
import Ingest
import LiveChannels
import Model
import NIOPosix

/// Channels in a process of their own, each taken from a supplier and kept ready for viewers, on one event loop.
enum ChannelServer {
    /// Runs `channels=` channels from the supplier at `port=` until standard input ends.
    static func run(_ settings: Role.Settings) async throws {
        let (count, port) = (Int64(try settings.number("channels")), try settings.number("port"))
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let engine = IngestEngine(eventLoopGroup: group)
        let supplier = SupplierID(rawValue: "bench")
        engine.setLimit(Int(count), of: supplier)
        let services = ChannelServices(
            sources: SourceOpener(engine),
            record: { _ in },
            wallTime: { WallTime(microseconds: Int64(Stopwatch.now * 1e6)) }
        )
        let channels = LiveChannels(eventLoopGroup: group, services: services)
        channels.apply(
            (1...count).map { number in
                let source = SourceSpecification(
                    id: SourceID(number),
                    channel: ChannelID(number),
                    supplier: supplier,
                    url: Redacted("http://127.0.0.1:\(port)/\(number).ts"),
                    allowsPrivateNetwork: true
                )
                return ChannelSpecification(id: ChannelID(number), name: "\(number)", keep: .always, sources: [source])
            }
        )
        Console.say("ready")
        Console.waitForEnd()
        let live = channels.all.count { $0.segments.playlist() != nil }
        Console.say("live=\(live)")
        try await channels.shutdown()
        await engine.shutdown()
    }
}
