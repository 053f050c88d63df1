import Foundation
import Model
import Synchronization

/// Makes each reel once a run, whoever asks first.
package actor ReelWorkshop {
    package static let shared = ReelWorkshop()

    private var reels: [ReelSpec: Task<Reel, any Error>] = [:]

    /// The reel, made by ffmpeg if it isn't there yet.
    package func reel(_ spec: ReelSpec = .usual) async throws -> Reel {
        if let reel = self.reels[spec] { return try await reel.value }
        // Not a child of the first who asks: the others wait for it, too.
        let task = Task { try await Self.make(spec) }
        self.reels[spec] = task
        return try await task.value
    }

    private static func make(_ spec: ReelSpec) async throws -> Reel {
        let scratch = try Scratch()
        let (raw, path) = ("\(scratch.path)/cells.gray", "\(scratch.path)/reel.ts")
        let cells = (0..<Reel.pictureCount).flatMap(NumberedPicture.draw)
        try Data(cells).write(to: URL(filePath: raw))
        // The noise gives the encoder what a camera would.
        let filter = "scale=\(spec.width):\(spec.height):flags=neighbor,noise=alls=10:allf=t:all_seed=7,format=yuv420p"
        let input = [
            "-f", "rawvideo", "-pix_fmt", "gray", "-s", "\(NumberedPicture.columns)x\(NumberedPicture.rows)",
            "-r", "25", "-i", raw,
            "-f", "lavfi", "-i", "aevalsrc=\(Self.sound):s=48000:d=\(Reel.length.seconds + 1)",
        ]
        let output = ["-vf", filter, "-ac", "2"] + spec.encoders + ["-pes_payload_size", "0", "-f", "mpegts", path]
        let arguments = ["-v", "error", "-nostdin", "-y"] + input + output
        let finished = try await Program.run("ffmpeg", arguments, within: .seconds(60))
        guard finished.isSuccess else { throw Reel.Unusable(spec: spec, why: finished.errors) }
        return try Reel(spec, transport: [UInt8](try Data(contentsOf: URL(filePath: path))))
    }

    /// A beep of 80 ms with each flash, over a hum, so that silence that was put in can be told from the source's sound.
    private static var sound: String {
        let cycle = Double(NumberedPicture.cycle) * Reel.pictureLength.seconds
        let before = cycle - Double(NumberedPicture.flashAt) * Reel.pictureLength.seconds
        let beep = "lt(mod(t+\(before)\\,\(cycle))\\,0.08)*0.6*sin(2*PI*1000*t)"
        return "\(beep)+0.05*sin(2*PI*220*t)"
    }
}
