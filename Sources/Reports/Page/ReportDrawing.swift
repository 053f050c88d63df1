/// What a report's page shows beside its rows: sentences, figures in large, charts.
///
/// Made only for pages: other forms have no use for it.
package struct ReportDrawing: Hashable, Sendable {
    /// As people call the report.
    package var title: String
    /// Three sentences, the most important first.
    package var lead: [String]
    /// Money first.
    package var cards: [WebCard]
    package var figures: [Figure] = []
    /// A chart of some rows, by their place in the report.
    package var rows: [Int: HTML] = [:]
    /// What the colours of the rows' charts mean.
    package var rowLegend: [Legend] = []

    package init(title: String, lead: [String], cards: [WebCard]) {
        self.title = title
        self.lead = lead
        self.cards = cards
    }

    /// A chart with its heading.
    package struct Figure: Hashable, Sendable {
        package var title: String
        package var chart: HTML
        package var legend: [Legend] = []
        /// A sentence under it.
        package var note = ""
    }

    /// A colour of the style sheet, and what it means.
    package struct Legend: Hashable, Sendable {
        package var colour: String
        package var words: String

        package init(_ colour: String, _ words: String) {
            self.colour = colour
            self.words = words
        }
    }
}

/// A figure in large with its name.
package struct WebCard: Hashable, Sendable {
    package enum Mood: String, Hashable, Sendable {
        case plain = "", good, bad
    }

    package var number: String
    package var label: String
    package var mood: Mood

    package init(_ number: String, _ label: String, _ mood: Mood = .plain) {
        self.number = number
        self.label = label
        self.mood = mood
    }
}

extension HTML {
    /// The sentences that a page begins with.
    static func lead(_ sentences: [String]) -> HTML {
        "<section class=\"lead\">\n\(sentences.map { "<p>\($0)</p>" as HTML }.joined(by: "\n"))\n</section>"
    }

    /// Figures in large, side by side.
    static func cards(_ cards: [WebCard]) -> HTML {
        let cards = cards.map { card -> HTML in
            // What would not fit beside its neighbours has two places.
            let isWide = card.number.count > 9
            return
                "<div class=\"card \(card.mood.rawValue)\(isWide ? " wide" : "")\"><b>\(card.number)</b><span>\(card.label)</span></div>"
        }
        return "<section class=\"cards\">\n\(cards.joined(by: "\n"))\n</section>"
    }

    /// What the colours of a chart mean.
    static func legend(_ entries: [ReportDrawing.Legend]) -> HTML {
        guard !entries.isEmpty else { return "" }
        let items = entries.map { "<li><i style=\"background:var(--\($0.colour))\"></i>\($0.words)</li>" as HTML }
        return "<ul class=\"legend\">\(items.joined())</ul>"
    }
}
