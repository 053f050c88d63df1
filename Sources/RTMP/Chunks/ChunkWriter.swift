/// Cuts messages into the chunks of an RTMP connection, each with the shortest header that says it.
///
/// Source: Adobe's RTMP specification 1.0, 5.3.1 (chunk format).
package struct ChunkWriter: Sendable {
    /// Chunk stream ids there are; 2 is the protocol's own.
    package static let chunkStreamIDs: ClosedRange<UInt32> = 2...65_599

    /// What the next header of a chunk stream may leave out.
    private struct Previous {
        var timestamp: UInt32
        var length: Int
        var type: UInt8
        var streamID: UInt32
        /// `nil` after fmt 0: readers differ on what fmt 3 repeats then, so it is not asked of them.
        var delta: UInt32?
    }

    /// Bytes of data in the chunks to come; a ``RTMPMessage/Kind/setChunkSize`` message written changes it.
    package private(set) var chunkSize = ChunkReader.chunkSizeInitial
    private var previous: [UInt32: Previous] = [:]

    /// A writer at the start of the chunks, right after the handshake.
    package init() {}

    /// The chunks of a message of at most 16,777,215 bytes, on a chunk stream of ``chunkStreamIDs``.
    package mutating func write(_ message: RTMPMessage, chunkStream id: UInt32) -> [UInt8] {
        precondition(Self.chunkStreamIDs.contains(id), "chunk stream ids are 2…65599, found \(id)")
        precondition(message.payload.count <= ChunkReader.chunkSizeMax, "a message has at most 16,777,215 bytes")
        let (format, field) = self.header(of: message, after: self.previous[id])
        var bytes: [UInt8] = []
        Self.append(format: format, chunkStream: id, to: &bytes)
        if format < 3 { bytes.appendBigEndian(min(field, 0xFF_FFFF), size: 3) }
        if format < 2 {
            bytes.appendBigEndian(message.payload.count, size: 3)
            bytes.append(message.type)
        }
        if format < 1 { bytes.appendBigEndian(message.streamID.byteSwapped, size: 4) }
        if field >= 0xFF_FFFF { bytes.appendBigEndian(field, size: 4) }
        for position in stride(from: 0, to: message.payload.count, by: self.chunkSize) {
            if position > 0 {
                Self.append(format: 3, chunkStream: id, to: &bytes)
                if field >= 0xFF_FFFF { bytes.appendBigEndian(field, size: 4) }
            }
            bytes += message.payload[position..<min(position + self.chunkSize, message.payload.count)]
        }
        self.previous[id] = Previous(
            timestamp: message.timestamp,
            length: message.payload.count,
            type: message.type,
            streamID: message.streamID,
            delta: format == 0 ? nil : field
        )
        self.obey(message)
        return bytes
    }

    /// The format of a message's first header, and its time stamp field.
    private func header(of message: RTMPMessage, after previous: Previous?) -> (format: UInt8, field: UInt32) {
        guard let previous, previous.streamID == message.streamID, previous.timestamp <= message.timestamp else {
            return (0, message.timestamp)
        }
        let delta = message.timestamp - previous.timestamp
        guard previous.length == message.payload.count, previous.type == message.type else { return (1, delta) }
        return (previous.delta == delta ? 3 : 2, delta)
    }

    private static func append(format: UInt8, chunkStream id: UInt32, to bytes: inout [UInt8]) {
        let format = format << 6
        switch id {
        case ..<64: bytes.append(format | UInt8(truncatingIfNeeded: id))
        case ..<320: bytes += [format, UInt8(truncatingIfNeeded: id - 64)]
        default: bytes += [format | 1, UInt8(truncatingIfNeeded: id - 64), UInt8(truncatingIfNeeded: (id - 64) >> 8)]
        }
    }

    private mutating func obey(_ message: RTMPMessage) {
        guard case .setChunkSize(let size) = RTMPMessage.Body(parsing: message),
            (1...UInt32(ChunkReader.chunkSizeMax)).contains(size)
        else { return }
        self.chunkSize = Int(size)
    }
}
