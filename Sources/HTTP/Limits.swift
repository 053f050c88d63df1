/// What a peer may send before it is refused; the media path needs none of it to be large.
package struct RequestLimits: Hashable, Sendable {
    /// Bytes of the request target: name, password and id fit in a tenth of it.
    package static let targetSizeDefault = 2 * 1024

    /// Bytes of one field line; cookies and signed user agents of apps stay far below.
    package var fieldSizeMax = 8 * 1024
    /// Bytes of a whole head, request line included.
    package var headSizeMax = 16 * 1024
    /// Field lines of one head.
    package var fieldCountMax = 64
    /// Bytes of the request target.
    package var targetSizeMax = Self.targetSizeDefault

    package init() {}

    /// Bytes of a request line: the target, the longest method we read, two spaces, the version and CRLF.
    package var requestLineSizeMax: Int { self.targetSizeMax + 32 }
    /// Path segments; the longest address that players build (catch-up) has six.
    package static let segmentCountMax = 8
    /// Bytes of a `Host` value: a name of DNS and a port.
    package static let hostSizeMax = 262
    /// Bytes of a body: apps post name, password and an action as a form.
    package static let bodySizeMax = 64 * 1024
    /// Bytes of an `Origin` value: a scheme, a name of DNS and a port.
    package static let originSizeMax = 280
    /// `X-Forwarded-For` lines; a chain of proxies writes one each at most.
    package static let forwardedLineCountMax = 8
    /// Cookies of a line that are looked at; set-top boxes send three or four.
    package static let cookieCountMax = 16
    /// Requests of one connection that may wait behind the one being answered.
    package static let pipelineDepthMax = 8
}
