import HLS
import TestSupport
import Testing

struct URIReferenceTests {
    /// RFC 3986, 5.4.1 and 5.4.2, with the base `http://a/b/c/d;p?q`.
    static let examples = [
        ("g:h", "g:h"), ("g", "http://a/b/c/g"), ("./g", "http://a/b/c/g"), ("g/", "http://a/b/c/g/"),
        ("/g", "http://a/g"), ("//g", "http://g"), ("?y", "http://a/b/c/d;p?y"), ("g?y", "http://a/b/c/g?y"),
        ("#s", "http://a/b/c/d;p?q#s"), ("g#s", "http://a/b/c/g#s"), ("g?y#s", "http://a/b/c/g?y#s"),
        (";x", "http://a/b/c/;x"), ("g;x", "http://a/b/c/g;x"), ("g;x?y#s", "http://a/b/c/g;x?y#s"),
        ("", "http://a/b/c/d;p?q"), (".", "http://a/b/c/"), ("./", "http://a/b/c/"), ("..", "http://a/b/"),
        ("../", "http://a/b/"), ("../g", "http://a/b/g"), ("../..", "http://a/"), ("../../", "http://a/"),
        ("../../g", "http://a/g"),
        ("../../../g", "http://a/g"), ("../../../../g", "http://a/g"), ("/./g", "http://a/g"), ("/../g", "http://a/g"),
        ("g.", "http://a/b/c/g."), (".g", "http://a/b/c/.g"), ("g..", "http://a/b/c/g.."), ("..g", "http://a/b/c/..g"),
        ("./../g", "http://a/b/g"), ("./g/.", "http://a/b/c/g/"), ("g/./h", "http://a/b/c/g/h"),
        ("g/../h", "http://a/b/c/h"), ("g;x=1/./y", "http://a/b/c/g;x=1/y"), ("g;x=1/../y", "http://a/b/c/y"),
        ("g?y/./x", "http://a/b/c/g?y/./x"), ("g?y/../x", "http://a/b/c/g?y/../x"), ("g#s/./x", "http://a/b/c/g#s/./x"),
        ("g#s/../x", "http://a/b/c/g#s/../x"), ("http:g", "http:g"),
    ]

    @Test(arguments: examples)
    func `resolves the examples of the standard`(_ reference: String, _ target: String) throws {
        let base = try #require(URIReference("http://a/b/c/d;p?q"))
        #expect(try #require(URIReference(reference)).resolved(against: base).text == target)
    }

    /// What panels and content networks have: base, reference, target.
    static let field = [
        ("http://h:8080/live/u/p/1.m3u8?t=a/b", "/hls/tok/1_2.ts", "http://h:8080/hls/tok/1_2.ts"),
        ("http://h:8080/live/u/p/1.m3u8?t=a/b", "1_2.ts?e=5", "http://h:8080/live/u/p/1_2.ts?e=5"),
        ("http://h", "a.ts", "http://h/a.ts"),
        ("http://h?x=1", "a.ts", "http://h/a.ts"),
        ("https://h/a/b.m3u8", "//cdn/x.ts", "https://cdn/x.ts"),
        ("http://h/a/b.m3u8", "HTTP://Other/x.ts", "http://Other/x.ts"),
        ("http://h/a/b.m3u8", "Das Erste.ts", "http://h/a/Das%20Erste.ts"),
        ("http://h/a/b.m3u8", "tél\"é.ts", "http://h/a/t%C3%A9l%22%C3%A9.ts"),
        ("http://h/a/b.m3u8", "12:30.ts", "http://h/a/12:30.ts"),
        ("http://h/a/b.m3u8", "a%20b%zz.ts", "http://h/a/a%20b%zz.ts"),
        ("http://h/a/b.m3u8", "/a//b.ts", "http://h/a//b.ts"),
        ("b.m3u8", "a.ts", "a.ts"),
    ]

    @Test(arguments: field)
    func `resolves what the field has`(_ base: String, _ reference: String, _ target: String) throws {
        let base = try #require(URIReference(base))
        #expect(try #require(URIReference(reference)).resolved(against: base).text == target)
    }

    @Test(
        arguments: [
            ("http://user:pa@ss@Host.Example:8080/p", "http", "host.example", 8_080),
            ("HTTPS://[2001:DB8::1]:443/", "https", "2001:db8::1", 443),
            ("http://h:99999/", "http", "h", nil),
            ("http://h:/", "http", "h", nil),
            ("http:///p", "http", nil, nil),
            ("relative/path", nil, nil, nil),
            ("1a:b", nil, nil, nil),
            ("rtmp://h/app", "rtmp", "h", nil),
        ] as [(String, String?, String?, Int?)]
    )
    func `names scheme, host and port`(_ text: String, _ scheme: String?, _ host: String?, _ port: Int?) throws {
        let reference = try #require(URIReference(text))
        #expect(reference.scheme == scheme)
        #expect(reference.host == host)
        #expect(reference.port == port)
        #expect(reference.isAbsolute == (scheme != nil))
    }

    @Test func `refuses control characters and addresses without end`() {
        #expect(URIReference("http://h/\r\nHost: x") == nil)
        #expect(URIReference("http://h/\u{0}") == nil)
        #expect(URIReference("http://h/" + String(repeating: "a", count: URIReference.sizeMax)) == nil)
        #expect(URIReference(String(repeating: "a", count: URIReference.sizeMax)) != nil)
    }

    @Test func `prints no supplier`() throws {
        let reference = try #require(URIReference("http://user:secret@host/live/secret/1.ts"))
        var dumped = ""
        dump(reference, to: &dumped)
        for text in ["\(reference)", String(reflecting: reference), dumped, "\([reference])"] {
            #expect(text.contains("http:<redacted>"))
            #expect(!text.contains("secret") && !text.contains("host"))
        }
    }

    @Test func `taking apart and putting together changes nothing, resolving is settled at once`() throws {
        var random = SeededRandom(seed: 0x3986)
        let letters = Array("abz09:/?#[]@!$&'()*+,;=-._~%".utf8)
        let base = try #require(URIReference("http://a/b/c/d;p?q"))
        for _ in 0..<4_000 {
            let bytes = (0..<Int.random(in: 0...24, using: &random)).map { _ in
                letters[Int.random(in: 0..<letters.count, using: &random)]
            }
            let text = String(decoding: bytes, as: UTF8.self)
            let reference = try #require(URIReference(text))
            #expect(reference.text == text)
            let target = reference.resolved(against: base)
            #expect(target.isAbsolute)
            #expect(!target.path.utf8.split(separator: UInt8(ascii: "/")).contains { $0.elementsEqual("..".utf8) })
            #expect(target.resolved(against: base) == target, "\(text)")
        }
    }
}
