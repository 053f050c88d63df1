import MPEGTS

/// What is remembered of a track's live frames to make a silent one of: the same parameters, no sound.
///
/// Only the head of the last frame is kept while the source is well; the frame is made when it is wanted.
struct SilentFrame: Sendable {
    /// Bytes kept of a frame: more than the header of any codec with all of its optional fields.
    private static let headSize = 64

    private let codec: Track.Codec
    private var head: [UInt8] = []
    /// The header of the last frame that adds to the timeline.
    private(set) var header: AudioFrameHeader?
    /// AAC whose channels are told in the stream.
    private var configuration: ProgramConfigElement?
    /// LATM's description of itself, which not every frame carries.
    private var multiplex: StreamMuxConfiguration?

    init(codec: Track.Codec) {
        self.codec = codec
    }

    /// Takes a live frame with its header.
    mutating func passed(_ frame: ArraySlice<UInt8>, header: AudioFrameHeader) {
        // A dependent substream, or another programme, sounds together with the frame before it.
        guard header.samples > 0 else { return }
        self.header = header
        self.head = Array(frame.prefix(Self.headSize))
        switch header.codec {
        case .aac: if let element = ProgramConfigElement(adts: frame, header: header) { self.configuration = element }
        case .latm:
            if StreamMuxConfiguration.isPresent(in: self.head) {
                self.multiplex = StreamMuxConfiguration(loas: self.head)
            }
        default: break
        }
    }

    /// Samples of a silent frame, per channel: those of the last live one, or of one raw data block of AAC.
    var samples: Int { self.codec == .aac ? SilentAAC.samples : self.header?.samples ?? 0 }

    /// The silent frame's bytes.
    func bytes() throws(SilenceObstacle) -> [UInt8] {
        guard let header = self.header else { throw .noFrameSeen }
        switch header.codec {
        case .aac: return try SilentAAC.adts(like: self.head, header: header, configuration: self.configuration)
        case .mpegAudio: return try SilentMPEGAudio.frame(like: self.head, header: header)
        case .ac3: return try SilentAC3.frame(like: self.head, header: header)
        case .eac3: return try SilentEnhancedAC3.frame(like: self.head)
        case .latm:
            guard let multiplex = self.multiplex else { throw .streamMuxConfiguration }
            return try multiplex.silentFrame()
        default: throw .noFrameSeen
        }
    }
}
