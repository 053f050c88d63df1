import Delivery
import HTTP
import Model
import NIOCore
import Testing

/// Says back what it was asked.
private struct TestPlayer: PlayerAnswering {
    func answer(_ question: PlayerQuestion, reply: @escaping @Sendable (PlayerReply?) -> Void) {
        guard question.password.clear != "busy" else { return reply(nil) }
        let action = question.parameter("action") ?? "-"
        let extra = question.parameter("type") ?? question.parameter("gzip") ?? "-"
        let text = [
            "\(question.kind)", question.username.clear, question.password.clear, action, extra, question.host ?? "-",
        ].joined(separator: " ")
        let isRefused = question.password.clear != "pass"
        reply(
            PlayerReply(
                contentType: "application/json",
                fileName: question.kind == .list ? "list.m3u" : nil,
                body: ByteBuffer(string: text),
                isRefused: isRefused
            )
        )
    }

    func logo(of channel: ChannelID, reply: @escaping @Sendable (PlayerReply?) -> Void) {
        guard channel == ChannelID(7) else { return reply(nil) }
        reply(PlayerReply(contentType: "image/png", cacheControl: "max-age=60", body: ByteBuffer(string: "png")))
    }
}

struct PlayerDeliveryTests {
    private static let form = "Content-Type: application/x-www-form-urlencoded"

    @Test(arguments: [
        ("/player_api.php?username=user&password=pass", "api user pass - - tv.example"),
        (
            "//player_api.php?password=pass&username=user&action=get_live_streams",
            "api user pass get_live_streams - tv.example"
        ),
        ("/player_api.php?username=us%65r&password=pa+s", "api user pa s - - tv.example"),
        ("/player_api.php", "api   - - tv.example"),
        ("/player_api/user/pass", "api user pass - - tv.example"),
        ("/player_api/user/pass/get_vod_streams", "api user pass get_vod_streams - tv.example"),
        ("/panel_api.php?username=user&password=pass", "panel user pass - - tv.example"),
        ("/get.php?username=user&password=pass&type=m3u_plus", "list user pass - m3u_plus tv.example"),
        ("/playlist/user/pass", "list user pass - - tv.example"),
        ("/playlist/user/pass/m3u", "list user pass - m3u tv.example"),
        ("/xmltv.php?username=user&password=pass&gzip=1", "guide user pass - 1 tv.example"),
        ("/epg/user/pass/gz", "guide user pass - 1 tv.example"),
        ("/epg/user/pass", "guide user pass - - tv.example"),
    ])
    func `a question is known by its path`(path: String, said: String) async throws {
        try await ServiceFixture.with(player: TestPlayer()) { fixture in
            let response = try await fixture.client().get(path)
            #expect(response.status == 200)
            #expect(response.text == said)
        }
    }

    @Test func `a form is read as a query is`() async throws {
        try await ServiceFixture.with(player: TestPlayer()) { fixture in
            let client = try await fixture.client()
            let body = "username=us%65r&password=pass&action=get_live_categories"
            try await client.ask(
                "/player_api.php?username=other",
                method: "POST",
                fields: [Self.form, "Content-Length: \(body.utf8.count)"]
            )
            try await client.send(body)
            let response = try await client.response()
            #expect(response.text == "api user pass get_live_categories - tv.example")
            // The connection goes on.
            #expect(try await client.get("/player_api/a/pass").text == "api a pass - - tv.example")
        }
    }

    @Test func `only questions are posted, and only as forms`() async throws {
        try await ServiceFixture.with(player: TestPlayer()) { fixture in
            let client = try await fixture.client()
            let stream = try await client.get("/live/user/pass/7.ts", method: "POST", fields: ["Content-Length: 0"])
            #expect(stream.status == 405)
            #expect(stream.field("Allow") == "GET, HEAD")
            try await client.ask(
                "/player_api.php",
                method: "POST",
                fields: ["Content-Type: application/json", "Content-Length: 2"]
            )
            try await client.send("{}")
            #expect(try await client.response().status == 415)
            #expect(fixture.admission.calls.isEmpty)
        }
    }

    @Test func `HEAD gets the head of the answer`() async throws {
        try await ServiceFixture.with(player: TestPlayer()) { fixture in
            let client = try await fixture.client()
            let response = try await client.get("/get.php?username=user&password=pass", method: "HEAD")
            #expect(response.status == 200)
            #expect(response.field("Content-Length") == "\("list user pass - - tv.example".utf8.count)")
            #expect(response.field("Content-Disposition") == "attachment; filename=\"list.m3u\"")
            #expect(response.body.isEmpty)
            #expect(try await client.get("/live/user/pass/7.ts", method: "HEAD").status == 200)
        }
    }

    @Test func `the page that asks may read the answer`() async throws {
        try await ServiceFixture.with(player: TestPlayer()) { fixture in
            let client = try await fixture.client()
            let path = "/player_api.php?username=user&password=pass"
            let page = try await client.get(path, fields: ["Origin: https://web.example"])
            #expect(page.field("Access-Control-Allow-Origin") == "https://web.example")
            #expect(page.field("Vary") == "Origin")
            #expect(try await client.get(path).field("Access-Control-Allow-Origin") == "*")
        }
    }

    @Test func `who guesses here is stopped here and at the streams`() async throws {
        try await ServiceFixture.with(player: TestPlayer()) { fixture in
            let client = try await fixture.client()
            for number in 0..<10 {
                let guess = try await client.get("/player_api.php?username=user&password=guess\(number)")
                #expect(guess.status == 200)
            }
            let stopped = try await client.get("/player_api.php?username=user&password=guess")
            #expect(stopped.status == 429)
            #expect(stopped.field("Connection") == "close")
            let other = try await fixture.client()
            #expect(try await other.get("/live/user/pass/7.ts").status == 429)
        }
    }

    @Test func `when too many questions wait the app is told to come again`() async throws {
        try await ServiceFixture.with(player: TestPlayer()) { fixture in
            let response = try await fixture.client().get("/player_api.php?username=user&password=busy")
            #expect(response.status == 503)
            #expect(response.field("Retry-After") == "5")
        }
    }

    @Test func `logos are ours`() async throws {
        try await ServiceFixture.with(player: TestPlayer()) { fixture in
            let client = try await fixture.client()
            let logo = try await client.get("/logo/7")
            #expect(logo.status == 200)
            #expect(logo.field("Content-Type") == "image/png")
            #expect(logo.field("Cache-Control") == "max-age=60")
            #expect(try await client.get("/logo/8").status == 404)
            #expect(try await client.get("/logo/x").status == 404)
        }
    }

    @Test func `films and series are not found, and no password is read out of them`() async throws {
        try await ServiceFixture.with(player: TestPlayer()) { fixture in
            let client = try await fixture.client()
            for path in ["/movie/user/pass/7.mp4", "/series/user/pass/7.mkv", "/movie/7/8.ts", "/Player_API.php"] {
                #expect(try await client.get(path).status == 404, "\(path)")
            }
            #expect(fixture.admission.calls.isEmpty)
        }
    }

    @Test func `a range of a live stream is not read`() async throws {
        try await ServiceFixture.with { fixture in
            fixture.channel.publishChunk(1, startsAtRandomAccessPoint: true)
            let client = try await fixture.client()
            try await client.ask("/live/user/pass/7.ts", fields: ["Range: bytes=0-0"])
            let response = try await client.response()
            #expect(response.status == 200)
            #expect(response.field("Content-Length") == nil)
            #expect(response.field("Content-Range") == nil)
        }
    }
}
