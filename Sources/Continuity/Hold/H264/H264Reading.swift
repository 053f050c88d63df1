import MPEGTS

/// What the NAL units of one access unit say.
struct H264Reading: Sendable {
    struct Slice: Sendable {
        /// Where its NAL unit begins.
        var place: Int
        var header: H264SliceHeader
    }

    /// The slices looked at, in order.
    private(set) var slices: [Slice] = []
    private(set) var hasSPS = false
    /// Whether a parameter set is another than before.
    private(set) var changesParameters = false
    /// Why pictures can't be followed here.
    private(set) var obstacle: String?

    /// Reads an access unit; its parameter sets count from its first slice on.
    ///
    /// `isWhole`: whether every slice is read; otherwise no more than says all about the picture, which for a
    ///   frame is the first, so that the rest of it is not searched for start codes.
    init(_ data: [UInt8], _ parameters: inout H264ParameterSets, isWhole: Bool) {
        var units = NALUnits(data)
        while let place = units.nextHeader() {
            switch H264.type(data[place]) {
            case H264.UnitType.sps, H264.UnitType.pps:
                self.hasSPS = self.hasSPS || H264.type(data[place]) == H264.UnitType.sps
                let changes = parameters.observe(data[units.range(from: place)])
                self.changesParameters = self.changesParameters || changes
            case H264.UnitType.partitionA:
                self.obstacle = "data-partitioning"
                return
            case H264.UnitType.slice, H264.UnitType.idr:
                guard let header = H264SliceHeader(data[place...], parameters: parameters) else {
                    self.obstacle = "unreadable-picture"
                    return
                }
                self.slices.append(Slice(place: place, header: header))
                let isComplete = header.structure == .frame || header.structure != self.slices[0].header.structure
                if isComplete, !isWhole { return }
            default: break
            }
        }
        if self.slices.isEmpty { self.obstacle = "unreadable-picture" }
    }

    /// The first slice of each picture: of a frame, or of one or two fields.
    var pictures: [H264SliceHeader] {
        var pictures: [H264SliceHeader] = []
        for slice in self.slices where slice.header.structure != pictures.last?.structure {
            pictures.append(slice.header)
        }
        return Array(pictures.prefix(2))
    }
}
