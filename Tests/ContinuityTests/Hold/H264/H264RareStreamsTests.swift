import MPEGTS
import Model
import Testing

@testable import Continuity

/// Streams that no encoder at hand makes, made of others: pictures in fields, and order of type 1.
struct H264RareStreamsTests {
    static let interlaced = [H264PictureHolderTests.recipes[7], H264PictureHolderTests.recipes[8]]

    /// Pictures of two fields each, copies of the first, behind the first frame of an interlaced stream.
    struct Fields {
        var stream: HoldStream
        var layout: H264ParameterSets.Layout
        var skipped = SkippedMacroblocks()

        init(_ recipe: HoldStream.Recipe) throws {
            self.stream = try HoldStream.make(recipe)
            var parameters = H264ParameterSets()
            let reading = H264Reading(self.stream.units[0].data, &parameters, isWhole: true)
            let header = try #require(reading.slices.first?.header)
            self.layout = try #require(parameters.layout(pps: header.ppsID))
        }

        /// The field `index` / 2 frames behind the first frame.
        mutating func field(_ index: Int, firstIs first: H264SliceHeader.Structure) -> AccessUnit {
            let frame = index / 2
            var header = H264SliceHeader(
                ppsID: self.layout.pps.id,
                referenceIDC: 1,
                frameNum: UInt32(frame) % self.layout.frameNumMax,
                structure: index % 2 == 0 ? first : first.opposite
            )
            header.orderLSB = UInt32(index) & UInt32(self.layout.orderLSBMax - 1)
            let slice = H264SkipSlice(header: header, distance: 2).unit(self.layout, &self.skipped)
            var unit = self.stream.units[0]
            let behind = MediaTime(ticks: Int64(index) * 1_800)
            unit.pts = unit.pts.map { $0 + behind }
            unit.dts = unit.dts.map { $0 + behind }
            unit.isRandomAccessPoint = false
            unit.data = H264PictureHolder.delimiter + [0, 0, 0, 1] + slice
            return unit
        }
    }

    /// Sends `units`, holds, and has every picture be like the first.
    func hold(_ fields: Fields, _ units: [AccessUnit], fills: Int) throws {
        var holder = H264PictureHolder()
        var sent = units.map { holder.passed($0) }
        #expect(sent == units)
        #expect(holder.obstacle == nil)
        #expect(holder.pictureTicks == 3_600)
        let filled = holder.fill()
        #expect(filled.count == fills)
        sent += filled
        for _ in 0..<40 {
            let picture = holder.held(parameterSets: false)
            sent.append(try #require(picture))
        }
        let frames = try fields.stream.decoded(sent)
        let start = try #require(units.first?.pts?.ticks)
        let last = try #require(sent.last?.pts?.ticks)
        #expect(frames.map(\.time) == Array(stride(from: start, through: last, by: 3_600)))
        let like = try #require(fields.stream.frames[start])
        // A field that was made up is a copy of the other one of its frame, and not of the frame before.
        let whole = fills == 0 ? frames.count : units.count / 2
        #expect(Set(frames.prefix(whole).map(\.hash)) == [like])
        #expect(Set(frames.dropFirst(whole).map(\.hash)).count == (fills == 0 ? 0 : 1))
    }

    @Test(arguments: interlaced)
    func `goes on with frames behind pairs of fields`(_ recipe: HoldStream.Recipe) throws {
        var fields = try Fields(recipe)
        var units = [fields.stream.units[0]]
        for index in stride(from: 2, to: 14, by: 2) {
            var unit = fields.field(index, firstIs: .top)
            unit.data += fields.field(index + 1, firstIs: .top).data.dropFirst(H264PictureHolder.delimiter.count)
            units.append(unit)
        }
        try self.hold(fields, units, fills: 0)
    }

    @Test(arguments: interlaced, [H264SliceHeader.Structure.top, .bottom])
    func `a field that came alone gets its other`(
        _ recipe: HoldStream.Recipe,
        _ first: H264SliceHeader.Structure
    ) throws {
        var fields = try Fields(recipe)
        let units = (2..<13).map { fields.field($0, firstIs: first) }
        try self.hold(fields, [fields.stream.units[0]] + units, fills: 1)
    }

    // MARK: Order of type 1

    /// The stream with its order counted in another way, which no picture sees.
    static func ofType1(_ stream: HoldStream, writesDeltas: Bool) throws -> HoldStream {
        var stream = stream
        var parameters = H264ParameterSets()
        for index in stream.units.indices {
            let data = stream.units[index].data
            var output: [UInt8] = []
            for range in NALUnits(data) {
                let unit = data[range]
                output += [0, 0, 0, 1]
                switch H264.type(data[range.lowerBound]) {
                case H264.UnitType.sps:
                    _ = parameters.observe(unit)
                    output += Self.sequence(unit, writesDeltas: writesDeltas)
                case H264.UnitType.pps:
                    _ = parameters.observe(unit)
                    output += unit
                case H264.UnitType.slice, H264.UnitType.idr:
                    let header = try #require(H264SliceHeader(unit, parameters: parameters))
                    let place = header.isIDR ? header.places.idrID.upperBound : header.places.frameNum
                    let bits = header.isIDR ? 0 : parameters.layout(pps: header.ppsID)?.sps.frameNumBits ?? 0
                    output += writesDeltas ? Self.inserted(unit, at: place + Int(bits)) { $0.bit(1) } : Array(unit)
                default: output += unit
                }
            }
            stream.units[index].data = output
        }
        return stream
    }

    /// Type 1 with steps of 2 and 4 by turns in the place of type 2.
    private static func sequence(_ unit: ArraySlice<UInt8>, writesDeltas: Bool) -> [UInt8] {
        var reader = BitReader(NALUnits.unescaped(unit))
        reader.skip(8)
        let profile = reader.bits(8)
        reader.skip(16)
        _ = reader.unsignedExpGolomb()
        if profile == 100 {
            for _ in 0..<3 { _ = reader.unsignedExpGolomb() }
            reader.skip(2)
        }
        _ = reader.unsignedExpGolomb()
        let place = reader.position
        return Self.inserted(unit, at: place, instead: 3) { writer in
            writer.unsignedExpGolomb(1)
            writer.flag(!writesDeltas)
            for number: Int32 in [-1, 0] { writer.signedExpGolomb(number) }
            writer.unsignedExpGolomb(2)
            for number: Int32 in [2, 4] { writer.signedExpGolomb(number) }
        }
    }

    private static func inserted(
        _ unit: ArraySlice<UInt8>,
        at place: Int,
        instead: Int = 0,
        _ write: (inout BitWriter) -> Void
    ) -> [UInt8] {
        let bytes = NALUnits.unescaped(unit)
        let end = bytes.count * 8 - (bytes.last?.trailingZeroBitCount ?? 0)
        var reader = BitReader(bytes)
        var writer = BitWriter()
        writer.copy(place, from: &reader)
        write(&writer)
        reader.skip(instead)
        writer.copy(end - reader.position, from: &reader)
        writer.align(with: 0)
        return NALUnits.escaped(writer.bytes)
    }

    @Test(arguments: [true, false])
    func `goes on where order is counted from frame numbers and differences`(_ writesDeltas: Bool) throws {
        let base = try HoldStream.make(H264PictureHolderTests.recipes[0])
        var sweep = H264Sweep(try Self.ofType1(base, writesDeltas: writesDeltas))
        for cut in 36..<42 { try sweep.add(cut: cut, hold: 20, restartAt: cut == 40 ? 5 : nil) }
        try sweep.judge()
    }

    @Test func `differences of order are made anew behind a hold`() throws {
        let recipe = H264PictureHolderTests.recipe("intra-refresh-cavlc", "intra-refresh=1:bframes=0:cabac=0")
        var sweep = H264Sweep(try Self.ofType1(try HoldStream.make(recipe), writesDeltas: true))
        sweep.healing = 32
        for cut in 36..<42 { try sweep.add(cut: cut, hold: cut - 20) }
        try sweep.judge()
    }
}
