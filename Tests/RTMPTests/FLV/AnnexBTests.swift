import MPEGTS
import Model
import RTMP
import Testing

/// Pictures with lengths before their NAL units, made into Annex B.
struct AnnexBTests {
    struct Picture: CustomTestStringConvertible {
        var testDescription: String
        var units: [[UInt8]]
        var data: [UInt8]
        var isRandomAccessPoint = true
    }

    /// A recovery point behind another message, with emulation prevention on the way.
    static let recoveryPoint: [UInt8] = [0x06, 0x05, 0x04, 0, 0, 3, 1, 0x06, 0x06, 0x01, 0xC4, 0x80]

    static let pictures = [
        Picture(
            testDescription: "IDR without parameter sets",
            units: [FLV.idr],
            data: FLV.annexB([0x09, 0xF0], FLV.sps, FLV.pps, FLV.idr)
        ),
        Picture(
            testDescription: "IDR with a delimiter of its own",
            units: [[0x09, 0x10], FLV.idr],
            data: FLV.annexB([0x09, 0xF0], FLV.sps, FLV.pps, FLV.idr)
        ),
        Picture(
            testDescription: "IDR with parameter sets of its own",
            units: [[0x67, 9], [0x68, 9], FLV.idr],
            data: FLV.annexB([0x09, 0xF0], [0x67, 9], [0x68, 9], FLV.idr)
        ),
        Picture(
            testDescription: "IDR with a PPS only",
            units: [[0x68, 9], FLV.idr],
            data: FLV.annexB([0x09, 0xF0], FLV.sps, FLV.pps, [0x68, 9], FLV.idr)
        ),
        Picture(
            testDescription: "slice",
            units: [FLV.slice],
            data: FLV.annexB([0x09, 0xF0], FLV.slice),
            isRandomAccessPoint: false
        ),
        Picture(
            testDescription: "recovery point",
            units: [Self.recoveryPoint, FLV.slice],
            data: FLV.annexB([0x09, 0xF0], FLV.sps, FLV.pps, Self.recoveryPoint, FLV.slice)
        ),
        Picture(
            testDescription: "SEI of another kind, and an empty unit",
            units: [[0x06, 0x05, 0x02, 6, 6, 0x80], [], FLV.slice],
            data: FLV.annexB([0x09, 0xF0], [0x06, 0x05, 0x02, 6, 6, 0x80], FLV.slice),
            isRandomAccessPoint: false
        ),
    ]

    @Test(arguments: pictures, [1, 2, 4])
    func `writes H.264 as Annex B`(_ picture: Picture, _ lengthSize: Int) {
        var demuxer = FLVDemuxer()
        let outputs = demuxer.received([
            FLV.metadata("videocodecid"), FLV.avcHeader(0, FLV.avcC(lengthSize: lengthSize)),
            FLV.avc(0, lengthSize: lengthSize), FLV.avc(40, picture.units, lengthSize: lengthSize),
        ])
        #expect(outputs.units.last?.data == picture.data)
        #expect(outputs.units.last?.isRandomAccessPoint == picture.isRandomAccessPoint)
        #expect(outputs.units.count == 2)
        #expect(outputs.faults.isEmpty)
    }

    struct Enhanced: CustomTestStringConvertible {
        var testDescription: String
        var header: [UInt8]
        var frame: [UInt8]
        var compositionTime: Int64 = 0
    }

    static let enhanced = [
        Enhanced(
            testDescription: "hvc1, frames with a composition time",
            header: hex("90 68766331"),
            frame: hex("91 68766331 FFFFD8"),
            compositionTime: -40
        ),
        Enhanced(testDescription: "hvc1, frames without", header: hex("90 68766331"), frame: hex("93 68766331")),
        Enhanced(
            testDescription: "codec id 12",
            header: hex("1C 00 000000"),
            frame: hex("1C 01 000028"),
            compositionTime: 40
        ),
    ]

    @Test(arguments: enhanced, [UInt8(16), 19, 20, 21, 23])
    func `writes HEVC as Annex B`(_ form: Enhanced, _ type: UInt8) {
        let picture: [UInt8] = [type << 1, 0x01, 0xAF]
        var demuxer = FLVDemuxer()
        let outputs = demuxer.received([
            FLV.metadata("videocodecid"),
            FLVTag(kind: .video, timestamp: 0, payload: form.header + FLV.hvcC()),
            FLVTag(
                kind: .video,
                timestamp: 100,
                payload: form.frame + FLV.sized([0x46, 0x01, 0x10]) + FLV.sized(picture)
            ),
            FLVTag(kind: .video, timestamp: 140, payload: form.frame + FLV.sized([0x02, 0x01, 0xD0])),
        ])
        #expect(outputs.tracks == [[FLVDemuxerTests.hevcTrack]])
        #expect(
            outputs.units.map(\.data) == [
                FLV.annexB([0x46, 0x01, 0x50], FLV.hevcVPS, FLV.hevcSPS, FLV.hevcPPS, picture),
                FLV.annexB([0x46, 0x01, 0x50], [0x02, 0x01, 0xD0]),
            ]
        )
        #expect(outputs.units.map(\.isRandomAccessPoint) == [true, false])
        #expect(outputs.units.first?.pts == MediaTime(milliseconds: 100 + form.compositionTime))
        #expect(outputs.units.first?.dts == MediaTime(milliseconds: 100))
    }

    @Test func `takes H.264 by its FourCC`() {
        var demuxer = FLVDemuxer()
        let outputs = demuxer.received([
            FLV.metadata("videocodecid"),
            FLVTag(kind: .video, timestamp: 0, payload: hex("90 61766331") + FLV.avcC()),
            FLVTag(kind: .video, timestamp: 0, payload: hex("91 61766331 000028") + FLV.sized(FLV.idr)),
        ])
        #expect(outputs.tracks == [[FLVDemuxerTests.videoTrack]])
        #expect(outputs.units.first?.pts == MediaTime(milliseconds: 40))
    }

    @Test func `does not believe the frame type`() {
        var demuxer = FLVDemuxer()
        // Frame type 1 ("key frame") on a plain slice, 2 ("inter frame") on an IDR.
        let outputs = demuxer.received([
            FLV.metadata("videocodecid"), FLV.avcHeader(), FLV.avc(0, [FLV.slice]),
            FLVTag(kind: .video, timestamp: 40, payload: [0x27, 1, 0, 0, 0] + FLV.sized(FLV.idr)),
        ])
        #expect(outputs.units.map(\.dts) == [MediaTime(milliseconds: 40)])
        #expect(outputs.units.first?.isRandomAccessPoint == true)
    }

    @Test func `takes new parameter sets from the next random access point on`() {
        var demuxer = FLVDemuxer()
        let newer: [UInt8] = [0x67, 0x64, 0, 0x28]
        let outputs = demuxer.received([
            FLV.metadata("videocodecid"), FLV.avcHeader(), FLV.avc(0), FLV.avcHeader(0, FLV.avcC(sps: [newer])),
            FLV.avc(40, [FLV.slice]), FLV.avc(80),
        ])
        #expect(
            outputs.units.map(\.data) == [
                FLV.annexB([0x09, 0xF0], FLV.sps, FLV.pps, FLV.idr), FLV.annexB([0x09, 0xF0], FLV.slice),
                FLV.annexB([0x09, 0xF0], newer, FLV.pps, FLV.idr),
            ]
        )
        // The same track all along.
        #expect(outputs.tracks.count == 1)
    }
}
