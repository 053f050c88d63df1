/// The newest parameter sets of one track: what a decoder must know before the first picture or frame.
///
/// For H.264 and HEVC the raw NAL units by identifier; for MPEG-2 video the sequence header; for audio the header of
/// the last frame seen.
package struct ParameterSets: Hashable, Sendable {
    /// Bytes of the longest parameter set that is kept; real ones have less than 300.
    package static let unitSizeMax = 4_096
    /// Parameter sets of one kind that are kept: what HEVC allows of PPS; no stream uses more.
    package static let unitsMax = 64

    package let codec: Track.Codec
    /// HEVC video parameter sets: NAL units, without start codes.
    package private(set) var vps: [UInt32: [UInt8]] = [:]
    /// Sequence parameter sets: NAL units, without start codes.
    package private(set) var sps: [UInt32: [UInt8]] = [:]
    /// Picture parameter sets: NAL units, without start codes.
    package private(set) var pps: [UInt32: [UInt8]] = [:]
    /// The identifier of the SPS that came last.
    package private(set) var newestSPS: UInt32?
    /// MPEG-2: what follows the start code of the sequence header.
    package private(set) var sequenceHeader: [UInt8] = []
    /// Audio: codec, rate, channels and profile of the last frame; its size means nothing here.
    package private(set) var audio: AudioFrameHeader?

    package init(codec: Track.Codec) {
        self.codec = codec
    }

    /// Looks at the next access unit, no further than its first slice.
    ///
    /// Answers whether a set changed or came new.
    @discardableResult
    package mutating func observe(_ data: [UInt8]) -> Bool {
        switch self.codec {
        case .h264: return self.observeH264(data)
        case .hevc: return self.observeHEVC(data)
        case .mpeg2Video: return self.observeMPEG2(data)
        default: return self.codec.isAudio ? self.observeAudio(data) : false
        }
    }

    /// Whether a decoder could start with what is known.
    package var isComplete: Bool {
        switch self.codec {
        case .h264: !self.sps.isEmpty && !self.pps.isEmpty
        case .hevc: !self.vps.isEmpty && !self.sps.isEmpty && !self.pps.isEmpty
        case .mpeg2Video: !self.sequenceHeader.isEmpty
        default: self.codec.isAudio ? self.audio != nil : true
        }
    }

    /// All sets of H.264 and HEVC with start codes of four bytes, in the order a decoder wants them.
    package var annexB: [UInt8] {
        [self.vps, self.sps, self.pps].flatMap { sets in
            sets.sorted { $0.key < $1.key }.flatMap { [0, 0, 0, 1] + $0.value }
        }
    }

    /// Width and height of the picture in samples of luma, where known.
    package var pictureSize: (width: Int, height: Int)? {
        switch self.codec {
        case .h264: return self.h264.map { ($0.width, $0.height) }
        case .hevc: return self.hevc.map { ($0.width, $0.height) }
        case .mpeg2Video:
            return MPEG2Video.SequenceHeader(self.sequenceHeader[...]).map { ($0.width, $0.height) }
        default: return nil
        }
    }

    /// The newest SPS, read.
    package var h264: H264SPS? { self.codec == .h264 ? self.newest.flatMap { H264SPS($0[...]) } : nil }
    /// The newest SPS, read.
    package var hevc: HEVCSPS? { self.codec == .hevc ? self.newest.flatMap { HEVCSPS($0[...]) } : nil }

    private var newest: [UInt8]? { self.newestSPS.flatMap { self.sps[$0] } }

    private mutating func observeH264(_ data: [UInt8]) -> Bool {
        var changed = false
        var units = NALUnits(data)
        while let header = units.nextHeader() {
            switch H264.type(data[header]) {
            case H264.UnitType.sps:
                let unit = data[units.range(from: header)]
                guard let id = H264SPS(unit)?.id else { continue }
                self.newestSPS = id
                changed = Self.keep(unit, as: id, in: &self.sps) || changed
            case H264.UnitType.pps:
                let unit = data[units.range(from: header)]
                guard let id = H264PPS(unit)?.id else { continue }
                changed = Self.keep(unit, as: id, in: &self.pps) || changed
            case H264.UnitType.slice...H264.UnitType.idr: return changed
            default: continue
            }
        }
        return changed
    }

    private mutating func observeHEVC(_ data: [UInt8]) -> Bool {
        var changed = false
        var units = NALUnits(data)
        while let header = units.nextHeader() {
            switch HEVC.type(data[header]) {
            case HEVC.UnitType.vps:
                let unit = data[units.range(from: header)]
                guard unit.count > 2 else { continue }
                changed = Self.keep(unit, as: UInt32(unit[unit.startIndex + 2] >> 4), in: &self.vps) || changed
            case HEVC.UnitType.sps:
                let unit = data[units.range(from: header)]
                guard let id = HEVCSPS(unit)?.id else { continue }
                self.newestSPS = id
                changed = Self.keep(unit, as: id, in: &self.sps) || changed
            case HEVC.UnitType.pps:
                let unit = data[units.range(from: header)]
                var reader = BitReader(NALUnits.unescaped(unit.dropFirst(2), limit: 8))
                let id = reader.unsignedExpGolomb()
                guard reader.isValid, id < 64 else { continue }
                changed = Self.keep(unit, as: id, in: &self.pps) || changed
            case HEVC.UnitType.slices: return changed
            default: continue
            }
        }
        return changed
    }

    private mutating func observeMPEG2(_ data: [UInt8]) -> Bool {
        var from = 0
        while let code = NALUnits.startCode(in: data, from: from), code + 3 < data.count {
            from = code + 3
            if data[from] == MPEG2Video.StartCode.picture { return false }
            guard data[from] == MPEG2Video.StartCode.sequence else { continue }
            let end = NALUnits.startCode(in: data, from: from) ?? data.count
            let header = Array(data[(from + 1)..<min(end, from + 1 + Self.unitSizeMax)])
            guard MPEG2Video.SequenceHeader(header[...]) != nil, header != self.sequenceHeader else { return false }
            self.sequenceHeader = header
            return true
        }
        return false
    }

    private mutating func observeAudio(_ data: [UInt8]) -> Bool {
        var frames = AudioFrames(data, codec: self.codec)
        guard var header = frames.next()?.header else { return false }
        // Frame sizes vary by nature; what must not vary is the rest.
        header.frameSize = 0
        guard header != self.audio else { return false }
        self.audio = header
        return true
    }

    private static func keep(_ unit: ArraySlice<UInt8>, as id: UInt32, in sets: inout [UInt32: [UInt8]]) -> Bool {
        guard unit.count <= Self.unitSizeMax, sets[id] != nil || sets.count < Self.unitsMax else { return false }
        guard sets[id].map({ !unit.elementsEqual($0) }) ?? true else { return false }
        sets[id] = Array(unit)
        return true
    }
}
