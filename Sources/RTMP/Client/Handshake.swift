/// The client's side of the simple handshake, before any chunk.
///
/// ```text
/// client  C0 version, C1 ──►                                         C2 = S1 ──►  chunks
/// server                   ◄── S0 version, S1 (time, 0, random), S2 = C1
/// C1, S1, C2, S2: 1,536 bytes each
/// ```
///
/// S2 is waited for but not compared with C1: servers that speak the digest handshake answer something else, and the
/// connection is as good.
/// Source: Adobe's RTMP specification 1.0, 5.2.
package struct Handshake: Sendable {
    /// What to do after the bytes read.
    package enum Step: Hashable, Sendable {
        /// Send C2.
        case answer([UInt8])
        /// Chunks follow.
        case finished
    }

    /// The only protocol version there is.
    package static let version: UInt8 = 3
    /// Bytes of C1, S1, C2 and S2.
    package static let size = 1_536

    /// C0 and C1, to be sent first.
    package let opening: [UInt8]
    private var answer: [UInt8] = []
    /// Bytes of S0, S1 and S2 read.
    private var count = 0

    /// A handshake that opens with bytes drawn from `nonce`.
    ///
    /// They need not be secret: they only let an end tell its own opening from another's (5.2.3).
    package init(nonce: UInt64) {
        var opening: [UInt8] = [Self.version, 0, 0, 0, 0, 0, 0, 0, 0]
        var state = nonce | 1
        while opening.count < Self.size + 1 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            opening.append(UInt8(truncatingIfNeeded: state >> 32))
        }
        self.opening = opening
    }

    /// Takes bytes up to the end of S1, or of S2; adds to `consumed` what it took.
    ///
    /// - Throws: ``HandshakeError`` when the far side does not speak RTMP.
    package mutating func read(
        _ bytes: UnsafeRawBufferPointer,
        consumed: inout Int
    ) throws(HandshakeError) -> Step? {
        var position = 0
        defer { consumed += position }
        if self.count == 0, let version = bytes.first {
            guard version == Self.version else { throw .version(found: version, allowed: Self.version) }
            position += 1
            self.count += 1
        }
        let isAnswered = self.count > Self.size
        let end = 1 + Self.size * (isAnswered ? 2 : 1)
        let taken = min(end - self.count, bytes.count - position)
        if !isAnswered {
            self.answer += bytes[position..<(position + taken)]
        }
        position += taken
        self.count += taken
        guard self.count == end, taken > 0 else { return nil }
        if isAnswered { return .finished }
        defer { self.answer = [] }
        return .answer(self.answer)
    }
}

/// Why a handshake failed.
package enum HandshakeError: Error, Hashable, Sendable {
    /// The first byte is not RTMP's version; 0x48 is the `H` of an HTTP answer.
    case version(found: UInt8, allowed: UInt8)
}
