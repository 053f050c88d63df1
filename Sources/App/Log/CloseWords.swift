/// Words like one that was mistyped.
enum CloseWords {
    /// Words named at most: more are a list to search, not an answer.
    static let countMax = 3

    /// The words that differ least, best first: by a third of their letters at most, or else by what stands after the point.
    static func of(_ word: String, among words: [String]) -> [String] {
        let family = word.firstIndex(of: ".").map { word[...$0] } ?? word[...]
        let near = words.enumerated().compactMap { order, candidate -> (distance: Int, order: Int, word: String)? in
            let distance = Self.distance(word, candidate)
            let isFamily = family.hasSuffix(".") && candidate.hasPrefix(family)
            guard isFamily || distance <= max(word.count, candidate.count) / 3 else { return nil }
            return (distance, order, candidate)
        }
        return near.sorted { ($0.distance, $0.order) < ($1.distance, $1.order) }.prefix(Self.countMax).map(\.word)
    }

    /// Letters to add, take away or change to make one word of the other.
    ///
    /// Source: Levenshtein 1966, with Wagner and Fischer's rows.
    private static func distance(_ left: String, _ right: String) -> Int {
        let right = Array(right)
        var row = Array(0...right.count)
        for (line, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = line + 1
            for column in right.indices {
                let change = diagonal + (letter == right[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(change, row[column] + 1, diagonal + 1)
            }
        }
        return row[right.count]
    }
}
