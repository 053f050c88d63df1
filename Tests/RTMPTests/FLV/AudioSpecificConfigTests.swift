import RTMP
import TestSupport
import Testing

struct AudioSpecificConfigTests {
    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var bytes: [UInt8]
        var objectType: UInt8 = 2
        var sampleRate: UInt32
        var channels: UInt8
        var frameSamples = 1_024
        /// Of a frame of 100 bytes.
        var header: [UInt8]
    }

    static let cases = [
        Case(
            testDescription: "LC 48 kHz stereo",
            bytes: hex("1190"),
            sampleRate: 48_000,
            channels: 2,
            header: hex("FFF14C800D7FFC")
        ),
        Case(
            testDescription: "LC 44.1 kHz mono",
            bytes: hex("1208"),
            sampleRate: 44_100,
            channels: 1,
            header: hex("FFF150400D7FFC")
        ),
        Case(
            testDescription: "LC 48 kHz 5.1",
            bytes: hex("11B0"),
            sampleRate: 48_000,
            channels: 6,
            header: hex("FFF14D800D7FFC")
        ),
        Case(
            testDescription: "Main 96 kHz 7.1",
            bytes: hex("0838"),
            objectType: 1,
            sampleRate: 96_000,
            channels: 7,
            header: hex("FFF101C00D7FFC")
        ),
        Case(
            testDescription: "frames of 960 samples",
            bytes: hex("1194"),
            sampleRate: 48_000,
            channels: 2,
            frameSamples: 960,
            header: hex("FFF14C800D7FFC")
        ),
        // 00101 0110 0010 0011 00010 0: SBR on LC at 24 kHz, out at 48 kHz.
        Case(
            testDescription: "explicit SBR",
            bytes: hex("2B118800"),
            sampleRate: 24_000,
            channels: 2,
            header: hex("FFF158800D7FFC")
        ),
        // 11101 0111 0001 0100 00010 0: PS on LC at 22.05 kHz mono.
        Case(
            testDescription: "explicit PS",
            bytes: hex("EB8A0800"),
            sampleRate: 22_050,
            channels: 1,
            header: hex("FFF15C400D7FFC")
        ),
        // 00010 1111 48000(24 bits) 0010 0
        Case(
            testDescription: "48 kHz spelled out",
            bytes: hex("17805DC010"),
            sampleRate: 48_000,
            channels: 2,
            header: hex("FFF14C800D7FFC")
        ),
        Case(
            testDescription: "SBR signalled behind",
            bytes: hex("139056E5A0"),
            sampleRate: 22_050,
            channels: 2,
            header: hex("FFF15C800D7FFC")
        ),
    ]

    @Test(arguments: cases)
    func `reads a configuration and says it in ADTS`(_ testCase: Case) throws {
        let config = try AudioSpecificConfig(parsing: [0xAF, 0] + testCase.bytes, from: 2)
        #expect(config.objectType == testCase.objectType)
        #expect(config.sampleRate == testCase.sampleRate)
        #expect(config.channels == testCase.channels)
        #expect(config.frameSamples == testCase.frameSamples)
        #expect(try config.adts(pattern(100)[...]) == testCase.header + pattern(100))
    }

    static let refused: [(String, [UInt8])] = [
        ("nothing", []), ("one byte", hex("11")), ("xHE-AAC (42)", hex("F94A2000")), ("object type 0", hex("0190")),
        ("channels by a program config element", hex("1180")), ("eight channels of another layout", hex("11D8")),
        ("reserved rate", hex("1690")), ("37.8 kHz", hex("1780 49D4 10")), ("SBR cut short", hex("2B11")),
    ]

    @Test(arguments: refused)
    func `refuses what ADTS can't say`(_ name: String, _ bytes: [UInt8]) {
        #expect(throws: FLVFault.badAudioConfiguration) { try AudioSpecificConfig(parsing: bytes) }
    }

    @Test func `refuses a frame that ADTS can't say`() throws {
        let config = try AudioSpecificConfig(parsing: hex("1190"))
        #expect(try config.adts(pattern(8_184)[...]).starts(with: hex("FFF14C83FFFFFC")))
        #expect(throws: FLVFault.badAudioFrame) { try config.adts(pattern(8_185)[...]) }
        #expect(throws: FLVFault.badAudioFrame) { try config.adts([]) }
    }

    @Test func `never traps on random bytes`() {
        var random = SeededRandom(seed: 0xA5C)
        var read = 0
        for _ in 0..<5_000 {
            let bytes = (0..<Int.random(in: 0...8, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random)
            }
            if (try? AudioSpecificConfig(parsing: bytes)) != nil { read += 1 }
        }
        #expect(read > 10)
    }
}
