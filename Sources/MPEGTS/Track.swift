/// One elementary stream of a programme, as its PMT describes it.
///
/// Source: ISO/IEC 13818-1, 2.4.4.8 (program map table).
package struct Track: Hashable, Sendable {
    /// What a track carries.
    package enum Codec: Hashable, Sendable {
        case h264, hevc, mpeg2Video
        case aac, latm, mpegAudio, ac3, eac3
        case dvbSubtitles, teletext, scte35, id3
        /// Passed through unread; the stream type says what it claims to be.
        case other

        package var isVideo: Bool { self == .h264 || self == .hevc || self == .mpeg2Video }
        package var isAudio: Bool {
            switch self {
            case .aac, .latm, .mpegAudio, .ac3, .eac3: true
            default: false
            }
        }
    }

    /// Packet identifier, 13 bits.
    package var pid: UInt16
    /// ISO/IEC 13818-1, Table 2-34.
    package var streamType: UInt8
    package var codec: Codec
    /// The descriptor loop of this stream, as bytes (language, registration, AC-3, subtitling, teletext …).
    package var descriptors: [UInt8]

    package init(pid: UInt16, streamType: UInt8, codec: Codec, descriptors: [UInt8]) {
        self.pid = pid
        self.streamType = streamType
        self.codec = codec
        self.descriptors = descriptors
    }
}
