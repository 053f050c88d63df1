/// A text that a user agent has to hold, letters in either case; `*` stands for anything, so `VLC*Android` is `VLC` and,
/// somewhere behind it, `Android`.
///
/// Takes time in proportion to the user agent and the pattern together, whatever stands in them.
package struct AgentPattern: Hashable, Sendable {
    /// Bytes in the longest pattern; user agents are cut to as many.
    package static let sizeMax = 256

    /// What has to be found, one behind the other; lower case.
    private let pieces: [Piece]

    /// `nil` for a pattern that is empty, matches anything, or is too long.
    package init?(_ text: String) {
        guard text.utf8.count <= Self.sizeMax else { return nil }
        let pieces = text.utf8.split(separator: UInt8(ascii: "*")).map { Piece(Self.lowercased($0)) }
        guard !pieces.isEmpty else { return nil }
        self.pieces = pieces
    }

    package func matches(_ userAgent: String) -> Bool {
        let agent = Self.lowercased(userAgent.utf8)
        var start = 0
        for piece in self.pieces {
            guard let end = piece.end(in: agent, from: start) else { return false }
            start = end
        }
        return true
    }

    private static func lowercased(_ text: some Sequence<UInt8>) -> [UInt8] {
        text.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    }

    /// Finds a text in another without going back in it (Knuth, Morris, Pratt).
    private struct Piece: Hashable, Sendable {
        private let bytes: [UInt8]
        /// How many bytes of the beginning also end at each place.
        private let borders: [Int]

        init(_ bytes: [UInt8]) {
            var borders = [Int](repeating: 0, count: bytes.count)
            var length = 0
            for index in bytes.indices.dropFirst() {
                while length > 0, bytes[index] != bytes[length] { length = borders[length - 1] }
                if bytes[index] == bytes[length] { length += 1 }
                borders[index] = length
            }
            self.bytes = bytes
            self.borders = borders
        }

        /// The place behind the first occurrence at or behind `start`.
        func end(in text: [UInt8], from start: Int) -> Int? {
            var length = 0
            for index in start..<max(text.count, start) {
                while length > 0, text[index] != self.bytes[length] { length = self.borders[length - 1] }
                if text[index] == self.bytes[length] { length += 1 }
                if length == self.bytes.count { return index + 1 }
            }
            return nil
        }
    }
}
