/// Reasons one under the other, each with its points as a bar: to the right what speaks against, to the left what speaks for.
struct ReasonBars {
    let reasons: [Reason]

    private static let half = 40.0
    private static let height = 10.0

    /// A list.
    var list: HTML {
        // Where nothing speaks for the customer, bars have all the room.
        let isSigned = self.reasons.contains { $0.points ?? 0 < 0 }
        let most = self.reasons.compactMap { $0.points.map(abs) }.max() ?? 0
        let items = self.reasons.map { reason -> HTML in
            let events = reason.events.map { "#\($0)" }.joined(separator: ", ")
            let small: HTML = events.isEmpty ? "" : " <small>\(events)</small>"
            guard let points = reason.points else {
                return "<li><span></span><span></span><span>\(reason.text)\(small)</span></li>"
            }
            let sign = points < 0 ? "" : "+"
            return """
                <li><span class="points">\(sign)\(DecimalText.text(points, decimals: 1))</span>\
                \(Self.bar(points, most, isSigned))<span>\(reason.text)\(small)</span></li>
                """
        }
        return "<ul class=\"reasons\">\n\(items.joined(by: "\n"))\n</ul>"
    }

    private static func bar(_ points: Double, _ most: Double, _ isSigned: Bool) -> HTML {
        let zero = isSigned ? Self.half : 0
        let width = most > 0 ? abs(points) / most * (2 * Self.half - zero) : 0
        return """
            <svg class="bar" viewBox="0 0 \(2 * Self.half) \(Self.height)" aria-hidden="true">\
            <rect class="\(points < 0 ? "ok" : "frozen")" x="\(points < 0 ? zero - width : zero)" y="1" \
            width="\(width)" height="\(Self.height - 2)"/>\
            <line class="grid" x1="\(zero)" y1="0" x2="\(zero)" y2="\(Self.height)"/></svg>
            """
    }
}
