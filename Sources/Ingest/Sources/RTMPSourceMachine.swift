import MPEGTS
import RTMP

/// A source on an RTMP server: the client's conversation, and its tags as tracks and units.
///
/// Pure: the shell writes, closes and watches the clock.
struct RTMPSourceMachine: Sendable {
    enum Action: Hashable, Sendable {
        case send([UInt8])
        /// Media came; so many bytes of tags.
        case progressed(bytes: Int)
        case output(SourceOutput)
        case end(SourceFailure.Cause)
    }

    private var client: RTMPClient
    private var demuxer = FLVDemuxer()
    private var isConnected = false
    private var isOver = false

    init(url: RTMPURL, nonce: UInt64) {
        self.client = RTMPClient(url: url, nonce: nonce)
    }

    /// The TCP connection is there.
    mutating func connected() -> [Action] { self.carryOut(self.client.connected()) }

    mutating func received(_ bytes: UnsafeRawBufferPointer) -> [Action] { self.carryOut(self.client.received(bytes)) }

    /// The server closed the connection; `isBroken` when it did so without a word of TCP's.
    mutating func closed(isBroken: Bool) -> [Action] {
        guard !self.isOver else { return [] }
        if isBroken { return self.end(.reset) }
        return self.carryOut(self.client.closed())
    }

    private mutating func carryOut(_ actions: [RTMPClient.Action]) -> [Action] {
        var result: [Action] = []
        var batch = OutputBatch()
        var mediaBytes = 0
        for action in actions where !self.isOver {
            switch action {
            case .send(let bytes):
                result.append(.send(bytes))
            case .playing:
                break
            case .tag(let tag):
                if tag.kind != .data { mediaBytes += tag.payload.count }
                self.demux(tag, into: &batch)
            case .failed(let error):
                result += batch.finish().map(Action.output)
                batch = OutputBatch()
                result += self.end(Self.cause(of: error))
            }
        }
        if mediaBytes > 0 { result.append(.progressed(bytes: mediaBytes)) }
        return result + batch.finish().map(Action.output)
    }

    private mutating func demux(_ tag: FLVTag, into batch: inout OutputBatch) {
        for output in self.demuxer.received(tag) {
            switch output {
            case .tracks(let tracks):
                if !self.isConnected { batch.connected() }
                self.isConnected = true
                batch.tracks(tracks)
            case .unit(let unit): batch.unit(unit)
            case .restarted: batch.discontinuity()
            case .fault: batch.corrupt()
            }
        }
    }

    private mutating func end(_ cause: SourceFailure.Cause) -> [Action] {
        self.isOver = true
        return [.end(cause)]
    }

    /// Codes only: a server's own words often have the stream's name in them.
    static func cause(of error: RTMPError) -> SourceFailure.Cause {
        switch error {
        case .handshake: .rtmp("handshake")
        case .chunk: .rtmp("chunk")
        case .refused(_, let status), .streamNotFound(let status), .streamFailed(let status): .rtmp(status.code)
        case .ended, .closedByPeer(during: .playing): .closed
        case .badAnswer(let phase): .rtmp("bad-answer-\(phase.rawValue)")
        case .closedByPeer(let phase): .rtmp("closed-in-\(phase.rawValue)")
        }
    }
}
