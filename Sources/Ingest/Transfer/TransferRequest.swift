import Model
import NIOCore

/// One HTTP request, redirects included.
struct TransferRequest: Hashable, Sendable {
    /// Bytes of a resource, as `Range` asks for them.
    struct ByteRange: Hashable, Sendable {
        var offset: Int64
        var length: Int64

        /// `first-last`, last included (RFC 9110, 14.1.2).
        var text: String { "\(self.offset)-\(self.offset &+ Swift.max(1, self.length) &- 1)" }
    }

    var url: Redacted<String>
    var range: ByteRange?
    /// Decoded bytes; `nil` for a stream without end.
    var bytesMax: Int?
    /// The whole request; `nil` for a stream without end.
    var totalMilliseconds: Int?
    /// Whether the answer may be compressed; only for text, since its size is what the limit counts.
    var acceptsCompression: Bool
    /// Whether the connection may serve the source's next request.
    var keepsConnection: Bool
}

/// What is known of an answer before its body.
struct TransferHead: Hashable, Sendable {
    var status: Int
    /// Where the answer came from, redirects followed: the base of relative references.
    var effectiveURL: Redacted<String>
}

/// What happens to a transfer, in order: a head, bytes, an end.
enum TransferEvent: Sendable {
    case head(TransferHead)
    /// Decoded bytes of the body.
    case bytes(ByteBuffer)
    /// The end; `nil` when the whole body came.
    case finished(SourceFailure.Cause?)
}
