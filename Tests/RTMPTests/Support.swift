import RTMP

/// Bytes from hexadecimal digits; spaces are for the reader.
func hex(_ text: String) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

/// Bytes 0, 1, 2 … modulo 251, so that a shift of any power of two shows.
func pattern(_ count: Int, from start: Int = 0) -> [UInt8] {
    (start..<(start + count)).map { UInt8($0 % 251) }
}

extension ChunkReader {
    /// All messages in some bytes, given in pieces of a size.
    mutating func messages(in bytes: [UInt8], pieces: Int = .max) throws(ChunkError) -> [RTMPMessage] {
        var messages: [RTMPMessage] = []
        var position = 0
        while position < bytes.count {
            let end = position + min(pieces, bytes.count - position)
            var consumed = 0
            let result = bytes[position..<end].withUnsafeBytes { piece in
                Result { () throws(ChunkError) in try self.read(piece, consumed: &consumed) }
            }
            if let message = try result.get() { messages.append(message) }
            position += consumed
        }
        return messages
    }
}

extension RTMPClient {
    /// What the client returns for bytes given in pieces of a size.
    mutating func received(_ bytes: [UInt8], pieces: Int = .max) -> [Action] {
        var actions: [Action] = []
        var position = 0
        while position < bytes.count {
            let end = position + min(pieces, bytes.count - position)
            actions += bytes[position..<end].withUnsafeBytes { self.received($0) }
            position = end
        }
        return actions
    }
}

/// What a server says, as bytes.
struct ServerScript {
    private var writer = ChunkWriter()
    private(set) var bytes: [UInt8] = []

    /// S0, S1 and S2, which need not be the echo of anything.
    mutating func handshake() {
        self.bytes += [3] + pattern(1_536) + pattern(1_536, from: 7)
    }

    mutating func say(
        _ body: RTMPMessage.Body,
        chunkStream: UInt32 = 2,
        streamID: UInt32 = 0,
        timestamp: UInt32 = 0
    ) {
        let message = RTMPMessage(body, streamID: streamID, timestamp: timestamp)
        self.bytes += self.writer.write(message, chunkStream: chunkStream)
    }

    mutating func call(_ name: String, transaction: Double = 0, _ arguments: AMF0Value...) {
        self.say(.command(Command(name, transaction: transaction, arguments)), chunkStream: 3)
    }

    mutating func status(_ code: String, level: String = "status", description: String = "") {
        let information = AMF0Value.object([
            AMF0Value.Property("level", .string(level)), AMF0Value.Property("code", .string(code)),
            AMF0Value.Property("description", .string(description)),
        ])
        self.say(.command(Command("onStatus", [.null, information])), chunkStream: 5, streamID: 1)
    }

    /// As far as the answer that makes the client play stream 1.
    static func upToPlay() -> ServerScript {
        var script = ServerScript()
        script.handshake()
        script.call("_result", transaction: 1, .null, .null)
        script.call("_result", transaction: 2, .null, .number(1))
        return script
    }

    /// As far as the accepted play.
    static func upToPlaying() -> ServerScript {
        var script = ServerScript.upToPlay()
        script.status("NetStream.Play.Start")
        return script
    }
}
