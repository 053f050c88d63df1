import Events
import Model

/// A replay for machines: the same lines, verdict and sentences, times with the zone's offset.
package struct ReplayJSON {
    let facts: ReplayFacts
    let clock: LocalClock

    package init(_ facts: ReplayFacts, clock: LocalClock) {
        self.facts = facts
        self.clock = clock
    }

    /// One object, and a newline.
    package var text: String {
        let story = ReplayStory(self.facts, clock: self.clock)
        let lines = ReplayTimeline(self.facts).lines.map(self.line)
        let fields: [(String, String)] = [
            ("replay", Self.quoted(self.facts.customer)), ("version", "1"),
            ("tz", Self.quoted(self.clock.name)),
            ("from", self.stamp(self.facts.window.lowerBound)), ("to", self.stamp(self.facts.window.upperBound)),
            ("plan", self.facts.plan.map(Self.quoted) ?? "null"),
            ("verdict", self.verdict(story.verdict)),
            ("judgement", Self.array(story.judgement.map(Self.quoted))),
            ("message", Self.array(story.message.map(Self.quoted))),
            ("lines", lines.isEmpty ? "[]" : "[\n  \(lines.joined(separator: ",\n  "))\n]"),
        ]
        return Self.object(fields, separator: ",\n") + "\n"
    }

    private func line(_ line: ReplayLine) -> String {
        let fields: [(String, String)] = [
            ("at", self.stamp(line.at)), ("seq", line.seq > 0 ? "\(line.seq)" : "null"),
            ("lane", Self.quoted(line.lane.rawValue)), ("what", Self.quoted(line.text)),
            ("effect", Self.quoted(line.effect.word)), ("hidden_ms", "\(line.effect.hiddenMs)"),
            ("seen_ms", "\(line.effect.seenMs)"), ("times", "\(line.times)"),
        ]
        return Self.object(fields, separator: ",")
    }

    private func verdict(_ it: ReplayVerdict) -> String {
        let causes = it.causes.map { cause in
            Self.object(
                [
                    ("supplier", cause.supplier.map(Self.quoted) ?? "null"), ("seen_ms", "\(cause.seenMs)"),
                    ("other_viewers", cause.others.map { "\($0)" } ?? "null"),
                ],
                separator: ","
            )
        }
        return Self.object(
            [
                ("watched_ms", "\(it.watchedMs)"), ("frozen_ms", "\(it.frozenMs)"), ("slate_ms", "\(it.slateMs)"),
                ("hidden_ms", "\(it.hiddenMs)"), ("hidden_times", "\(it.hiddenTimes)"),
                ("seen_times", "\(it.seenTimes)"), ("worst_ms", "\(it.worstMs)"),
                ("worst_at", it.worstAt.map(self.stamp) ?? "null"), ("refusals", "\(it.refusals)"),
                ("wrong_refusals", "\(it.wrongRefusals)"), ("cut_by_restart", "\(it.cutByRestart)"),
                ("left_because_of_freeze", "\(it.leftBecauseOfFreeze)"), ("stalls", "\(it.stalls)"),
                ("stalled_ms", "\(it.stalledMs)"), ("causes", Self.array(causes)),
            ],
            separator: ","
        )
    }

    private func stamp(_ time: WallTime) -> String { Self.quoted(self.clock.text(time)) }

    static func quoted(_ text: String) -> String {
        var json = JSONWriter()
        json.string(text)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    private static func array(_ items: [String]) -> String { "[\(items.joined(separator: ","))]" }

    private static func object(_ fields: [(String, String)], separator: String) -> String {
        "{" + fields.map { "\"\($0)\":\($1)" }.joined(separator: separator) + "}"
    }
}
