/// What the first bytes of one audio frame say about it.
package struct AudioFrameHeader: Hashable, Sendable {
    /// The codec the frame itself is in (a track of one kind may carry the other of AC-3 and E-AC-3).
    package var codec: Track.Codec
    /// Bytes of the whole frame, header included.
    package var frameSize: Int
    /// Bytes of the header, its CRC included.
    package var headerSize: Int
    /// Samples a second, as the frame says; HE-AAC plays at twice this.
    package var sampleRate: Int
    /// Samples per channel that the frame adds to the timeline; 0 for a dependent substream of E-AC-3.
    package var samples: Int
    /// Channels, LFE included; 0 when only the payload knows.
    package var channels: Int
    /// MPEG-4 audio object type (2 is AAC-LC) or layer of MPEG audio; 0 elsewhere.
    package var profile: Int

    /// Bytes that suffice for the header of any codec.
    package static let lookSize = 16

    /// Length of the frame in ticks of 1/90 000 s, rounded down.
    package var ticks: Int64 { Int64(self.samples) * 90_000 / Int64(max(1, self.sampleRate)) }

    /// Reads the header at the start of `bytes`, which may be longer or shorter than the frame; `nil` when there is none.
    package init?(parsing bytes: ArraySlice<UInt8>, codec: Track.Codec) {
        let head = Array(bytes.prefix(Self.lookSize))
        let parsed: AudioFrameHeader? =
            switch codec {
            case .aac: Self.adts(head)
            case .latm: Self.loas(head)
            case .mpegAudio: Self.mpegAudio(head)
            case .ac3, .eac3: Self.ac3(head)
            default: nil
            }
        guard let parsed else { return nil }
        self = parsed
    }

    init(
        codec: Track.Codec,
        frameSize: Int,
        headerSize: Int,
        sampleRate: Int,
        samples: Int,
        channels: Int,
        profile: Int = 0
    ) {
        self.codec = codec
        self.frameSize = frameSize
        self.headerSize = headerSize
        self.sampleRate = sampleRate
        self.samples = samples
        self.channels = channels
        self.profile = profile
    }
}
