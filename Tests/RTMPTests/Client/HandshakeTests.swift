import RTMP
import Testing

struct HandshakeTests {
    @Test func `opens, echoes S1 and is finished after S2`() throws {
        var handshake = Handshake(nonce: 1)
        #expect(handshake.opening.count == 1_537)
        #expect(handshake.opening.prefix(9) == [3, 0, 0, 0, 0, 0, 0, 0, 0])
        #expect(Set(handshake.opening).count > 200)
        #expect(handshake.opening != Handshake(nonce: 3).opening)

        let script: [UInt8] = [3] + pattern(1_536) + pattern(1_536, from: 9) + [0xAA]
        var consumed = 0
        #expect(try Self.read(&handshake, script[..<1], &consumed) == nil)
        #expect(try Self.read(&handshake, script[1..<1_536], &consumed) == nil)
        #expect(try Self.read(&handshake, script[1_536...], &consumed) == .answer(pattern(1_536)))
        #expect(consumed == 1_537)
        #expect(try Self.read(&handshake, script[1_537...], &consumed) == .finished)
        // The byte after S2 is a chunk's.
        #expect(consumed == 1 + 2 * 1_536)
    }

    @Test func `refuses another version at the first byte`() {
        var handshake = Handshake(nonce: 1)
        var consumed = 0
        #expect(throws: HandshakeError.version(found: 0x48, allowed: 3)) {
            try Self.read(&handshake, Array("H".utf8)[...], &consumed)
        }
    }

    private static func read(
        _ handshake: inout Handshake,
        _ bytes: ArraySlice<UInt8>,
        _ consumed: inout Int
    ) throws -> Handshake.Step? {
        try bytes.withUnsafeBytes { try handshake.read($0, consumed: &consumed) }
    }
}
