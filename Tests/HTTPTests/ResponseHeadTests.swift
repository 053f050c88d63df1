import HTTP
import NIOCore
import Testing

struct ResponseHeadTests {
    @Test func `is written whole, once for each way to end`() {
        let head = ResponseHead(.ok, contentType: "video/mp2t", contentLength: 188, cacheControl: "no-store")
        let common =
            "HTTP/1.1 200 OK\r\nContent-Type: video/mp2t\r\nContent-Length: 188\r\nCache-Control: no-store\r\n"
            + "Access-Control-Allow-Origin: *\r\nX-Content-Type-Options: nosniff\r\n"
        #expect(String(buffer: head.persistent) == common + "Connection: keep-alive\r\n\r\n")
        #expect(String(buffer: head.closing) == common + "Connection: close\r\n\r\n")
    }

    @Test func `no value starts another line`() {
        let field = ResponseHead.Field("Retry-After", "1\r\nSet-Cookie: a")
        let head = ResponseHead(.ok, contentType: "a\nb", contentLength: nil, cacheControl: "c\rd", fields: [field])
        let lines = String(buffer: head.closing).split(separator: "\r\n", omittingEmptySubsequences: false)
        #expect(
            lines == [
                "HTTP/1.1 200 OK", "Content-Type: ab", "Cache-Control: cd", "Access-Control-Allow-Origin: *",
                "X-Content-Type-Options: nosniff", "Retry-After: 1Set-Cookie: a", "Connection: close", "", "",
            ]
        )
    }

    @Test(arguments: RequestRejection.allCases)
    func `every rejection has an answer without a word of ours`(_ rejection: RequestRejection) {
        let response = TextResponse(rejection)
        #expect((400...505).contains(response.head.status.rawValue))
        #expect(response.head.contentLength == response.body.readableBytes)
        #expect(String(buffer: response.body) == rejection.status.reason + "\n")
        #expect(String(buffer: response.head.closing).contains("Allow: GET, HEAD\r\n") == (rejection == .method))
    }

    @Test func `a page is named that may read the answer`() {
        let head = ResponseHead(
            .ok,
            contentType: "a",
            contentLength: 1,
            cacheControl: "no-store",
            origin: "https://web.example"
        )
        let text = String(buffer: head.persistent)
        #expect(text.contains("\r\nAccess-Control-Allow-Origin: https://web.example\r\nVary: Origin\r\n"))
    }
}
