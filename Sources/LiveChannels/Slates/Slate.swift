package import MPEGTS
package import Model

/// A short clip that a channel shows when nothing is left, taken apart once and played over and over.
package struct Slate: Hashable, Sendable {
    /// Longer clips are refused: a viewer sees a slate for minutes, not for the clip's sake.
    package static let lengthMax = MediaTime(seconds: 30)
    /// Bytes of the file; 30 s at 4 Mbit/s.
    package static let sizeBytesMax = 16 << 20

    /// A coded picture, its times counted from the decoding time of the first.
    struct Picture: Hashable, Sendable {
        var unit: AccessUnit
        var decoding: Int64
        var presentation: Int64
    }

    /// Sound of one picture track's clip: single frames, all of the same length.
    struct Sound: Hashable, Sendable {
        var track: Track
        var streamID: UInt8
        var frames: [[UInt8]]
        /// Samples of each frame.
        var samples: Int64
        /// Samples a second.
        var rate: Int64

        /// When frame `number`, counted from the beginning of all sound, starts, in ticks.
        func start(of number: Int64) -> Int64 { number * self.samples * MediaTime.ticksPerSecond / self.rate }
        /// How long a frame lasts, in ticks, rounded down.
        var frameTicks: Int64 { self.samples * MediaTime.ticksPerSecond / self.rate }
    }

    let video: Track
    let pictures: [Picture]
    let sound: Sound?
    /// How long its pictures last, in ticks.
    let ticks: Int64
    /// Bytes of the file.
    package let sizeBytes: Int

    /// What it consists of, the pictures first.
    package var tracks: [Track] { [self.video] + (self.sound.map { [$0.track] } ?? []) }
    /// How long it plays before it begins anew.
    package var length: MediaTime { MediaTime(ticks: self.ticks) }
    /// What it is made of, as `h264+aac`.
    package var codecs: String { self.tracks.map { "\($0.codec)" }.joined(separator: "+") }
}
