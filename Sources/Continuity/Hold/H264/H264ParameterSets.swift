import MPEGTS

/// The parameter sets of an H.264 stream, as bytes and read.
struct H264ParameterSets: Sendable {
    /// What the header of a slice depends on.
    struct Layout: Sendable {
        var sps: H264SPS
        var pps: H264PPS
        /// The SPS as it came; another one is another stream.
        var unit: [UInt8]

        var frameNumMax: UInt32 { 1 << min(self.sps.frameNumBits, 16) }
        var orderLSBMax: Int { 1 << Int(min(self.sps.pictureOrderBits, 16)) }
        /// Whether pictures have planes of colour beside luma in the same slices: ChromaArrayType is not 0.
        var hasChroma: Bool { self.sps.chromaFormat != 0 && !self.sps.separateColourPlanes }

        /// What this stream uses that held pictures are not made for; `nil` where they can be made.
        var obstacle: String? {
            if self.pps.sliceGroups != 1 { return "slice-groups" }
            if self.sps.separateColourPlanes { return "separate-colour-planes" }
            if self.isIntraOnly { return "intra-only" }
            if self.sps.frameMacroblocks > Self.macroblocksMax { return "picture-size" }
            return self.sps.referenceFramesMax == 0 ? "no-reference-frames" : nil
        }

        /// Macroblocks of the largest picture: level 6.2 (H.264, Table A-1, MaxFS).
        private static let macroblocksMax: UInt32 = 139_264

        /// Profiles in which there are no P slices (H.264, A.2.8 to A.2.11).
        private var isIntraOnly: Bool {
            self.sps.profile == 44 || [110, 122, 244].contains(self.sps.profile) && self.sps.constraints & 0x10 != 0
        }
    }

    private struct Kept<Value: Sendable>: Sendable {
        var unit: [UInt8]
        var value: Value
    }

    private var sps: [UInt32: Kept<H264SPS>] = [:]
    private var pps: [UInt32: Kept<H264PPS>] = [:]

    /// Takes an SPS or PPS, a NAL unit without start code; answers whether it says something else than what was there.
    mutating func observe(_ unit: ArraySlice<UInt8>) -> Bool {
        guard unit.count <= ParameterSets.unitSizeMax, let first = unit.first else { return false }
        if H264.type(first) == H264.UnitType.sps {
            guard let read = H264SPS(unit), self.sps[read.id].map({ !unit.elementsEqual($0.unit) }) ?? true else {
                return false
            }
            self.sps[read.id] = Kept(unit: Array(unit), value: read)
        } else {
            guard let read = H264PPS(unit), self.pps[read.id].map({ !unit.elementsEqual($0.unit) }) ?? true else {
                return false
            }
            self.pps[read.id] = Kept(unit: Array(unit), value: read)
        }
        return true
    }

    /// How slices that name the PPS `id` are laid out; `nil` while one of the sets is missing.
    func layout(pps id: UInt32) -> Layout? {
        guard let pps = self.pps[id], let sps = self.sps[pps.value.spsID] else { return nil }
        return Layout(sps: sps.value, pps: pps.value, unit: sps.unit)
    }

    /// The SPS of `layout` and every PPS that belongs to it, with start codes.
    func annexB(of layout: Layout) -> [UInt8] {
        let pictures = self.pps.filter { $0.value.value.spsID == layout.sps.id }.sorted { $0.key < $1.key }
        return pictures.reduce(into: [0, 0, 0, 1] + layout.unit) { $0 += [0, 0, 0, 1] + $1.value.unit }
    }
}
