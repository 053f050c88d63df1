import Model

/// Why a playlist could not be written.
package enum PlaylistWriteError: Error, Hashable, Sendable {
    /// A control character, or a quote inside quotes: it would end the line or the value early.
    case forbiddenCharacter(field: String, found: UInt8)
    /// A text that would be read back as another: empty, with spaces around it, or a URI that looks like a tag.
    case unwritable(field: String, found: String)
    case outOfRange(field: String, found: String, allowed: String)
    /// More bytes, lines or bytes in a line than ``Playlist`` reads.
    case tooLarge(found: Int, allowed: Int)
}

/// Puts tags and texts into the bytes of a playlist, refusing what would become other lines.
struct PlaylistWriter {
    private(set) var bytes: [UInt8] = []

    init(version: Int) {
        self.line("#EXTM3U")
        self.line("#EXT-X-VERSION:\(version)")
    }

    /// Writes a line that is known to be harmless.
    mutating func line(_ text: String) {
        self.bytes.append(contentsOf: text.utf8)
        self.bytes.append(UInt8(ascii: "\n"))
    }

    mutating func duration(_ time: MediaTime, title: String) {
        self.bytes.append(contentsOf: "#EXTINF:".utf8)
        DecimalText.write(time, into: &self.bytes)
        self.bytes.append(UInt8(ascii: ","))
        self.line(title)
    }

    /// Checks a text that stands alone: a URI line or a title.
    static func check(_ text: String, field: String) throws(PlaylistWriteError) {
        try Self.checkControls(text, field: field)
        guard text.utf8.first != UInt8(ascii: " "), text.utf8.last != UInt8(ascii: " ") else {
            throw .unwritable(field: field, found: text)
        }
    }

    /// Checks a URI that stands on a line of its own.
    static func checkURI(_ text: String, field: String) throws(PlaylistWriteError) {
        try Self.check(text, field: field)
        guard let first = text.utf8.first, first != UInt8(ascii: "#") else {
            throw .unwritable(field: field, found: text)
        }
    }

    /// Checks a text that will stand between quotes.
    static func checkQuoted(_ text: String, field: String) throws(PlaylistWriteError) {
        try Self.checkControls(text, field: field)
        guard !text.utf8.contains(UInt8(ascii: "\"")) else {
            throw .forbiddenCharacter(field: field, found: UInt8(ascii: "\""))
        }
    }

    static func check(_ value: Int, field: String, allowed: ClosedRange<Int>) throws(PlaylistWriteError) {
        guard allowed.contains(value) else {
            throw .outOfRange(
                field: field,
                found: "\(value)",
                allowed: "\(allowed.lowerBound) to \(allowed.upperBound)"
            )
        }
    }

    static func checkSequence(_ value: UInt64, field: String) throws(PlaylistWriteError) {
        guard value <= MediaPlaylist.sequenceMax else {
            throw .outOfRange(field: field, found: "\(value)", allowed: "0 to \(MediaPlaylist.sequenceMax)")
        }
    }

    /// The whole, once it is within the limits that readers have.
    func finished() throws(PlaylistWriteError) -> [UInt8] {
        guard self.bytes.count <= Playlist.sizeMax else {
            throw .tooLarge(found: self.bytes.count, allowed: Playlist.sizeMax)
        }
        var lineCount = 0
        var lineSize = 0
        for byte in self.bytes {
            lineSize += 1
            guard byte == UInt8(ascii: "\n") else { continue }
            guard lineSize <= Playlist.lineSizeMax else {
                throw .tooLarge(found: lineSize, allowed: Playlist.lineSizeMax)
            }
            lineCount += 1
            lineSize = 0
        }
        guard lineCount <= Playlist.lineCountMax else {
            throw .tooLarge(found: lineCount, allowed: Playlist.lineCountMax)
        }
        return self.bytes
    }

    private static func checkControls(_ text: String, field: String) throws(PlaylistWriteError) {
        if let control = text.utf8.first(where: { $0 < 0x20 || $0 == 0x7F }) {
            throw .forbiddenCharacter(field: field, found: control)
        }
    }
}
