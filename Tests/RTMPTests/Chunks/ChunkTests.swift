import RTMP
import TestSupport
import Testing

struct ChunkTests {
    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var messages: [(chunkStream: UInt32, message: RTMPMessage)]
        var bytes: [UInt8]
    }

    static func message(_ timestamp: UInt32, _ payload: [UInt8], type: UInt8 = 9, streamID: UInt32 = 1) -> RTMPMessage {
        RTMPMessage(timestamp: timestamp, type: type, streamID: streamID, payload: payload)
    }

    static let cases = [
        Case(
            testDescription: "fmt 0",
            messages: [(3, message(1_000, [1, 2, 3], type: 20, streamID: 0x0102_0304))],
            bytes: hex("03 0003E8 000003 14 04030201 010203")
        ),
        Case(
            testDescription: "fmt 1, 2 and 3",
            messages: [
                (4, message(1_000, [1])), (4, message(1_040, [2, 3])), (4, message(1_060, [4, 5])),
                (4, message(1_080, [6, 7])), (4, message(1_100, [8, 9], type: 8)),
            ],
            bytes: hex("04 0003E8 000001 09 01000000 01")
                + hex("44 000028 000002 09 0203 84 000014 0405 C4 0607 44 000014 000002 08 0809")
        ),
        Case(
            testDescription: "fmt 0 again when time steps back",
            messages: [(4, message(40, [1])), (4, message(0, [2]))],
            bytes: hex("04 000028 000001 09 01000000 01 04 000000 000001 09 01000000 02")
        ),
        Case(
            testDescription: "chunk stream ids of one, two and three bytes",
            messages: [63, 64, 319, 320, 65_599].map { ($0, message(0, [7])) },
            bytes: hex("3F 000000 000001 09 01000000 07 0000 000000 000001 09 01000000 07")
                + hex("00FF 000000 000001 09 01000000 07 010001 000000 000001 09 01000000 07")
                + hex("01FFFF 000000 000001 09 01000000 07")
        ),
        Case(
            testDescription: "a message of three chunks",
            messages: [(6, message(5, pattern(257)))],
            bytes: hex("06 000005 000101 09 01000000") + pattern(128) + hex("C6") + pattern(128, from: 128) + hex("C6")
                + pattern(1, from: 256)
        ),
        Case(
            testDescription: "extended time stamp, also on fmt 3",
            messages: [(6, message(0x0100_0000, pattern(130))), (6, message(0x0100_0028, pattern(2)))],
            bytes: hex("06 FFFFFF 000082 09 01000000 01000000") + pattern(128) + hex("C6 01000000")
                + pattern(2, from: 128) + hex("46 000028 000002 09") + pattern(2)
        ),
        Case(
            testDescription: "the first extended time stamp",
            messages: [(6, message(0xFF_FFFE, [1])), (7, message(0xFF_FFFF, [1]))],
            bytes: hex("06 FFFFFE 000001 09 01000000 01 07 FFFFFF 000001 09 01000000 00FFFFFF 01")
        ),
        Case(
            testDescription: "extended delta, repeated by a message of fmt 3",
            messages: [(6, message(0, [1])), (6, message(0x0200_0000, [2])), (6, message(0x0400_0000, [3]))],
            bytes: hex("06 000000 000001 09 01000000 01 86 FFFFFF 02000000 02 C6 02000000 03")
        ),
        Case(
            testDescription: "chunk size up and down",
            messages: [
                (2, RTMPMessage(.setChunkSize(200))), (6, message(0, pattern(200))),
                (2, RTMPMessage(.setChunkSize(1))), (6, message(0, [8, 9])),
            ],
            bytes: hex("02 000000 000004 01 00000000 000000C8 06 000000 0000C8 09 01000000") + pattern(200)
                + hex("82 000000 00000001 46 000000 000002 09 08 C6 09")
        ),
        Case(
            testDescription: "no data at all",
            messages: [(6, message(0, [])), (6, message(0, [1]))],
            bytes: hex("06 000000 000000 09 01000000 46 000000 000001 09 01")
        ),
    ]

    @Test(arguments: cases)
    func `writes chunks`(_ testCase: Case) {
        var writer = ChunkWriter()
        #expect(testCase.messages.flatMap { writer.write($0.message, chunkStream: $0.chunkStream) } == testCase.bytes)
    }

    @Test(arguments: cases, [1, 2, 7, Int.max])
    func `reads chunks however they are cut`(_ testCase: Case, _ pieces: Int) throws {
        var reader = ChunkReader()
        #expect(try reader.messages(in: testCase.bytes, pieces: pieces) == testCase.messages.map(\.message))
    }

    @Test func `obeys a chunk size that comes in the middle of a message`() throws {
        var reader = ChunkReader()
        let bytes =
            hex("06 000000 00012C 09 01000000") + pattern(128) + hex("02 000000 000004 01 00000000 00001000 C6")
            + pattern(172, from: 128)
        let messages = try reader.messages(in: bytes)
        #expect(messages == [RTMPMessage(.setChunkSize(4_096)), Self.message(0, pattern(300))])
        #expect(reader.chunkSize == 4_096)
    }

    @Test func `forgets an aborted message`() throws {
        var reader = ChunkReader()
        let bytes =
            hex("06 000000 00012C 09 01000000") + pattern(128) + hex("02 000000 000004 02 00000000 00000006")
            + hex("06 000007 000001 09 01000000 55")
        let messages = try reader.messages(in: bytes)
        #expect(messages == [RTMPMessage(.abort(chunkStream: 6)), Self.message(7, [0x55])])
    }

    @Test func `reads interleaved messages`() throws {
        var reader = ChunkReader()
        let bytes =
            hex("06 000000 000081 09 01000000") + pattern(128) + hex("04 000000 000082 08 01000000") + pattern(128)
            + hex("C6 AA C4 BBCC")
        let messages = try reader.messages(in: bytes)
        #expect(
            messages == [
                Self.message(0, pattern(128) + [0xAA]), Self.message(0, pattern(128) + [0xBB, 0xCC], type: 8),
            ]
        )
    }

    static let refused: [(String, [UInt8], ChunkError)] = [
        ("chunk size 0", hex("02 000000 000004 01 00000000 00000000"), .chunkSize(found: 0)),
        ("chunk size 2^31", hex("02 000000 000004 01 00000000 80000000"), .chunkSize(found: 1 << 31)),
        ("chunk size of one byte", hex("02 000000 000001 01 00000000 01"), .chunkSize(found: 0)),
        ("fmt 2 at first", hex("86 000000"), .noPreviousHeader(chunkStream: 6)),
        ("fmt 3 at first", hex("C0 05"), .noPreviousHeader(chunkStream: 69)),
        (
            "a header in the middle of a message",
            hex("06 000000 000081 09 01000000") + pattern(128) + hex("46 000000 000001 09 01"),
            .interrupted(chunkStream: 6)
        ),
        (
            "65 chunk streams", (2..<67).flatMap { hex("00") + [$0] + hex("000000 000001 09 01000000 01") },
            .tooManyChunkStreams(allowed: 64)
        ),
    ]

    @Test(arguments: refused)
    func `refuses chunks that break the rules`(_ name: String, _ bytes: [UInt8], _ error: ChunkError) {
        var reader = ChunkReader()
        #expect(throws: error) { try reader.messages(in: bytes) }
    }

    @Test func `refuses a message over the limit before its data`() {
        var reader = ChunkReader(messageSizeMax: 1_000)
        #expect(throws: ChunkError.messageTooLarge(found: 1_001, allowed: 1_000)) {
            try reader.messages(in: hex("06 000000 0003E9 09 01000000"))
        }
    }

    @Test func `bounds what is unfinished over all chunk streams`() {
        var reader = ChunkReader()
        #expect(throws: ChunkError.tooMuchUnfinished(allowed: 32 << 20)) {
            // Messages of 8 MiB, the last byte of each withheld.
            _ = try reader.messages(in: hex("02 000000 000004 01 00000000 007FFFFF"))
            for id: UInt8 in 3...7 {
                let header = hex("000000 800000 09 01000000")
                _ = try reader.messages(in: [id] + header + [UInt8](repeating: 0, count: 0x7F_FFFF))
            }
        }
    }

    @Test func `reads what it writes and never traps on what is changed in it`() throws {
        var random = SeededRandom(seed: 0xC4)
        for _ in 0..<300 {
            var writer = ChunkWriter()
            var time: UInt32 = .random(in: 0...0x0200_0000, using: &random)
            var bytes: [UInt8] = []
            var messages: [RTMPMessage] = []
            for _ in 0..<Int.random(in: 1...12, using: &random) {
                time &+= [0, 20, 20, 0x0100_0000].randomElement(using: &random) ?? 0
                let size = Int.random(in: 0...400, using: &random)
                let isControl = Int.random(in: 0...5, using: &random) == 0
                let message =
                    isControl
                    ? RTMPMessage(.setChunkSize(.random(in: 1...300, using: &random)))
                    : Self.message(time, pattern(size), type: .random(in: 8...9, using: &random))
                messages.append(message)
                bytes += writer.write(message, chunkStream: isControl ? 2 : .random(in: 3...5, using: &random))
            }
            var reader = ChunkReader()
            #expect(try reader.messages(in: bytes, pieces: .random(in: 1...200, using: &random)) == messages)
            for _ in 0..<4 {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
            }
            var other = ChunkReader()
            _ = try? other.messages(in: bytes)
        }
    }
}
