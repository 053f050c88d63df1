package import Model

/// One unit that is forwarded whole: a coded picture, or the audio frames or data of one PES packet.
///
/// Source: ISO/IEC 13818-1, 2.1 (access unit); a PES packet of a live stream carries one picture, or some audio frames.
package struct AccessUnit: Hashable, Sendable {
    /// The PID of the track in its source (``Track/pid``).
    package var pid: UInt16
    /// Presentation time; `nil` only for data without time stamps.
    ///
    /// From a source: as found there, 33 bits, not unwrapped. On the output timeline: unbounded.
    package var pts: MediaTime?
    /// Decoding time; equals ``pts`` where the stream writes none.
    package var dts: MediaTime?
    /// Whether a decoder can start here: H.264 IDR or recovery point, HEVC IRAP, MPEG-2 I picture after a sequence header; always for audio.
    package var isRandomAccessPoint: Bool
    /// The elementary stream's bytes: Annex B, ADTS frames, PES payload.
    ///
    /// For a track of sections (SCTE-35): one section, CRC included.
    package var data: [UInt8]
    /// The `stream_id` of its PES packet (ISO/IEC 13818-1, Table 2-22).
    package var streamID: UInt8

    package init(
        pid: UInt16,
        pts: MediaTime?,
        dts: MediaTime?,
        isRandomAccessPoint: Bool,
        data: [UInt8],
        streamID: UInt8
    ) {
        self.pid = pid
        self.pts = pts
        self.dts = dts
        self.isRandomAccessPoint = isRandomAccessPoint
        self.data = data
        self.streamID = streamID
    }
}
