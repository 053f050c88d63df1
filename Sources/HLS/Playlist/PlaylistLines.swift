/// One line of a playlist that is not blank, without its end and without spaces around it.
struct PlaylistLine {
    /// Counted from 1, blank lines included.
    var number: Int
    var bytes: ArraySlice<UInt8>

    var isTagOrComment: Bool { self.bytes.first == UInt8(ascii: "#") }
}

/// Cuts a playlist into its lines, within the limits.
///
/// Source: RFC 8216, 4.1: lines end with LF or CRLF; a byte order mark is forbidden, and sent nevertheless.
struct PlaylistLines {
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private var rest: ArraySlice<UInt8>
    /// Lines given so far, blank ones included.
    private(set) var number = 0

    init(_ bytes: [UInt8]) {
        self.rest = bytes.starts(with: Self.byteOrderMark) ? bytes.dropFirst(Self.byteOrderMark.count) : bytes[...]
    }

    mutating func next() throws(PlaylistError) -> PlaylistLine? {
        while !self.rest.isEmpty {
            let end = self.rest.firstIndex(of: UInt8(ascii: "\n")) ?? self.rest.endIndex
            let line = self.rest[self.rest.startIndex..<end]
            self.rest = end < self.rest.endIndex ? self.rest[(end + 1)...] : []
            self.number += 1
            guard self.number <= Playlist.lineCountMax else {
                throw PlaylistError(line: self.number, reason: .tooManyLines(allowed: Playlist.lineCountMax))
            }
            guard line.count <= Playlist.lineSizeMax else {
                throw PlaylistError(
                    line: self.number,
                    reason: .lineTooLong(found: line.count, allowed: Playlist.lineSizeMax)
                )
            }
            let trimmed = line.trimmed
            if !trimmed.isEmpty { return PlaylistLine(number: self.number, bytes: trimmed) }
        }
        return nil
    }
}

extension ArraySlice<UInt8> {
    /// Without spaces, tabs and carriage returns at both ends.
    var trimmed: Self {
        guard let first = self.firstIndex(where: { !Self.isBlank($0) }),
            let last = self.lastIndex(where: { !Self.isBlank($0) })
        else { return [] }
        return self[first...last]
    }

    /// As text, with what is no UTF-8 replaced.
    var text: String { String(decoding: self, as: UTF8.self) }

    /// As a URI reference: bytes that are no UTF-8 are percent-encoded, so that the supplier gets back what it sent.
    var uriText: String {
        if let text = String(validating: self, as: UTF8.self) { return text }
        var encoded: [UInt8] = []
        for byte in self {
            if byte < 0x80 { encoded.append(byte) } else { URIReference.percentEncode(byte, into: &encoded) }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// The start of it, for an error message.
    var excerpt: String { String(decoding: self.prefix(48), as: UTF8.self) }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    }
}
