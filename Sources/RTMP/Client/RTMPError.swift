package import Model

/// Why a play ended; its text never carries an address, a stream name or anything the far side wrote freely.
package enum RTMPError: Error, Hashable, Sendable {
    /// How far the client had come.
    package enum Phase: String, Hashable, Sendable {
        case handshake, connect, createStream, play, playing
    }

    case handshake(HandshakeError)
    case chunk(ChunkError)
    /// `_error` to a call of ours, or an `onStatus` of level `error`.
    case refused(during: Phase, Status)
    /// `NetStream.Play.StreamNotFound`.
    case streamNotFound(Status)
    /// `NetStream.Failed` or `NetStream.Play.Failed`.
    case streamFailed(Status)
    /// The server says that the stream is over: unpublished, stopped, connection closed.
    case ended(Status)
    /// An answer to a call of ours without what it must have.
    case badAnswer(during: Phase)
    /// The connection ended without a word.
    case closedByPeer(during: Phase)

    /// What a server says of a call or a stream.
    package struct Status: Hashable, Sendable {
        /// Bytes of a code; the longest of the specification has 36.
        package static let codeLengthMax = 64
        /// Bytes of a detail that are kept.
        package static let detailLengthMax = 256

        /// A code such as `NetStream.Play.StreamNotFound`; `unknown` for anything that does not look like one.
        package var code: String
        /// The server's own words, which often have the stream's name in them.
        package var detail: Redacted<String>

        package init(code: String, detail: String = "") {
            let isCode =
                (code.hasPrefix("NetConnection.") || code.hasPrefix("NetStream."))
                && code.utf8.count <= Self.codeLengthMax
                && code.utf8.allSatisfy { (0x61...0x7A).contains($0 | 0x20) || $0 == UInt8(ascii: ".") }
            self.code = isCode ? code : "unknown"
            self.detail = Redacted(String(decoding: detail.utf8.prefix(Self.detailLengthMax), as: UTF8.self))
        }

        /// Reads the information object of `_error` or `onStatus`.
        init(_ information: AMF0Value?) {
            self.init(
                code: information?["code"]?.string ?? "",
                detail: information?["description"]?.string ?? ""
            )
        }
    }
}

extension RTMPError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .handshake(.version(let found, let allowed)):
            "not an RTMP server: handshake version \(found), allowed \(allowed)"
        case .chunk(let error): "chunks can't be read: \(error)"
        case .refused(let phase, let status): "refused during \(phase.rawValue): \(status.code)"
        case .streamNotFound(let status): "no such stream: \(status.code)"
        case .streamFailed(let status): "the server failed: \(status.code)"
        case .ended(let status): "the stream is over: \(status.code)"
        case .badAnswer(let phase): "unusable answer during \(phase.rawValue)"
        case .closedByPeer(let phase): "closed by the server during \(phase.rawValue)"
        }
    }
}
