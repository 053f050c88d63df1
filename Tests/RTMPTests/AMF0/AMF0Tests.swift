import RTMP
import TestSupport
import Testing

struct AMF0Tests {
    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var value: AMF0Value
        var bytes: [UInt8]
    }

    static let cases = [
        Case(testDescription: "number", value: .number(1.5), bytes: hex("00 3FF8000000000000")),
        Case(testDescription: "true", value: .boolean(true), bytes: hex("01 01")),
        Case(testDescription: "false", value: .boolean(false), bytes: hex("01 00")),
        Case(testDescription: "string", value: .string("live"), bytes: hex("02 0004 6C697665")),
        Case(testDescription: "empty string", value: .string(""), bytes: hex("02 0000")),
        Case(
            testDescription: "long string",
            value: .string(String(repeating: "x", count: 65_536)),
            bytes: hex("0C 00010000") + [UInt8](repeating: 0x78, count: 65_536)
        ),
        Case(testDescription: "null", value: .null, bytes: hex("05")),
        Case(testDescription: "undefined", value: .undefined, bytes: hex("06")),
        Case(
            testDescription: "object in an object",
            value: .object([
                AMF0Value.Property("a", .null),
                AMF0Value.Property("b", .object([AMF0Value.Property("", .boolean(true))])),
            ]),
            bytes: hex("03 0001 61 05 0001 62 03 0000 01 01 000009 000009")
        ),
        Case(
            testDescription: "ECMA array",
            value: .ecmaArray([AMF0Value.Property("w", .number(0))]),
            bytes: hex("08 00000001 0001 77 00 0000000000000000 000009")
        ),
        Case(
            testDescription: "strict array",
            value: .strictArray([.string("hvc1"), .undefined]),
            bytes: hex("0A 00000002 02 0004 68766331 06")
        ),
        Case(
            testDescription: "date",
            value: .date(milliseconds: 0, zone: -60),
            bytes: hex("0B 0000000000000000 FFC4")
        ),
        Case(testDescription: "XML document", value: .xmlDocument("<a/>"), bytes: hex("0F 00000004 3C612F3E")),
        Case(
            testDescription: "typed object",
            value: .typedObject(name: "C", [AMF0Value.Property("a", .null)]),
            bytes: hex("10 0001 43 0001 61 05 000009")
        ),
    ]

    @Test(arguments: cases)
    func `reads and writes a value`(_ testCase: Case) throws {
        #expect(testCase.value.bytes == testCase.bytes)
        var reader = AMF0Reader(testCase.bytes)
        #expect(try reader.next() == testCase.value)
        #expect(try reader.next() == nil)
    }

    @Test(arguments: cases)
    func `says truncated of every shorter form`(_ testCase: Case) {
        let lengths =
            testCase.bytes.count > 100 ? [1, 4, 5, 100, testCase.bytes.count - 1] : Array(1..<testCase.bytes.count)
        for length in lengths {
            var reader = AMF0Reader(Array(testCase.bytes.prefix(length)))
            #expect(throws: AMF0Error.truncated) { try reader.next() }
        }
    }

    static let refused: [(String, [UInt8], AMF0Error)] = [
        ("movie clip", [4], .marker(found: 4)),
        ("reference", [7, 0, 0], .marker(found: 7)),
        ("object end on its own", [9], .marker(found: 9)),
        ("AMF 3", [0x11, 1], .marker(found: 0x11)),
        ("array that claims 4 thousand millions", hex("0A FFFFFFFF 05"), .truncated),
        ("string that claims more than there is", hex("02 FFFF 00"), .truncated),
        ("deep objects", (0..<200).flatMap { _ in hex("03 0001 61") }, .tooDeep(allowed: 16)),
        ("deep arrays", (0..<200).flatMap { _ in hex("0A 00000001") }, .tooDeep(allowed: 16)),
        ("many values", hex("0A 00002710") + [UInt8](repeating: 5, count: 10_000), .tooMany(allowed: 10_000)),
    ]

    @Test(arguments: refused)
    func `refuses what is not AMF 0`(_ name: String, _ bytes: [UInt8], _ error: AMF0Error) {
        var reader = AMF0Reader(bytes)
        #expect(throws: error) { try reader.next() }
    }

    @Test func `never traps on random and mutated bytes`() {
        var random = SeededRandom(seed: 0xA3F0)
        let valid = Self.cases.filter { $0.bytes.count < 100 }.flatMap(\.bytes)
        var values = 0
        for round in 0..<2_000 {
            var bytes = valid
            if round.isMultiple(of: 2) {
                bytes = (0..<Int.random(in: 0...64, using: &random)).map { _ in UInt8.random(in: 0...20, using: &random)
                }
            } else {
                for _ in 0..<3 {
                    bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
                }
            }
            var reader = AMF0Reader(bytes)
            for value in reader.readable() {
                values += 1
                // What was read is written and read back as the same, not-a-number aside.
                var again = AMF0Reader(value.bytes)
                #expect((try? again.next())?.bytes == value.bytes)
            }
        }
        #expect(values > 1_000)
    }
}
