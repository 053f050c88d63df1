/// What H.264 NAL units are called.
///
/// Source: ITU-T H.264, Table 7-1.
package enum H264 {
    package enum UnitType {
        package static let slice: UInt8 = 1
        package static let partitionA: UInt8 = 2
        package static let idr: UInt8 = 5
        package static let sei: UInt8 = 6
        package static let sps: UInt8 = 7
        package static let pps: UInt8 = 8
        package static let accessUnitDelimiter: UInt8 = 9
    }

    /// `nal_unit_type` of a NAL unit's first byte.
    package static func type(_ header: UInt8) -> UInt8 { header & 0x1F }

    /// Bytes of an SEI unit that are looked at; a recovery point comes before user data in practice.
    private static let seiLook = 1_024
    /// SEI payload type of a recovery point (H.264, D.1.8).
    private static let recoveryPoint = 6

    /// Whether a decoder can start at an access unit: an IDR picture, or one with a recovery point.
    ///
    /// With intra refresh the picture of a recovery point has no I slice and heals over the pictures after it; such a
    /// stream has no other place to start. Looks no further than the first slice.
    package static func isRandomAccessPoint(_ data: [UInt8]) -> Bool {
        var hasRecoveryPoint = false
        var units = NALUnits(data)
        while let header = units.nextHeader() {
            switch Self.type(data[header]) {
            case UnitType.idr: return true
            case UnitType.sei:
                let sei = data[units.range(from: header)]
                hasRecoveryPoint = hasRecoveryPoint || Self.recoveryFrameCount(sei) != nil
            case UnitType.slice, UnitType.partitionA: return hasRecoveryPoint
            default: break
            }
        }
        return false
    }

    /// `recovery_frame_cnt` of the recovery point message in an SEI NAL unit; `nil` when it has none.
    ///
    /// Source: ITU-T H.264, 7.3.2.3.1 and D.1.8.
    package static func recoveryFrameCount(_ sei: ArraySlice<UInt8>) -> UInt32? {
        let bytes = NALUnits.unescaped(sei.dropFirst(), limit: Self.seiLook)
        var offset = 0
        func number() -> Int? {
            var value = 0
            while offset < bytes.count {
                let byte = bytes[offset]
                offset += 1
                value += Int(byte)
                if byte != 0xFF { return value }
            }
            return nil
        }
        while offset + 2 < bytes.count {
            guard let type = number(), let size = number() else { return nil }
            let end = offset + size
            if type == Self.recoveryPoint {
                var reader = BitReader(Array(bytes[offset..<min(end, bytes.count)]))
                let count = reader.unsignedExpGolomb()
                return reader.isValid ? count : nil
            }
            offset = end
        }
        return nil
    }
}
