/// Why a playlist could not be read.
package struct PlaylistError: Error, Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        /// More bytes than ``Playlist/sizeMax``.
        case tooLarge(found: Int, allowed: Int)
        /// A line of more bytes than ``Playlist/lineSizeMax``.
        case lineTooLong(found: Int, allowed: Int)
        case tooManyLines(allowed: Int)
        case tooManyVariants(allowed: Int)
        case tooManyRenditions(allowed: Int)
        /// The first line is not `#EXTM3U`: an error page, JSON, media, or nothing.
        case notAPlaylist(found: String)
        /// A tag that must stand in a playlist of this kind does not.
        case missingTag(String)
        /// A URI without the tag before it that would say what it is.
        case strayURI
        /// Tags of a media playlist and of a multivariant playlist in one.
        case mixedKinds(found: String)
        /// The value of a tag.
        case badValue(tag: String, found: String, allowed: String)
        /// Encryption that cannot be undone here: a METHOD other than NONE and AES-128, or a KEYFORMAT other than identity.
        case unsupportedEncryption(found: String)
        /// Segments are fragmented MP4 (EXT-X-MAP); only MPEG-TS can be ingested.
        case fragmentedMP4
    }

    /// The line, from 1; 0 when it is about the whole.
    package var line: Int
    package var reason: Reason

    package init(line: Int, reason: Reason) {
        self.line = line
        self.reason = reason
    }

    /// Whether asking again cannot help, because the supplier offers something that cannot be played here.
    package var isPermanent: Bool {
        switch self.reason {
        case .unsupportedEncryption, .fragmentedMP4: true
        default: false
        }
    }

    static func tooLarge(found: Int) -> PlaylistError {
        PlaylistError(line: 0, reason: .tooLarge(found: found, allowed: Playlist.sizeMax))
    }
}
