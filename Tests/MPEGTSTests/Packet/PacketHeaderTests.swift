import MPEGTS
import TestSupport
import Testing

struct PacketHeaderTests {
    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var bytes: [UInt8]
        var header: Result<PacketHeader, PacketError>
    }

    static let cases = [
        Case(
            testDescription: "null packet",
            bytes: packet(pid: 0x1FFF),
            header: .success(PacketHeader(pid: 0x1FFF))
        ),
        Case(
            testDescription: "everything set",
            bytes: packet(pid: 0x1ABC, start: true, counter: 15, scrambling: 3, transportError: true, payload: [1]),
            header: .success(
                PacketHeader(
                    pid: 0x1ABC,
                    transportError: true,
                    payloadUnitStart: true,
                    scramblingControl: 3,
                    hasAdaptationField: true,
                    hasPayload: true,
                    continuityCounter: 15
                )
            )
        ),
        Case(
            testDescription: "one byte short",
            bytes: packet().dropLast(),
            header: .failure(.truncated(expected: 188, actual: 187))
        ),
        Case(
            testDescription: "no sync byte",
            bytes: [0x48] + packet().dropFirst(),
            header: .failure(.lostSync(found: 0x48))
        ),
    ]

    @Test(arguments: cases)
    func `reads the header or says why not`(_ testCase: Case) {
        let header = testCase.bytes.withUnsafeBytes { bytes in
            Result { () throws(PacketError) in try PacketHeader(parsing: bytes) }
        }
        #expect(header == testCase.header)
    }

    @Test(arguments: cases)
    func `writes the bytes it read`(_ testCase: Case) throws {
        guard case .success(let header) = testCase.header else { return }
        let bytes = header.bytes
        #expect([bytes.0, bytes.1, bytes.2, bytes.3] == Array(testCase.bytes.prefix(4)))
    }

    @Test func `adaptation field gives the clock, and refuses to be longer than its packet`() throws {
        var bytes = packet(payload: [])
        bytes[4] = 183
        bytes.replaceSubrange(5..<12, with: [0xD0, 0x80, 0, 0, 1, 0xFE, 0x07])
        let field = try bytes.withUnsafeBytes { try AdaptationField(parsing: $0) }
        #expect(field.discontinuity && field.randomAccess && field.size == 184)
        #expect(field.pcr == ((1 << 32) + 3) * 300 + 7)
        bytes[4] = 184
        #expect(throws: PacketError.adaptationTooLong(found: 184, allowed: 183)) {
            try bytes.withUnsafeBytes { _ = try AdaptationField(parsing: $0) }
        }
    }
}
