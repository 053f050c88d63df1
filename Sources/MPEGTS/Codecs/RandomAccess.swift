/// Where a decoder can start, judged by what the access unit contains and not by what its packets claim.
package enum RandomAccess {
    /// Whether a decoder can start with `data`: always for audio, never for tracks that need no decoder of pictures.
    package static func isPoint(_ data: [UInt8], codec: Track.Codec) -> Bool {
        switch codec {
        case .h264: H264.isRandomAccessPoint(data)
        case .hevc: HEVC.isRandomAccessPoint(data)
        case .mpeg2Video: MPEG2Video.isRandomAccessPoint(data)
        case .aac, .latm, .mpegAudio, .ac3, .eac3: true
        case .dvbSubtitles, .teletext, .scte35, .id3, .other: false
        }
    }
}
