import Model
import NIOCore

/// Answers one request of HTTP/1.1 as the script says: with the stream, a playlist, a segment, or something wrong.
final class HTTPRequestHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    /// Bytes of a request that are read at most.
    private static let headMax = 16 << 10

    private let stage: Stage
    private var head: [UInt8] = []
    private var isAnswered = false
    private var player: TransportPlayer?

    init(_ stage: Stage) { self.stage = stage }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !self.isAnswered else { return }
        self.head += self.unwrapInboundIn(data).readableBytesView
        guard self.head.firstRange(of: Array("\r\n\r\n".utf8)) != nil else {
            if self.head.count > Self.headMax { context.close(promise: nil) }
            return
        }
        self.isAnswered = true
        let words = String(decoding: self.head, as: UTF8.self).split(separator: " ", maxSplits: 2)
        let path = String((words.count > 1 ? words[1] : "/").prefix { $0 != "?" })
        self.answer(path, seed: self.stage.connected(path), context.channel)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if let player = self.player { self.stage.remove(player) }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func answer(_ path: String, seed: UInt64, _ channel: any Channel) {
        let now = self.stage.now
        if let answer = self.stage.state.answer(at: now) {
            self.refuse(answer, path, channel)
        } else if path == "/live.ts" {
            channel.writeAndFlush(ByteBuffer(string: Self.head("200 OK", "video/mp2t")), promise: nil)
            let feed = Feed(self.stage.broadcast, entry: self.stage.state.entry, seed: seed)
            let player = TransportPlayer(feed, channel)
            self.player = player
            self.stage.add(player, path)
        } else {
            self.serve(path, channel)
        }
    }

    /// Answers about HLS; as long as the supplier stalls, they wait.
    private func serve(_ path: String, _ channel: any Channel) {
        let now = self.stage.now
        guard self.stage.state.stall(at: now) == nil else {
            // The handler and the stage belong to this event loop.
            let later = NIOLoopBound(self, eventLoop: self.stage.loop)
            self.stage.loop.scheduleTask(in: .milliseconds(50)) { later.value.serve(path, channel) }
            return
        }
        switch Shelf(self.stage.broadcast, self.stage.state, now: now).answer(path) {
        case .playlist(let text): self.send("200 OK", "application/vnd.apple.mpegurl", Array(text.utf8), channel)
        case .segment(let bytes): self.send("200 OK", "video/mp2t", bytes, channel)
        case .absent: self.send("404 Not Found", "text/plain", Array("no such thing\n".utf8), channel)
        }
    }

    private func refuse(_ answer: Fault.Answer, _ path: String, _ channel: any Channel) {
        switch answer {
        case .status(let code): self.send("\(code) Refused", "text/plain", Array("refused\n".utf8), channel)
        case .redirectLoop:
            let head = "HTTP/1.1 302 Found\r\nLocation: \(path)\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            channel.finish(Array(head.utf8))
        case .page:
            let page = "<!DOCTYPE html><html><body><h1>Your subscription</h1></body></html>\n"
            self.send("200 OK", "text/html", Array(page.utf8), channel)
        case .empty: self.send("200 OK", path.hasSuffix(".ts") ? "video/mp2t" : "text/plain", [], channel)
        case .silence: break
        }
    }

    private func send(_ status: String, _ type: String, _ body: [UInt8], _ channel: any Channel) {
        channel.finish(Array(Self.head(status, type, length: body.count).utf8) + body)
        self.stage.sent(body.count)
    }

    private static func head(_ status: String, _ type: String, length: Int? = nil) -> String {
        let length = length.map { "Content-Length: \($0)\r\n" } ?? ""
        return "HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\n\(length)Connection: close\r\n\r\n"
    }
}

/// One viewer of the transport stream.
final class TransportPlayer: Stage.Player {
    let channel: any Channel
    private var feed: Feed

    init(_ feed: Feed, _ channel: any Channel) {
        self.feed = feed
        self.channel = channel
    }

    func play(_ stage: Stage, now: MediaTime) {
        if let backlog = stage.state.stall(at: now) {
            if backlog == .lost { self.feed.skip(stage.broadcast) }
            return
        }
        guard self.channel.isWritable else { return }
        let limit = stage.state.limit(at: now)
        guard let bytes = self.feed.due(stage.broadcast, upTo: limit, stage.state.line(at: now)) else {
            self.channel.close(promise: nil)
            return
        }
        self.write(bytes, stage)
    }

    func suffer(_ fault: Fault, _ stage: Stage) {
        switch fault {
        case .close, .answer: self.channel.finish()
        case .reset: self.channel.reset()
        case .closeInPacket: self.channel.finish(self.feed.part(stage.broadcast))
        case .garbage(let count): self.write(self.feed.garbage(count), stage)
        default: return
        }
        if case .garbage = fault { return }
        stage.remove(self)
    }

    private func write(_ bytes: [UInt8], _ stage: Stage) {
        guard !bytes.isEmpty else { return }
        stage.sent(bytes.count)
        self.channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
    }
}
