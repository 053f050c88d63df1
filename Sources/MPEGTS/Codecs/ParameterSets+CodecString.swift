extension ParameterSets {
    /// The track's codec as a playlist writes it (`avc1.640028`), once enough of the track was seen.
    ///
    /// Source: RFC 6381, 3.3; ISO/IEC 14496-15, annex E (`avc1`, `hvc1`); ETSI TS 102 366, annex F (`ac-3`, `ec-3`).
    package var codecString: String? {
        switch self.codec {
        case .h264:
            return self.h264.map { sps in
                "avc1." + [sps.profile, sps.constraints, sps.level].map { Self.hex($0) }.joined()
            }
        case .hevc: return self.hevc.map { Self.hvc1($0) }
        case .mpeg2Video: return self.sequenceHeader.isEmpty ? nil : "mp4v.61"
        case .aac, .latm: return self.audio.map { "mp4a.40.\($0.profile)" }
        // Object types 32, 33 and 34 are layer 1, 2 and 3.
        case .mpegAudio: return self.audio.map { "mp4a.40.\(31 + $0.profile)" }
        case .ac3, .eac3: return self.audio.map { $0.codec == .ac3 ? "ac-3" : "ec-3" }
        case .dvbSubtitles, .teletext, .scte35, .id3, .other: return nil
        }
    }

    private static func hvc1(_ sps: HEVCSPS) -> String {
        let space = ["", "A", "B", "C"][Int(sps.profileSpace & 3)]
        // The compatibility flags are written with the first in the lowest bit.
        let compatibility = (0..<32).reduce(UInt32(0)) { $0 | (sps.compatibility >> (31 - $1) & 1) << $1 }
        var constraints = sps.constraints
        while constraints.last == 0 { constraints.removeLast() }
        let parts =
            ["hvc1", "\(space)\(sps.profile)", String(compatibility, radix: 16, uppercase: true)]
            + ["\(sps.isHighTier ? "H" : "L")\(sps.level)"]
            + constraints.map { String($0, radix: 16, uppercase: true) }
        return parts.joined(separator: ".")
    }

    private static func hex(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
}
