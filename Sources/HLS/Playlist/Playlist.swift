/// A playlist of either kind, as a supplier sends it.
///
/// Reading forgives what suppliers do (byte order mark, CRLF, blank lines, unknown tags, no version, spaces in attribute
/// lists) and refuses what would cost memory or could not be played.
/// Source: RFC 8216, 4.
package enum Playlist: Hashable, Sendable {
    case media(MediaPlaylist)
    case multivariant(MultivariantPlaylist)

    /// Bytes of the largest playlist: a day of segments with long tokens stays below, and it is held in memory whole.
    package static let sizeMax = 4 << 20
    /// Bytes of the longest line: several times the longest signed address seen in the field.
    package static let lineSizeMax = 64 << 10
    /// Lines of the longest playlist, blank ones included; a segment takes two at least, so this bounds segments too.
    package static let lineCountMax = 20_000
    /// Variants of one multivariant playlist, a multiple of any real ladder.
    package static let variantCountMax = 256
    /// Renditions of one multivariant playlist.
    package static let renditionCountMax = 256

    /// Reads a playlist from the bytes of a response.
    ///
    /// - Throws: ``PlaylistError`` with the line and what was found there.
    package init(parsing bytes: UnsafeBufferPointer<UInt8>) throws(PlaylistError) {
        // Checked before the copy, so that an oversized response is never held twice.
        guard bytes.count <= Self.sizeMax else { throw .tooLarge(found: bytes.count) }
        try self.init(parsing: Array(bytes))
    }

    /// Reads a playlist from bytes.
    ///
    /// - Throws: ``PlaylistError`` with the line and what was found there.
    package init(parsing bytes: [UInt8]) throws(PlaylistError) {
        guard bytes.count <= Self.sizeMax else { throw .tooLarge(found: bytes.count) }
        var lines = PlaylistLines(bytes)
        var parser = PlaylistParser()
        while let line = try lines.next() { try parser.take(line) }
        self = try parser.finish(lineCount: lines.number)
    }

    /// Reads a playlist from text.
    ///
    /// - Throws: ``PlaylistError`` with the line and what was found there.
    package init(parsing text: String) throws(PlaylistError) {
        try self.init(parsing: Array(text.utf8))
    }
}
