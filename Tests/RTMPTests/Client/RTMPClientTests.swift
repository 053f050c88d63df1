import RTMP
import TestSupport
import Testing

struct RTMPClientTests {
    static func client() throws -> RTMPClient {
        var client = RTMPClient(url: try RTMPURL("rtmp://127.0.0.1:19350/live/secret?token=hush"))
        _ = client.connected()
        return client
    }

    /// The messages a client sent, the handshake left out.
    static func messages(in actions: [RTMPClient.Action]) throws -> [RTMPMessage.Body] {
        var reader = ChunkReader()
        let sent = actions.compactMap { action -> [UInt8]? in
            guard case .send(let bytes) = action else { return nil }
            return bytes
        }
        return try reader.messages(in: Array(sent.filter { $0.count < 1_536 }.joined())).map { .init(parsing: $0) }
    }

    /// A whole play as nginx-rtmp speaks, with what other servers add.
    static let play: [UInt8] = {
        var script = ServerScript()
        script.handshake()
        script.say(.windowAcknowledgementSize(5_000_000))
        script.say(.setPeerBandwidth(5_000_000, limit: 2))
        script.say(.setChunkSize(4_096))
        let properties = AMF0Value.object([AMF0Value.Property("fmsVer", .string("FMS/3,0,1,123"))])
        script.call(
            "_result",
            transaction: 1,
            properties,
            .object([AMF0Value.Property("code", .string("NetConnection.Connect.Success"))])
        )
        script.call("onBWDone", .null, .number(8_192))
        script.call("_checkbw", transaction: 77, .null)
        script.call("_onbwcheck", transaction: 78, .null)
        script.call("onFCSubscribe", .null, .object([AMF0Value.Property("code", .string("NetStream.Play.Start"))]))
        script.call("_error", transaction: 99, .null, .null)
        script.call("_result", transaction: 2, .null, .number(1))
        script.say(.userControl(.streamBegin(streamID: 1)))
        script.status("NetStream.Play.Reset")
        script.status("NetStream.Play.Start")
        script.say(.data(AMF0Value.string("|RtmpSampleAccess").bytes), chunkStream: 5, streamID: 1)
        script.say(.audio([0xAF, 0, 0x11, 0x90]), chunkStream: 6, streamID: 1)
        script.say(.video(pattern(9_000)), chunkStream: 7, streamID: 1, timestamp: 40)
        script.say(.userControl(.pingRequest(0xCAFE)))
        script.say(.userControl(.streamEOF(streamID: 1)))
        script.say(
            .aggregate([
                FLVTag(kind: .audio, timestamp: 7, payload: [1]), FLVTag(kind: .video, timestamp: 17, payload: [2]),
            ]),
            chunkStream: 7,
            streamID: 1,
            timestamp: 80
        )
        script.say(.audio([]), chunkStream: 6, streamID: 1)
        script.status("NetStream.Play.UnpublishNotify")
        script.say(.audio([0xAF, 1, 1]), chunkStream: 6, streamID: 1)
        return script.bytes
    }()

    @Test func `opens with the handshake`() throws {
        var client = RTMPClient(url: try RTMPURL("rtmp://h/live/x"))
        #expect(client.received([3, 0]).isEmpty)
        guard case .send(let opening)? = client.connected().first else {
            Issue.record("nothing sent")
            return
        }
        #expect(opening.count == 1_537)
        #expect(client.connected().isEmpty)
    }

    @Test func `plays a stream to its end`() throws {
        var client = try Self.client()
        let actions = client.received(Self.play)
        #expect(actions.first == .send(pattern(1_536)))
        let others = actions.filter { action in
            guard case .send = action else { return true }
            return false
        }
        #expect(
            others == [
                .playing,
                .tag(FLVTag(kind: .data, timestamp: 0, payload: AMF0Value.string("|RtmpSampleAccess").bytes)),
                .tag(FLVTag(kind: .audio, timestamp: 0, payload: [0xAF, 0, 0x11, 0x90])),
                .tag(FLVTag(kind: .video, timestamp: 40, payload: pattern(9_000))),
                .tag(FLVTag(kind: .audio, timestamp: 80, payload: [1])),
                .tag(FLVTag(kind: .video, timestamp: 90, payload: [2])),
                .failed(.ended(RTMPError.Status(code: "NetStream.Play.UnpublishNotify"))),
            ]
        )
        let messages = try Self.messages(in: actions)
        guard case .command(let connect)? = messages.first else {
            Issue.record("no connect")
            return
        }
        #expect(connect.name == "connect")
        #expect(connect.transaction == 1)
        #expect(connect.arguments.first?["app"] == .string("live"))
        #expect(connect.arguments.first?["tcUrl"] == .string("rtmp://127.0.0.1:19350/live"))
        #expect(connect.arguments.first?["fourCcList"] == .strictArray([.string("avc1"), .string("hvc1")]))
        #expect(
            messages.dropFirst() == [
                .windowAcknowledgementSize(5_000_000),
                .command(Command("createStream", transaction: 2)),
                .command(Command("_result", transaction: 77)),
                .command(Command("_result", transaction: 78)),
                .command(Command("play", transaction: 3, [.null, .string("secret?token=hush"), .number(-2_000)])),
                .userControl(.setBufferLength(streamID: 1, milliseconds: 3_000)),
                .userControl(.pingResponse(0xCAFE)),
            ]
        )
        #expect(client.closed().isEmpty)
    }

    @Test(arguments: [1, 2, 100, 1_535])
    func `returns the same however the bytes are cut`(_ pieces: Int) throws {
        var whole = try Self.client()
        var cut = try Self.client()
        #expect(cut.received(Self.play, pieces: pieces) == whole.received(Self.play))
    }

    @Test func `says its own window to a server that says nothing of it`() throws {
        var client = try Self.client()
        let messages = try Self.messages(in: client.received(ServerScript.upToPlay().bytes))
        #expect(
            messages.dropFirst().prefix(2) == [
                .windowAcknowledgementSize(2_500_000), .command(Command("createStream", transaction: 2)),
            ]
        )
    }

    @Test func `takes media for an accepted play`() throws {
        var script = ServerScript.upToPlay()
        script.say(.data([5]), chunkStream: 5, streamID: 1)
        script.say(.video([0x17, 2]), chunkStream: 7, streamID: 1)
        script.status("NetStream.Play.Start")
        var client = try Self.client()
        let actions = client.received(script.bytes)
        #expect(
            actions.suffix(3) == [
                .tag(FLVTag(kind: .data, timestamp: 0, payload: [5])), .playing,
                .tag(FLVTag(kind: .video, timestamp: 0, payload: [0x17, 2])),
            ]
        )
    }

    @Test(arguments: [1, 333, Int.max])
    func `acknowledges at each half window, wherever the bytes are cut`(_ pieces: Int) throws {
        var script = ServerScript.upToPlaying()
        script.say(.windowAcknowledgementSize(20_000))
        for _ in 0..<3 { script.say(.video(pattern(12_000)), chunkStream: 7, streamID: 1) }
        var client = try Self.client()
        let sent = try Self.messages(in: client.received(script.bytes, pieces: pieces))
        let acknowledged = sent.filter { if case .acknowledgement = $0 { true } else { false } }
        #expect(acknowledged == [.acknowledgement(10_000), .acknowledgement(20_000), .acknowledgement(30_000)])
    }

    @Test func `does not acknowledge each byte to a server that asks for it`() throws {
        var script = ServerScript.upToPlaying()
        script.say(.windowAcknowledgementSize(1))
        script.say(.video(pattern(40_000)), chunkStream: 7, streamID: 1)
        var client = try Self.client()
        let sent = try Self.messages(in: client.received(script.bytes))
        let acknowledged = sent.filter { if case .acknowledgement = $0 { true } else { false } }
        #expect(acknowledged.count == 10)
    }

    struct Failure: CustomTestStringConvertible {
        var testDescription: String
        var bytes: [UInt8]
        var error: RTMPError

        init(_ name: String, _ error: RTMPError, after script: ServerScript, _ more: (inout ServerScript) -> Void) {
            var script = script
            more(&script)
            self.testDescription = name
            self.bytes = script.bytes
            self.error = error
        }
    }

    static var shaken: ServerScript {
        var script = ServerScript()
        script.handshake()
        return script
    }

    static func error(_ code: String, _ description: String) -> AMF0Value {
        .object([
            AMF0Value.Property("code", .string(code)), AMF0Value.Property("description", .string(description)),
        ])
    }

    static let failures = [
        Failure(
            "connect refused",
            .refused(
                during: .connect,
                RTMPError.Status(
                    code: "NetConnection.Connect.Rejected",
                    detail: "no rtmp://127.0.0.1:19350/live/secret"
                )
            ),
            after: shaken
        ) {
            let error = Self.error("NetConnection.Connect.Rejected", "no rtmp://127.0.0.1:19350/live/secret")
            $0.call("_error", transaction: 1, .null, error)
        },
        Failure(
            "a code that is no code",
            .refused(during: .connect, RTMPError.Status(code: "unknown")),
            after: shaken
        ) { $0.call("_error", transaction: 1, .null, Self.error("NetStream.secret?token=hush", "")) },
        Failure("createStream refused", .refused(during: .createStream, RTMPError.Status(code: "")), after: shaken) {
            $0.call("_result", transaction: 1, .null, .null)
            $0.call("_error", transaction: 2, .null, .null)
        },
        Failure("createStream answered with nothing", .badAnswer(during: .createStream), after: shaken) {
            $0.call("_result", transaction: 1, .null, .null)
            $0.call("_result", transaction: 2, .null, .null)
        },
        Failure("createStream answered with no number of a stream", .badAnswer(during: .createStream), after: shaken) {
            $0.call("_result", transaction: 1, .null, .null)
            $0.call("_result", transaction: 2, .null, .number(.nan))
        },
        Failure(
            "no such stream",
            .streamNotFound(RTMPError.Status(code: "NetStream.Play.StreamNotFound", detail: "secret")),
            after: .upToPlay()
        ) { $0.status("NetStream.Play.StreamNotFound", level: "error", description: "secret") },
        Failure(
            "the server failed",
            .streamFailed(RTMPError.Status(code: "NetStream.Failed")),
            after: .upToPlaying()
        ) { $0.status("NetStream.Failed", level: "error") },
        Failure(
            "an error of another code",
            .refused(during: .play, RTMPError.Status(code: "NetStream.Play.BadName")),
            after: .upToPlay()
        ) { $0.status("NetStream.Play.BadName", level: "error") },
        Failure("stopped", .ended(RTMPError.Status(code: "NetStream.Play.Stop")), after: .upToPlaying()) {
            $0.status("NetStream.Play.Stop")
        },
        Failure("closed by command", .ended(RTMPError.Status(code: "")), after: .upToPlaying()) {
            $0.call("close", .null)
        },
        Failure("chunks that can't be read", .chunk(.chunkSize(found: 0)), after: .upToPlaying()) {
            $0.say(.setChunkSize(0))
        },
    ]

    @Test(arguments: failures)
    func `says why it failed, and nothing of the address`(_ failure: Failure) throws {
        var client = try Self.client()
        let actions = client.received(failure.bytes)
        #expect(actions.last == .failed(failure.error))
        var text = "\(failure.error) \(String(reflecting: failure.error))"
        dump(failure.error, to: &text)
        for secret in ["secret", "hush", "127.0.0.1"] { #expect(!text.contains(secret)) }
        // It is over.
        #expect(client.received(Self.play).isEmpty)
        #expect(client.closed().isEmpty)
    }

    @Test func `says that it is no RTMP server`() throws {
        var client = try Self.client()
        let actions = client.received(Array("HTTP/1.1 400 Bad Request\r\n".utf8))
        #expect(actions == [.failed(.handshake(.version(found: 0x48, allowed: 3)))])
    }

    @Test func `says when the server closed`() throws {
        var client = try Self.client()
        #expect(client.closed() == [.failed(.closedByPeer(during: .handshake))])
        client = try Self.client()
        _ = client.received(Self.shaken.bytes)
        #expect(client.closed() == [.failed(.closedByPeer(during: .connect))])
        client = try Self.client()
        _ = client.received(ServerScript.upToPlaying().bytes)
        #expect(client.closed() == [.failed(.closedByPeer(during: .playing))])
    }

    @Test func `never traps and fails at most once on a changed conversation`() throws {
        var random = SeededRandom(seed: 0x57A7)
        var failures = 0
        for _ in 0..<1_000 {
            var bytes = Self.play
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                bytes[Int.random(in: 3_073..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
            }
            var client = try Self.client()
            let actions = client.received(bytes)
            let failed = actions.filter { if case .failed = $0 { true } else { false } }
            #expect(failed.count <= 1)
            failures += failed.count
        }
        #expect(failures > 100)
    }
}
