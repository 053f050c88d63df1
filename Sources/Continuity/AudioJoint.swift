import MPEGTS

/// The first sound of an epoch, fitted to the end of the sound before it.
///
/// Frames that were heard before are left out: those that start earlier than the end less half a frame. A gap or an
/// overlap of less than one frame is closed by moving the sound onto the grid of what was before; more stays a gap.
struct AudioJoint {
    /// The frames that are left.
    var data: [UInt8]
    /// When the first of them starts, in ticks.
    var time: Int64
    /// By how much this and all that follows was moved, in ticks.
    var shift: Int64

    /// Fits `data`, which starts at `time`, to sound that ends at `end` (ticks); `nil` when all of it was heard before.
    ///
    /// `duration` is taken as the length of all of `data` when its frames can't be told apart.
    /// `previous` is the header of the frame before, which those of LATM may refer to.
    init?(
        _ data: [UInt8],
        codec: Track.Codec,
        at time: Int64,
        after end: Int64,
        else duration: Int64,
        following previous: AudioFrameHeader? = nil
    ) {
        let frames = Array(AudioFrames(data, codec: codec, after: previous))
        let frame = frames.first { $0.header.ticks > 0 }?.header.ticks ?? max(1, duration)
        var start = time
        var kept = 0
        while start < end - frame / 2 {
            kept += 1
            // A frame that adds no time sounds together with the one before it, and goes with it.
            while kept < frames.count, frames[kept].header.samples == 0 { kept += 1 }
            guard kept < frames.count else { return nil }
            start = time + AudioJoint.ticks(frames[..<kept])
        }
        // The rest of a frame whose beginning was not sent goes too.
        self.data = frames.isEmpty ? data : Array(data[frames[kept].range.lowerBound...])
        self.time = abs(start - end) < frame ? end : start
        self.shift = self.time - start
    }

    /// How long the whole frames of `data` last, in ticks; `nil` when there is none.
    static func ticks(_ data: [UInt8], codec: Track.Codec) -> Int64? {
        let ticks = self.ticks(Array(AudioFrames(data, codec: codec))[...])
        return ticks > 0 ? ticks : nil
    }

    private static func ticks(_ frames: ArraySlice<AudioFrames.Frame>) -> Int64 {
        guard let rate = frames.first?.header.sampleRate, rate > 0 else { return 0 }
        // Counted in samples, so that nothing is lost to rounding.
        return frames.reduce(Int64(0)) { $0 + Int64($1.header.samples) } * 90_000 / Int64(rate)
    }
}
