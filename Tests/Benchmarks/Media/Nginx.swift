import Glibc

/// nginx as one serves HLS with it: static files, and an application that is asked about every request.
///
/// Two processes on the servers' core: the files with their `auth_request`, and the application, which is an nginx, too,
/// and answers 204 to everything over connections that are kept.
final class Nginx {
    static let playlist = "live.m3u8"

    let port: Int
    private let directory: TemporaryDirectory
    private let files: Child
    private let application: Child

    /// Processes whose processor time counts for requests to `authorised()` paths.
    var pids: [pid_t] { [self.files.pid, self.application.pid] }

    /// Serves a playlist and as many segments as the made-up channel has.
    init(playlist: [UInt8]) throws {
        self.directory = try TemporaryDirectory(inMemory: true)
        let base = self.directory.path
        chmod(base, 0o755)
        let root = try self.directory.makeDirectory("root")
        try Files.write(playlist, to: "\(root)/\(Self.playlist)")
        for number in 0..<MadeUpChannel.segmentCount {
            let bytes = MadeUpChannel.packets(MadeUpChannel.segmentSize, mark: UInt8(truncatingIfNeeded: number))
            try Files.write(bytes, to: "\(root)/\(number).ts")
        }
        self.port = try Loopback.freePort()
        let applicationPort = try Loopback.freePort()
        try Files.write(Array(Self.application(applicationPort).utf8), to: "\(base)/application.conf")
        try Files.write(Array(Self.files(self.port, applicationPort, root).utf8), to: "\(base)/files.conf")
        self.application = try Self.start("application", in: base)
        self.files = try Self.start("files", in: base)
        try Loopback.waitForListener(port: applicationPort)
        try Loopback.waitForListener(port: self.port)
    }

    func end() {
        self.files.end(by: SIGTERM)
        self.application.end(by: SIGTERM)
    }

    /// A path that is served only after the application agreed.
    static func authorised(_ name: String) -> String { "/authorised/\(name)" }

    private static func start(_ name: String, in base: String) throws -> Child {
        try Child(
            ["nginx", "-p", base, "-c", "\(base)/\(name).conf", "-e", "\(base)/\(name).log"],
            core: Machine.serverCore
        )
    }

    /// What both have in common: one process in the foreground, no log, connections that stay.
    private static func common(_ name: String) -> String {
        """
        daemon off; master_process off; pid \(name).pid; error_log \(name).log error;
        worker_rlimit_nofile 16384;
        events { worker_connections 8192; }
        """
    }

    private static let temporaryPaths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map { "\($0)_temp_path temporary-\($0);" }.joined(separator: " ")

    private static func application(_ port: Int) -> String {
        """
        \(self.common("application"))
        http {
          access_log off; keepalive_requests 1000000000; keepalive_timeout 600s; \(self.temporaryPaths)
          server { listen 127.0.0.1:\(port); location / { return 204; } }
        }
        """
    }

    private static func files(_ port: Int, _ application: Int, _ root: String) -> String {
        """
        \(self.common("files"))
        http {
          access_log off; \(self.temporaryPaths)
          sendfile on; sendfile_max_chunk 2m; tcp_nopush on; tcp_nodelay on;
          keepalive_requests 1000000000; keepalive_timeout 600s;
          open_file_cache max=1000 inactive=60s; open_file_cache_valid 60s;
          types { video/mp2t ts; application/vnd.apple.mpegurl m3u8; }
          root \(root);
          upstream application { server 127.0.0.1:\(application); keepalive 64; keepalive_requests 1000000000; }
          server {
            listen 127.0.0.1:\(port) backlog=4096;
            add_header Cache-Control no-cache;
            add_header Access-Control-Allow-Origin *;
            location / { }
            location /authorised/ { alias \(root)/; auth_request /ask; }
            location = /ask {
              internal; proxy_pass http://application/check; proxy_http_version 1.1;
              proxy_set_header Connection ""; proxy_pass_request_body off; proxy_set_header Content-Length "";
              proxy_set_header X-Original-URI $request_uri;
            }
          }
        }
        """
    }
}
