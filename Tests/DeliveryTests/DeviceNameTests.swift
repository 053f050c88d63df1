import HTTP
import Testing

@testable import Delivery

struct DeviceNameTests {
    static let cases: [(target: String, fields: [String], expected: String?)] = [
        ("/live/u/p/1.ts", [], nil),
        ("/live/u/p/1.ts", ["X-Device-Id: A1B2-c3d4"], "a1b2-c3d4"),
        ("/live/u/p/1.ts?device_id=Box%2D7", [], "box-7"),
        ("/live/u/p/1.ts?foo=1&deviceId=box8", [], "box8"),
        ("/live/u/p/1.ts?mac=00:1A:79:AA:BB:CC", [], "00:1a:79:aa:bb:cc"),
        ("/live/u/p/1.ts", ["Cookie: mac=00%3A1A%3A79%3AAA%3ABB%3ACC; stb_lang=en"], "00:1a:79:aa:bb:cc"),
        ("/live/u/p/1.ts", ["Cookie: stb_lang=en; mac=00:1a:79:aa:bb:cc"], "00:1a:79:aa:bb:cc"),
        ("/live/u/p/1.ts", ["Cookie: smac=1; lang=mac=2"], nil),
        ("/live/u/p/1.ts?device_id=other", ["X-Device-Id: header"], "header"),
        ("/live/u/p/1.ts", ["X-Device-Id: first", "X-Device-Id: second"], "first"),
        ("/live/u/p/1.ts", ["X-Device-Id:"], nil),
        ("/live/u/p/1.ts", ["X-Device-Id: has spaces"], nil),
        ("/live/u/p/1.ts", ["X-Device-Id: <script>"], nil),
        ("/live/u/p/1.ts?device_id=%FF%FE", [], nil),
        ("/live/u/p/1.ts", ["X-Device-Id: \(String(repeating: "a", count: 64))"], String(repeating: "a", count: 64)),
        ("/live/u/p/1.ts", ["X-Device-Id: \(String(repeating: "a", count: 65))"], nil),
    ]

    @Test(arguments: cases) func `an id is found where apps put it`(
        _ it: (target: String, fields: [String], expected: String?)
    ) throws {
        let text = (["GET \(it.target) HTTP/1.1", "Host: tv.example"] + it.fields).joined(separator: "\r\n")
        var parser = RequestParser()
        let bytes = Array("\(text)\r\n\r\n".utf8)
        guard case .request(let head, _) = parser.parse(bytes.span) else {
            Issue.record("not read: \(text)")
            return
        }
        #expect(DeviceName.read(head) == it.expected)
    }
}
