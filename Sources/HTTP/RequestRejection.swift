/// Why a request could not be read; every one is answered and ends the connection.
package enum RequestRejection: Error, Hashable, Sendable, CaseIterable {
    case requestLine
    case version
    case method
    case targetSize
    case target
    case fieldLine
    case fieldSize
    case fieldCount
    case headSize
    case host
    case contentLength
    case body
    case transferCoding
    case pipelineDepth

    /// The answer it gets.
    package var status: Status {
        switch self {
        case .requestLine, .target, .fieldLine, .host, .contentLength, .transferCoding, .pipelineDepth: .badRequest
        case .version: .versionNotSupported
        case .method: .methodNotAllowed
        case .targetSize: .uriTooLong
        case .fieldSize, .fieldCount, .headSize: .headerFieldsTooLarge
        case .body: .contentTooLarge
        }
    }
}
