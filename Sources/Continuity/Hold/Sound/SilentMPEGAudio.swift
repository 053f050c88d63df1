import MPEGTS

/// Frames of MPEG audio whose bit allocation (layers I and II) or side information (layer III) is all 0.
///
/// Source: ISO/IEC 11172-3, 2.4.1; ISO/IEC 13818-3, 2.4.1.
enum SilentMPEGAudio {
    /// Bytes of a header without a checksum.
    static let headerSize = 4

    /// A frame with the header of a live one, its checksum left out.
    static func frame(like head: [UInt8], header: AudioFrameHeader) throws(SilenceObstacle) -> [UInt8] {
        guard head.count >= Self.headerSize, header.frameSize > Self.headerSize else { throw .unreadableFrame }
        return [0xFF, head[1] | 0x01, head[2], head[3]]
            + [UInt8](repeating: 0, count: header.frameSize - Self.headerSize)
    }
}

/// What frames of layer III take from frames before them: the *bit reservoir*.
///
/// After silence the frames that the first live ones reach back to are not there. Such a frame keeps its bytes, which
/// later ones may need, and loses its side information, so that it is silent.
/// Source: ISO/IEC 11172-3, 2.4.2.7 (main_data_begin).
struct BitReservoir: Sendable {
    /// The layer whose frames have one.
    static let layer = 3
    /// Bytes of main data since the silence.
    private var bytes = 0
    /// Whether all frames from now on find what they reach back to.
    private(set) var isFilled = false

    /// The live frame, made silent when it reaches back to before the first one given.
    mutating func fitted(_ frame: [UInt8], header: AudioFrameHeader) -> [UInt8] {
        guard !self.isFilled, header.profile == Self.layer, frame.count > header.headerSize + 2 else { return frame }
        let isFirstVersion = frame[1] & 0x08 != 0
        let side = isFirstVersion ? header.channels == 1 ? 17 : 32 : header.channels == 1 ? 9 : 17
        let end = header.headerSize + side
        guard end <= frame.count else { return frame }
        let first = Int(frame[header.headerSize])
        let reach = isFirstVersion ? first << 1 | Int(frame[header.headerSize + 1] >> 7) : first
        defer { self.bytes += frame.count - end }
        guard reach > self.bytes else {
            self.isFilled = true
            return frame
        }
        var silent = frame
        for index in header.headerSize..<end { silent[index] = 0 }
        if header.headerSize > SilentMPEGAudio.headerSize {
            let covered = Array(silent[2..<4] + silent[header.headerSize..<end])
            let checksum = CRC16.checksum(covered, start: 0xFFFF)
            silent[4] = UInt8(truncatingIfNeeded: checksum >> 8)
            silent[5] = UInt8(truncatingIfNeeded: checksum)
        }
        return silent
    }
}
