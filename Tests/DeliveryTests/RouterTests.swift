import Accounts
import Delivery
import HTTP
import LiveChannels
import Model
import TestSupport
import Testing

struct RouterTests {
    static let token = "0123456789abcdef0123456789abcdef"

    /// The verdict on a path; `nil` when it can't be read, which is answered 400.
    static func route(_ path: String) -> Route? {
        RequestTarget(parsing: Array(path.utf8).span).map(Router.route)
    }

    static func opening(_ user: String, _ password: String, _ channel: Int64, _ output: Output) -> Route {
        .open(
            Route.Opening(
                username: Redacted(user),
                password: Redacted(password),
                channel: ChannelID(channel),
                output: output
            )
        )
    }

    static func token(_ token: String, _ channel: Int64?, _ output: Output, at seconds: Int64? = nil) -> Route {
        .token(
            Route.TokenOpening(
                token: Redacted(token),
                channel: channel.map { ChannelID($0) },
                output: output,
                catchUp: seconds.map { CatchUp(start: .instant(WallTime(seconds: $0)), seconds: nil) }
            )
        )
    }

    static let session = SessionToken(high: 0x0123_4567_89AB_CDEF, low: 0x0123_4567_89AB_CDEF)

    @Test(arguments: [
        ("/live/u/p/7.m3u8", opening("u", "p", 7, .hls)), ("/live/u/p/7.ts", opening("u", "p", 7, .ts)),
        ("/live/u/p/7", opening("u", "p", 7, .ts)), ("/u/p/7", opening("u", "p", 7, .ts)),
        ("/u/p/7.ts", opening("u", "p", 7, .ts)), ("/u/p/7.m3u8", opening("u", "p", 7, .hls)),
        ("/live/u%20x/p%C3%A9/7.ts", opening("u x", "pé", 7, .ts)), ("/u/p/7.ts?x=/live", opening("u", "p", 7, .ts)),
        ("/live/live/live/7", opening("live", "live", 7, .ts)),
        ("/u/7/999999999999999999", opening("u", "7", 999_999_999_999_999_999, .ts)),
        ("/hls/\(token)/live.m3u8", .mediaPlaylist(session)), ("/hls/\(token)/0.ts", .segment(session, 0)),
        ("/slate/expired.pt-BR/3.ts", .slate(SlateShelf.Key(purpose: .expired, language: "pt-BR"), 3)),
        ("/slate/expired.en/3", .notFound), ("/slate/other.en/3.ts", .notFound), ("/slate/expired/3.ts", .notFound),
        ("/slate/expired.en.de/3.ts", .notFound), ("/slate/p/7", .notFound),
        ("/hls/\(token)/123.ts", .segment(session, 123)), ("/", .notFound), ("/favicon.ico", .notFound),
        ("/live", .notFound), ("/live/u/p", .notFound), ("/live/u/p/7/8", .notFound), ("/live/u/7.mp4", .notFound),
        ("/live/T-_k/7", token("T-_k", 7, .ts)), ("/live/T/7.ts", token("T", 7, .ts)),
        ("/live/T/7.m3u8", token("T", 7, .hls)), ("/live/T/7.m3u8?utc=99", token("T", 7, .hls, at: 99)),
        ("/live/T/7.ts?utc=x", .notFound), ("/live/T/07", .notFound), ("/live/T/live.m3u8", .notFound),
        ("/play/T", token("T", nil, .ts)), ("/play/T/ts", token("T", nil, .ts)),
        ("/play/T/m3u8", token("T", nil, .hls)), ("/play/T/m3u8?utc=99", token("T", nil, .hls, at: 99)),
        ("/play/T/mp4", .notFound), ("/play/T/7", .notFound), ("/play/T/TS", .notFound), ("/play", .notFound),
        ("/play/T/ts/x", .notFound), ("/Play/T", .notFound), ("/Live/T/7", .notFound),
        ("/play/" + String(repeating: "t", count: StreamToken.textSizeMax + 1), .notFound),
        ("/movie/u/p/7.mp4", .notFound), ("/series/u/p/7.mkv", .notFound), ("/movie/p/7", .notFound),
        ("/player_api.php/p/7", .notFound), ("/hls/u/7", .notFound), ("/u/p/7.mp4", .notFound), ("/u/p/x", .notFound),
        ("/u/p/.ts", .notFound), ("/u/p/7.ts.ts", .notFound), ("/u/p/7.TS", .notFound), ("/u/p/+7", .notFound),
        ("/u/p/-7", .notFound), ("/u/p/07", .notFound), ("/u/p/0", opening("u", "p", 0, .ts)),
        ("/u/p/9999999999999999999", .notFound), ("/hls/\(token)/-1.ts", .notFound), ("/hls/\(token)/00.ts", .notFound),
        ("/hls/\(token)/1.m3u8", .notFound), ("/hls/\(token)/live.ts", .notFound), ("/hls/\(token)", .notFound),
        ("/hls/\(token)/1.ts/x", .notFound), ("/hls/\(token.uppercased())/1.ts", .notFound),
        ("/hls/\(token)0/1.ts", .notFound), ("/hls/\(token.dropLast())/1.ts", .notFound),
        ("/" + String(repeating: "u", count: 257) + "/p/7", .notFound),
    ])
    func `says what a path asks for`(_ path: String, _ route: Route) {
        #expect(Self.route(path) == route)
    }

    @Test func `reads tokens as they are written`() {
        var random = SeededRandom(seed: 0x70CE)
        for _ in 0..<200 {
            let token = SessionToken(high: random.next(), low: random.next())
            #expect(Self.route("/hls/\(token.text)/live.m3u8") == .mediaPlaylist(token))
        }
    }

    /// Spellings of a protected path, made by changing one character or inserting something at every place.
    static func variants(of path: String) -> [String] {
        let characters = Array(path)
        let insertions = [
            "/", "//", "/.", "/./", "/..", "/../", "%2f", "%2F", "%5c", "\\", "%00", "%0d%0a", ";", ";a=b", "%2e",
            "%2e%2e/",
            "%252e", "%252f", ".", "..;/", "%c0%af", "%c0%ae", "%e0%80%af", "%ff", " ", "%20", "%09", "\u{7F}", "#",
            "%",
        ]
        var variants: [String] = []
        for index in characters.indices {
            for insertion in insertions {
                variants.append(String(characters[..<index]) + insertion + String(characters[index...]))
            }
            let upper = characters[index].uppercased()
            if upper != String(characters[index]) {
                variants.append(String(characters[..<index]) + upper + String(characters[(index + 1)...]))
            }
            // Every character may be written as its code: that is the same path.
            let code = String(characters[index].asciiValue ?? 0, radix: 16)
            let escaped = "%" + (code.count == 1 ? "0" + code : code)
            variants.append(String(characters[..<index]) + escaped + String(characters[(index + 1)...]))
            variants.append(
                String(characters[..<index]) + "%25" + escaped.dropFirst() + String(characters[(index + 1)...])
            )
        }
        return variants + insertions.map { path + $0 }
    }

    @Test(arguments: ["/hls/\(token)/live.m3u8", "/hls/\(token)/12.ts"])
    func `no other spelling of a session's path opens anything else`(_ path: String) {
        let verdict = Self.route(path)
        let variants = Self.variants(of: path)
        #expect(variants.count > 500)
        for variant in variants {
            switch Self.route(variant) {
            case nil, .notFound?: break
            case .segment(Self.session, _)?: #expect(path.hasSuffix(".ts"), "\(variant)")
            // Three segments with an id at the end are a login in the short form, whatever the name: refused like any.
            case .open(let opening)?: #expect(opening.username.clear.lowercased() != "hls", "\(variant)")
            case let other: #expect(other == verdict, "\(variant)")
            }
        }
    }

    @Test(arguments: ["/live/user/pass/7.ts", "/live/user/pass/7.m3u8", "/user/pass/7.ts"])
    func `no other spelling of a start reaches the same name with another channel or output`(_ path: String) {
        guard case .open(let meant)? = Self.route(path) else {
            Issue.record("not a start: \(path)")
            return
        }
        let variants = Self.variants(of: path)
        #expect(variants.count > 300)
        for variant in variants {
            guard case .open(let opening)? = Self.route(variant) else { continue }
            // A start with another name or password is another login, to be refused like any.
            let isSameLogin = opening.username == meant.username && opening.password == meant.password
            #expect(!isSameLogin || opening == meant, "\(variant)")
            for secret in [opening.username.clear, opening.password.clear] {
                #expect(
                    !secret.isEmpty && !secret.contains("/") && secret != ".." && !secret.contains("\\"),
                    "\(variant)"
                )
            }
        }
    }

    @Test func `never traps, and names no session that isn't spelled out`() {
        var random = SeededRandom(seed: 0xAB)
        let pieces = [
            "live", "hls", "u", "7", ".ts", ".m3u8", "/", "/", "/", "%", "9999999999999999999", "é", "..", "%2f",
        ]
        for _ in 0..<5_000 {
            let path = (0..<Int.random(in: 0...10, using: &random)).map { _ in
                pieces[Int.random(in: 0..<pieces.count, using: &random)]
            }
            switch Self.route("/" + path.joined()) {
            case .mediaPlaylist?, .segment?, .archivePlaylist?, .archiveSegment?:
                Issue.record("a session out of \(path)")
            case .open?, .token?, .slate?, .player?, .logo?, .notFound?, nil: break
            }
        }
    }
}
