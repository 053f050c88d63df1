import MPEGTS

/// The scaling lists of HEVC parameter sets, which stand before fields that matter here: they are passed over.
///
/// Source: ITU-T H.265, 7.3.4.
enum HEVCScalingLists {
    static func skip(_ reader: inout BitReader) {
        for size in 0..<4 {
            // Of the largest size only the first of each three is sent.
            for _ in stride(from: 0, to: 6, by: size == 3 ? 3 : 1) where reader.isValid {
                Self.skipList(&reader, size: size)
            }
        }
    }

    private static func skipList(_ reader: inout BitReader, size: Int) {
        guard reader.flag() else {
            _ = reader.unsignedExpGolomb()
            return
        }
        if size > 1 { _ = reader.signedExpGolomb() }
        for _ in 0..<min(64, 1 << (4 + 2 * size)) where reader.isValid { _ = reader.signedExpGolomb() }
    }
}
