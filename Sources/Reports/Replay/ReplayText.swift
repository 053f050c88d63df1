import Model

/// A replay on a terminal: the verdict first, then the lines, then what to tell the customer.
package struct ReplayText {
    let facts: ReplayFacts
    let clock: LocalClock

    /// Columns for what happened and for its effect.
    private static let textWidth = 64
    private static let effectWidth = 18

    package init(_ facts: ReplayFacts, clock: LocalClock) {
        self.facts = facts
        self.clock = clock
    }

    /// Ends with a newline.
    package var page: String {
        let story = ReplayStory(self.facts, clock: self.clock)
        let lines = ReplayTimeline(self.facts).lines
        var page = [self.head, "", Self.block("VERDICT", story.judgement), Self.block("TELL THEM", story.message), ""]
        var day = self.facts.window.lowerBound
        for line in lines {
            if !self.clock.sameDay(day, line.at) {
                page.append("-- \(self.clock.date(line.at))")
                day = line.at
            }
            page.append(self.row(line))
        }
        if lines.isEmpty { page.append("nothing happened in this time") }
        return page.joined(separator: "\n") + "\n"
    }

    /// Such as `Sat 17 Oct 2026 20:00–21:10 (Europe/Berlin)  customer c001234  plan basic, 2 connections`.
    var head: String {
        let window = self.facts.window
        let end =
            self.clock.sameDay(window.lowerBound, window.upperBound) ? "" : "\(self.clock.date(window.upperBound)) "
        return "\(self.clock.date(window.lowerBound)) \(self.clock.hourAndMinute(window.lowerBound))–\(end)"
            + "\(self.clock.hourAndMinute(window.upperBound)) (\(self.clock.name))  customer \(self.facts.customer)"
            + (self.facts.plan.map { "  \($0)" } ?? "")
    }

    private func row(_ line: ReplayLine) -> String {
        let event = line.seq > 0 ? "#\(line.seq)" : ""
        let lane = Self.padded(line.lane.rawValue, 9)
        let parts = Self.wrapped(line.text, Self.textWidth)
        let first = Self.padded(parts[0], Self.textWidth) + "  " + Self.padded(line.effect.text, Self.effectWidth)
        let rest = parts.dropFirst().map { String(repeating: " ", count: 21) + $0 }
        let row = "\(self.clock.timeOfDay(line.at))  \(lane)  \(first)  \(event)"
        return ([Self.trimmed(row)] + rest).joined(separator: "\n")
    }

    private static func block(_ title: String, _ sentences: [String]) -> String {
        let lines = sentences.flatMap { Self.wrapped($0, 100) }
        return lines.enumerated().map { index, line in
            Self.padded(index == 0 ? title : "", 11) + line
        }.joined(separator: "\n")
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func trimmed(_ text: String) -> String {
        var text = text[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }

    /// Broken between words; a longer word stands alone.
    static func wrapped(_ text: String, _ width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        return lines + [line]
    }
}
