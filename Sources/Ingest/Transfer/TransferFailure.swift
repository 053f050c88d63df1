import CCurl
import Glibc

/// What a transfer had got to when libcurl gave up on it.
struct TransferProgress: Hashable, Sendable {
    /// Whether a request was about to be written, so that a time-out is not the connection's.
    var isConnected = false
    var redirects = 0
    /// `errno` of the last socket operation.
    var systemError: Int32 = 0
}

/// libcurl's results as causes.
enum TransferFailure {
    /// `nil` for success.
    static func cause(_ result: CURLcode, after progress: TransferProgress, bytesMax: Int?) -> SourceFailure.Cause? {
        switch result {
        case CURLE_OK: nil
        // HTTP/0.9 is reported like an unknown protocol: the answer did not begin with a status line.
        case CURLE_UNSUPPORTED_PROTOCOL: progress.redirects > 0 ? .forbiddenScheme : .notMedia(.unrecognised)
        case CURLE_URL_MALFORMAT: .badURL(.badHost)
        case CURLE_COULDNT_RESOLVE_HOST: .unresolved
        case CURLE_COULDNT_CONNECT: Self.connectCause(progress.systemError)
        case CURLE_OPERATION_TIMEDOUT: .timedOut(progress.isConnected ? .total : .connect)
        case CURLE_TOO_MANY_REDIRECTS: .tooManyRedirects
        case CURLE_FILESIZE_EXCEEDED: .tooLarge(limit: bytesMax ?? 0)
        case CURLE_BAD_CONTENT_ENCODING: .notMedia(.compressed)
        case CURLE_WEIRD_SERVER_REPLY: .notMedia(.unrecognised)
        case CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR: .reset
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CIPHER, CURLE_SSL_CERTPROBLEM,
            CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_SHUTDOWN_FAILED:
            .tls
        default: .transfer(Int(result.rawValue))
        }
    }

    static func connectCause(_ systemError: Int32) -> SourceFailure.Cause {
        switch systemError {
        case ENETUNREACH, EHOSTUNREACH, EADDRNOTAVAIL: .unreachable
        case ETIMEDOUT: .timedOut(.connect)
        default: .refused
        }
    }
}
