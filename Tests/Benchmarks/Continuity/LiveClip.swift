import Glibc
import Model

/// A programme of 8 Mbit/s as a transport stream of constant rate, so that bytes are time.
struct LiveClip {
    /// Bits a second, null packets included.
    static let bitRate = 8_000_000
    static let seconds = 20
    /// Bytes that come together: 100 ms.
    static let sliceSize = Self.bitRate / 8 / 10 / 188 * 188
    static let sliceLength = MediaTime(milliseconds: 100)

    var bytes: [UInt8]

    /// Has ffmpeg make it: H.264 high with B pictures and AAC, with noise, so that pictures are as large as they may be.
    init() throws {
        let directory = try TemporaryDirectory(inMemory: true)
        let path = "\(directory.path)/clip.ts"
        let input = [
            "-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=25,noise=alls=30:allf=t", "-f", "lavfi", "-i",
            "sine=r=48000",
        ]
        let video = [
            "-c:v", "libx264", "-preset", "ultrafast", "-profile:v", "high", "-bf", "2", "-g", "50", "-pix_fmt",
            "yuv420p",
            "-b:v", "7300k", "-maxrate", "7300k", "-bufsize", "3650k", "-c:a", "aac", "-b:a", "128k",
        ]
        let output = ["-t", "\(Self.seconds)", "-muxrate", "\(Self.bitRate)", "-f", "mpegts", path]
        let child = try Child(["ffmpeg", "-v", "error", "-nostdin", "-y"] + input + video + output)
        let outcome = try child.outcome()
        guard outcome.status == 0 else { throw LoadFailed(role: "ffmpeg", output: outcome.output) }
        let file = try SystemError.check("open", open(path, O_RDONLY))
        defer { _ = close(file) }
        self.bytes = Files.bytes(of: file)
    }

    /// What comes in each tenth of a second.
    var slices: [ArraySlice<UInt8>] {
        stride(from: 0, to: self.bytes.count, by: Self.sliceSize).map {
            self.bytes[$0..<min($0 + Self.sliceSize, self.bytes.count)]
        }
    }
}
