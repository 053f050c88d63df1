extension RTMPMessage {
    /// What a message says.
    ///
    /// Source: Adobe's RTMP specification 1.0, 5.4 (protocol control), 6.2 (user control), 7.1 (commands, data, media).
    package enum Body: Hashable, Sendable {
        /// Bytes of data in the sender's chunks from now on.
        case setChunkSize(UInt32)
        /// The unfinished message of a chunk stream will not be finished.
        case abort(chunkStream: UInt32)
        /// Bytes received so far, modulo 2^32.
        case acknowledgement(UInt32)
        case userControl(UserControl)
        /// Bytes after which the sender of this wants an acknowledgement.
        case windowAcknowledgementSize(UInt32)
        /// Bytes the receiver of this may send unacknowledged; limit type 0 hard, 1 soft, 2 dynamic.
        case setPeerBandwidth(UInt32, limit: UInt8)
        case command(Command)
        /// AMF 0 values such as `onMetaData`, not read.
        case data([UInt8])
        /// The body of an FLV audio tag.
        case audio([UInt8])
        /// The body of an FLV video tag.
        case video([UInt8])
        /// FLV tags in one message, their time stamps already moved to the message's.
        case aggregate([FLVTag])
        /// A type that is not known here, or a payload that is not what its type says.
        case other(type: UInt8)

        /// Reads a message; what can't be read is ``other(type:)``.
        package init(parsing message: RTMPMessage) {
            self = Self.known(message) ?? .other(type: message.type)
        }

        private static func known(_ message: RTMPMessage) -> Body? {
            var payload = ByteReader(message.payload)
            switch RTMPMessage.Kind(rawValue: message.type) {
            case .setChunkSize: return payload.u32().map { .setChunkSize($0) }
            case .abort: return payload.u32().map { .abort(chunkStream: $0) }
            case .acknowledgement: return payload.u32().map { .acknowledgement($0) }
            case .userControl: return UserControl(parsing: message.payload).map { .userControl($0) }
            case .windowAcknowledgementSize: return payload.u32().map { .windowAcknowledgementSize($0) }
            case .setPeerBandwidth:
                guard let size = payload.u32() else { return nil }
                // Some servers leave the limit type out.
                return .setPeerBandwidth(size, limit: payload.u8() ?? 0)
            case .audio: return .audio(message.payload)
            case .video: return .video(message.payload)
            case .data: return .data(message.payload)
            // Type 15 and 17 open with a format selector byte; what follows is AMF 0 until a value says otherwise.
            case .dataAMF3: return message.payload.first == 0 ? .data(Array(message.payload.dropFirst())) : nil
            case .command: return Command(parsing: message.payload).map { .command($0) }
            case .commandAMF3:
                guard message.payload.first == 0 else { return nil }
                return Command(parsing: message.payload, from: 1).map { .command($0) }
            case .aggregate: return .aggregate(FLVTag.aggregated(message))
            case nil: return nil
            }
        }
    }

    /// The message that says `body`; ``Body/other(type:)`` has no payload.
    package init(_ body: Body, streamID: UInt32 = 0, timestamp: UInt32 = 0) {
        self.init(timestamp: timestamp, type: 0, streamID: streamID, payload: [])
        func set(_ kind: Kind, _ payload: [UInt8]) {
            self.type = kind.rawValue
            self.payload = payload
        }
        func number(_ value: UInt32) -> [UInt8] {
            var bytes: [UInt8] = []
            bytes.appendBigEndian(value, size: 4)
            return bytes
        }
        switch body {
        case .setChunkSize(let size): set(.setChunkSize, number(size))
        case .abort(let chunkStream): set(.abort, number(chunkStream))
        case .acknowledgement(let count): set(.acknowledgement, number(count))
        case .userControl(let control): set(.userControl, control.bytes)
        case .windowAcknowledgementSize(let size): set(.windowAcknowledgementSize, number(size))
        case .setPeerBandwidth(let size, let limit): set(.setPeerBandwidth, number(size) + [limit])
        case .command(let command): set(.command, command.bytes)
        case .data(let payload): set(.data, payload)
        case .audio(let payload): set(.audio, payload)
        case .video(let payload): set(.video, payload)
        case .aggregate(let tags): set(.aggregate, tags.flatMap(\.bytes))
        case .other(let type): self.type = type
        }
    }
}
