import MPEGTS

/// What a video decoder must know beforehand, as the sequence header of a publisher tells it.
///
/// Source: ISO/IEC 14496-15, 5.3.3.1 (AVCDecoderConfigurationRecord), 8.3.3.1 (HEVCDecoderConfigurationRecord).
package struct DecoderConfiguration: Hashable, Sendable {
    /// Bytes of all parameter sets: they are repeated at each random access point, and real ones have 100.
    package static let parameterSetBytesMax = 64 << 10
    /// The NAL unit types of H.264's parameter sets, in the order a decoder wants them.
    static let h264Types: [UInt8] = [H264.UnitType.sps, H264.UnitType.pps]
    /// The NAL unit types of HEVC's parameter sets, in the order a decoder wants them.
    static let hevcTypes: [UInt8] = [HEVC.UnitType.vps, HEVC.UnitType.sps, HEVC.UnitType.pps]

    /// Bytes of the length before each NAL unit, 1–4.
    package var lengthSize: Int
    /// NAL units in the order a decoder wants them: (VPS,) SPS, PPS.
    package var parameterSets: [[UInt8]]

    /// Reads an avcC record, from an offset.
    ///
    /// - Throws: ``FLVFault/badVideoConfiguration``.
    package init(avcC bytes: [UInt8], from offset: Int = 0) throws(FLVFault) {
        var reader = ByteReader(bytes, from: offset)
        guard reader.u8() == 1, reader.u24() != nil, let lengthSize = reader.u8(), let spsCount = reader.u8() else {
            throw .badVideoConfiguration
        }
        self.lengthSize = Int(lengthSize & 3) + 1
        let sps = try Self.units(spsCount & 0x1F, from: &reader).filter { H264.type($0[0]) == H264.UnitType.sps }
        guard let ppsCount = reader.u8() else { throw .badVideoConfiguration }
        let pps = try Self.units(ppsCount, from: &reader).filter { H264.type($0[0]) == H264.UnitType.pps }
        guard !sps.isEmpty, !pps.isEmpty else { throw .badVideoConfiguration }
        self.parameterSets = sps + pps
        try self.check()
    }

    /// Reads an hvcC record, from an offset.
    ///
    /// - Throws: ``FLVFault/badVideoConfiguration``.
    package init(hvcC bytes: [UInt8], from offset: Int = 0) throws(FLVFault) {
        var reader = ByteReader(bytes, from: offset)
        // Records of drafts say version 0 and are the same.
        guard let version = reader.u8(), version <= 1, reader.take(20) != nil,
            let lengthSize = reader.u8(), let arrays = reader.u8()
        else { throw .badVideoConfiguration }
        self.lengthSize = Int(lengthSize & 3) + 1
        var found: [UInt8: [[UInt8]]] = [:]
        for _ in 0..<arrays {
            guard let type = reader.u8(), let count = reader.u16() else { throw .badVideoConfiguration }
            found[type & 0x3F, default: []] += try Self.units(count, from: &reader)
        }
        self.parameterSets = []
        for type in Self.hevcTypes {
            let units = (found[type] ?? []).filter { HEVC.type($0[0]) == type && $0.count > 2 }
            guard !units.isEmpty else { throw .badVideoConfiguration }
            self.parameterSets += units
        }
        try self.check()
    }

    /// NAL units with a length of 16 bits each; empty ones are left out.
    private static func units(
        _ count: some FixedWidthInteger,
        from reader: inout ByteReader
    ) throws(FLVFault) -> [[UInt8]] {
        var units: [[UInt8]] = []
        for _ in 0..<count {
            guard let size = reader.u16(), let unit = reader.take(Int(size)) else { throw .badVideoConfiguration }
            if !unit.isEmpty { units.append(Array(unit)) }
        }
        return units
    }

    private func check() throws(FLVFault) {
        let size = self.parameterSets.reduce(0) { $0 + $1.count }
        guard size <= Self.parameterSetBytesMax else { throw .badVideoConfiguration }
    }
}
