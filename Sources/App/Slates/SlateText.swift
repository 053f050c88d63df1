/// A text broken into lines that fit a picture, and the size of its letters.
///
/// Widths are estimated: what a font makes of a text is only known to the program that draws it.
package struct SlateText: Hashable, Sendable {
    /// Letters in a text; more can't be read from a sofa.
    package static let lettersMax = 400
    /// How wide a letter is on average, in thousandths of its size: DejaVu Sans with a little to spare.
    private static let letterWidth = 620
    /// The part of the picture that text may fill, in thousandths each way.
    private static let room = 840
    /// How far lines are apart, in thousandths of the size of letters.
    private static let lineHeight = 1_400
    /// The smallest letters, in thousandths of the picture's height.
    private static let smallest = 30

    package let lines: [String]
    /// Pixels.
    package let fontSize: Int

    /// Fits a text into a picture of `width` by `height` pixels: letters of a tenth of the height, or as small as needed.
    ///
    /// Line breaks in the text are kept.
    package init(_ text: String, width: Int, height: Int) {
        let paragraphs = text.prefix(Self.lettersMax).split(separator: /\r\n|\r|\n/, omittingEmptySubsequences: false)
        let words = paragraphs.map { $0.split(whereSeparator: \.isWhitespace).map(String.init) }
        var size = max(8, height / 10)
        while true {
            let columns = max(4, width * Self.room / 1_000 * 1_000 / (size * Self.letterWidth))
            let lines = words.flatMap { Self.wrap($0, columns: columns) }
            let fits = lines.count * size * Self.lineHeight / 1_000 <= height * Self.room / 1_000
            if fits || size <= max(8, height * Self.smallest / 1_000) {
                self.lines = lines
                self.fontSize = size
                return
            }
            size = size * 9 / 10
        }
    }

    /// Where line `index` begins, in pixels from the top: all of them are centred.
    package func top(of index: Int, height: Int) -> Int {
        let step = self.fontSize * Self.lineHeight / 1_000
        return max(0, (height - step * self.lines.count) / 2 + step * index + (step - self.fontSize) / 2)
    }

    /// Words in lines; a word that is longer than a line is broken.
    private static func wrap(_ words: [String], columns: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in words.flatMap({ Self.pieces($0, columns: columns) }) {
            let joined = line.isEmpty ? word : "\(line) \(word)"
            if Self.width(joined) <= columns {
                line = joined
            } else {
                lines.append(line)
                line = word
            }
        }
        return lines + [line]
    }

    private static func pieces(_ word: String, columns: Int) -> [String] {
        var pieces: [String] = []
        var piece = ""
        for letter in word {
            if Self.width(piece + String(letter)) > columns, !piece.isEmpty {
                pieces.append(piece)
                piece = ""
            }
            piece.append(letter)
        }
        return pieces + [piece]
    }

    /// Letters of East Asian scripts are twice as wide.
    private static func width(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) {
            $0
                + ((0x1100...0x115F).contains($1.value) || $1.value >= 0x2E80 && $1.value <= 0xFF60
                    ? 2 : $1.properties.canonicalCombiningClass == .notReordered ? 1 : 0)
        }
    }
}
