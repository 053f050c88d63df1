package import NIOCore

/// A head and a short plain body that go together: every answer that is not media.
package struct TextResponse: Sendable {
    package let head: ResponseHead
    package let body: ByteBuffer

    package init(_ status: Status, _ text: String, fields: [ResponseHead.Field] = []) {
        self.body = ByteBuffer(string: text + "\n")
        self.head = ResponseHead(
            status,
            contentType: "text/plain; charset=utf-8",
            contentLength: self.body.readableBytes,
            cacheControl: "no-store",
            fields: fields
        )
    }

    /// The answer to a request that could not be read.
    package init(_ rejection: RequestRejection) {
        let fields: [ResponseHead.Field] = rejection == .method ? [ResponseHead.Field("Allow", "GET, HEAD")] : []
        self.init(rejection.status, rejection.status.reason, fields: fields)
    }
}
