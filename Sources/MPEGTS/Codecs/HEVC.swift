/// What HEVC NAL units are called.
///
/// Source: ITU-T H.265, Table 7-1.
package enum HEVC {
    package enum UnitType {
        /// Coded slices have the types 0…31.
        package static let slices: ClosedRange<UInt8> = 0...31
        /// Pictures a decoder can start at: BLA, IDR, CRA and the two types reserved for their like (H.265, Table 7-1).
        package static let randomAccess: ClosedRange<UInt8> = 16...23
        package static let cra: UInt8 = 21
        package static let vps: UInt8 = 32
        package static let sps: UInt8 = 33
        package static let pps: UInt8 = 34
        package static let accessUnitDelimiter: UInt8 = 35
    }

    /// `nal_unit_type` of a NAL unit's first byte.
    package static func type(_ header: UInt8) -> UInt8 { header >> 1 & 0x3F }

    /// Whether a decoder can start at an access unit: its first slice is of an IRAP picture.
    package static func isRandomAccessPoint(_ data: [UInt8]) -> Bool {
        var units = NALUnits(data)
        while let header = units.nextHeader() {
            let type = Self.type(data[header])
            if UnitType.slices.contains(type) { return UnitType.randomAccess.contains(type) }
        }
        return false
    }
}
