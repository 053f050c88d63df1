import Model
import RTMP
import Testing

struct RTMPURLTests {
    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var host = "h"
        var port: UInt16 = 1_935
        var app = "live"
        var stream = "x"
    }

    static let cases = [
        Case(testDescription: "rtmp://h/live/x"),
        Case(testDescription: "RTMP://h/live/x"),
        Case(testDescription: "rtmp://h:19350/live/x", port: 19_350),
        Case(testDescription: "rtmp://[2001:db8::1]:80/live/x", host: "2001:db8::1", port: 80),
        Case(testDescription: "rtmp://[::1]/live/x", host: "::1"),
        Case(
            testDescription: "rtmp://tv.example.org/live/x?token=a/b&c=d",
            host: "tv.example.org",
            stream: "x?token=a/b&c=d"
        ),
        Case(testDescription: "rtmp://h/live/one/x", app: "live/one"),
        Case(testDescription: "rtmp://h/live/user/pass/7.ts", app: "live/user", stream: "pass/7.ts"),
        Case(testDescription: "rtmp://h/live/mp4:dir/x.mp4", stream: "mp4:dir/x.mp4"),
        Case(testDescription: "rtmp://h/live/x#part", stream: "x"),
    ]

    @Test(arguments: cases)
    func `splits an address`(_ testCase: Case) throws {
        let url = try RTMPURL(testCase.testDescription)
        #expect(url.host == testCase.host)
        #expect(url.port == testCase.port)
        #expect(url.app.clear == testCase.app)
        #expect(url.stream.clear == testCase.stream)
    }

    static let refused: [(String, RTMPURLError)] = [
        ("", .scheme), ("http://h/live/x", .scheme), ("rtmps://h/live/x", .scheme), ("rtmp:/h/live/x", .scheme),
        ("rtmp://user:pass@h/live/x", .userInfo),
        ("rtmp:///live/x", .host), ("rtmp://h h/live/x", .controlCharacter),
        ("rtmp://h\u{0}/live/x", .controlCharacter),
        ("rtmp://h\r\n/live/x", .controlCharacter), ("rtmp://hé/live/x", .host), ("rtmp://[::1/live/x", .host),
        ("rtmp://[::1]x/live/x", .host), ("rtmp://[]/live/x", .host), ("rtmp://[host]/live/x", .host),
        ("rtmp://h:/live/x", .port), ("rtmp://h:0/live/x", .port), ("rtmp://h:65536/live/x", .port),
        ("rtmp://h:+1/live/x", .port), ("rtmp://h:1:2/live/x", .port),
        ("rtmp://h", .noApp), ("rtmp://h/", .noApp), ("rtmp://h//x", .noApp),
        ("rtmp://h/live", .noStream), ("rtmp://h/live/", .noStream), ("rtmp://h/live/?x", .noStream),
        ("rtmp://h/live/one/", .noStream), ("rtmp://h/live?x=/y", .noStream), ("rtmp://h/live#/y", .noStream),
        ("rtmp://h/live/" + String(repeating: "x", count: 2_048), .tooLong(bytes: 2_062, allowed: 2_048)),
    ]

    @Test(arguments: refused)
    func `says why a text is no address`(_ text: String, _ error: RTMPURLError) {
        #expect(throws: error) { try RTMPURL(text) }
    }

    @Test func `prints nothing of itself`() throws {
        let url = try RTMPURL("rtmp://secret-host/secret-app/secret-stream?secret-token")
        var dumped = ""
        dump(url, to: &dumped)
        for text in ["\(url)", String(reflecting: url), dumped, "\([url])"] { #expect(!text.contains("secret")) }
    }
}
