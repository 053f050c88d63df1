import Model
import NIOCore
import RTMP

/// The server's side of one RTMP play: handshake, `connect`, `createStream`, `play`, then AVC and AAC tags.
///
/// Source: Adobe's RTMP specification 1.0, 5.2 (handshake), 7.2 (commands).
final class RTMPPlayHandler: ChannelInboundHandler, Stage.Player {
    typealias InboundIn = ByteBuffer

    /// Bytes of a chunk that the server sends.
    private static let chunkSize: UInt32 = 4_096
    private static let streamID: UInt32 = 1

    private let stage: Stage
    private var opened: (any Channel)?
    private var input: [UInt8] = []
    private var isGreeted = false
    private var isShaken = false
    private var chunks = ChunkReader()
    private var writer = ChunkWriter()
    private var tape: TagTape?

    init(_ stage: Stage) { self.stage = stage }

    /// Set when the connection became active, before anything else can happen.
    var channel: any Channel {
        guard let opened = self.opened else { preconditionFailure("played before it was open") }
        return opened
    }

    func channelActive(context: ChannelHandlerContext) { self.opened = context.channel }

    func channelInactive(context: ChannelHandlerContext) { self.stage.remove(self) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.input += self.unwrapInboundIn(data).readableBytesView
        if !self.isShaken { self.shakeHands(context.channel) }
        guard self.isShaken else { return }
        while !self.input.isEmpty {
            var consumed = 0
            guard let message = try? self.input.withUnsafeBytes({ try self.chunks.read($0, consumed: &consumed) })
            else {
                self.input.removeFirst(consumed)
                return
            }
            self.input.removeFirst(consumed)
            if case .command(let command) = RTMPMessage.Body(parsing: message) { self.handle(command, context.channel) }
        }
    }

    private func shakeHands(_ channel: any Channel) {
        let size = Handshake.size
        if !self.isGreeted, self.input.count >= 1 + size {
            self.isGreeted = true
            let answer = Handshake(nonce: 1).opening + self.input[1..<(1 + size)]
            channel.writeAndFlush(ByteBuffer(bytes: answer), promise: nil)
        }
        guard self.isGreeted, self.input.count >= 1 + 2 * size else { return }
        self.input.removeFirst(1 + 2 * size)
        self.isShaken = true
    }

    private func handle(_ command: Command, _ channel: any Channel) {
        switch command.name {
        case "connect":
            self.send(.windowAcknowledgementSize(2_500_000), channel)
            self.send(.setPeerBandwidth(2_500_000, limit: 2), channel)
            self.send(.setChunkSize(Self.chunkSize), channel)
            let information = Self.status("NetConnection.Connect.Success")
            self.send(
                .command(Command("_result", transaction: command.transaction, [.object([]), information])),
                channel
            )
        case "createStream":
            let result: [AMF0Value] = [.null, .number(Double(Self.streamID))]
            self.send(.command(Command("_result", transaction: command.transaction, result)), channel)
        case "play": self.play(channel)
        default: break
        }
    }

    private func play(_ channel: any Channel) {
        let name = "/live/one"
        _ = self.stage.connected(name)
        if self.stage.state.answer(at: self.stage.now) != nil {
            self.status("NetStream.Play.StreamNotFound", channel)
            return
        }
        self.send(.userControl(.streamBegin(streamID: Self.streamID)), channel)
        self.status("NetStream.Play.Reset", channel)
        self.status("NetStream.Play.Start", channel)
        self.tape = TagTape(self.stage.broadcast, entry: self.stage.state.entry)
        self.stage.add(self, name)
    }

    func play(_ stage: Stage, now: MediaTime) {
        if let backlog = stage.state.stall(at: now) {
            if backlog == .lost { self.tape?.skip(stage.broadcast) }
            return
        }
        guard self.channel.isWritable, let messages = self.tape?.due(stage.broadcast, upTo: stage.state.limit(at: now))
        else { return }
        let bytes = messages.flatMap {
            self.writer.write(
                RTMPMessage(
                    timestamp: $0.time,
                    type: ($0.isVideo ? RTMPMessage.Kind.video : .audio).rawValue,
                    streamID: Self.streamID,
                    payload: $0.body
                ),
                chunkStream: $0.isVideo ? 6 : 4
            )
        }
        guard !bytes.isEmpty else { return }
        stage.sent(bytes.count)
        self.channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
    }

    func suffer(_ fault: Fault, _ stage: Stage) {
        switch fault {
        case .close, .answer: self.channel.finish()
        case .reset: self.channel.reset()
        case .closeInPacket: self.channel.finish([0x06, 0, 0, 0, 0, 0x10])
        default: return
        }
        stage.remove(self)
    }

    private static func status(_ code: String) -> AMF0Value {
        .object([
            AMF0Value.Property("level", .string(code.hasSuffix("NotFound") ? "error" : "status")),
            AMF0Value.Property("code", .string(code)),
            AMF0Value.Property("description", .string("")),
        ])
    }

    private func status(_ code: String, _ channel: any Channel) {
        let command = Command("onStatus", [.null, Self.status(code)])
        self.send(.command(command), streamID: Self.streamID, channel)
    }

    private func send(_ body: RTMPMessage.Body, streamID: UInt32 = 0, _ channel: any Channel) {
        let message = RTMPMessage(body, streamID: streamID)
        let id: UInt32 = if case .command = body { 3 } else { 2 }
        channel.writeAndFlush(ByteBuffer(bytes: self.writer.write(message, chunkStream: id)), promise: nil)
    }
}
