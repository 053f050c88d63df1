import HTTP
import TestSupport
import Testing

struct RequestTargetTests {
    static func target(_ text: String) -> RequestTarget? { RequestTarget(parsing: Array(text.utf8).span) }

    static func segments(_ text: String) -> [String]? {
        Self.target(text).map { target in
            (0..<target.segmentCount).map { String(decoding: target.segment($0), as: UTF8.self) }
        }
    }

    @Test(arguments: [
        ("/", []), ("/a", ["a"]), ("/a/b", ["a", "b"]), ("//a", ["a"]), ("///a/b", ["a", "b"]), ("/a?b/c", ["a"]),
        ("/a%20b", ["a b"]), ("/%61", ["a"]), ("/a+b", ["a+b"]), ("/%C3%A9", ["é"]), ("/a;b=c", ["a;b=c"]),
        ("/...", ["..."]), ("/.a", [".a"]), ("/%25", ["%"]), ("/100%25x", ["100%x"]),
        ("/a/b/c/d/e/f/g/h", Array("abcdefgh").map(String.init)),
    ])
    func `reads a path once`(_ text: String, _ segments: [String]) {
        #expect(Self.segments(text) == segments)
    }

    @Test(arguments: [
        "", "a", "*", "http://h/a", "/a/", "/a//b", "/a/b/c/d/e/f/g/h/i", "/a#b", "/a?b#c", "/a b", "/é", "/a\\b",
        "/a\u{01}",
        "/.", "/..", "/a/../b", "/a/./b", "/%2e", "/%2e%2E", "/.%2e", "/a/%2E%2e/b", "/a%2fb", "/a%2Fb", "/a%5cb",
        "/a%5Cb",
        "/a%00", "/a%0a", "/a%0D", "/a%1f", "/a%7f", "/%252e", "/a%252fb", "/%2541", "/%2", "/%", "/%zz", "/%2g",
        "/%G2",
        "/%C0%AE", "/%C0%AF", "/%E0%80%AF", "/%F0%80%80%AF", "/%FF", "/%C3", "/%ED%A0%80", "/a/%", "/%u002e", "/a?b c",
        "/a?\u{7F}",
    ])
    func `refuses what could be read in two ways`(_ text: String) {
        #expect(Self.segments(text) == nil)
    }

    @Test func `gives no segment that isn't there`() throws {
        let target = try #require(Self.target("/a/bc"))
        #expect(target.segment(1).elementsEqual("bc".utf8))
        #expect(target.segment(2).isEmpty)
        #expect(target.segment(-1).isEmpty)
    }

    @Test(arguments: [
        ("username", "a b"), ("password", "p&=ü"), ("empty", ""), ("bare", ""), ("twice", "1"), ("missing", nil),
        ("bad", nil), ("nul", nil), ("utf8", nil),
    ])
    func `decodes a query value`(_ name: String, _ value: String?) throws {
        let query = "username=a+b&password=p%26%3D%C3%BC&empty=&bare&twice=1&twice=2&bad=%4&nul=%00&utf8=%C0%AE"
        let target = try #require(Self.target("/player_api.php?" + query))
        #expect(target.queryValue(name) == value)
    }

    @Test func `never traps, and never lets a slash or dots through`() {
        var random = SeededRandom(seed: 0xB0B)
        let pieces = [
            "/", "%", "2", "e", "E", "f", "5", "c", ".", "a", "%2e", "%2f", "%5c", "%25", "?", "\\", "é", "%C0", "%AE",
        ]
        for _ in 0..<5_000 {
            let text = (0..<Int.random(in: 0...14, using: &random)).map { _ in
                pieces[Int.random(in: 0..<pieces.count, using: &random)]
            }
            guard let segments = Self.segments("/" + text.joined()) else { continue }
            #expect(
                !segments.contains { $0.isEmpty || $0 == "." || $0 == ".." || $0.contains("/") || $0.contains("\\") }
            )
        }
    }
}
