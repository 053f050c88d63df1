extension Track {
    /// Makes the track of a PMT entry, its codec recognised from stream type and descriptors.
    package init(pid: UInt16, streamType: UInt8, descriptors: [UInt8]) {
        let codec = Codec(streamType: streamType, descriptors: descriptors)
        self.init(pid: pid, streamType: streamType, codec: codec, descriptors: descriptors)
    }

    /// Whether packets of this track carry sections and not PES packets.
    ///
    /// Source: ISO/IEC 13818-1, Table 2-34 (0x05, 0x0A…0x0D, 0x16); SCTE 35, 8.1 (0x86).
    package var carriesSections: Bool {
        switch self.streamType {
        case 0x05, 0x0A...0x0D, 0x16: true
        default: self.codec == .scte35
        }
    }

    /// ISO 639-2 code of the track's language, where its descriptors say it.
    ///
    /// Source: ISO/IEC 13818-1, 2.6.18; EN 300 468, 6.2.41 (subtitling) and 6.2.43 (teletext).
    package var language: String? {
        for descriptor in Descriptors(self.descriptors) {
            switch descriptor.tag {
            case DescriptorTag.language, DescriptorTag.subtitling, DescriptorTag.teletext:
                let code = descriptor.body.prefix(3)
                guard code.count == 3, code.allSatisfy({ (0x41...0x5A).contains($0 & 0xDF) }) else { continue }
                return String(decoding: code.map { $0 | 0x20 }, as: UTF8.self)
            default: continue
            }
        }
        return nil
    }
}

extension Track.Codec {
    /// What a PMT entry says it carries.
    ///
    /// Source: ISO/IEC 13818-1, Table 2-34; ATSC A/53 part 3 (0x81), A/52 annex G (0x87); EN 300 468, 6.4 and annex D
    /// (AC-3, enhanced AC-3, AAC); SCTE 35, 8.1 (0x86).
    package init(streamType: UInt8, descriptors: [UInt8]) {
        self =
            switch streamType {
            case 0x1B: .h264
            case 0x24: .hevc
            case 0x02: .mpeg2Video
            case 0x03, 0x04: .mpegAudio
            case 0x0F: .aac
            case 0x11: .latm
            case 0x81: .ac3
            case 0x87: .eac3
            case 0x86: .scte35
            case 0x15: Self.registration(in: descriptors) == "KLVA" ? .other : .id3
            case 0x06: Self.privateData(descriptors)
            default: .other
            }
    }

    /// Private PES data are what their descriptors say.
    private static func privateData(_ descriptors: [UInt8]) -> Self {
        for descriptor in Descriptors(descriptors) {
            switch descriptor.tag {
            case DescriptorTag.ac3: return .ac3
            case DescriptorTag.enhancedAC3: return .eac3
            case DescriptorTag.aac: return .aac
            case DescriptorTag.teletext, DescriptorTag.vbiTeletext: return .teletext
            case DescriptorTag.subtitling: return .dvbSubtitles
            default: continue
            }
        }
        switch Self.registration(in: descriptors) {
        case "AC-3": return .ac3
        case "EAC3": return .eac3
        case "HEVC": return .hevc
        case "ID3 ": return .id3
        default: return .other
        }
    }

    /// The four characters of the registration descriptor.
    ///
    /// Source: ISO/IEC 13818-1, 2.6.8.
    private static func registration(in descriptors: [UInt8]) -> String? {
        Descriptors(descriptors)
            .first { $0.tag == DescriptorTag.registration && $0.body.count >= 4 }
            .map { String(decoding: $0.body.prefix(4), as: UTF8.self) }
    }
}
