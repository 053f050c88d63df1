import Accounts
import Delivery
import HTTP
import Model
import NIOCore
import Testing

/// Tokens as the viewers' side sees them: what they open to is the vault's business.
struct TokenDeliveryTests {
    /// One of any channel, one of channel 7 alone, one of a channel that isn't there, and one whose password is not right
    /// any more.
    private static let tokens: [String: StreamToken] = [
        "any": StreamToken(username: Redacted("user"), password: Redacted("pass")),
        "seven": StreamToken(username: Redacted("user"), password: Redacted("pass"), channel: ChannelID(7)),
        "eight": StreamToken(username: Redacted("user"), password: Redacted("pass"), channel: ChannelID(8)),
        "rotated": StreamToken(username: Redacted("user"), password: Redacted("old"), channel: ChannelID(7)),
    ]

    private static func with(_ body: (ServiceFixture) async throws -> Void) async throws {
        try await ServiceFixture.with({ $0.openToken = { Self.tokens[$0] } }) { fixture in
            fixture.channel.publishChunk(1, startsAtRandomAccessPoint: true)
            try await body(fixture)
        }
    }

    @Test(arguments: [
        ("/live/any/7", 200), ("/live/any/7.ts", 200), ("/live/any/7.m3u8", 200), ("/play/seven", 200),
        ("/play/seven/ts", 200), ("/play/seven/m3u8", 200), ("/live/any/8.ts", 404), ("/play/eight", 404),
        ("/play/eight/m3u8", 404), ("/live/seven/7.ts", 401), ("/play/any", 401), ("/play/any/m3u8", 401),
        ("/play/rotated", 401), ("/live/rotated/7", 401), ("/live/foreign/7.m3u8", 401), ("/play/foreign", 401),
        ("/play/seven/mp4", 404), ("/live/any/x", 404), ("/live/any/7.mp4", 404),
    ])
    func `each form opens what it says and nothing else`(_ path: String, _ status: Int) async throws {
        try await Self.with { fixture in
            let client = try await fixture.client()
            try await client.ask(path)
            let response = try await client.response()
            #expect(response.status == status)
            #expect((response.field("Content-Type") == "video/mp2t") == (status == 200 && !path.hasSuffix("m3u8")))
            #expect(fixture.admission.openConnections.count == (status == 200 ? 1 : 0))
        }
    }

    @Test func `HEAD opens nothing`() async throws {
        try await Self.with { fixture in
            let client = try await fixture.client()
            for path in ["/live/any/7.ts", "/play/seven/m3u8"] {
                #expect(try await client.get(path, method: "HEAD").status == 200)
            }
            #expect(try await client.get("/play/foreign", method: "HEAD").status == 401)
            #expect(fixture.admission.calls.map(\.kind) == [.check, .check, .check])
            #expect(fixture.admission.openConnections.isEmpty)
        }
    }

    @Test func `what doesn't open is answered and asked about as a wrong password is`() async throws {
        try await Self.with { fixture in
            let client = try await fixture.client()
            let wrong = try await client.get("/live/user/wrong/7.ts")
            for path in ["/live/foreign/7.ts", "/play/foreign", "/play/rotated", "/live/seven/7", "/play/any/m3u8"] {
                let response = try await client.get(path)
                #expect(response.status == wrong.status && response.text == wrong.text, "\(path)")
            }
            // Each was asked about: who measures time can't tell one that opens from one that doesn't.
            #expect(fixture.admission.calls.map(\.kind) == Array(repeating: .open, count: 6))
        }
    }

    @Test func `who guesses tokens is stopped as one who guesses passwords, and together with that`() async throws {
        try await Self.with { fixture in
            let client = try await fixture.client()
            for number in 0..<5 {
                #expect(try await client.get("/play/guess\(number)").status == 401)
                #expect(try await client.get("/live/user/guess\(number)/7.ts").status == 401)
            }
            #expect(try await client.get("/play/guess").status == 429)
            #expect(try await fixture.client().get("/live/user/guess/7.ts").status == 429)
        }
    }

    @Test func `the same dead token again is one mistake of its address, and in the end told so unasked`() async throws
    {
        try await Self.with { fixture in
            let client = try await fixture.client()
            for _ in 0..<10 { #expect(try await client.get("/play/dead").status == 401) }
            #expect(try await client.get("/play/dead").status == 429)
            #expect(try await fixture.client().get("/live/any/7.m3u8").status == 200)
        }
    }

    @Test func `what is played with a token counts in the same limit`() async throws {
        let change: (inout DeliveryConfiguration) -> Void = { $0.openToken = { Self.tokens[$0] } }
        try await ServiceFixture.with(limit: 1, change) { fixture in
            fixture.channel.publishChunk(1, startsAtRandomAccessPoint: true)
            let first = try await fixture.client()
            #expect(try await first.get("/live/user/pass/7.m3u8").status == 200)
            #expect(try await first.get("/play/seven/m3u8").status == 429)
            #expect(try await first.get("/live/any/7.m3u8").status == 429)
        }
    }
}
