import MPEGTS
import Testing

@testable import Continuity

struct H264SkipSliceTests {
    struct Picture: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var macroblocks: UInt32
        var inPairs = false
        /// Zero bytes, then these.
        var zeros: Int
        var rest: [UInt8]
    }

    static let pictures = [
        Picture(testDescription: "QCIF", macroblocks: 99, zeros: 0, rest: [0x0F, 0x98]),
        Picture(testDescription: "640x360", macroblocks: 920, zeros: 4, rest: [0x30, 0x20]),
        Picture(testDescription: "720x480", macroblocks: 1_350, zeros: 6, rest: [0x32, 0xA0]),
        Picture(testDescription: "720x576", macroblocks: 1_620, zeros: 7, rest: [0x0C, 0xA8]),
        Picture(testDescription: "1280x720", macroblocks: 3_600, zeros: 16, rest: [0x05, 0x04]),
        Picture(testDescription: "1920x1088", macroblocks: 8_160, zeros: 37, rest: [0x02, 0xB6]),
        Picture(testDescription: "720x576 in pairs", macroblocks: 1_620, inPairs: true, zeros: 6, rest: [0x04, 0x6C]),
        Picture(
            testDescription: "1920x1088 in pairs",
            macroblocks: 8_160,
            inPairs: true,
            zeros: 33,
            rest: [0x04, 0x9C]
        ),
        Picture(testDescription: "field of 720x576", macroblocks: 810, zeros: 3, rest: [0x03, 0x2A]),
        Picture(testDescription: "field of 1920x1088", macroblocks: 4_080, zeros: 18, rest: [0x01, 0x77]),
    ]

    @Test(arguments: pictures)
    func `skipped macroblocks cost next to nothing`(_ picture: Picture) {
        var skipped = SkippedMacroblocks()
        let bytes = [UInt8](repeating: 0, count: picture.zeros) + picture.rest
        for _ in 0..<2 {
            let found = skipped.arithmetic(macroblocks: picture.macroblocks, inPairs: picture.inPairs)
            #expect(found == bytes)
        }
    }

    /// 640x360 with these lengths and tools.
    static func layout(
        order: UInt32,
        orderBits: UInt32 = 4,
        cabac: Bool,
        weighted: Bool = false
    ) throws -> H264ParameterSets.Layout {
        var sps = BitWriter()
        sps.bits(77, 8)
        sps.bits(0, 8)
        sps.bits(30, 8)
        // id, log2_max_frame_num_minus4, pic_order_cnt_type
        for number in [0, 0, order] { sps.unsignedExpGolomb(number) }
        if order == 0 { sps.unsignedExpGolomb(orderBits - 4) }
        sps.unsignedExpGolomb(4)
        sps.flag(false)
        sps.unsignedExpGolomb(39)
        sps.unsignedExpGolomb(22)
        // frame_mbs_only, direct_8x8_inference, cropping, VUI
        for flag in [true, true, false, false] { sps.flag(flag) }
        sps.trailingBits()
        var pps = BitWriter()
        for _ in 0..<2 { pps.unsignedExpGolomb(0) }
        pps.flag(cabac)
        pps.flag(false)
        for _ in 0..<3 { pps.unsignedExpGolomb(0) }
        pps.flag(weighted)
        pps.bits(0, 2)
        // pic_init_qp, pic_init_qs, chroma offset
        for _ in 0..<3 { pps.signedExpGolomb(0) }
        for flag in [true, false, false] { pps.flag(flag) }
        pps.trailingBits()
        var parameters = H264ParameterSets()
        for unit in [sps.nalUnit(header: [0x67]), pps.nalUnit(header: [0x68])] {
            let isNew = parameters.observe(unit[...])
            try #require(isNew)
        }
        return try #require(parameters.layout(pps: 0))
    }

    @Test func `writes whole slices bit by bit as known`() throws {
        var skipped = SkippedMacroblocks()
        let plain = try Self.layout(order: 2, cabac: false)
        var header = H264SliceHeader(ppsID: 0, referenceIDC: 1, frameNum: 3)
        let short = H264SkipSlice(header: header).unit(plain, &skipped)
        #expect(short == [0x21, 0x9A, 0x79, 0x40, 0x0E, 0x66])
        let arithmetic = try Self.layout(order: 0, orderBits: 6, cabac: true, weighted: true)
        header.frameNum = 5
        header.orderLSB = 20
        let coded = H264SkipSlice(header: header).unit(arithmetic, &skipped)
        #expect(coded == [0x21, 0x9A, 0xAA, 0x6C, 0x30, 0x64, 0xBF, 0, 0, 3, 0, 0, 0x30, 0x20])
        let modified = H264SkipSlice(header: header, distance: 2).unit(arithmetic, &skipped)
        #expect(modified == [0x21, 0x9A, 0xAA, 0x7A, 0x26, 0x18, 0x32, 0x5F, 0, 0, 3, 0, 0, 0x30, 0x20])
    }
}
