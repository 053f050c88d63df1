import MPEGTS

/// The NAL unit types of H.264 that matter here.
///
/// Source: ITU-T H.264, Table 7-1; D.1.8 (recovery point SEI).
enum H264 {
    static let idrType: UInt8 = 5
    static let seiType: UInt8 = 6
    static let spsType: UInt8 = 7
    static let ppsType: UInt8 = 8
    static let audType: UInt8 = 9
    static let recoveryPoint = 6
    /// An access unit delimiter that allows slices of any kind (`primary_pic_type` 7).
    static let delimiter: [UInt8] = [0x09, 0xF0]

    /// Whether a SEI NAL unit has a recovery point message.
    static func hasRecoveryPoint(_ unit: ArraySlice<UInt8>) -> Bool {
        var rest = Self.unescaped(unit.dropFirst())[...]
        // A message is at least two bytes; the trailing bits are one.
        while rest.count > 2 {
            guard let type = Self.number(&rest), let size = Self.number(&rest) else { return false }
            if type == Self.recoveryPoint { return true }
            guard size <= rest.count else { return false }
            rest = rest.dropFirst(size)
        }
        return false
    }

    /// Types and sizes: 255 for each 0xFF, then the rest (7.3.2.3.1).
    private static func number(_ bytes: inout ArraySlice<UInt8>) -> Int? {
        var number = 0
        while let byte = bytes.popFirst() {
            number += Int(byte)
            if byte != 0xFF { return number }
        }
        return nil
    }

    /// The bytes without emulation prevention (7.4.1.1).
    private static func unescaped(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var plain: [UInt8] = []
        plain.reserveCapacity(bytes.count)
        var zeros = 0
        for byte in bytes {
            if zeros >= 2, byte == 3 {
                zeros = 0
                continue
            }
            zeros = byte == 0 ? zeros + 1 : 0
            plain.append(byte)
        }
        return plain
    }
}

/// The NAL unit types of HEVC that matter here.
///
/// Source: ITU-T H.265, Table 7-1.
enum HEVC {
    /// VPS, SPS, PPS.
    static let parameterSetTypes: [UInt8] = [32, 33, 34]
    static let audType: UInt8 = 35
    /// BLA, IDR, CRA and what is reserved for their like.
    static let irapTypes: ClosedRange<UInt8> = 16...23
    /// An access unit delimiter that allows slices of any kind (`pic_type` 2).
    static let delimiter: [UInt8] = [0x46, 0x01, 0x50]

    static func type(_ firstByte: UInt8) -> UInt8 { firstByte >> 1 & 0x3F }
}

/// NAL units with lengths before them, made into an Annex B access unit.
struct AccessUnitBuilder {
    /// NAL units of an access unit; 8 slices and some SEI are usual.
    static let unitsMax = 4_096
    static let startCode: [UInt8] = [0, 0, 0, 1]

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
        Self.append(self.codec == .hevc ? HEVC.delimiter : H264.delimiter, to: &data)
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
        return self.codec == .hevc ? HEVC.type(first) : first & 0x1F
    }

    private func opens(_ type: UInt8, _ unit: ArraySlice<UInt8>) -> Bool {
        if self.codec == .hevc { return HEVC.irapTypes.contains(type) }
        return type == H264.idrType || (type == H264.seiType && H264.hasRecoveryPoint(unit))
    }

    private var parameterSetTypes: [UInt8] {
        self.codec == .hevc ? HEVC.parameterSetTypes : [H264.spsType, H264.ppsType]
    }

    private var delimiterType: UInt8 { self.codec == .hevc ? HEVC.audType : H264.audType }

    private static func append(_ unit: some Collection<UInt8>, to data: inout [UInt8]) {
        data += Self.startCode
        data += unit
    }
}
