/// Why a source URL cannot be used; says what is wrong and never repeats any of it.
package enum SourceURLError: String, Error, Hashable, Sendable {
    case empty
    /// More than ``SourceURL/sizeMax`` bytes.
    case tooLong = "too-long"
    /// A control character, a space, or a byte outside ASCII.
    case badCharacter = "bad-character"
    /// Not `http`, `https` or `rtmp`.
    case unsupportedScheme = "unsupported-scheme"
    case noHost = "no-host"
    case badHost = "bad-host"
    /// Not a number from 1 to 65,535.
    case badPort = "bad-port"
    /// An RTMP URL needs an application and a stream name.
    case noStreamName = "no-stream-name"
    /// RTMP has no `user:password@`.
    case userInfo = "user-info"
}

extension SourceURLError: CustomStringConvertible {
    /// One sentence for an operator.
    package var description: String {
        switch self {
        case .empty: "the address is empty"
        case .tooLong: "the address is longer than \(SourceURL.sizeMax) bytes"
        case .badCharacter:
            "the address has a space, a control character or a character outside ASCII: percent-encode it"
        case .unsupportedScheme: "the address must begin with http://, https:// or rtmp://"
        case .noHost: "the address has no host"
        case .badHost: "the address has a host that is neither a name nor an IP address"
        case .badPort: "the port must be a number from 1 to 65535"
        case .userInfo: "an rtmp address has no user and password before the host: tokens go into the query"
        case .noStreamName: "an rtmp address needs an application and a stream name: rtmp://host/application/stream"
        }
    }
}
