/// What one part found.
struct Section {
    var title: String
    /// How it was measured, in sentences.
    var method: String
    var findings: [Finding]
    /// What a reader must know beside the figures.
    var notes: [String] = []

    /// As Markdown.
    var text: String {
        var lines = ["### \(self.title)", "", self.method, ""]
        lines += ["| measure | ours | peer | ratio | goal | |", "|---|---|---|---|---|---|"]
        lines += self.findings.map(\.row)
        if !self.notes.isEmpty { lines += [""] + self.notes.map { "- \($0)" } }
        return lines.joined(separator: "\n")
    }
}
