import MPEGTS

/// Makes a picture that decoding goes through into one that decoding begins at.
///
/// Source: ITU-T H.265, 7.4.2.2 and Table 7-1; 8.1.3 (a CRA picture handled as BLA).
enum HEVCRandomAccess {
    /// End of sequence and of bitstream.
    private static let ends: ClosedRange<UInt8> = 36...37

    /// What a joined picture may be led by.
    enum Leading {
        /// Also pictures that can't be decoded, which decoders leave out.
        case any
        /// Pictures that can be decoded without what came before.
        case decodable
        case none
    }

    /// The access unit with its CRA or BLA slices as BLA, and nothing said about throwing away pictures not yet shown.
    ///
    /// With `parameterSets` those stand in front of it, and its own are left out.
    static func beginning(_ data: [UInt8], leading: Leading, parameterSets: [UInt8]? = nil) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(data.count + 64 + (parameterSets?.count ?? 0))
        if let parameterSets { result += HEVCSkipSlice.delimiter + parameterSets }
        for range in NALUnits(data) {
            let type = HEVC.type(data[range.lowerBound])
            if parameterSets != nil, (HEVC.UnitType.vps...HEVC.UnitType.accessUnitDelimiter).contains(type) { continue }
            if Self.ends.contains(type) { continue }
            result += [0, 0, 0, 1]
            if HEVC.UnitType.randomAccess.contains(type), range.count > 2 {
                result += Self.slice(data[range], type: Self.type(type, leading: leading))
            } else {
                result += data[range]
            }
        }
        return result
    }

    /// The access unit without an end of sequence at its end; `nil` when it has none.
    static func withoutEnd(_ data: [UInt8]) -> [UInt8]? {
        var end = data.count
        while end > 0, data[end - 1] == 0 { end -= 1 }
        guard end >= 5, data[end - 5] == 0, data[end - 4] == 0, data[end - 3] == 1,
            Self.ends.contains(HEVC.type(data[end - 2]))
        else { return nil }
        return Array(data[..<(end - 5)])
    }

    private static func type(_ type: UInt8, leading: Leading) -> UInt8 {
        switch (type, leading) {
        case (16...18, .none), (21, .none): 18
        case (16, .decodable), (21, .decodable): 17
        case (21, .any): 16
        default: type
        }
    }

    private static func slice(_ unit: ArraySlice<UInt8>, type: UInt8) -> [UInt8] {
        var bytes = Array(unit)
        bytes[0] = bytes[0] & 0x81 | type << 1
        // no_output_of_prior_pics_flag is the second bit after the header.
        guard bytes[2] & 0x40 != 0 else { return bytes }
        bytes = NALUnits.unescaped(bytes[...])
        bytes[2] &= 0xBF
        return NALUnits.escaped(bytes)
    }
}
