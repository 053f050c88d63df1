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
        let body = [.lead(story.judgement), self.cards(story.verdict), self.message(story), self.chart, self.table]
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

    private func cards(_ it: ReplayVerdict) -> HTML {
        HTML.cards([
            WebCard(Spoken.seconds(it.frozenMs), "frozen, seen", it.frozenMs > 0 ? .bad : .good),
            WebCard(Spoken.seconds(it.slateMs), "slate, seen", it.slateMs > 0 ? .bad : .good),
            WebCard(Spoken.seconds(it.hiddenMs), "hidden from them"),
            WebCard(
                "\(it.refusals)",
                "refused, \(it.wrongRefusals) of it wrongly",
                it.wrongRefusals > 0 ? .bad : .plain
            ),
            WebCard(Spoken.words(it.watchedMs), "watched"),
        ])
    }

    private func message(_ story: ReplayStory) -> HTML {
        "<h2>Tell them</h2>\n<blockquote>\(story.message.joined(separator: " "))</blockquote>"
    }

    private var chart: HTML {
        let legend: [ReportDrawing.Legend] = [
            .init("good", "picture"), .init("hidden", "hidden"), .init("seen", "frozen or refused"),
            .init("slate", "slate"), .init("warn", "source away"), .init("accent", "watching, failover, service"),
        ]
        return """
            <h2>The evening</h2>
            <figure>
            <div class="chart">\(ReplayChart(self.facts, clock: self.clock).svg)</div>
            \(HTML.legend(legend))
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
                <td>\(line.lane.rawValue)</td><td class="what">\(line.text)</td><td class="effect">\(self.tag(line.effect))</td>\
                <td class="number">\(event)</td></tr>
                """
        }
        return """
            <h2>What happened</h2>
            <div class="table"><table class="lines">
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
