package import Model

/// What opens a PES packet: whose it is, how long, and its time stamps.
///
/// ESCR, ES rate, trick mode, CRC and extensions are read over and never written.
/// Source: ISO/IEC 13818-1, 2.4.3.6, Table 2-21.
package struct PESHeader: Hashable, Sendable {
    package enum Parse: Hashable, Sendable {
        case header(PESHeader)
        /// Whole so far, but more bytes are needed to know it all.
        case incomplete
        case malformed
    }

    /// ISO/IEC 13818-1, Table 2-22.
    package var streamID: UInt8
    /// `PES_packet_length`: bytes after that field; 0 when the packet ends where the next one begins.
    package var packetLength: Int
    /// Presentation time, 33 bits.
    package var pts: MediaTime?
    /// Decoding time, 33 bits; `nil` where it equals ``pts``.
    package var dts: MediaTime?
    package var isScrambled: Bool
    package var dataAlignment: Bool
    /// Bytes of the header, from the start code to the first byte of the elementary stream.
    package var size: Int

    /// Makes a header for `dataSize` bytes of an elementary stream.
    ///
    /// `isUnbounded` writes length 0, as do data that are too long for the field. `stuffedTo` is the least
    /// `PES_header_data_length` (teletext asks for 36).
    package init(
        streamID: UInt8,
        pts: MediaTime?,
        dts: MediaTime?,
        dataSize: Int,
        isUnbounded: Bool = false,
        dataAlignment: Bool = false,
        stuffedTo: Int = 0
    ) {
        self.streamID = streamID
        self.isScrambled = false
        guard Self.hasOptionalHeader(streamID) else {
            self.pts = nil
            self.dts = nil
            self.dataAlignment = false
            self.size = 6
            self.packetLength = dataSize <= 0xFFFF ? dataSize : 0
            return
        }
        self.pts = pts.map { MediaTime(ticks: Int64($0.wrapped)) }
        self.dts = pts == nil || dts == pts ? nil : dts.map { MediaTime(ticks: Int64($0.wrapped)) }
        self.dataAlignment = dataAlignment
        let stamps = pts == nil ? 0 : self.dts == nil ? 5 : 10
        self.size = 9 + max(stamps, min(stuffedTo, 255))
        let length = self.size - 6 + dataSize
        self.packetLength = isUnbounded || length > 0xFFFF ? 0 : length
    }

    /// Whether packets of a stream have flags and time stamps after their length.
    ///
    /// Source: Table 2-21: all but program stream map and directory, padding, private stream 2, ECM, EMM, DSM-CC, H.222.1 type E.
    package static func hasOptionalHeader(_ streamID: UInt8) -> Bool {
        switch streamID {
        case 0xBC, 0xBE, 0xBF, 0xF0, 0xF1, 0xF2, 0xF8, 0xFF: false
        default: true
        }
    }

    /// Reads the header at the start of `bytes`.
    package static func parse(_ bytes: UnsafeRawBufferPointer) -> Parse {
        guard bytes.count >= 6 else { return .incomplete }
        guard bytes[0] == 0, bytes[1] == 0, bytes[2] == 1, bytes[3] >= 0xBC else { return .malformed }
        let streamID = bytes[3]
        let length = Int(bytes[4]) << 8 | Int(bytes[5])
        guard Self.hasOptionalHeader(streamID) else {
            var header = PESHeader(streamID: streamID, pts: nil, dts: nil, dataSize: 0)
            header.packetLength = length
            return .header(header)
        }
        guard bytes.count >= 9 else { return .incomplete }
        guard bytes[6] & 0xC0 == 0x80 else { return .malformed }
        let dataLength = Int(bytes[8])
        guard length == 0 || length >= 3 + dataLength else { return .malformed }
        guard bytes.count >= 9 + dataLength else { return .incomplete }
        var header = PESHeader(streamID: streamID, pts: nil, dts: nil, dataSize: 0)
        header.packetLength = length
        header.isScrambled = bytes[6] & 0x30 != 0
        header.dataAlignment = bytes[6] & 0x04 != 0
        header.size = 9 + dataLength
        let stamps = bytes[7] >> 6
        if stamps & 0b10 != 0, dataLength >= 5 { header.pts = Self.timestamp(bytes, at: 9) }
        if stamps == 0b11, dataLength >= 10 { header.dts = Self.timestamp(bytes, at: 14) }
        return .header(header)
    }

    /// Bytes of elementary stream that follow; `nil` when the packet has no stated length.
    package var dataSize: Int? {
        self.packetLength == 0 ? nil : self.packetLength - (self.size - 6)
    }

    /// Appends the header's ``size`` bytes.
    package func write(to bytes: inout [UInt8]) {
        bytes += [0, 0, 1, self.streamID, UInt8(self.packetLength >> 8 & 0xFF), UInt8(self.packetLength & 0xFF)]
        guard Self.hasOptionalHeader(self.streamID) else { return }
        let stamps: UInt8 = self.pts == nil ? 0 : self.dts == nil ? 0b10 : 0b11
        bytes.append(0x80 | (self.dataAlignment ? 0x04 : 0))
        bytes.append(stamps << 6)
        bytes.append(UInt8(self.size - 9))
        if let pts = self.pts { Self.write(pts, prefix: stamps, to: &bytes) }
        if self.pts != nil, let dts = self.dts { Self.write(dts, prefix: 0b01, to: &bytes) }
        let written = 9 + (stamps == 0 ? 0 : stamps == 0b10 ? 5 : 10)
        for _ in written..<max(written, self.size) { bytes.append(0xFF) }
    }

    /// Marker bits are not looked at: encoders exist that leave them 0, and their times are right.
    private static func timestamp(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> MediaTime {
        let high = Int64(bytes[offset] & 0x0E) << 29
        let middle = Int64(bytes[offset + 1]) << 22 | Int64(bytes[offset + 2] & 0xFE) << 14
        let low = Int64(bytes[offset + 3]) << 7 | Int64(bytes[offset + 4] >> 1)
        return MediaTime(ticks: high | middle | low)
    }

    private static func write(_ time: MediaTime, prefix: UInt8, to bytes: inout [UInt8]) {
        let value = time.wrapped
        bytes.append(prefix << 4 | UInt8(value >> 30 & 0x07) << 1 | 1)
        bytes.append(UInt8(value >> 22 & 0xFF))
        bytes.append(UInt8(value >> 15 & 0x7F) << 1 | 1)
        bytes.append(UInt8(value >> 7 & 0xFF))
        bytes.append(UInt8(value & 0x7F) << 1 | 1)
    }
}
