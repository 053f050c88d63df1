import Delivery
import HTTP
import Ledger
import NIOCore
import NIOPosix

/// The product's viewers' side in a process of its own, on one event loop.
enum MediaServer {
    /// Serves `customers=` customers until standard input ends; prints `port=`.
    static func run(_ settings: Role.Settings) async throws {
        let directory = try TemporaryDirectory()
        let office = try await Office(
            directory: directory.path,
            customers: try settings.number("customers"),
            limit: 4
        )
        let channel = MadeUpChannel()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        var configuration = DeliveryConfiguration()
        configuration.http.host = "127.0.0.1"
        configuration.http.port = 0
        let service = DeliveryService(
            configuration: configuration,
            admission: office.admission,
            channels: channel,
            group: group
        )
        let port = try await service.start()
        channel.start(on: group.next())
        Console.say("port=\(port)")
        Console.waitForEnd()
        await service.stop()
        office.ledger.stop()
    }
}

/// The product's server as a child.
final class ServerProcess {
    let child: Child
    let port: Int

    init(customers: Int) throws {
        self.child = try Child(role: "server", ["customers=\(customers)"], core: Machine.serverCore)
        self.port = try PortLine.read(from: self.child)
    }
}

/// The line by which a server says where it listens.
enum PortLine {
    static func read(from child: Child) throws -> Int {
        guard let line = child.line(), let port = Int(line.dropFirst("port=".count)) else {
            throw LoadFailed(role: "server", output: "it did not start")
        }
        return port
    }
}
