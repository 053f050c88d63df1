import MPEGTS
import TestSupport
import Testing

struct HeadersTests {
    struct AudioCase: CustomTestStringConvertible {
        var testDescription: String
        var codec: Track.Codec
        var bytes: [UInt8]
        /// Frame size, sample rate, samples, channels; empty when it is no header.
        var says: [Int]
    }

    static let audio = [
        AudioCase(
            testDescription: "ADTS stereo 48k",
            codec: .aac,
            bytes: [0xFF, 0xF1, 0x4C, 0x80, 0x01, 0xBF, 0xFC],
            says: [13, 48_000, 1_024, 2]
        ),
        AudioCase(
            testDescription: "ADTS mono 44.1k",
            codec: .aac,
            bytes: [0xFF, 0xF1, 0x50, 0x40, 0x01, 0x7F, 0xFC],
            says: [11, 44_100, 1_024, 1]
        ),
        AudioCase(
            testDescription: "ADTS shorter than its header",
            codec: .aac,
            bytes: [0xFF, 0xF1, 0x50, 0x40, 0x00, 0x7F, 0xFC],
            says: []
        ),
        AudioCase(
            testDescription: "MPEG-1 layer II 192k 48k",
            codec: .mpegAudio,
            bytes: [0xFF, 0xFD, 0xA4, 0x00],
            says: [576, 48_000, 1_152, 2]
        ),
        AudioCase(
            testDescription: "MPEG-1 layer III 128k 44.1k mono",
            codec: .mpegAudio,
            bytes: [0xFF, 0xFB, 0x90, 0xC0],
            says: [417, 44_100, 1_152, 1]
        ),
        AudioCase(
            testDescription: "MPEG-2 layer III 64k 24k",
            codec: .mpegAudio,
            bytes: [0xFF, 0xF3, 0x84, 0x00],
            says: [192, 24_000, 576, 2]
        ),
        AudioCase(testDescription: "free format", codec: .mpegAudio, bytes: [0xFF, 0xFD, 0x04, 0x00], says: []),
        AudioCase(
            testDescription: "AC-3 5.1 384k 48k",
            codec: .ac3,
            bytes: [0x0B, 0x77, 0, 0, 0x1C, 0x40, 0xEB, 0x00],
            says: [1_536, 48_000, 1_536, 6]
        ),
        AudioCase(
            testDescription: "AC-3 stereo 192k 44.1k, the longer of two sizes",
            codec: .ac3,
            bytes: [0x0B, 0x77, 0, 0, 0x55, 0x40, 0x40, 0x00],
            says: [836, 44_100, 1_536, 2]
        ),
        AudioCase(
            testDescription: "E-AC-3 stereo",
            codec: .eac3,
            bytes: [0x0B, 0x77, 0x00, 0xFF, 0x34, 0x80, 0, 0],
            says: [512, 48_000, 1_536, 2]
        ),
        AudioCase(
            testDescription: "E-AC-3 dependent substream adds no time",
            codec: .eac3,
            bytes: [0x0B, 0x77, 0x40, 0xFF, 0x34, 0x80, 0, 0],
            says: [512, 48_000, 0, 2]
        ),
        AudioCase(testDescription: "AC-3 too new", codec: .ac3, bytes: [0x0B, 0x77, 0, 0, 0, 0x88, 0, 0], says: []),
        AudioCase(
            testDescription: "LOAS stereo 48k",
            codec: .latm,
            bytes: [0x56, 0xE0, 0x20, 0x20, 0x00, 0x11, 0x90, 0x00],
            says: [35, 48_000, 1_024, 2]
        ),
        AudioCase(
            testDescription: "no audio",
            codec: .h264,
            bytes: [0xFF, 0xF1, 0x4C, 0x80, 0x01, 0xBF, 0xFC],
            says: []
        ),
    ]

    @Test(arguments: audio)
    func `reads an audio frame's header`(_ testCase: AudioCase) {
        let header = AudioFrameHeader(parsing: testCase.bytes[...], codec: testCase.codec)
        let says = header.map { [$0.frameSize, $0.sampleRate, $0.samples, $0.channels] } ?? []
        #expect(says == testCase.says)
        // Cut short it is no header, and nothing worse.
        for size in 0..<min(4, testCase.bytes.count) {
            #expect(AudioFrameHeader(parsing: testCase.bytes[..<size], codec: testCase.codec) == nil)
        }
    }

    @Test func `walks the frames of a PES packet, over garbage and up to a cut`() {
        let frame: [UInt8] = [0xFF, 0xF1, 0x4C, 0x80, 0x01, 0xBF, 0xFC, 0x21, 0x00, 0x03, 0x20, 0x64, 0x1C]
        let frames = AudioFrames([9, 9] + frame + frame + [1] + frame + frame.dropLast(), codec: .aac)
        #expect(frames.map(\.range) == [2..<15, 15..<28, 29..<42])
    }

    @Test func `a LOAS frame without a configuration has that of the frame before`() throws {
        let told: [UInt8] = [0x56, 0xE0, 0x06, 0x20, 0x00, 0x11, 0x90, 0x00, 0x00]
        let untold: [UInt8] = [0x56, 0xE0, 0x05, 0x80, 0x00, 0x00, 0x00, 0x00]
        let frames = Array(AudioFrames(untold + told + untold + untold, codec: .latm))
        #expect(frames.map(\.range) == [8..<17, 17..<25, 25..<33])
        #expect(frames.allSatisfy { $0.header.samples == 1_024 && $0.header.sampleRate == 48_000 })
        let header = try #require(frames.first?.header)
        #expect(Array(AudioFrames(untold, codec: .latm, after: header)).map(\.range) == [0..<8])
        for size in 0..<4 { #expect(AudioFrameHeader(continuing: header, with: untold[..<size]) == nil) }
        var other = header
        other.codec = .aac
        #expect(AudioFrameHeader(continuing: other, with: untold[...]) == nil)
    }

    @Test func `finds NAL units after start codes of both lengths`() {
        let bytes: [UInt8] = [9, 0, 0, 1, 0x67, 1, 0, 0, 0, 1, 0x68, 2, 0, 0, 1, 0, 0, 1, 0x65, 0, 3, 0, 0]
        #expect(NALUnits(bytes).map { Array(bytes[$0]) } == [[0x67, 1], [0x68, 2], [0x65, 0, 3]])
        #expect(Array(NALUnits([1, 2, 3])).isEmpty)
        #expect(Array(NALUnits([0, 0, 1])).isEmpty)
    }

    @Test func `emulation prevention goes in and out`() {
        #expect(NALUnits.escaped([0, 0, 0, 0, 0, 1, 0, 0, 4]) == [0, 0, 3, 0, 0, 3, 0, 1, 0, 0, 4])
        #expect(NALUnits.unescaped([0, 0, 3, 1, 0, 0, 3]) == [0, 0, 1, 0, 0])
        #expect(NALUnits.unescaped([1, 2, 3, 4], limit: 2) == [1, 2])
        var random = SeededRandom(seed: 4)
        for _ in 0..<200 {
            let bytes = (0..<60).map { _ in UInt8.random(in: 0...4, using: &random) }
            let escaped = NALUnits.escaped(bytes)
            #expect(NALUnits.unescaped(escaped[...]) == bytes)
            #expect(NALUnits.startCode(in: escaped, from: 0) == nil)
        }
    }

    @Test func `reads Exp-Golomb numbers, and nothing past the end`() {
        // 1, 010, 011, 00100, 00101 and then zeros.
        var reader = BitReader([0b1010_0110, 0b0100_0010, 0b1000_0000])
        #expect((0..<5).map { _ in reader.unsignedExpGolomb() } == [0, 1, 2, 3, 4])
        #expect(reader.isValid)
        #expect(reader.unsignedExpGolomb() == 0)
        #expect(!reader.isValid)
        #expect(reader.bits(1) == 0)
        var signed = BitReader([0b0100_1100, 0b1000_0101, 0b0000_0000])
        #expect((0..<4).map { _ in signed.signedExpGolomb() } == [1, -1, 2, -2])
        var long = BitReader([0, 0, 0, 1, 0xFF, 0xFF, 0xFF, 0xFF])
        #expect(long.unsignedExpGolomb() == (1 << 31) - 1 + 0x7FFF_FFFF)
    }

    static let sps1080: [UInt8] = [
        0x67, 0x64, 0x00, 0x28, 0xAC, 0xD9, 0x40, 0x78, 0x02, 0x27, 0xE5, 0xC0, 0x44, 0x00, 0x00, 0x03, 0x00, 0x04,
        0x00, 0x00, 0x03, 0x00, 0xC8, 0x3C, 0x60, 0xC6, 0x58,
    ]

    @Test func `reads an SPS of 1080p25`() throws {
        let sps = try #require(H264SPS(Self.sps1080[...]))
        #expect(sps.profile == 100 && sps.level == 40)
        #expect(sps.width == 1_920 && sps.height == 1_080)
        #expect(sps.frameMacroblocks == 8_160)
        #expect(sps.frameMacroblocksOnly)
        #expect(sps.frameRate == 25)
        var sets = ParameterSets(codec: .h264)
        let isNew = sets.observe([0, 0, 0, 1] + Self.sps1080 + [0, 0, 1, 0x68, 0xEB, 0xE3, 0xCB, 0x22, 0xC0])
        let isNewAgain = sets.observe([0, 0, 1] + Self.sps1080)
        #expect(isNew && !isNewAgain)
        #expect(sets.isComplete)
        #expect(sets.codecString == "avc1.640028")
        #expect(sets.annexB == [0, 0, 0, 1] + Self.sps1080 + [0, 0, 0, 1, 0x68, 0xEB, 0xE3, 0xCB, 0x22, 0xC0])
    }

    @Test func `never traps on parameter sets with bytes changed`() {
        for seed in UInt64(0)..<500 {
            var random = SeededRandom(seed: seed)
            var bytes = Self.sps1080
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                bytes[Int.random(in: 1..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
            }
            if Bool.random(using: &random) { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
            for header in [UInt8(0x67), 0x68, 0x42, 0x44, 0x40, 0x06] where !bytes.isEmpty {
                bytes[0] = header
                for codec in [Track.Codec.h264, .hevc, .mpeg2Video, .aac, .latm, .mpegAudio, .ac3] {
                    var sets = ParameterSets(codec: codec)
                    sets.observe([0, 0, 1] + bytes)
                    _ = RandomAccess.isPoint([0, 0, 1] + bytes, codec: codec)
                    if let size = sets.pictureSize { #expect(size.width >= 0 && size.height >= 0, "seed \(seed)") }
                    #expect(sets.codecString?.isEmpty != true)
                }
                _ = H264PPS(bytes[...])
            }
        }
    }
}
