import HTTP

/// The bytes of a request; what a test doesn't name is usual.
func request(
    _ method: String = "GET",
    _ target: String = "/live/u/p/1.ts",
    version: String = "HTTP/1.1",
    fields: [String] = ["Host: tv.example:8080"]
) -> [UInt8] {
    Array("\(method) \(target) \(version)\r\n\(fields.map { $0 + "\r\n" }.joined())\r\n".utf8)
}

/// What the parser makes of `bytes`, shown to it all at once.
func parsed(_ bytes: [UInt8]) -> RequestParser.Outcome {
    var parser = RequestParser()
    return parser.parse(bytes.span)
}

/// What the parser makes of `bytes` when it sees one more each time, until it says something.
func dribbled(_ bytes: [UInt8]) -> RequestParser.Outcome {
    var parser = RequestParser()
    for count in 0...bytes.count {
        let outcome = parser.parse(bytes.span.extracting(first: count))
        if outcome != .incomplete { return outcome }
    }
    return .incomplete
}

/// The head, when `bytes` are one.
func readHead(_ bytes: [UInt8]) -> RequestHead? {
    guard case .request(let head, _) = parsed(bytes) else { return nil }
    return head
}
