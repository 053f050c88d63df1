import Model
import TestSupport
import Testing

@testable import EventLog

struct FrameHeaderTests {
    /// A log of two frames, three events, as it has been on disks since the first release.
    static let golden = """
        5b2a4d1864000000010000000200000000112233445546778899aabbccddeeff0100000000000000010000000000000040c2a728176506008004b728176506002e0000002d0000001c8b3795c564d36a6e97df132b0464533184563220afd01338cc4f6c6e6897e98edb47b128b52ffd242e050100c07b22736571223a312c2274797065223a22612e62227d0a320200a08b9acd261088ac125b2a4d1864000000010000000100000000112233445546778899aabbccddeeff01000000000000000300000000000000c046c62817650600c046c6281765060017000000240000001670b021cf2d15996a6816f10bbe95def2eb076737aa7383324b756baad2f897c1dd704628b52ffd2417b900007b22736571223a332c2274797065223a22632e64227d0a18f3e76f
        """

    private static var header: FrameHeader {
        var chain = ChainValue(beforeFirstOf: testLog)
        Array("{\"seq\":1}".utf8).withUnsafeBytes { chain.extend($0) }
        return FrameHeader(
            log: testLog,
            epoch: 3,
            firstSeq: 0x0102_0304_0506,
            count: 2,
            firstTime: WallTime(microseconds: -1),
            lastTime: WallTime(microseconds: 1),
            rawSize: 0x1234,
            storedSize: 5,
            chain: chain
        )
    }

    private static func bytes(_ header: FrameHeader, data: [UInt8] = [1, 2, 3, 4, 5]) -> [UInt8] {
        var frame = [UInt8](repeating: 0, count: FrameHeader.size) + data
        frame.withUnsafeMutableBytes { header.write(to: $0) }
        return frame
    }

    @Test func `every field stands where the table says`() {
        let frame = Self.bytes(Self.header)
        let fields: [(Range<Int>, String)] = [
            (0..<4, "5b2a4d18"), (4..<8, "64000000"), (8..<10, "0100"), (10..<11, "00"), (11..<12, "00"),
            (12..<16, "02000000"), (16..<32, "00112233445546778899aabbccddeeff"), (32..<40, "0300000000000000"),
            (40..<48, "0605040302010000"), (48..<56, "ffffffffffffffff"), (56..<64, "0100000000000000"),
            (64..<68, "34120000"), (68..<72, "05000000"),
            (72..<104, "4b06fa5082c41c465b887e7ea1df13f9aa6598c1814dc01258e09bddaa7e447e"), (104..<108, "8ec8671b"),
            (108..<113, "0102030405"),
        ]
        for (range, digits) in fields {
            #expect(Array(frame[range]).hexadecimal == digits, "bytes \(range)")
        }
    }

    @Test func `the first log ever written is read`() throws {
        let disk = disk(with: [UInt8](hexadecimal: Self.golden))
        let reading = try read(disk)
        #expect(
            reading.lines == [
                "{\"seq\":1,\"type\":\"a.b\"}", "{\"seq\":2,\"type\":\"a.b\"}", "{\"seq\":3,\"type\":\"c.d\"}",
            ]
        )
        #expect(reading.damage.isEmpty)
        #expect(try LogVerifier(directory: logDirectory, disk: disk).isSound)
        #expect(shell("printf '\(Self.escaped)' | zstdcat | tail -1").output == "{\"seq\":3,\"type\":\"c.d\"}\n")
    }

    private static var escaped: String {
        [UInt8](hexadecimal: self.golden).map { byte in
            let octal = String(byte, radix: 8)
            return "\\" + String(repeating: "0", count: 3 - octal.count) + octal
        }.joined()
    }

    @Test func `reads what it writes`() throws {
        let frame = Self.bytes(Self.header)
        var expected = Self.header
        expected.checksum = frame.withUnsafeBytes { FrameHeader.checksum(of: $0) }
        #expect(try frame.withUnsafeBytes { try FrameHeader(parsing: $0) } == expected)
        #expect(expected.lastSeq == 0x0102_0304_0507 && expected.totalSize == 113)
    }

    struct Refusal: CustomTestStringConvertible {
        var testDescription: String
        var at: Int
        var bytes: [UInt8]
        var cause: LogDamage.Cause
    }

    static let refusals = [
        Refusal(testDescription: "another magic", at: 0, bytes: [0x5A], cause: .notAFrame),
        Refusal(testDescription: "another size", at: 4, bytes: [0x65], cause: .header(.size)),
        Refusal(testDescription: "a later version", at: 8, bytes: [2], cause: .header(.version)),
        Refusal(testDescription: "another codec", at: 10, bytes: [1], cause: .header(.codec)),
        Refusal(testDescription: "a reserved bit", at: 11, bytes: [0x80], cause: .header(.reserved)),
        Refusal(testDescription: "no event", at: 12, bytes: [0, 0, 0, 0], cause: .header(.count)),
        Refusal(testDescription: "more events than bytes", at: 12, bytes: [0x35, 0x12], cause: .header(.count)),
        Refusal(testDescription: "epoch 0", at: 32, bytes: [0], cause: .header(.epoch)),
        Refusal(testDescription: "event 0", at: 40, bytes: [0, 0, 0, 0, 0, 0], cause: .header(.firstSeq)),
        Refusal(testDescription: "an event beyond all", at: 47, bytes: [0x41], cause: .header(.firstSeq)),
        Refusal(
            testDescription: "time running backwards",
            at: 48,
            bytes: [2, 0, 0, 0, 0, 0, 0, 0],
            cause: .header(.time)
        ),
        Refusal(
            testDescription: "before all time",
            at: 48,
            bytes: [0, 0, 0, 0, 0, 0, 0, 0x80],
            cause: .header(.time)
        ),
        Refusal(testDescription: "after all time", at: 63, bytes: [0x7F], cause: .header(.time)),
        Refusal(testDescription: "4 MiB and a byte", at: 64, bytes: [1, 0, 0x40, 0], cause: .header(.rawSize)),
        Refusal(testDescription: "4 GiB raw", at: 64, bytes: [0xFF, 0xFF, 0xFF, 0xFF], cause: .header(.rawSize)),
        Refusal(testDescription: "nothing raw", at: 64, bytes: [0, 0, 0, 0], cause: .header(.rawSize)),
        Refusal(testDescription: "4 GiB stored", at: 68, bytes: [0xFF, 0xFF, 0xFF, 0xFF], cause: .header(.storedSize)),
        Refusal(testDescription: "nothing stored", at: 68, bytes: [0, 0, 0, 0], cause: .header(.storedSize)),
    ]

    @Test(arguments: refusals)
    func `refuses a field outside its limits before anything is allocated`(_ refusal: Refusal) {
        var frame = Self.bytes(Self.header)
        frame.replaceSubrange(refusal.at..<(refusal.at + refusal.bytes.count), with: refusal.bytes)
        #expect(throws: refusal.cause) { try frame.withUnsafeBytes { try FrameHeader(parsing: $0) } }
    }

    @Test func `is truncated at every shorter size`() {
        let frame = Self.bytes(Self.header)
        for size in 0..<FrameHeader.size {
            #expect(throws: LogDamage.Cause.truncated) {
                try Array(frame[..<size]).withUnsafeBytes { try FrameHeader(parsing: $0) }
            }
        }
    }

    @Test func `the largest data frame has room in what is allowed`() {
        #expect(FrameHeader.storedSizeMax >= FrameCompressor.bound(FrameHeader.rawSizeMax))
    }

    @Test func `file names are 20 digits and nothing else`() {
        let cases: [(String, UInt64?)] = [
            ("00000000000000000001.jsonl.zst", 1), ("00000000000000123456.jsonl.zst", 123_456),
            ("00000000000000000000.jsonl.zst", nil), ("99999999999999999999.jsonl.zst", nil),
            ("0000000000000000001.jsonl.zst", nil), ("+0000000000000000001.jsonl.zst", nil),
            ("00000000000000000001.jsonl.zst.tmp", nil), (".jsonl.zst", nil), ("", nil),
            ("0000000000000000000é.jsonl.zst", nil),
        ]
        for (text, seq) in cases {
            let name = LogFileName(text)
            #expect(name?.firstSeq == seq, "\(text)")
            if let name { #expect(name.description == text) }
        }
    }
}
