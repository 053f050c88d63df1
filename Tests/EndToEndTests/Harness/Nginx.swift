import Foundation
import TestKit

/// nginx as a supplier: one live channel as HLS files and as RTMP, each fed by an ffmpeg.
final class Nginx: Sendable {
    let hlsURL: String
    let rtmpURL: String
    private let scratch: Scratch
    private let server: Program
    private let publishers: [Program]

    /// Starts the server and both publishers; returns when there is something to play.
    init(playing media: Media) async throws {
        let scratch = try Scratch()
        self.scratch = scratch
        let files = try scratch.folder("www")
        let (http, rtmp) = (try Loopback.freePort(), try Loopback.freePort())
        self.hlsURL = "http://127.0.0.1:\(http)/live.m3u8"
        self.rtmpURL = "rtmp://127.0.0.1:\(rtmp)/live/one"
        let configuration = try scratch.write(
            Self.configuration(scratch.path, files: files, http: http, rtmp: rtmp),
            to: "nginx.conf"
        )
        let server = try await Program("nginx", ["-p", scratch.path, "-e", "stderr", "-c", configuration])
        self.server = server
        _ = try await server.errors.line("nginx to listen", within: .seconds(10)) { $0.contains("event method") }

        let file = try await media.file
        let input = ["-nostdin", "-hide_banner", "-nostats", "-re", "-stream_loop", "-1", "-i", file, "-c", "copy"]
        let segments = try await Program(
            "ffmpeg",
            input + ["-f", "hls", "-hls_time", "2", "-hls_flags", "delete_segments", "\(files)/live.m3u8"]
        )
        let publisher = try await Program(
            "ffmpeg",
            input + ["-progress", "pipe:1", "-f", "flv", self.rtmpURL]
        )
        self.publishers = [segments, publisher]
        _ = try await publisher.output.line("RTMP to be published", within: .seconds(10)) { $0 == "progress=continue" }
        // The third segment is begun when two can be played.
        _ = try await segments.errors.line("HLS segments", within: .seconds(20)) {
            $0.contains("live2.ts' for writing")
        }
    }

    private static func configuration(_ path: String, files: String, http: Int, rtmp: Int) -> String {
        """
        load_module /usr/lib/nginx/modules/ngx_rtmp_module.so;
        daemon off; master_process off; pid \(path)/nginx.pid; error_log stderr notice;
        events { worker_connections 64; }
        http {
            access_log off;
            client_body_temp_path \(path)/body; proxy_temp_path \(path)/proxy; fastcgi_temp_path \(path)/fastcgi;
            uwsgi_temp_path \(path)/uwsgi; scgi_temp_path \(path)/scgi;
            types { application/vnd.apple.mpegurl m3u8; video/mp2t ts; }
            server { listen 127.0.0.1:\(http); root \(files); }
        }
        rtmp {
            server {
                listen 127.0.0.1:\(rtmp); chunk_size 4096;
                application live { live on; idle_streams on; }
            }
        }
        """
    }
}
