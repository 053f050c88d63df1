import Foundation
import NIOCore
import NIOPosix

/// An nginx with its RTMP module on a free port of loopback, and ffmpeg as its publisher.
final class RTMPServer {
    private static let module = "/usr/lib/nginx/modules/ngx_rtmp_module.so"

    static var isInstalled: Bool { FileManager.default.fileExists(atPath: Self.module) }

    let port: Int
    private let folder: URL
    private let nginx: Process
    private var publishers: [Process] = []

    /// Starts it and returns when it listens.
    init() async throws {
        let folder = TestMedia.makeFolder("nginx")
        self.folder = folder
        self.port = try await Self.freePort()
        let configuration = """
            load_module \(Self.module);
            daemon off; master_process off;
            \(geteuid() == 0 ? "user root;" : "")
            pid \(folder.path)/pid; error_log /dev/null;
            events { worker_connections 64; }
            rtmp { server { listen 127.0.0.1:\(self.port); chunk_size 4096;
              application live { live on; idle_streams on; } } }
            """
        let file = folder.appending(path: "nginx.conf")
        try Data(configuration.utf8).write(to: file)
        self.nginx = try TestMedia.spawn("nginx", ["-p", folder.path, "-c", file.path])
        try await Self.waitUntilListening(self.port)
    }

    func url(_ target: String) -> String { "rtmp://127.0.0.1:\(self.port)\(target)" }

    /// Publishes the test media in real time, again and again.
    func publish(_ name: String) throws -> Process {
        let process = try TestMedia.spawn(
            "ffmpeg",
            [
                "-v", "quiet", "-nostdin", "-re", "-stream_loop", "-1", "-i", TestMedia.transportStreamFile,
                "-c", "copy", "-f", "flv", self.url("/live/\(name)"),
            ]
        )
        self.publishers.append(process)
        return process
    }

    func kill(_ process: Process) {
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    func stopServer() { self.kill(self.nginx) }

    func stop() {
        for process in self.publishers + [self.nginx] where process.isRunning { self.kill(process) }
        try? FileManager.default.removeItem(at: self.folder)
    }

    private static func freePort() async throws -> Int {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0)
            .get()
        let port = channel.localAddress?.port ?? 0
        try await channel.close()
        return port
    }

    /// Connects until somebody answers, at most some seconds.
    private static func waitUntilListening(_ port: Int) async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        for attempt in 0..<200 {
            do {
                let channel = try await ClientBootstrap(group: loop).connect(host: "127.0.0.1", port: port).get()
                return try await channel.close()
            } catch {
                if attempt == 199 { throw error }
                try await loop.scheduleTask(in: .milliseconds(25)) {}.futureResult.get()
            }
        }
    }
}
