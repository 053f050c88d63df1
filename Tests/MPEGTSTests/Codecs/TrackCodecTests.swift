import MPEGTS
import Testing

struct TrackCodecTests {
    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var type: UInt8
        var descriptors: [UInt8] = []
        var codec: Track.Codec
    }

    static let cases = [
        Case(testDescription: "H.264", type: 0x1B, codec: .h264),
        Case(testDescription: "HEVC", type: 0x24, codec: .hevc),
        Case(testDescription: "MPEG-2 video", type: 0x02, codec: .mpeg2Video),
        Case(testDescription: "MPEG-1 audio", type: 0x03, codec: .mpegAudio),
        Case(testDescription: "MPEG-2 audio", type: 0x04, codec: .mpegAudio),
        Case(testDescription: "ADTS", type: 0x0F, codec: .aac),
        Case(testDescription: "LATM", type: 0x11, codec: .latm),
        Case(testDescription: "ATSC AC-3", type: 0x81, codec: .ac3),
        Case(testDescription: "ATSC E-AC-3", type: 0x87, codec: .eac3),
        Case(testDescription: "cues", type: 0x86, codec: .scte35),
        Case(testDescription: "metadata", type: 0x15, codec: .id3),
        Case(testDescription: "KLV metadata", type: 0x15, descriptors: [5, 4, 0x4B, 0x4C, 0x56, 0x41], codec: .other),
        Case(testDescription: "private", type: 0x06, codec: .other),
        Case(
            testDescription: "DVB AC-3 after a language",
            type: 0x06,
            descriptors: [0x0A, 4, 0x64, 0x65, 0x75, 0, 0x6A, 1, 0],
            codec: .ac3
        ),
        Case(testDescription: "DVB E-AC-3", type: 0x06, descriptors: [0x7A, 1, 0], codec: .eac3),
        Case(testDescription: "registered AC-3", type: 0x06, descriptors: [5, 4, 0x41, 0x43, 0x2D, 0x33], codec: .ac3),
        Case(
            testDescription: "registered HEVC",
            type: 0x06,
            descriptors: [5, 4, 0x48, 0x45, 0x56, 0x43],
            codec: .hevc
        ),
        Case(
            testDescription: "teletext",
            type: 0x06,
            descriptors: [0x56, 5, 0x65, 0x6E, 0x67, 9, 0],
            codec: .teletext
        ),
        Case(
            testDescription: "subtitles",
            type: 0x06,
            descriptors: [0x59, 8, 0x64, 0x65, 0x75, 0x10, 0, 1, 0, 1],
            codec: .dvbSubtitles
        ),
        Case(testDescription: "a descriptor cut short", type: 0x06, descriptors: [0x6A, 9, 0], codec: .other),
        Case(testDescription: "unknown", type: 0xD1, codec: .other),
    ]

    @Test(arguments: cases)
    func `recognises a codec by its stream type and descriptors`(_ testCase: Case) {
        let track = Track(pid: 0x100, streamType: testCase.type, descriptors: testCase.descriptors)
        #expect(track.codec == testCase.codec)
    }

    @Test func `knows the language, and which tracks are made of sections`() {
        #expect(aacTrack.language == "deu")
        #expect(teletextTrack.language == "eng")
        #expect(h264Track.language == nil)
        #expect(Track(pid: 1, streamType: 0x0F, descriptors: [0x0A, 4, 0, 0, 0, 0]).language == nil)
        #expect(cueTrack.carriesSections && !privateTrack.carriesSections)
        #expect(Track(pid: 1, streamType: 0x05, descriptors: []).carriesSections)
    }
}
