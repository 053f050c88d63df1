import RTMP
import TestSupport
import Testing

struct MessageBodyTests {
    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var type: UInt8
        var payload: [UInt8]
        var body: RTMPMessage.Body
    }

    static let cases = [
        Case(testDescription: "set chunk size", type: 1, payload: hex("00001000"), body: .setChunkSize(4_096)),
        Case(testDescription: "abort", type: 2, payload: hex("00000006"), body: .abort(chunkStream: 6)),
        Case(testDescription: "acknowledgement", type: 3, payload: hex("FFFFFFFF"), body: .acknowledgement(.max)),
        Case(
            testDescription: "stream begin",
            type: 4,
            payload: hex("0000 00000001"),
            body: .userControl(.streamBegin(streamID: 1))
        ),
        Case(
            testDescription: "stream EOF",
            type: 4,
            payload: hex("0001 00000001"),
            body: .userControl(.streamEOF(streamID: 1))
        ),
        Case(
            testDescription: "stream dry",
            type: 4,
            payload: hex("0002 00000001"),
            body: .userControl(.streamDry(streamID: 1))
        ),
        Case(
            testDescription: "set buffer length",
            type: 4,
            payload: hex("0003 00000001 00000BB8"),
            body: .userControl(.setBufferLength(streamID: 1, milliseconds: 3_000))
        ),
        Case(
            testDescription: "stream is recorded",
            type: 4,
            payload: hex("0004 00000001"),
            body: .userControl(.streamIsRecorded(streamID: 1))
        ),
        Case(
            testDescription: "ping request",
            type: 4,
            payload: hex("0006 01020304"),
            body: .userControl(.pingRequest(0x0102_0304))
        ),
        Case(
            testDescription: "ping response",
            type: 4,
            payload: hex("0007 01020304"),
            body: .userControl(.pingResponse(0x0102_0304))
        ),
        Case(
            testDescription: "buffer empty",
            type: 4,
            payload: hex("001F 00000001"),
            body: .userControl(.other(type: 31, [0, 0, 0, 1]))
        ),
        Case(
            testDescription: "window size",
            type: 5,
            payload: hex("004C4B40"),
            body: .windowAcknowledgementSize(5_000_000)
        ),
        Case(
            testDescription: "peer bandwidth",
            type: 6,
            payload: hex("004C4B40 02"),
            body: .setPeerBandwidth(5_000_000, limit: 2)
        ),
        Case(testDescription: "audio", type: 8, payload: hex("AF01FF"), body: .audio(hex("AF01FF"))),
        Case(testDescription: "video", type: 9, payload: hex("1701"), body: .video(hex("1701"))),
        Case(testDescription: "data", type: 18, payload: hex("02 0001 61"), body: .data(hex("02 0001 61"))),
        Case(
            testDescription: "command",
            type: 20,
            payload: hex("02 0004 706C6179 00 4008000000000000 05 02 0001 78"),
            body: .command(Command("play", transaction: 3, [.null, .string("x")]))
        ),
        Case(
            testDescription: "aggregate",
            type: 22,
            payload: hex("08 000001 000000 00 000000 AA 0000000C 09 000002 000000 01 000000 BBCC 0000000D"),
            body: .aggregate([
                FLVTag(kind: .audio, timestamp: 0, payload: [0xAA]),
                FLVTag(kind: .video, timestamp: 0x0100_0000, payload: [0xBB, 0xCC]),
            ])
        ),
    ]

    @Test(arguments: cases)
    func `reads and writes a message`(_ testCase: Case) {
        let message = RTMPMessage(timestamp: 0, type: testCase.type, streamID: 1, payload: testCase.payload)
        #expect(RTMPMessage.Body(parsing: message) == testCase.body)
        #expect(RTMPMessage(testCase.body, streamID: 1) == message)
    }

    static let readOnly: [Case] = [
        Case(
            testDescription: "command wrapped for AMF 3",
            type: 17,
            payload: hex("00 02 0001 61 00 0000000000000000 05"),
            body: .command(Command("a"))
        ),
        Case(
            testDescription: "data wrapped for AMF 3",
            type: 15,
            payload: hex("00 02 0001 61"),
            body: .data(hex("02 0001 61"))
        ),
        Case(testDescription: "AMF 3 proper", type: 17, payload: hex("11 06"), body: .other(type: 17)),
        Case(
            testDescription: "bandwidth without its limit type",
            type: 6,
            payload: hex("00000001"),
            body: .setPeerBandwidth(1, limit: 0)
        ),
        Case(testDescription: "command without a number", type: 20, payload: hex("02 0001 61"), body: .other(type: 20)),
        Case(
            testDescription: "command with an argument that is cut",
            type: 20,
            payload: hex("02 0001 61 00 0000000000000000 05 03 0001"),
            body: .command(Command("a"))
        ),
        Case(testDescription: "short chunk size", type: 1, payload: [1], body: .other(type: 1)),
        Case(testDescription: "short ping", type: 4, payload: hex("0006 0000"), body: .other(type: 4)),
        Case(testDescription: "shared object", type: 19, payload: [1], body: .other(type: 19)),
        Case(
            testDescription: "aggregate with an unknown tag, and one that is cut",
            type: 22,
            payload: hex(
                "01 000001 000000 00 000000 AA 0000000C 08 000001 000005 00 000000 BB 0000000C 09 000009 000000 00"
            ),
            body: .aggregate([FLVTag(kind: .audio, timestamp: 5, payload: [0xBB])])
        ),
        Case(testDescription: "empty aggregate", type: 22, payload: [], body: .aggregate([])),
    ]

    @Test(arguments: readOnly)
    func `makes the best of`(_ testCase: Case) {
        let message = RTMPMessage(timestamp: 0, type: testCase.type, streamID: 1, payload: testCase.payload)
        #expect(RTMPMessage.Body(parsing: message) == testCase.body)
    }

    @Test func `moves the time stamps of an aggregate to the message's`() {
        let tags = [
            FLVTag(kind: .video, timestamp: 5_000, payload: [1]), FLVTag(kind: .audio, timestamp: 4_990, payload: [2]),
        ]
        let message = RTMPMessage(.aggregate(tags), timestamp: 3)
        guard case .aggregate(let moved) = RTMPMessage.Body(parsing: message) else {
            Issue.record("no aggregate")
            return
        }
        #expect(moved.map(\.timestamp) == [3, 3 &- 10])
    }

    @Test func `never traps on random payloads`() {
        var random = SeededRandom(seed: 0xB0D1)
        var known = 0
        for _ in 0..<5_000 {
            let payload = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                UInt8.random(in: 0...22, using: &random)
            }
            let type = UInt8.random(in: 0...24, using: &random)
            let body = RTMPMessage.Body(parsing: RTMPMessage(timestamp: 0, type: type, streamID: 0, payload: payload))
            if body != .other(type: type) { known += 1 }
        }
        #expect(known > 500)
    }
}
