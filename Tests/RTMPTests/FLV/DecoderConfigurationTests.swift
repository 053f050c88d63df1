import RTMP
import TestSupport
import Testing

struct DecoderConfigurationTests {
    static let avc: [(String, [UInt8], Int, [[UInt8]])] = [
        ("one of each", FLV.avcC(), 4, [FLV.sps, FLV.pps]),
        (
            "two of each", FLV.avcC(sps: [FLV.sps, [0x67, 1]], pps: [FLV.pps, [0x68, 1]]), 4,
            [FLV.sps, [0x67, 1], FLV.pps, [0x68, 1]]
        ),
        ("lengths of one byte", FLV.avcC(lengthSize: 1), 1, [FLV.sps, FLV.pps]),
        ("high profile with what follows", FLV.avcC() + [0xFD, 0xF8, 0xF8, 0], 4, [FLV.sps, FLV.pps]),
        (
            "empty and foreign units left out", FLV.avcC(sps: [[], FLV.sps], pps: [[0x06, 1], FLV.pps]), 4,
            [FLV.sps, FLV.pps]
        ),
    ]

    @Test(arguments: avc)
    func `reads avcC`(_ name: String, _ bytes: [UInt8], _ lengthSize: Int, _ sets: [[UInt8]]) throws {
        let configuration = try DecoderConfiguration(avcC: [9] + bytes, from: 1)
        #expect(configuration.lengthSize == lengthSize)
        #expect(configuration.parameterSets == sets)
    }

    static let badAVC: [(String, [UInt8])] = [
        ("nothing", []), ("version 0", [0] + FLV.avcC().dropFirst()), ("no SPS", FLV.avcC(sps: [])),
        ("no PPS", FLV.avcC(pps: [])), ("cut", FLV.avcC().dropLast()),
        ("more than is repeated", FLV.avcC(sps: [[0x67] + pattern(40_000), [0x67] + pattern(40_000)])),
    ]

    @Test(arguments: badAVC)
    func `refuses avcC`(_ name: String, _ bytes: [UInt8]) {
        #expect(throws: FLVFault.badVideoConfiguration) { try DecoderConfiguration(avcC: bytes) }
    }

    static let hevc: [(String, [UInt8], Int)] = [
        ("in order", FLV.hvcC(), 4),
        ("lengths of two bytes", FLV.hvcC(lengthSize: 2), 2),
        ("a draft's version", [0] + FLV.hvcC().dropFirst(), 4),
        (
            "in disorder, with SEI",
            FLV.hvcC([(39, [[0x4E, 0x01, 0x05]]), (34, [FLV.hevcPPS]), (33, [FLV.hevcSPS]), (32, [FLV.hevcVPS])]), 4
        ),
    ]

    @Test(arguments: hevc)
    func `reads hvcC`(_ name: String, _ bytes: [UInt8], _ lengthSize: Int) throws {
        let configuration = try DecoderConfiguration(hvcC: bytes)
        #expect(configuration.lengthSize == lengthSize)
        #expect(configuration.parameterSets == [FLV.hevcVPS, FLV.hevcSPS, FLV.hevcPPS])
    }

    static let badHEVC: [(String, [UInt8])] = [
        ("nothing", []), ("version 2", [2] + FLV.hvcC().dropFirst()), ("no arrays", FLV.hvcC([])),
        ("no PPS", FLV.hvcC([(32, [FLV.hevcVPS]), (33, [FLV.hevcSPS])])), ("cut", FLV.hvcC().dropLast()),
        ("a unit in the wrong array", FLV.hvcC([(32, [FLV.hevcSPS]), (33, [FLV.hevcSPS]), (34, [FLV.hevcPPS])])),
    ]

    @Test(arguments: badHEVC)
    func `refuses hvcC`(_ name: String, _ bytes: [UInt8]) {
        #expect(throws: FLVFault.badVideoConfiguration) { try DecoderConfiguration(hvcC: bytes) }
    }
}
