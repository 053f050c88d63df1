import MPEGTS

/// NAL units with lengths before them, made into an Annex B access unit.
struct AccessUnitBuilder {
    /// NAL units of an access unit; 8 slices and some SEI are usual.
    static let unitsMax = 4_096
    private static let startCode: [UInt8] = [0, 0, 0, 1]
    /// An access unit delimiter that allows slices of any kind (H.264, 7.3.2.4: `primary_pic_type` 7).
    private static let h264Delimiter: [UInt8] = [0x09, 0xF0]
    /// An access unit delimiter that allows slices of any kind (H.265, 7.3.2.5: `pic_type` 2).
    private static let hevcDelimiter: [UInt8] = [0x46, 0x01, 0x50]

    let codec: Track.Codec
    let configuration: DecoderConfiguration

    /// The access unit in a tag's bytes from an offset: delimiter, parameter sets where a decoder can start, the rest.
    ///
    /// - Throws: ``FLVFault/badNALUnits``.
    func build(_ bytes: [UInt8], from offset: Int) throws(FLVFault) -> (data: [UInt8], isRandomAccessPoint: Bool) {
        let units = try self.split(bytes, from: offset)
        var isRandomAccessPoint = false
        var present: Set<UInt8> = []
        for unit in units {
            let type = self.type(unit)
            present.insert(type)
            isRandomAccessPoint = isRandomAccessPoint || self.opens(type, unit)
        }
        var data: [UInt8] = []
        data.reserveCapacity(bytes.count - offset + 256)
        Self.append(self.codec == .hevc ? Self.hevcDelimiter : Self.h264Delimiter, to: &data)
        if isRandomAccessPoint, !self.parameterSetTypes.allSatisfy(present.contains) {
            // All of them, even if some are there: a PPS must not come before its SPS.
            for set in self.configuration.parameterSets { Self.append(set, to: &data) }
        }
        for unit in units where self.type(unit) != self.delimiterType { Self.append(unit, to: &data) }
        return (data, isRandomAccessPoint)
    }

    private func split(_ bytes: [UInt8], from offset: Int) throws(FLVFault) -> [ArraySlice<UInt8>] {
        var reader = ByteReader(bytes, from: offset)
        var units: [ArraySlice<UInt8>] = []
        while reader.remaining > 0 {
            guard let field = reader.take(self.configuration.lengthSize) else { throw .badNALUnits }
            let size = field.reduce(0) { $0 << 8 | Int($1) }
            guard let unit = reader.take(size), units.count < Self.unitsMax else { throw .badNALUnits }
            if !unit.isEmpty { units.append(unit) }
        }
        guard !units.isEmpty else { throw .badNALUnits }
        return units
    }

    private func type(_ unit: ArraySlice<UInt8>) -> UInt8 {
        let first = unit.first ?? 0
        return self.codec == .hevc ? HEVC.type(first) : H264.type(first)
    }

    private func opens(_ type: UInt8, _ unit: ArraySlice<UInt8>) -> Bool {
        if self.codec == .hevc { return HEVC.UnitType.randomAccess.contains(type) }
        // Whatever its slices are: a stream of intra refresh has recovery points, and no I picture after the first.
        return type == H264.UnitType.idr || (type == H264.UnitType.sei && H264.recoveryFrameCount(unit) != nil)
    }

    private var parameterSetTypes: [UInt8] {
        self.codec == .hevc ? DecoderConfiguration.hevcTypes : DecoderConfiguration.h264Types
    }

    private var delimiterType: UInt8 {
        self.codec == .hevc ? HEVC.UnitType.accessUnitDelimiter : H264.UnitType.accessUnitDelimiter
    }

    private static func append(_ unit: some Collection<UInt8>, to data: inout [UInt8]) {
        data += Self.startCode
        data += unit
    }
}
