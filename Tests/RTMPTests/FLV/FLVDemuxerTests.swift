import MPEGTS
import Model
import RTMP
import TestSupport
import Testing

struct FLVDemuxerTests {
    static let videoTrack = Track(pid: 0x100, streamType: 0x1B, codec: .h264, descriptors: [])
    static let hevcTrack = Track(pid: 0x100, streamType: 0x24, codec: .hevc, descriptors: [])
    static let aacTrack = Track(pid: 0x101, streamType: 0x0F, codec: .aac, descriptors: [])
    static let mp3Track = Track(pid: 0x101, streamType: 0x03, codec: .mpegAudio, descriptors: [])

    @Test func `makes an access unit of a picture and one of an audio frame`() {
        var demuxer = FLVDemuxer()
        let outputs = demuxer.received([
            FLV.avcHeader(), FLV.aacHeader(), FLV.avc(40, compositionTime: 80), FLV.aac(50),
        ])
        #expect(
            outputs == [
                .tracks([Self.videoTrack, Self.aacTrack]),
                .unit(
                    AccessUnit(
                        pid: 0x100,
                        pts: MediaTime(milliseconds: 120),
                        dts: MediaTime(milliseconds: 40),
                        isRandomAccessPoint: true,
                        data: FLV.annexB([0x09, 0xF0], FLV.sps, FLV.pps, FLV.idr),
                        streamID: 0xE0
                    )
                ),
                .unit(
                    AccessUnit(
                        pid: 0x101,
                        pts: MediaTime(milliseconds: 50),
                        dts: MediaTime(milliseconds: 50),
                        isRandomAccessPoint: true,
                        data: hex("FFF14C80015FFC 211004"),
                        streamID: 0xC0
                    )
                ),
            ]
        )
    }

    @Test func `passes MP3 frames`() {
        // MPEG-1 layer III, 128 kbit/s, 44.1 kHz: 417 bytes, 1,152 samples.
        let frame = hex("FFFB9064") + [UInt8](repeating: 0, count: 413)
        var demuxer = FLVDemuxer()
        let outputs = demuxer.received([
            FLV.metadata("audiocodecid"),
            FLVTag(kind: .audio, timestamp: 0, payload: [0x2F] + frame + frame),
            FLVTag(kind: .audio, timestamp: 52, payload: [0x2F] + frame),
        ])
        #expect(outputs.tracks == [[Self.mp3Track]])
        #expect(outputs.units.map(\.data) == [frame + frame, frame])
        #expect(outputs.units.map(\.dts) == [.zero, MediaTime(ticks: 2 * 1_152 * 90_000 / 44_100)])
    }

    struct Wait: CustomTestStringConvertible {
        var testDescription: String
        var tags: [FLVTag]
        /// What is told, and after which tag, counted from 0.
        var told: [(Int, [Track])]
    }

    static let waits = [
        Wait(
            testDescription: "for the video's header, which comes last",
            tags: [FLV.aacHeader(), FLV.aac(0), FLV.aac(21), FLV.aac(1_200), FLV.avcHeader(1_300), FLV.avc(1_300)],
            told: [(5, [videoTrack, aacTrack])]
        ),
        Wait(
            testDescription: "2 s for the other header, then tells it late",
            tags: [FLV.avcHeader(), FLV.avc(0), FLV.avc(1_999), FLV.avc(2_000), FLV.aacHeader(), FLV.aac(2_100)],
            told: [(3, [videoTrack]), (5, [videoTrack, aacTrack])]
        ),
        Wait(
            testDescription: "not at all for audio that is not announced",
            tags: [FLV.metadata("videocodecid", "width"), FLV.avcHeader(), FLV.avc(0)],
            told: [(2, [videoTrack])]
        ),
        Wait(
            testDescription: "not at all for audio that is announced as nothing",
            tags: [
                FLV.metadata("videocodecid", value: .string("avc1"), zero: "audiocodecid"), FLV.avcHeader(), FLV.avc(0),
            ],
            told: [(2, [videoTrack])]
        ),
        Wait(
            testDescription: "not at all for video that is not announced",
            tags: [FLV.metadata("audiocodecid"), FLV.aacHeader(), FLV.aac(0)],
            told: [(2, [aacTrack])]
        ),
        Wait(
            testDescription: "for both when metadata names none",
            tags: [FLV.metadata("title"), FLV.avcHeader(), FLV.avc(0), FLV.aacHeader(), FLV.aac(0)],
            told: [(4, [videoTrack, aacTrack])]
        ),
        Wait(
            testDescription: "and tells another codec",
            tags: [
                FLV.metadata("videocodecid"), FLV.avcHeader(), FLV.avc(0),
                FLVTag(kind: .video, timestamp: 0, payload: hex("90 68766331") + FLV.hvcC()),
                FLVTag(kind: .video, timestamp: 40, payload: hex("93 68766331") + FLV.sized([0x26, 1, 2])),
            ],
            told: [(2, [videoTrack]), (4, [hevcTrack])]
        ),
    ]

    @Test(arguments: waits)
    func `waits for a missing header as long as it makes sense`(_ wait: Wait) {
        var demuxer = FLVDemuxer()
        var told: [(Int, [Track])] = []
        var units = 0
        for (index, tag) in wait.tags.enumerated() {
            let outputs = demuxer.received(tag)
            told += outputs.tracks.map { (index, $0) }
            if told.isEmpty { #expect(outputs.isEmpty) }
            units += outputs.units.count
        }
        #expect(told.map(\.0) == wait.told.map(\.0))
        #expect(told.map(\.1) == wait.told.map(\.1))
        // Nothing that was held back is lost.
        #expect(
            units
                == wait.tags.filter {
                    $0.kind != .data && $0.payload.count > 1 && $0.payload[1] == 1 || $0.payload[0] == 0x93
                }.count
        )
    }

    @Test func `holds back no more than its limits`() {
        var many = FLVDemuxer()
        let tags = [FLV.aacHeader()] + (0..<512).map { _ in FLV.aac(0) }
        #expect(many.received(Array(tags.dropLast())).isEmpty)
        #expect(many.received(tags[512]).units.count == 512)
        var large = FLVDemuxer()
        _ = large.received(FLV.avcHeader())
        let picture = FLV.avc(0, [FLV.idr + [UInt8](repeating: 1, count: 3 << 20)])
        #expect(large.received([picture, picture]).isEmpty)
        #expect(large.received(picture).units.count == 3)
    }

    @Test func `starts video at a random access point`() {
        var demuxer = FLVDemuxer()
        let outputs = demuxer.received([
            FLV.metadata("videocodecid"), FLV.avc(0), FLV.avcHeader(), FLV.avc(40, [FLV.slice]), FLV.avc(80),
            FLV.avc(120, [FLV.slice]),
        ])
        #expect(outputs.units.map(\.dts) == [80, 120].map { MediaTime(milliseconds: $0) })
    }

    @Test func `flags a publisher that returned, once, and starts at a random access point again`() {
        var demuxer = FLVDemuxer()
        _ = demuxer.received([FLV.avcHeader(), FLV.aacHeader(), FLV.avc(90_000), FLV.aac(90_000)])
        let outputs = demuxer.received([
            FLV.metadata("videocodecid", "audiocodecid"), FLV.avcHeader(), FLV.aacHeader(), FLV.aac(5),
            FLV.avc(0, [FLV.slice]), FLV.avc(40), FLV.aac(26),
        ])
        #expect(outputs.first == .restarted)
        #expect(outputs.filter { $0 == .restarted }.count == 1)
        #expect(outputs.units.map { $0.dts?.ticks } == [450, 3_600, 450 + 1_920])
        #expect(outputs.tracks.isEmpty)
    }

    @Test func `keeps rising over the wrap of 32 bits`() {
        var demuxer = FLVDemuxer()
        let outputs = demuxer.received([
            FLV.avcHeader(0xFFFF_FFF0), FLV.aacHeader(0xFFFF_FFF0), FLV.avc(0xFFFF_FFF0), FLV.aac(0xFFFF_FFF8),
            FLV.avc(24), FLV.aac(13),
        ])
        let first: Int64 = 4_294_967_280 * 90
        #expect(outputs.units.map { $0.dts?.ticks } == [first, first + 720, first + 3_600, first + 720 + 1_920])
        #expect(!outputs.contains(.restarted))
    }

    static let faults: [(String, FLVTag, FLVFault)] = [
        ("video of one byte", FLVTag(kind: .video, timestamp: 0, payload: [0x17]), .truncatedTag(.video)),
        (
            "video without a composition time", FLVTag(kind: .video, timestamp: 0, payload: [0x17, 1, 0]),
            .truncatedTag(.video)
        ),
        ("half a FourCC", FLVTag(kind: .video, timestamp: 0, payload: hex("90 6876")), .truncatedTag(.video)),
        ("AAC of one byte", FLVTag(kind: .audio, timestamp: 0, payload: [0xAF]), .truncatedTag(.audio)),
        ("Sorenson video", FLVTag(kind: .video, timestamp: 0, payload: [0x12, 0]), .unsupportedVideo(codec: 2)),
        (
            "AV1", FLVTag(kind: .video, timestamp: 0, payload: hex("90 61763031 81")),
            .unsupportedVideo(codec: 0x6176_3031)
        ),
        ("Speex", FLVTag(kind: .audio, timestamp: 0, payload: [0xB6, 0]), .unsupportedAudio(format: 11)),
        ("a bad avcC", FLVTag(kind: .video, timestamp: 0, payload: [0x17, 0, 0, 0, 0, 9]), .badVideoConfiguration),
        ("a bad AudioSpecificConfig", FLV.aacHeader(0, [0]), .badAudioConfiguration),
        ("an AAC frame of 9,000 bytes", FLV.aac(0, pattern(9_000)), .badAudioFrame),
        ("MP3 without a header", FLVTag(kind: .audio, timestamp: 0, payload: [0x2F, 1, 2, 3, 4]), .badAudioFrame),
        (
            "a NAL unit longer than its tag",
            FLVTag(kind: .video, timestamp: 0, payload: hex("17 01 000000 00000009 65")),
            .badNALUnits
        ),
        ("a cut length", FLVTag(kind: .video, timestamp: 0, payload: hex("17 01 000000 000000")), .badNALUnits),
        ("4,097 NAL units", FLV.avc(0, [[UInt8]](repeating: [1], count: 4_097)), .badNALUnits),
    ]

    @Test(arguments: faults)
    func `names the fault and goes on`(_ name: String, _ tag: FLVTag, _ fault: FLVFault) {
        var demuxer = FLVDemuxer()
        _ = demuxer.received([FLV.avcHeader(), FLV.aacHeader(), FLV.avc(0)])
        #expect(demuxer.received(tag).faults == [fault])
        #expect(demuxer.received([FLV.avc(40), FLV.aacHeader(), FLV.aac(40)]).units.map(\.pid).contains(0x101))
    }

    @Test func `says an unsupported codec once`() {
        let tag = FLVTag(kind: .video, timestamp: 0, payload: [0x12, 0])
        let speex = FLVTag(kind: .audio, timestamp: 0, payload: [0xB6, 0])
        var demuxer = FLVDemuxer()
        let faults = demuxer.received([tag, tag, speex, speex, FLV.avcHeader(), FLV.aacHeader(), tag, speex]).faults
        #expect(
            faults
                == [tag, speex, tag, speex].map {
                    $0.kind == .video ? .unsupportedVideo(codec: 2) : .unsupportedAudio(format: 11)
                }
        )
    }

    @Test func `ignores what shows nothing`() {
        var demuxer = FLVDemuxer()
        _ = demuxer.received([FLV.avcHeader(), FLV.aacHeader(), FLV.avc(0)])
        let payloads: [[UInt8]] = [
            hex("17 02 000000"), hex("57 00"), hex("94 68766331 00"), hex("92 68766331"), hex("17 01 000000"),
        ]
        for payload in payloads {
            #expect(demuxer.received(FLVTag(kind: .video, timestamp: 40, payload: payload)).isEmpty)
        }
        #expect(demuxer.received(FLVTag(kind: .audio, timestamp: 40, payload: [0xAF, 1])).isEmpty)
        #expect(demuxer.received(FLVTag(kind: .data, timestamp: 40, payload: [0xFF])).isEmpty)
    }

    @Test func `never traps on random and mutated tags`() {
        var random = SeededRandom(seed: 0xF17)
        let tags = [
            FLV.metadata("videocodecid"), FLV.avcHeader(), FLV.aacHeader(), FLV.avc(0, [FLV.slice, FLV.idr]),
            FLV.aac(0),
            FLVTag(kind: .video, timestamp: 0, payload: hex("90 68766331") + FLV.hvcC()),
            FLVTag(kind: .video, timestamp: 0, payload: hex("91 68766331 000000") + FLV.sized([0x26, 1, 2])),
            FLVTag(kind: .audio, timestamp: 0, payload: hex("2F FFFB9064 00")), FLV.avc(0, [AnnexBTests.recoveryPoint]),
        ]
        var units = 0
        var faults = 0
        for _ in 0..<500 {
            var demuxer = FLVDemuxer()
            for _ in 0..<40 {
                var tag = tags[Int.random(in: 0..<tags.count, using: &random)]
                tag.timestamp = .random(in: 0...UInt32.max, using: &random)
                for _ in 0..<Int.random(in: 0...2, using: &random) {
                    tag.payload[Int.random(in: 0..<tag.payload.count, using: &random)] = .random(
                        in: 0...255,
                        using: &random
                    )
                }
                if Bool.random(using: &random) {
                    tag.payload = Array(tag.payload.prefix(Int.random(in: 0...tag.payload.count, using: &random)))
                }
                let outputs = demuxer.received(tag)
                units += outputs.units.count
                faults += outputs.faults.count
            }
        }
        #expect(units > 500)
        #expect(faults > 500)
    }
}
