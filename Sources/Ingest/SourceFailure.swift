package import Model

/// Why a source ended; never contains its URL, host, path or credentials.
package struct SourceFailure: Error, Hashable, Sendable {
    package var cause: Cause
    /// Bytes of body received over the source's whole life.
    package var bytes: Int64

    package init(cause: Cause, bytes: Int64) {
        self.cause = cause
        self.bytes = bytes
    }

    /// The last thing that was waited for when a time-out struck.
    package enum Phase: String, Hashable, Sendable {
        /// Name resolution, TCP and TLS.
        case connect = "connect"
        /// The first byte of the body, or the first media.
        case firstByte = "first-byte"
        /// More bytes of a body that had begun.
        case stall = "stall"
        /// The whole of a bounded request: a playlist, a key, a segment.
        case total = "total"
    }

    /// What went wrong, as the caller can tell apart.
    package enum Cause: Error, Hashable, Sendable {
        /// The URL cannot be used at all.
        case badURL(SourceURLError)
        /// The host name has no address.
        case unresolved
        case refused
        case unreachable
        case timedOut(Phase)
        /// An answer outside 200–299, redirects followed.
        case httpStatus(Int)
        /// The answer was recognised as something that is not media, or not recognised.
        case notMedia(SniffedContent)
        case tooManyRedirects
        /// A redirect left `http` and `https`.
        case forbiddenScheme
        /// The address, after name resolution, may not be connected to by this source.
        case forbiddenAddress
        case tls
        /// A body passed its limit, in bytes after decoding.
        case tooLarge(limit: Int)
        /// The playlist cannot be followed; the word says why.
        case playlist(String)
        /// A segment's key was not 16 bytes, or its padding did not check.
        case decryption
        /// Recognised, but nothing Baton can carry.
        case unsupported(String)
        /// The far side ended the stream in an orderly way.
        case closed
        /// The connection broke.
        case reset
        /// All of the supplier's connections stayed taken for the time allowed.
        case slotUnavailable
        /// The supplier's connection was needed for a channel that more people watch.
        case slotTaken(by: ChannelID?)
        /// An RTMP status or a breach of that protocol; the word is one of ours or the server's `NetStream.…` code.
        case rtmp(String)
        /// Closed by Baton itself.
        case cancelled
        /// The transfer library reported something that has no case above; its number.
        case transfer(Int)
    }
}

extension SourceFailure.Cause {
    /// Whether we closed a connection that the supplier would have kept open.
    var isOurs: Bool {
        switch self {
        case .cancelled, .slotTaken, .timedOut(.stall): true
        default: false
        }
    }
}

extension SourceFailure.Cause: CustomStringConvertible {
    /// A short code for events and reports, such as `http-404` or `timed-out-stall`.
    package var description: String {
        switch self {
        case .badURL(let error): "bad-url-\(error.rawValue)"
        case .unresolved: "unresolved"
        case .refused: "refused"
        case .unreachable: "unreachable"
        case .timedOut(let phase): "timed-out-\(phase.rawValue)"
        case .httpStatus(let status): "http-\(status)"
        case .notMedia(let content): "not-media-\(content.rawValue)"
        case .tooManyRedirects: "too-many-redirects"
        case .forbiddenScheme: "forbidden-scheme"
        case .forbiddenAddress: "forbidden-address"
        case .tls: "tls"
        case .tooLarge: "too-large"
        case .playlist(let why): "playlist-\(why)"
        case .decryption: "decryption"
        case .unsupported(let what): "unsupported-\(what)"
        case .closed: "closed"
        case .reset: "reset"
        case .slotUnavailable: "slot-unavailable"
        case .slotTaken: "slot-taken"
        case .rtmp(let code): "rtmp-\(code)"
        case .cancelled: "cancelled"
        case .transfer(let code): "transfer-\(code)"
        }
    }
}
