import MPEGTS

/// The audio of a live stream: its codec, how it is coded, and where on the sample grid it stands.
///
/// ```text
/// sound format(4) rate(2) size(1) channels(1) | AAC: packet type u8 | AudioSpecificConfig, or a frame
/// ```
///
/// The bits after the sound format are not believed: AAC and MP3 say themselves.
/// Source: Adobe Flash Video File Format Specification 10.1, E.4.2 (audio tags).
struct AudioTrack {
    private static let aacFormat: UInt8 = 10
    private static let mp3Formats: Set<UInt8> = [2, 14]
    /// The layer of MPEG audio that FLV's MP3 is.
    private static let layer3 = 3

    private enum Coding {
        case aac(AudioSpecificConfig)
        case mp3
    }

    /// The audio of one tag.
    struct Frames {
        /// ADTS frames, or MP3 frames.
        var data: [UInt8]
        var samples: Int
        var sampleRate: UInt32
    }

    private var coding: Coding?
    private var grid = SampleGrid()
    private var unsupported: UInt8?

    /// The track as a transport stream would have it; `nil` until its header, or a frame of MP3, was seen.
    var track: Track? {
        switch self.coding {
        case .aac: Track(pid: FLVDemuxer.audioPID, streamType: 0x0F, codec: .aac, descriptors: [])
        case .mp3: Track(pid: FLVDemuxer.audioPID, streamType: 0x03, codec: .mpegAudio, descriptors: [])
        case nil: nil
        }
    }

    /// Reads a tag's payload: takes a header over, or finds audio; `nil` when there is none to decode.
    mutating func received(_ payload: [UInt8]) throws(FLVFault) -> Frames? {
        let format = (payload.first ?? 0) >> 4
        switch format {
        case Self.aacFormat:
            self.unsupported = nil
            guard payload.count >= 2 else { throw .truncatedTag(.audio) }
            if payload[1] == 0 {
                self.coding = .aac(try AudioSpecificConfig(parsing: payload, from: 2))
                return nil
            }
            // Joined before the header was sent, or the codec changed and it is still to come.
            guard payload[1] == 1, payload.count > 2, case .aac(let config) = self.coding else { return nil }
            let data = try config.adts(payload[2...])
            return Frames(data: data, samples: config.frameSamples, sampleRate: config.sampleRate)
        case let format where Self.mp3Formats.contains(format):
            self.unsupported = nil
            let frames = try Self.mp3(payload.dropFirst())
            self.coding = .mp3
            return frames
        default:
            guard self.unsupported != format else { return nil }
            self.unsupported = format
            throw .unsupportedAudio(format: format)
        }
    }

    /// Where the audio of a tag stands, in ticks of 1/90 000 s.
    mutating func place(_ frames: Frames, ticks: Int64) -> Int64 {
        self.grid.place(ticks: ticks, samples: frames.samples, sampleRate: frames.sampleRate)
    }

    /// The publisher returned.
    mutating func restarted() { self.grid = SampleGrid() }

    /// The frames of a tag; usually one.
    private static func mp3(_ bytes: ArraySlice<UInt8>) throws(FLVFault) -> Frames {
        guard let first = Self.mp3Header(bytes) else { throw .badAudioFrame }
        var samples = 0
        var rest = bytes
        while let header = Self.mp3Header(rest) {
            samples += header.samples
            rest = rest.dropFirst(header.frameSize)
        }
        return Frames(data: Array(bytes), samples: samples, sampleRate: UInt32(truncatingIfNeeded: first.sampleRate))
    }

    /// The header at the front; `nil` when there is none of layer III.
    private static func mp3Header(_ bytes: ArraySlice<UInt8>) -> AudioFrameHeader? {
        AudioFrameHeader(parsing: bytes, codec: .mpegAudio).flatMap { $0.profile == Self.layer3 ? $0 : nil }
    }
}
