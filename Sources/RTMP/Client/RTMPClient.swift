/// Plays one live stream of an RTMP server.
///
/// ```text
/// connected ─► handshake ─► connect ─► createStream ─► play ─► playing ─► failed
///              C0 C1, C2    ◄ _result   ◄ _result      ◄ NetStream.Play.Start, or the first tag
/// ```
///
/// Pure: it holds no socket and no clock; what owns the connection carries out what it returns, in order. How bytes are
/// cut between calls changes nothing of what is returned in all. Deadlines are the owner's: a server may accept a play
/// and never send a tag. Once ``Action/failed(_:)`` was returned, nothing more is.
///
/// A publisher that leaves and returns on a server that keeps its players (`StreamEOF`, then `StreamBegin`) is silence
/// and then tags with time stamps from 0; ``FLVDemuxer`` says so.
/// Source: Adobe's RTMP specification 1.0.
package struct RTMPClient: Sendable {
    package enum Action: Hashable, Sendable {
        /// Write these bytes to the connection.
        case send([UInt8])
        /// The server accepted the play; once, before the first tag.
        case playing
        case tag(FLVTag)
        /// Close the connection.
        case failed(RTMPError)
    }

    /// Bytes after which we want an acknowledgement, unless the server says (what Flash players say).
    package static let windowSize: UInt32 = 2_500_000
    /// Bytes between two acknowledgements at least: a server that asks for one each byte gets no flood.
    package static let acknowledgementIntervalMin: UInt64 = 4_096
    /// What we say we buffer, in milliseconds: servers send that much at once when they can.
    package static let bufferLengthMilliseconds: UInt32 = 3_000
    /// The `start` of `play` that asks for a live stream, and a recorded one if there is none live (7.2.2.1).
    package static let startLiveOrRecorded = -2_000.0

    enum State: Hashable {
        case idle
        case handshaking
        case calling(Call)
        case playing
        case finished
    }

    /// The calls we make, in order; the raw value is the transaction.
    enum Call: Double {
        case connect = 1
        case createStream = 2
        case play = 3
    }

    let url: RTMPURL
    var state = State.idle
    private var handshake: Handshake
    private var reader = ChunkReader()
    private var writer = ChunkWriter()
    /// Bytes received, handshake included.
    private var received: UInt64 = 0
    private var acknowledged: UInt64 = 0
    /// Bytes after which the server wants an acknowledgement; `nil` until it says.
    private var window: UInt32?
    /// What we said of our own window last.
    private var announcedWindow: UInt32?

    /// A client for one connection; `nonce` makes the handshake's opening bytes.
    package init(url: RTMPURL, nonce: UInt64 = 0x9E37_79B9_7F4A_7C15) {
        self.url = url
        self.handshake = Handshake(nonce: nonce)
    }

    /// The connection is there.
    package mutating func connected() -> [Action] {
        guard self.state == .idle else { return [] }
        self.state = .handshaking
        return [.send(self.handshake.opening)]
    }

    /// Bytes came; valid only during the call.
    package mutating func received(_ bytes: UnsafeRawBufferPointer) -> [Action] {
        var actions: [Action] = []
        var position = 0
        while position < bytes.count, self.state != .finished {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[position...])
            let before = position
            do throws(RTMPError) {
                try self.step(self.upToAcknowledgement(rest), consumed: &position, into: &actions)
            } catch {
                self.fail(error, into: &actions)
            }
            self.received &+= UInt64(position - before)
            self.acknowledgeIfDue(into: &actions)
        }
        return actions
    }

    /// The server closed the connection, or it broke.
    package mutating func closed() -> [Action] {
        guard self.state != .finished else { return [] }
        var actions: [Action] = []
        self.fail(.closedByPeer(during: self.phase), into: &actions)
        return actions
    }

    /// How far the client has come.
    package var phase: RTMPError.Phase {
        switch self.state {
        case .idle, .handshaking: .handshake
        case .calling(.connect): .connect
        case .calling(.createStream): .createStream
        case .calling(.play): .play
        case .playing, .finished: .playing
        }
    }

    private mutating func step(
        _ bytes: UnsafeRawBufferPointer,
        consumed: inout Int,
        into actions: inout [Action]
    ) throws(RTMPError) {
        switch self.state {
        case .idle, .finished:
            consumed += bytes.count
        case .handshaking:
            switch try self.shake(bytes, consumed: &consumed) {
            case .answer(let answer): actions.append(.send(answer))
            case .finished: self.call(.connect, into: &actions)
            case nil: break
            }
        case .calling, .playing:
            guard let message = try self.read(bytes, consumed: &consumed) else { return }
            try self.handle(message, into: &actions)
        }
    }

    private mutating func shake(
        _ bytes: UnsafeRawBufferPointer,
        consumed: inout Int
    ) throws(RTMPError) -> Handshake.Step? {
        do throws(HandshakeError) {
            return try self.handshake.read(bytes, consumed: &consumed)
        } catch {
            throw .handshake(error)
        }
    }

    private mutating func read(
        _ bytes: UnsafeRawBufferPointer,
        consumed: inout Int
    ) throws(RTMPError) -> RTMPMessage? {
        do throws(ChunkError) {
            return try self.reader.read(bytes, consumed: &consumed)
        } catch {
            throw .chunk(error)
        }
    }

    /// Half the window: a server that counts its own way is never left waiting.
    private var acknowledgementInterval: UInt64? {
        self.window.map { max(UInt64($0) / 2, Self.acknowledgementIntervalMin) }
    }

    /// The bytes up to where the next acknowledgement is due, so that it is sent there however the bytes were cut.
    private func upToAcknowledgement(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        guard let interval = self.acknowledgementInterval else { return bytes }
        let since = self.received &- self.acknowledged
        let count = since < interval ? Int(min(interval - since, UInt64(bytes.count))) : 1
        return UnsafeRawBufferPointer(rebasing: bytes[..<count])
    }

    private mutating func acknowledgeIfDue(into actions: inout [Action]) {
        guard let interval = self.acknowledgementInterval, self.state != .finished,
            self.received &- self.acknowledged >= interval
        else { return }
        self.acknowledged = self.received
        self.send(.acknowledgement(UInt32(truncatingIfNeeded: self.received)), into: &actions)
    }

    private mutating func handle(_ message: RTMPMessage, into actions: inout [Action]) throws(RTMPError) {
        switch RTMPMessage.Body(parsing: message) {
        case .windowAcknowledgementSize(let size):
            self.window = size == 0 ? nil : size
        case .setPeerBandwidth(let size, _):
            if size > 0 { self.announceWindow(size, into: &actions) }
        case .userControl(.pingRequest(let time)):
            self.send(.userControl(.pingResponse(time)), into: &actions)
        case .command(let command):
            try self.handle(command, into: &actions)
        case .audio(let payload):
            self.take([FLVTag(kind: .audio, timestamp: message.timestamp, payload: payload)], into: &actions)
        case .video(let payload):
            self.take([FLVTag(kind: .video, timestamp: message.timestamp, payload: payload)], into: &actions)
        case .data(let payload):
            self.take([FLVTag(kind: .data, timestamp: message.timestamp, payload: payload)], into: &actions)
        case .aggregate(let tags):
            self.take(tags, into: &actions)
        case .setChunkSize, .abort, .acknowledgement, .userControl, .other:
            break
        }
    }

    private mutating func take(_ tags: [FLVTag], into actions: inout [Action]) {
        for tag in tags where !tag.payload.isEmpty {
            switch self.state {
            case .calling(.play):
                // Data such as |RtmpSampleAccess comes before the play is accepted; media says that it was.
                if tag.kind != .data { self.startPlaying(into: &actions) }
            case .playing:
                break
            case .idle, .handshaking, .calling, .finished:
                return
            }
            actions.append(.tag(tag))
        }
    }

    mutating func startPlaying(into actions: inout [Action]) {
        guard self.state == .calling(.play) else { return }
        self.state = .playing
        actions.append(.playing)
    }

    mutating func fail(_ error: RTMPError, into actions: inout [Action]) {
        self.state = .finished
        actions.append(.failed(error))
    }

    /// Says after how many bytes we want an acknowledgement, unless that was said last (5.4.5).
    private mutating func announceWindow(_ size: UInt32, into actions: inout [Action]) {
        guard size != self.announcedWindow else { return }
        self.announcedWindow = size
        self.send(.windowAcknowledgementSize(size), into: &actions)
    }

    /// Says our own window where the server asked for none.
    mutating func announceWindowIfSilent(into actions: inout [Action]) {
        if self.announcedWindow == nil { self.announceWindow(Self.windowSize, into: &actions) }
    }

    /// Sends a message, control ones on the protocol's own chunk stream.
    mutating func send(
        _ body: RTMPMessage.Body,
        chunkStream: UInt32 = 2,
        streamID: UInt32 = 0,
        into actions: inout [Action]
    ) {
        actions.append(.send(self.writer.write(RTMPMessage(body, streamID: streamID), chunkStream: chunkStream)))
    }
}
