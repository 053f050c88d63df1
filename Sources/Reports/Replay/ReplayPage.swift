import Model

/// A replay as a page of its own: verdict, what to tell the customer, strip chart, lines.
package struct ReplayPage {
    let facts: ReplayFacts
    let clock: LocalClock

    package init(_ facts: ReplayFacts, clock: LocalClock) {
        self.facts = facts
        self.clock = clock
    }

    /// The whole file.
    package var text: String {
        let story = ReplayStory(self.facts, clock: self.clock)
        let body = [self.lead(story), self.cards(story.verdict), self.message(story), self.chart, self.table]
        return WebPage(
            title: "What \(self.facts.customer) saw",
            meta: ReplayText(self.facts, clock: self.clock).head,
            body: body.joined(by: "\n"),
            notes: [
                "Hidden: bridged so that the picture went on. Seen: the picture stood still or was replaced while this customer watched.",
                "Every line names the event of the log that says so. For support; names suppliers.",
            ]
        ).text
    }

    private func lead(_ story: ReplayStory) -> HTML {
        let sentences = story.judgement.map { "<p>\($0)</p>" as HTML }.joined(by: "\n")
        return "<section class=\"lead\">\n\(sentences)\n</section>"
    }

    private func cards(_ it: ReplayVerdict) -> HTML {
        let cards: [HTML] = [
            self.card(Spoken.seconds(it.frozenMs), "frozen, seen", it.frozenMs > 0 ? "bad" : "good"),
            self.card(Spoken.seconds(it.slateMs), "slate, seen", it.slateMs > 0 ? "bad" : "good"),
            self.card(Spoken.seconds(it.hiddenMs), "hidden from them", ""),
            self.card(
                "\(it.refusals)",
                "refused, \(it.wrongRefusals) of it wrongly",
                it.wrongRefusals > 0 ? "bad" : ""
            ),
            self.card(Spoken.words(it.watchedMs), "watched", ""),
        ]
        return "<section class=\"cards\">\n\(cards.joined(by: "\n"))\n</section>"
    }

    private func card(_ number: String, _ label: String, _ style: String) -> HTML {
        "<div class=\"card \(style)\"><b>\(number)</b><span>\(label)</span></div>"
    }

    private func message(_ story: ReplayStory) -> HTML {
        "<h2>Tell them</h2>\n<blockquote>\(story.message.joined(separator: " "))</blockquote>"
    }

    private var chart: HTML {
        let legend: [(String, String)] = [
            ("good", "picture"), ("hidden", "hidden"), ("seen", "frozen or refused"), ("slate", "slate"),
            ("warn", "source away"), ("accent", "watching, failover, service"),
        ]
        let items = legend.map { "<li><i style=\"background:var(--\($0))\"></i>\($1)</li>" as HTML }
        return """
            <h2>The evening</h2>
            <figure>
            <div class="chart">\(ReplayChart(self.facts, clock: self.clock).svg)</div>
            <ul class="legend">\(items.joined())</ul>
            </figure>
            """
    }

    private var table: HTML {
        let lines = ReplayTimeline(self.facts).lines
        guard !lines.isEmpty else { return "<h2>What happened</h2>\n<p>Nothing happened in this time.</p>" }
        let rows = lines.map { line -> HTML in
            let event = line.seq > 0 ? "#\(line.seq)" : ""
            return """
                <tr class="\(line.effect.word)"><td class="time">\(self.clock.timeOfDay(line.at))</td>\
                <td>\(line.lane.rawValue)</td><td>\(line.text)</td><td>\(self.tag(line.effect))</td>\
                <td class="number">\(event)</td></tr>
                """
        }
        return """
            <h2>What happened</h2>
            <div class="table"><table>
            <thead><tr><th>time</th><th>lane</th><th>what</th><th>for them</th><th class="number">event</th></tr></thead>
            <tbody>
            \(rows.joined(by: "\n"))
            </tbody>
            </table></div>
            """
    }

    private func tag(_ effect: ReplayLine.Effect) -> HTML {
        switch effect {
        case .none(let note): return note.map { "<small>\($0)</small>" } ?? ""
        case .hidden(let ms): return "<span class=\"tag hidden\">hidden \(Spoken.seconds(ms))</span>"
        case .seen(let ms): return "<span class=\"tag seen\">seen \(Spoken.seconds(ms))</span>"
        case .refused: return "<span class=\"tag refused\">refused</span>"
        }
    }
}
