import Foundation
import Synchronization
import TestKit

/// The streams that suppliers play, made by ffmpeg once a run.
enum Media: String, CaseIterable, Sendable {
    /// H.264 Main with B-pictures, and AAC.
    case h264
    /// HEVC and AC-3.
    case hevc
    /// MPEG-2 video and MP2.
    case mpeg2

    /// The path of the stream's file.
    var file: String { get async throws { try await Workshop.shared.file(self) } }

    /// Seconds of it; longer than any test plays it.
    var seconds: Int { self == .h264 ? 80 : 24 }

    fileprivate var encoders: [String] {
        let text =
            switch self {
            case .h264:
                """
                -c:v libx264 -preset superfast -profile:v main -b:v 700k -maxrate 700k -bufsize 700k \
                -x264-params keyint=50:min-keyint=50:scenecut=0:bframes=2:b-adapt=0:b-pyramid=none -c:a aac -b:a 96k
                """
            case .hevc:
                """
                -c:v libx265 -preset ultrafast -b:v 700k \
                -x265-params log-level=error:keyint=50:min-keyint=50:scenecut=0:bframes=3 -c:a ac3 -b:a 96k
                """
            case .mpeg2: "-c:v mpeg2video -b:v 800k -maxrate 1M -bufsize 1M -bf 2 -g 12 -c:a mp2 -b:a 128k"
            }
        return text.split(separator: " ").map(String.init)
    }
}

/// Makes each stream once, whoever asks first.
private actor Workshop {
    static let shared = Workshop()

    private var files: [Media: Task<String, any Error>] = [:]
    private let scratch: Result<Scratch, any Error>

    private init() {
        let scratch = Result { try Scratch() }
        self.scratch = scratch
        // The workshop lives as long as the process, so nothing else would remove its folder.
        Self.path.withLock { $0 = try? scratch.get().path }
        atexit { Workshop.path.withLock { $0 }.map { try? FileManager.default.removeItem(atPath: $0) } }
    }

    private static let path = Mutex<String?>(nil)

    func file(_ media: Media) async throws -> String {
        let folder = try self.scratch.get().path
        // All of them at the first asking, while other things are waited for.
        for media in Media.allCases where self.files[media] == nil {
            // Not a child of the first who asks: the others wait for it, too.
            self.files[media] = Task { try await Self.make(media, "\(folder)/\(media.rawValue).ts") }
        }
        return try await self.files[media]?.value ?? ""
    }

    private static func make(_ media: Media, _ path: String) async throws -> String {
        let input = [
            "-f", "lavfi", "-i", "testsrc2=s=640x360:r=25:d=\(media.seconds)",
            "-f", "lavfi", "-i", "sine=f=440:r=48000:d=\(media.seconds)", "-pix_fmt", "yuv420p", "-ac", "2",
        ]
        let arguments = ["-v", "error", "-nostdin", "-y"] + input + media.encoders + ["-f", "mpegts", path]
        let finished = try await Program.run("ffmpeg", arguments, within: .seconds(90))
        guard finished.isSuccess else { throw Unmade(media: media, errors: finished.errors) }
        return path
    }

    struct Unmade: Error {
        var media: Media
        var errors: String
    }
}
