import TestSupport
import Testing

@testable import EventLog

struct CRC32CTests {
    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var bytes: [UInt8]
        var check: UInt32
    }

    /// Source: RFC 3720, B.4, and the usual check value of "123456789".
    static let cases = [
        Case(testDescription: "nothing", bytes: [], check: 0),
        Case(testDescription: "nine digits", bytes: Array("123456789".utf8), check: 0xE306_9283),
        Case(testDescription: "32 zeros", bytes: [UInt8](repeating: 0, count: 32), check: 0x8A91_36AA),
        Case(testDescription: "32 ones", bytes: [UInt8](repeating: 0xFF, count: 32), check: 0x62A8_AB43),
        Case(testDescription: "0 to 31", bytes: Array(0..<32), check: 0x46DD_794E),
        Case(testDescription: "31 to 0", bytes: Array((0..<32).reversed()), check: 0x113F_DB5C),
    ]

    @Test(arguments: cases)
    func `agrees with published vectors`(_ testCase: Case) {
        var check = CRC32C()
        testCase.bytes.withUnsafeBytes { check.update($0) }
        #expect(check.value == testCase.check)
    }

    @Test func `is the same however the bytes are cut`() {
        var random = SeededRandom(seed: 0xC3C)
        let bytes = (0..<500).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        var whole = CRC32C()
        bytes.withUnsafeBytes { whole.update($0) }
        for _ in 0..<50 {
            let cut = Int.random(in: 0...bytes.count, using: &random)
            var parts = CRC32C()
            bytes[..<cut].withUnsafeBytes { parts.update($0) }
            bytes[cut...].withUnsafeBytes { parts.update($0) }
            #expect(parts.value == whole.value, "cut at \(cut)")
        }
    }
}
