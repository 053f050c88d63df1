/// An event about a stream or the connection, below the commands.
///
/// Source: Adobe's RTMP specification 1.0, 6.2 and 7.1.7 (user control message events).
package enum UserControl: Hashable, Sendable {
    case streamBegin(streamID: UInt32)
    case streamEOF(streamID: UInt32)
    case streamDry(streamID: UInt32)
    /// What the client means to buffer, in milliseconds.
    case setBufferLength(streamID: UInt32, milliseconds: UInt32)
    case streamIsRecorded(streamID: UInt32)
    /// The server's time in milliseconds, to be sent back.
    case pingRequest(UInt32)
    case pingResponse(UInt32)
    /// An event that is not known here (servers have vendor's own).
    case other(type: UInt16, [UInt8])

    /// Reads the payload; `nil` when it is short.
    init?(parsing payload: [UInt8]) {
        var bytes = ByteReader(payload)
        guard let type = bytes.u16() else { return nil }
        let first = bytes.u32()
        switch (type, first) {
        case (0, let id?): self = .streamBegin(streamID: id)
        case (1, let id?): self = .streamEOF(streamID: id)
        case (2, let id?): self = .streamDry(streamID: id)
        case (3, let id?):
            guard let milliseconds = bytes.u32() else { return nil }
            self = .setBufferLength(streamID: id, milliseconds: milliseconds)
        case (4, let id?): self = .streamIsRecorded(streamID: id)
        case (6, let time?): self = .pingRequest(time)
        case (7, let time?): self = .pingResponse(time)
        case (0...4, nil), (6...7, nil): return nil
        default: self = .other(type: type, Array(payload.dropFirst(2)))
        }
    }

    /// The payload.
    var bytes: [UInt8] {
        switch self {
        case .streamBegin(let id): Self.bytes(0, [id])
        case .streamEOF(let id): Self.bytes(1, [id])
        case .streamDry(let id): Self.bytes(2, [id])
        case .setBufferLength(let id, let milliseconds): Self.bytes(3, [id, milliseconds])
        case .streamIsRecorded(let id): Self.bytes(4, [id])
        case .pingRequest(let time): Self.bytes(6, [time])
        case .pingResponse(let time): Self.bytes(7, [time])
        case .other(let type, let rest): Self.bytes(type, []) + rest
        }
    }

    private static func bytes(_ type: UInt16, _ numbers: [UInt32]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendBigEndian(type, size: 2)
        for number in numbers { bytes.appendBigEndian(number, size: 4) }
        return bytes
    }
}
