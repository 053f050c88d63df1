import Foundation
import Model
import PlayerAPI
import Testing

@testable import App

struct ImportTests {
    private static func objects(_ text: String, step: Int = 1_000) -> [String] {
        var stream = JSONObjectStream()
        var objects: [String] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: step) {
            let piece = Array(bytes[start..<min(start + step, bytes.count)])
            stream.read(piece.span) { objects.append(String(decoding: $0, as: UTF8.self)) }
        }
        return objects
    }

    @Test(arguments: [1, 2, 5, 1_000])
    func `an array is cut into its objects, however it comes`(step: Int) {
        let text = #" [ {"a":"}\"{","b":{"c":[1,{"d":2}]}} , {}, {"e":"\\"}]"#
        #expect(Self.objects(text, step: step) == [#"{"a":"}\"{","b":{"c":[1,{"d":2}]}}"#, "{}", #"{"e":"\\"}"#])
    }

    @Test(arguments: ["", "[]", "}}}", "[{\"a\":", "\"{", "nonsense"])
    func `what is no array of objects gives none`(text: String) {
        #expect(Self.objects(text).isEmpty)
    }

    @Test func `an object without end costs no more than its limit`() {
        let long = "[{\"a\":\"" + String(repeating: "x", count: JSONObjectStream.objectSizeMax * 2) + "\"},{\"b\":1}]"
        #expect(Self.objects(long) == ["{\"b\":1}"])
    }

    @Test func `a panel is known by its address, its name and password in it or beside it`() throws {
        let inside = try PanelLogin(
            url: "http://s.example:8080/get.php?username=u%40x&password=p&type=m3u_plus",
            username: nil,
            password: nil
        )
        #expect(inside.base.clear == "http://s.example:8080")
        #expect(inside.username.clear == "u@x")
        #expect(inside.question(nil).clear == "http://s.example:8080/player_api.php?username=u%40x&password=p")
        let beside = try PanelLogin(url: "https://s.example", username: "a/b", password: "c")
        #expect(beside.stream(7, isHLS: true).clear == "https://s.example/live/a%2Fb/c/7.m3u8")
        #expect(throws: PanelError.noLogin) { try PanelLogin(url: "http://s.example", username: "u", password: nil) }
        #expect(throws: PanelError.noAddress) { try PanelLogin(url: "s.example", username: "u", password: "p") }
    }

    @Test func `an account is read whatever its types are`() throws {
        let text = PanelAccount([
            "user_info": [
                "auth": "1", "status": "Active", "exp_date": "1829952000", "max_connections": 3, "active_cons": "0",
            ]
        ])
        #expect(text?.lines == ["the account is Active, until 2027-12-28T00:00:00.000000Z; 0 of 3 connections in use"])
        let endless = PanelAccount(["user_info": ["auth": 1, "exp_date": NSNull(), "status": "Active"]])
        #expect(endless?.expires == nil && endless?.isKnown == true)
        #expect(PanelAccount(["user_info": ["auth": 0]])?.isKnown == false)
        #expect(PanelAccount(["x": 1]) == nil)
    }

    @Test func `a brand is chosen by the host that is asked for`() throws {
        let text = """
            public: {url: "http://tv.example:8080"}
            brand:
              - {host: Sport.Example, name: Sport TV, message: hello, url: "https://sport.example"}
              - {name: Every TV}
            """
        let brands = try Configuration(parsing: text, file: "baton.yaml").playerBrands
        let (sport, site) = brands.of(host: "sport.example:8080")
        #expect(sport.name == "Sport TV" && sport.message == "hello")
        #expect(site.url == "https://sport.example")
        #expect(brands.of(host: "other.example").0.name == "Every TV")
        #expect(brands.of(host: nil).1.url == "http://tv.example:8080")
        // An address that nobody has set is the one that was asked for.
        #expect(Configuration().playerBrands.of(host: "10.0.0.7:8080").1.url == "http://10.0.0.7:8080")
    }

    @Test(arguments: [
        "brand: [{host: a.example}, {host: A.example}]", "brand: [{url: nonsense}]", "brand: [{host: \"a/b\"}]",
        "brand: [{nme: x}]", "brand: {}",
    ])
    func `a brand that can't be is told`(text: String) {
        #expect(throws: ConfigurationError.self) { try Configuration(parsing: text, file: "baton.yaml") }
    }

    @Test func `a logo is a picture by its first bytes, and no document`() {
        #expect(LogoImage([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0]) == .png)
        #expect(LogoImage([0xFF, 0xD8, 0xFF, 0xE0]) == .jpeg)
        #expect(LogoImage(Array("RIFF1234WEBPVP8 ".utf8)) == .webp)
        for text in ["", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "<?xml", "GIF89a", "RIFF1234WAVE", "RIFF"] {
            #expect(LogoImage(Array(text.utf8)) == nil, "\(text)")
        }
    }
}
