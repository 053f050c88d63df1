import HTTP
import TestSupport
import Testing

struct RequestParserTests {
    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var bytes: [UInt8]
        var rejection: RequestRejection?

        init(_ description: String, _ bytes: [UInt8], _ rejection: RequestRejection?) {
            self.testDescription = description
            self.bytes = bytes
            self.rejection = rejection
        }

        init(_ description: String, _ text: String, _ rejection: RequestRejection?) {
            self.init(description, Array(text.utf8), rejection)
        }

        /// A usual request with one more field.
        init(field: String, _ rejection: RequestRejection?) {
            self.init(field.prefix(60).description, request(fields: ["Host: a", field]), rejection)
        }
    }

    static let cases: [Case] = [
        Case("usual", request(), nil),
        Case("HEAD", request("HEAD"), nil),
        Case("1.0 without host", request(version: "HTTP/1.0", fields: []), nil),
        Case("1.1 without host", request(fields: []), .host),
        Case("two hosts", request(fields: ["Host: a", "Host: a"]), .host),
        Case("host with a path", request(fields: ["Host: a/b"]), .host),
        Case("host with userinfo", request(fields: ["Host: u@a"]), .host),
        Case("empty host", request(fields: ["Host:"]), nil),
        Case("IPv6 host", request(fields: ["Host: [::1]:8080"]), nil),
        Case("one empty line before", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", nil),
        Case("two empty lines before", "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", .requestLine),
        Case("POST", request("POST"), nil),
        Case("POST with a body", request("POST", fields: ["Host: a", "Content-Length: 5"]), nil),
        Case("POST at its limit", request("POST", fields: ["Host: a", "Content-Length: 65536"]), nil),
        Case("POST over its limit", request("POST", fields: ["Host: a", "Content-Length: 65537"]), .body),
        Case("POST in chunks", request("POST", fields: ["Host: a", "Transfer-Encoding: chunked"]), .transferCoding),
        Case("HEAD with a body", request("HEAD", fields: ["Host: a", "Content-Length: 5"]), .body),
        Case("PUT", request("PUT"), .method),
        Case("CONNECT", request("CONNECT"), .method),
        Case("lower-case method", request("get"), .method),
        Case("method with a control character", request("G\u{01}T"), .requestLine),
        Case("method with a parenthesis", request("G(T"), .requestLine),
        Case("no method", " / HTTP/1.1\r\n\r\n", .requestLine),
        Case("no target", "GET  HTTP/1.1\r\n\r\n", .requestLine),
        Case("no version", "GET /\r\n\r\n", .requestLine),
        Case("two spaces", "GET  / HTTP/1.1\r\n\r\n", .requestLine),
        Case("HTTP/2.0", request(version: "HTTP/2.0"), .version),
        Case("HTTP/1.2", request(version: "HTTP/1.2"), nil),
        Case("http/1.1", request(version: "http/1.1"), .requestLine),
        Case("HTTP/1.10", request(version: "HTTP/1.10"), .requestLine),
        Case("TLS hello", [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x0A], .requestLine),
        Case("h2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .version),
        Case("bare LF", "GET / HTTP/1.1\nHost: a\n\n", .requestLine),
        Case("bare LF in the fields", "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", .fieldLine),
        Case("bare CR in a value", request(fields: ["Host: a", "X: b\rY: c"]), .fieldLine),
        Case("absolute form", request("GET", "http://a/live/u/p/1.ts"), .target),
        Case("asterisk form", request("GET", "*"), .target),
        Case("no slash", request("GET", "live"), .target),
        Case("target at its limit", request("GET", "/" + String(repeating: "a", count: 2047)), nil),
        Case("target over its limit", request("GET", "/" + String(repeating: "a", count: 2048)), .targetSize),
        Case("target without end", "GET /" + String(repeating: "a", count: 3000), .targetSize),
        Case(field: "X: \u{00}", .fieldLine),
        Case(field: "X: \u{7F}", .fieldLine),
        Case(field: "X\u{00}: b", .fieldLine),
        Case(field: "X : b", .fieldLine),
        Case(field: ": b", .fieldLine),
        Case(field: "X", .fieldLine),
        Case(field: " folded", .fieldLine),
        Case(field: "\tfolded", .fieldLine),
        Case(field: "X: tab\tand \u{E9}", nil),
        Case(field: "X:", nil),
        Case(field: "Content-Length: 0", nil),
        Case(field: "Content-Length: 1", .body),
        Case(field: "Content-Length: 000", nil),
        Case(field: "Content-Length: -1", .contentLength),
        Case(field: "Content-Length: 1, 1", .contentLength),
        Case(field: "Content-Length:", .contentLength),
        Case(field: "Content-Length: 99999999999999999999", .contentLength),
        Case(field: "Transfer-Encoding: chunked", .transferCoding),
        Case(field: "tRANSFER-eNCODING: identity", .transferCoding),
        Case(
            "length and transfer coding",
            request(fields: ["Host: a", "Content-Length: 5", "Transfer-Encoding: chunked"]),
            .transferCoding
        ),
        Case("two lengths", request(fields: ["Host: a", "Content-Length: 0", "Content-Length: 0"]), .contentLength),
        Case("64 fields", request(fields: ["Host: a"] + Array(repeating: "X: b", count: 63)), nil),
        Case("65 fields", request(fields: ["Host: a"] + Array(repeating: "X: b", count: 64)), .fieldCount),
        Case(
            "field at its limit",
            request(fields: ["Host: a", "X: " + String(repeating: "b", count: 8192 - 3)]),
            nil
        ),
        Case(
            "field over its limit",
            request(fields: ["Host: a", "X: " + String(repeating: "b", count: 8192 - 2)]),
            .fieldSize
        ),
        Case("field without end", "GET / HTTP/1.1\r\nX: " + String(repeating: "b", count: 9000), .fieldSize),
        Case(
            "head over its limit",
            request(fields: ["Host: a"] + Array(repeating: "X: " + String(repeating: "b", count: 6000), count: 3)),
            .headSize
        ),
        Case(
            "nine forwarding lines",
            request(fields: ["Host: a"] + Array(repeating: "X-Forwarded-For: 10.0.0.1", count: 9)),
            .fieldCount
        ),
    ]

    @Test(arguments: cases)
    func `reads a head or says why not`(_ testCase: Case) {
        switch (parsed(testCase.bytes), testCase.rejection) {
        case (.request(_, let size), nil): #expect(size == testCase.bytes.count)
        case (let outcome, let rejection): #expect(outcome == rejection.map { .rejected($0) })
        }
    }

    @Test(arguments: cases)
    func `one byte at a time gives the same`(_ testCase: Case) {
        #expect(dribbled(testCase.bytes) == parsed(testCase.bytes))
    }

    @Test(arguments: cases)
    func `a whole head is needed`(_ testCase: Case) {
        guard testCase.rejection == nil else { return }
        #expect(parsed(testCase.bytes.dropLast()) == .incomplete)
    }

    @Test func `says what the media path looks at`() throws {
        let fields = [
            "hOST: tv.example", "User-Agent:  VLC/3.0 \t", "X-Forwarded-For: 10.0.0.1", "x-forwarded-for: ::1",
        ]
        let head = try #require(readHead(request("HEAD", "/live/a%20b/p/1.ts?x=1", fields: fields)))
        #expect(head.method == .head)
        #expect(head.target.path == Array("live/a b/p/1.ts".utf8))
        #expect(head.host == "tv.example")
        #expect(head.userAgent(sizeMax: 256) == "VLC/3.0")
        #expect(head.userAgent(sizeMax: 3) == "VLC")
        #expect(head.forwardedFor == ["10.0.0.1", "::1"])
    }

    @Test func `cuts a user agent between characters`() throws {
        let head = try #require(readHead(request(fields: ["Host: a", "User-Agent: aé€"])))
        #expect((0...7).map { head.userAgent(sizeMax: $0) } == ["", "a", "a", "aé", "aé", "aé", "aé€", "aé€"])
    }

    @Test func `what is not UTF-8 stays within the size, too`() throws {
        let bytes =
            Array("GET / HTTP/1.0\r\nUser-Agent: ".utf8) + Array(repeating: 0xFF, count: 300) + Array("\r\n\r\n".utf8)
        let head = try #require(readHead(bytes))
        #expect(head.userAgent(sizeMax: 256).utf8.count == 255)
        #expect(head.userAgent(sizeMax: 2) == "")
    }

    @Test(arguments: [
        ("HTTP/1.1", nil, true), ("HTTP/1.0", nil, false), ("HTTP/1.1", "close", false),
        ("HTTP/1.0", "Keep-Alive", true), ("HTTP/1.1", "upgrade ,\tCLOSE", false), ("HTTP/1.1", "closed", true),
        ("HTTP/1.0", "keep-alive, close", false), ("HTTP/1.1", ",,", true),
    ])
    func `keeps the connection as the peer says`(_ version: String, _ connection: String?, _ keepsAlive: Bool) throws {
        let fields = ["Host: a"] + (connection.map { ["Connection: \($0)"] } ?? [])
        let head = try #require(readHead(request(version: version, fields: fields)))
        #expect(head.keepsAlive == keepsAlive)
    }

    @Test func `stands at the start again behind a head`() {
        let bytes = request("GET", "/1") + request("HEAD", "/2") + request("PUT", "/3")
        var parser = RequestParser()
        var rest = bytes[...]
        var outcomes: [String] = []
        while true {
            switch parser.parse(rest.span) {
            case .request(let head, let size):
                outcomes.append("\(head.method) \(String(decoding: head.target.path, as: UTF8.self))")
                rest = rest.dropFirst(size)
                continue
            case .rejected(let rejection): outcomes.append("\(rejection)")
            case .incomplete: outcomes.append("incomplete")
            }
            break
        }
        #expect(outcomes == ["get 1", "head 2", "method"])
    }

    @Test func `never traps on random bytes`() {
        var random = SeededRandom(seed: 0x5EED)
        let vocabulary: [UInt8] = Array("GET /%2e: HTTP/1.\r\n\r\n\0\u{7F}host:".utf8) + [0x80, 0xFF]
        for _ in 0..<4_000 {
            let bytes = (0..<Int.random(in: 0...120, using: &random)).map { _ in
                Bool.random(using: &random)
                    ? vocabulary[Int.random(in: 0..<vocabulary.count, using: &random)]
                    : UInt8.random(in: 0...255, using: &random)
            }
            #expect(parsed(bytes) == dribbled(bytes), "\(bytes)")
        }
    }

    @Test func `never traps on mutated requests`() {
        var random = SeededRandom(seed: 0xFACE)
        for round in 0..<4_000 {
            var bytes = Array(Self.cases[round % Self.cases.count].bytes.prefix(400))
            for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
                let position = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[position] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: position)
                case 2: bytes.insert(bytes[position], at: position)
                default: bytes.swapAt(position, Int.random(in: 0..<bytes.count, using: &random))
                }
            }
            #expect(parsed(bytes) == dribbled(bytes), "\(bytes)")
        }
    }
}
