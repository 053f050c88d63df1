import Accounts
import Delivery
import HTTP
import LiveChannels
import Model
import NIOCore
import NIOPosix
import Testing

@Suite(.serialized, .timeLimit(.minutes(1))) struct HLSDeliveryTests {
    @Test func `plays from the start to a segment over one kept connection`() async throws {
        try await ServiceFixture.with { fixture in
            let bytes = fixture.channel.publishSegment(1)
            let client = try await fixture.client()
            let start = try await client.get("/live/user/pass/7.m3u8")
            #expect(start.status == 200)
            #expect(start.field("Content-Type") == "application/vnd.apple.mpegurl")
            let lines = start.text.split(separator: "\n").map(String.init)
            #expect(lines.first == "#EXTM3U")
            #expect(lines.contains("#EXT-X-STREAM-INF:BANDWIDTH=4000000,CODECS=\"avc1.640028,mp4a.40.2\""))
            let path = try #require(lines.last)
            #expect(path.hasPrefix("/hls/") && path.hasSuffix("/live.m3u8"))

            let playlist = try await client.get(path)
            #expect(playlist.status == 200)
            #expect(playlist.text == fixture.channel.playlistText)
            #expect(playlist.text.contains("\n1.ts\n"))
            #expect(playlist.field("Cache-Control") == "no-store")

            let segment = try await client.get(path.replacing("live.m3u8", with: "1.ts"))
            #expect(segment.field("Content-Type") == "video/mp2t")
            #expect(segment.body == bytes)
            #expect(try await client.get(path.replacing("live.m3u8", with: "2.ts")).status == 404)
            #expect(fixture.channel.viewersNow == 1)
            #expect(fixture.service.status.hlsViewers == 1)
            #expect(fixture.service.status.bytes == Int64(bytes.count))
        }
    }

    @Test func `pipelined requests are answered in their order`() async throws {
        try await ServiceFixture.with { fixture in
            let first = fixture.channel.publishSegment(1)
            let second = fixture.channel.publishSegment(2)
            let client = try await fixture.client()
            let path = try await fixture.openHLS(client)
            for name in ["2.ts", "live.m3u8", "1.ts"] {
                try await client.ask(path.replacing("live.m3u8", with: name))
            }
            #expect(try await client.response().body == second)
            #expect(try await client.response().text == fixture.channel.playlistText)
            #expect(try await client.response().body == first)
        }
    }

    @Test func `answers the start at once and the playlist when there is a segment`() async throws {
        try await ServiceFixture.with { fixture in
            let client = try await fixture.client()
            let path = try await fixture.openHLS(client)
            try await client.ask(path)
            try await fixture.settle()
            fixture.channel.publishSegment(5)
            #expect(try await client.response().text == fixture.channel.playlistText)
        }
    }

    @Test func `a channel that doesn't come is not ready`() async throws {
        try await ServiceFixture.with({ $0.startDeadline = .milliseconds(50) }) { fixture in
            let client = try await fixture.client()
            let path = try await fixture.openHLS(client)
            let response = try await client.get(path)
            #expect(response.status == 503)
            #expect(response.field("Retry-After") == "1")
        }
    }

    @Test func `HEAD opens nothing`() async throws {
        try await ServiceFixture.with { fixture in
            let client = try await fixture.client()
            for path in ["/live/user/pass/7.m3u8", "/live/user/pass/7.ts", "/user/pass/7"] {
                let response = try await client.get(path, method: "HEAD")
                #expect(response.status == 200)
                #expect(
                    response.field("Content-Type")
                        == (path.hasSuffix("m3u8") ? "application/vnd.apple.mpegurl" : "video/mp2t")
                )
            }
            #expect(try await client.get("/live/user/wrong/7.ts", method: "HEAD").status == 401)
            let token = SessionToken.random()
            fixture.admission.remember(token, channel: ChannelID(7))
            #expect(try await client.get("/hls/\(token.text)/live.m3u8", method: "HEAD").status == 403)
            #expect(fixture.admission.calls.map(\.kind) == [.check, .check, .check, .check])
            #expect(fixture.channel.viewersEver == 0)

            let path = try await fixture.openHLS(client)
            #expect(try await client.get(path, method: "HEAD").status == 200)
            fixture.channel.publishSegment(1, size: 1_880)
            #expect(try await client.get(path, method: "HEAD").status == 200)
            let segment = try await client.get(path.replacing("live.m3u8", with: "1.ts"), method: "HEAD")
            #expect(segment.field("Content-Length") == "1880")
            #expect(try await client.get(path).status == 200)
        }
    }

    @Test(arguments: [
        (Denial.unknownCredential, 401, "unauthorized\n"), (.forbidden(.suspended), 403, "forbidden\n"),
        (.forbidden(.address), 403, "forbidden\n"), (.unknownChannel, 404, "not found\n"),
        (.limitReached(limit: 1), 429, "connection limit reached\n"), (.unknownToken, 403, "forbidden\n"),
        (.unavailable, 503, "unavailable\n"),
    ])
    func `says in a word why not`(_ denial: Denial, _ status: Int, _ text: String) async throws {
        try await ServiceFixture.with { fixture in
            fixture.admission.deny(denial)
            let client = try await fixture.client()
            for path in ["/live/user/pass/7.m3u8", "/live/user/pass/7.ts", "/hls/\(SessionToken.random().text)/1.ts"] {
                let response = try await client.get(path)
                #expect(response.status == status)
                #expect(response.text == text)
                #expect(response.field("Server") == nil)
            }
            #expect(fixture.channel.viewersEver == 0)
            #expect(fixture.service.status.denials == 3)
        }
    }

    @Test func `the limit of the line holds, and what isn't served is not found`() async throws {
        try await ServiceFixture.with(limit: 1) { fixture in
            let client = try await fixture.client()
            _ = try await fixture.openHLS(client)
            #expect(try await client.get("/live/user/pass/7.m3u8").status == 429)
            #expect(try await client.get("/live/user/pass/7.ts").status == 429)
            for path in ["/", "/movie/user/pass/7.mp4", "/series/user/pass/7.mkv", "/nothing"] {
                #expect(try await client.get(path).status == 404)
            }
        }
    }

    @Test func `a grant for a channel that is gone is given back`() async throws {
        try await ServiceFixture.with { fixture in
            let client = try await fixture.client()
            #expect(try await client.get("/live/user/pass/8.m3u8").status == 404)
            #expect(try await client.get("/live/user/pass/8.ts").status == 404)
            #expect(fixture.admission.allClosings.map(\.reason) == [.channelEnded, .channelEnded])
            #expect(fixture.admission.openConnections == [])
        }
    }

    @Test func `a session that falls silent ends and gives its slot back`() async throws {
        try await ServiceFixture.with(targetDurationSeconds: 0, { $0.silenceMin = .milliseconds(100) }) { fixture in
            let bytes = fixture.channel.publishSegment(1)
            let client = try await fixture.client()
            let path = try await fixture.openHLS(client)
            #expect(try await client.get(path.replacing("live.m3u8", with: "1.ts")).status == 200)
            let closing = try #require(await fixture.closing())
            #expect(closing.connection == ConnectionID(1))
            #expect(closing.reason == .idle)
            #expect(closing.bytes == Int64(bytes.count))
            #expect(fixture.channel.viewersNow == 0)
            #expect(fixture.service.status.hlsViewers == 0)
            // The token still leads back in: the ledger decides, not we.
            #expect(try await client.get(path).status == 200)
            #expect(fixture.admission.calls.map(\.kind) == [.open, .reopen])
            #expect(fixture.channel.viewersNow == 1)
        }
    }

    @Test func `what the ledger takes away is refused at once and closed once`() async throws {
        try await ServiceFixture.with { fixture in
            fixture.channel.publishSegment(1)
            let client = try await fixture.client()
            let path = try await fixture.openHLS(client)
            #expect(try await client.get(path).status == 200)
            fixture.service.drop([ConnectionID(1), ConnectionID(99)], reason: .revoked)
            fixture.service.drop([ConnectionID(1)], reason: .evicted)
            #expect(try await client.get(path).status == 403)
            #expect(try await client.get(path.replacing("live.m3u8", with: "1.ts")).status == 403)
            #expect(fixture.admission.allClosings.map(\.reason) == [.revoked])
            #expect(fixture.channel.viewersNow == 0)
            #expect(fixture.admission.calls.map(\.kind) == [.open])
        }
    }

    @Test func `a connection dropped before its grant came is never served`() async throws {
        try await ServiceFixture.with { fixture in
            fixture.service.drop([ConnectionID(1), ConnectionID(2)], reason: .superseded)
            let client = try await fixture.client()
            #expect(try await client.get("/live/user/pass/7.m3u8").status == 403)
            #expect(try await client.get("/live/user/pass/7.ts").status == 403)
            #expect(fixture.admission.allClosings.map(\.reason) == [.superseded, .superseded])
            #expect(fixture.channel.viewersNow == 0)
        }
    }

    @Test func `a token outlives a restart and is asked about once`() async throws {
        try await ServiceFixture.with { fixture in
            fixture.channel.publishSegment(1)
            let token = SessionToken.random()
            fixture.admission.remember(token, channel: ChannelID(7))
            fixture.admission.holdBack()
            var held = fixture.admission.held.makeAsyncIterator()
            let clients = [try await fixture.client(), try await fixture.client(), try await fixture.client()]
            for client in clients { try await client.ask("/hls/\(token.text)/live.m3u8") }
            await held.next()
            fixture.admission.release()
            for client in clients { #expect(try await client.response().status == 200) }
            #expect(fixture.admission.openConnections == [ConnectionID(1)])
            #expect(fixture.channel.viewersNow == 1)
        }
    }

    @Test func `a guessed token is asked about once and then refused`() async throws {
        try await ServiceFixture.with({ $0.guesses.tokenFailuresPerMinute = 3 }) { fixture in
            let client = try await fixture.client()
            let path = "/hls/\(SessionToken.random().text)/live.m3u8"
            for _ in 0..<3 { #expect(try await client.get(path).status == 403) }
            #expect(fixture.admission.calls.count == 1)
            for _ in 0..<10 { #expect(try await client.get("/hls/\(SessionToken.random().text)/1.ts").status == 403) }
            #expect(fixture.admission.calls.count == 3)
        }
    }

    @Test func `a session used from another address is asked about`() async throws {
        let change: (inout DeliveryConfiguration) -> Void = {
            $0.trustedProxies = TrustedProxies(parsing: ["127.0.0.1"]) ?? TrustedProxies()
        }
        try await ServiceFixture.with(change) { fixture in
            fixture.channel.publishSegment(1)
            let client = try await fixture.client()
            let path = try await fixture.openHLS(client, fields: ["X-Forwarded-For: 6.6.6.6, 192.0.2.1"])
            #expect(try await client.get(path, fields: ["X-Forwarded-For: 192.0.2.1"]).status == 200)
            #expect(try await client.get(path, fields: ["X-Forwarded-For: 198.51.100.1"]).status == 200)
            #expect(try await client.get(path, fields: ["X-Forwarded-For: 198.51.100.1"]).status == 200)
            #expect(try await client.get(path, fields: ["X-Forwarded-For: 6.6.6.6"]).status == 403)
            #expect(try await client.get(path, fields: ["X-Forwarded-For: 192.0.2.1"]).status == 200)
            #expect(
                fixture.admission.calls.map { "\($0.kind) \($0.address) \($0.userAgent)" } == [
                    "open 192.0.2.1 test", "reopen 198.51.100.1 test", "reopen 6.6.6.6 test",
                ]
            )
            #expect(fixture.admission.openConnections == [ConnectionID(1)])
        }
    }

    // Ledger: reopen sees the session live                                  answers
    // Here:                                   it falls silent and closes              registers
    @Test func `a decision overtaken by the session's end gives no session without a slot`() async throws {
        let change: (inout DeliveryConfiguration) -> Void = {
            $0.trustedProxies = TrustedProxies(parsing: ["127.0.0.1"]) ?? TrustedProxies()
            $0.silenceMin = .milliseconds(100)
        }
        try await ServiceFixture.with(targetDurationSeconds: 0, change) { fixture in
            fixture.channel.publishSegment(1)
            let client = try await fixture.client()
            let path = try await fixture.openHLS(client)
            fixture.admission.holdBack()
            var held = fixture.admission.held.makeAsyncIterator()
            try await client.ask(path, fields: ["X-Forwarded-For: 198.51.100.1"])
            await held.next()
            #expect(await fixture.closing()?.reason == .idle)
            fixture.admission.release()
            #expect(try await client.response().status == 503)
            #expect(fixture.channel.viewersNow == 0)
            #expect(fixture.service.status.hlsViewers == 0)
            #expect(fixture.admission.openConnections == [])
        }
    }

    @Test func `an address that guesses is stopped, and a viewer behind it goes on`() async throws {
        try await ServiceFixture.with { fixture in
            fixture.channel.publishSegment(1)
            let client = try await fixture.client()
            let path = try await fixture.openHLS(client)
            for number in 0..<10 { #expect(try await client.get("/live/user/guess\(number)/7.ts").status == 401) }
            let response = try await client.get("/live/user/guess/7.ts")
            #expect(response.status == 429)
            #expect(response.field("Retry-After") == "60")
            #expect(response.field("Connection") == "close")
            let other = try await fixture.client()
            #expect(try await other.get("/live/user/pass/7.m3u8", method: "HEAD").status == 429)
            #expect(fixture.admission.calls.count == 11)
            let viewer = try await fixture.client()
            #expect(try await viewer.get(path).status == 200)
            #expect(fixture.service.status.throttled == 2)
        }
    }

    @Test func `a viewer who leaves before the decision holds no slot`() async throws {
        try await ServiceFixture.with { fixture in
            fixture.admission.holdBack()
            var held = fixture.admission.held.makeAsyncIterator()
            for path in ["/live/user/pass/7.m3u8", "/live/user/pass/7.ts"] {
                let client = try await fixture.client()
                try await client.ask(path)
                await held.next()
                await client.close()
            }
            // Both sockets' ends are seen before the answers, which go through the same loops.
            let probe = try await fixture.client()
            #expect(try await probe.get("/nothing").status == 404)
            while fixture.service.status.connections > 1 { try await fixture.settle() }
            fixture.admission.release()
            #expect(await fixture.closing()?.reason == .left)
            #expect(await fixture.closing()?.reason == .left)
            #expect(fixture.admission.openConnections == [])
            #expect(fixture.channel.viewersNow == 0)
        }
    }

    @Test func `stopping closes every session and waits for decisions`() async throws {
        try await ServiceFixture.with { fixture in
            fixture.channel.publishSegment(1)
            let client = try await fixture.client()
            _ = try await fixture.openHLS(client)
            let late = try await fixture.client()
            fixture.admission.holdBack()
            var held = fixture.admission.held.makeAsyncIterator()
            try await late.ask("/live/user/pass/7.m3u8")
            await held.next()
            async let stopped: Void = fixture.service.stop()
            #expect(await fixture.closing()?.connection == ConnectionID(1))
            fixture.admission.release()
            await stopped
            #expect(fixture.admission.allClosings.map(\.reason) == [.shutdown, .shutdown])
            #expect(fixture.admission.openConnections == [])
            #expect(fixture.channel.viewersNow == 0)
            #expect(fixture.service.status.connections == 0)
        }
    }
}
