import Ingest
import TestSupport
import Testing

struct SourceURLTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var text: String
        var error: SourceURLError?

        init(_ text: String, _ error: SourceURLError?) {
            self.text = text
            self.error = error
        }

        var testDescription: String { self.text }
    }

    static let cases = [
        Case("http://example.org/live/u/p/1.ts", nil),
        Case("HTTPS://example.org", nil),
        Case("https://user:p%40ss@example.org:8443/a?b=c#d", nil),
        Case("http://user@pass@example.org/", nil),
        Case("http://[2001:db8::1]:8080/x", nil),
        Case("http://panel_1.example.org/x", nil),
        Case("http://example.org:/x", nil),
        Case("rtmp://example.org/live/name?token=1", nil),
        Case("", .empty),
        Case("example.org/1.ts", .unsupportedScheme),
        Case("ftp://example.org/1.ts", .unsupportedScheme),
        Case("file:///etc/passwd", .unsupportedScheme),
        Case("gopher://example.org/", .unsupportedScheme),
        Case("dict://example.org/", .unsupportedScheme),
        Case("data:text/plain,x", .unsupportedScheme),
        Case("concat:a|b", .unsupportedScheme),
        Case("javascript://x", .unsupportedScheme),
        Case("http:/example.org", .unsupportedScheme),
        Case("http://", .noHost),
        Case("http:///path", .noHost),
        Case("http://user@/path", .noHost),
        Case("http://:80/path", .noHost),
        Case("http://exa mple.org/", .badCharacter),
        Case("http://example.org/a\r\nHost: x", .badCharacter),
        Case("http://127。0。0。1/", .badCharacter),
        Case("http://example.org\\@127.0.0.1/", .badCharacter),
        Case("http://exa%6Dple.org/", .badHost),
        Case("http://[fe80::1%25eth0]/", .badHost),
        Case("http://[127.0.0.1]/", .badHost),
        Case("http://[::1/", .badHost),
        Case("http://[::1]x/", .badPort),
        Case("http://example.org:0/", .badPort),
        Case("http://example.org:65536/", .badPort),
        Case("http://example.org:8a/", .badPort),
        Case("http://example.org:-1/", .badPort),
        Case("http://" + String(repeating: "a", count: 254) + "/", .badHost),
        Case("http://a/" + String(repeating: "a", count: 8_192), .tooLong),
        Case("rtmp://example.org/live", .noStreamName),
        Case("rtmp://example.org/", .noStreamName),
        Case("rtmp://u:p@example.org/live/x", .userInfo),
    ]

    @Test(arguments: Self.cases)
    func `reads the address or says why not`(_ testCase: Case) {
        let result = Result { () throws(SourceURLError) in try SourceURL(parsing: testCase.text) }
        switch result {
        case .success: #expect(testCase.error == nil)
        case .failure(let error): #expect(error == testCase.error)
        }
    }

    @Test func `every error is one sentence that repeats nothing`() {
        for testCase in Self.cases {
            guard let error = testCase.error else { continue }
            #expect(!error.description.isEmpty)
            #expect(!error.description.contains("example.org"))
        }
    }

    @Test func `never traps on random text`() {
        var random = SeededRandom(seed: 0x5EED)
        let alphabet = Array("htps:/@[]#?.%0x7f1 \\é-_")
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...24, using: &random)
            let text =
                "http://"
                + String((0..<count).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &random)] })
            if let url = try? SourceURL(parsing: text) { #expect("\(url)" == "<redacted>") }
        }
    }
}
