import Model

/// What the client calls, and what it makes of the server's calls and answers.
extension RTMPClient {
    /// The chunk stream of commands about the connection.
    private static let connectionChunkStream: UInt32 = 3
    /// The chunk stream of commands about the stream.
    private static let playChunkStream: UInt32 = 8

    /// Makes the next call; what a call is about stands in its answer.
    mutating func call(_ call: Call, streamID: UInt32 = 0, into actions: inout [Action]) {
        self.state = .calling(call)
        switch call {
        case .connect:
            let command = Command("connect", transaction: call.rawValue, [self.connectObject])
            self.send(.command(command), chunkStream: Self.connectionChunkStream, into: &actions)
        case .createStream:
            self.announceWindowIfSilent(into: &actions)
            let command = Command("createStream", transaction: call.rawValue)
            self.send(.command(command), chunkStream: Self.connectionChunkStream, into: &actions)
        case .play:
            let arguments: [AMF0Value] = [.null, .string(self.url.stream.clear), .number(Self.startLiveOrRecorded)]
            let command = Command("play", transaction: call.rawValue, arguments)
            self.send(.command(command), chunkStream: Self.playChunkStream, streamID: streamID, into: &actions)
            let milliseconds = Self.bufferLengthMilliseconds
            self.send(.userControl(.setBufferLength(streamID: streamID, milliseconds: milliseconds)), into: &actions)
        }
    }

    /// Source: Adobe's RTMP specification 1.0, 7.2.1.1; `fourCcList` is of enhanced RTMP (2023).
    private var connectObject: AMF0Value {
        .object([
            AMF0Value.Property("app", .string(self.url.app.clear)),
            // Servers with a list of players they serve know this one.
            AMF0Value.Property("flashVer", .string("LNX 9,0,124,2")),
            AMF0Value.Property("tcUrl", .string(self.url.tcURL)),
            AMF0Value.Property("fpad", .boolean(false)),
            AMF0Value.Property("capabilities", .number(15)),
            // All audio and all video codecs but the unused bits, as Flash players say.
            AMF0Value.Property("audioCodecs", .number(4_071)),
            AMF0Value.Property("videoCodecs", .number(252)),
            AMF0Value.Property("videoFunction", .number(1)),
            AMF0Value.Property("fourCcList", .strictArray([.string("avc1"), .string("hvc1")])),
        ])
    }

    mutating func handle(_ command: Command, into actions: inout [Action]) throws(RTMPError) {
        switch command.name {
        case "_result": try self.answered(command, into: &actions)
        case "_error":
            guard case .calling(let call) = self.state, command.transaction == call.rawValue else { return }
            throw .refused(during: self.phase, RTMPError.Status(command.information))
        case "onStatus": try self.handleStatus(command.information, into: &actions)
        case "close": throw .ended(RTMPError.Status(code: ""))
        case "_checkbw", "_onbwcheck":
            let answer = Command("_result", transaction: command.transaction)
            self.send(.command(answer), chunkStream: Self.connectionChunkStream, into: &actions)
        case "ping":
            self.send(.command(Command("pong")), chunkStream: Self.connectionChunkStream, into: &actions)
        default:
            // onBWDone, onFCSubscribe and vendors' own want no answer.
            break
        }
    }

    private mutating func answered(_ command: Command, into actions: inout [Action]) throws(RTMPError) {
        guard case .calling(let call) = self.state, command.transaction == call.rawValue else { return }
        switch call {
        case .connect:
            self.call(.createStream, into: &actions)
        case .createStream:
            guard let number = command.arguments.lazy.compactMap(\.number).first,
                let streamID = UInt32(exactly: number)
            else { throw .badAnswer(during: self.phase) }
            self.call(.play, streamID: streamID, into: &actions)
        case .play:
            // Play is answered by onStatus; some servers answer it here as well.
            break
        }
    }

    private mutating func handleStatus(_ information: AMF0Value?, into actions: inout [Action]) throws(RTMPError) {
        let status = RTMPError.Status(information)
        switch status.code {
        case "NetStream.Play.Start": self.startPlaying(into: &actions)
        case "NetStream.Play.StreamNotFound": throw .streamNotFound(status)
        case "NetStream.Failed", "NetStream.Play.Failed": throw .streamFailed(status)
        case "NetStream.Play.UnpublishNotify", "NetStream.Play.Stop", "NetConnection.Connect.Closed":
            throw .ended(status)
        default:
            guard information?["level"]?.string == "error" else { return }
            throw .refused(during: self.phase, status)
        }
    }
}
