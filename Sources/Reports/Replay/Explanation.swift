package import Model

/// One event, the state it saw and what was around it: what a decision was made of.
package struct Explanation: Hashable, Sendable {
    /// A field as it stands in the log.
    package struct Field: Hashable, Sendable {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// An event of the same things, before or after.
    package struct Neighbour: Hashable, Sendable {
        package var seq: Int64
        package var at: WallTime
        package var type: String
        package var fields: [Field]

        package init(seq: Int64, at: WallTime, type: String, fields: [Field]) {
            self.seq = seq
            self.at = at
            self.type = type
            self.fields = fields
        }
    }

    package var event: Neighbour
    /// The rule that decided, in words; `nil` where nothing was decided.
    package var rule: String?
    /// What held at that moment, a sentence each.
    package var state: [String]
    package var before: [Neighbour]
    package var after: [Neighbour]

    package init(event: Neighbour) {
        self.event = event
        self.state = []
        self.before = []
        self.after = []
    }
}

extension Explanation {
    /// Fields that say what an event is about; two events that share the value of one belong together.
    package static let subjects: Set<String> = [
        "connection", "credential", "customer", "channel", "source", "supplier", "client", "plan",
    ]

    /// Whether another event is about one of the same things.
    package func concerns(_ other: Neighbour) -> Bool {
        let ours = Set(self.event.fields.filter { Self.subjects.contains($0.name) })
        return other.fields.contains { ours.contains($0) }
    }

    /// For a terminal; ends with a newline.
    package func text(_ clock: LocalClock) -> String {
        var lines = ["#\(self.event.seq)  \(self.event.type)  \(clock.text(self.event.at)) (\(clock.name))", ""]
        let width = self.event.fields.map(\.name.count).max() ?? 0
        for field in self.event.fields {
            lines.append("  " + field.name + String(repeating: " ", count: width - field.name.count + 2) + field.value)
        }
        if let rule { lines += ["", "RULE    \(rule)"] }
        for (index, sentence) in self.state.enumerated() {
            lines.append((index == 0 ? "STATE   " : "        ") + sentence)
        }
        if !self.before.isEmpty { lines += ["", "BEFORE"] + self.before.map { Self.line($0, clock) } }
        if !self.after.isEmpty { lines += ["", "AFTER"] + self.after.map { Self.line($0, clock) } }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func line(_ it: Neighbour, _ clock: LocalClock) -> String {
        let about = it.fields.filter { Self.subjects.contains($0.name) || Self.telling.contains($0.name) }
        let fields = about.map { "\($0.name) \($0.value)" }.joined(separator: ", ")
        return "  #\(it.seq)  \(clock.timeOfDay(it.at))  \(it.type)  \(fields)"
    }

    /// Further fields that tell most of what happened.
    private static let telling: Set<String> = [
        "reason", "why", "cause", "rule", "gap", "length", "visibility", "method", "to", "from", "limit", "holders",
    ]

    /// For machines: one object and a newline; `quoted` writes a JSON string.
    package func json(_ clock: LocalClock) -> String {
        let object = { (it: Neighbour) in
            let fields = it.fields.map { "\(ReplayJSON.quoted($0.name)):\(ReplayJSON.quoted($0.value))" }
            return """
                {"seq":\(it.seq),"at":\(ReplayJSON.quoted(clock.text(it.at))),"type":\(ReplayJSON.quoted(it.type)),\
                "fields":{\(fields.joined(separator: ","))}}
                """
        }
        let list = { (items: [String]) in "[\(items.joined(separator: ","))]" }
        return """
            {"event":\(object(self.event)),
            "rule":\(self.rule.map(ReplayJSON.quoted) ?? "null"),
            "state":\(list(self.state.map(ReplayJSON.quoted))),
            "before":\(list(self.before.map(object))),
            "after":\(list(self.after.map(object)))}

            """
    }
}

extension Explanation {
    /// The rule behind an event's type, in words; `nil` for facts that nobody decided.
    package static func rule(of type: String, _ fields: [Field]) -> String? {
        let value = { (name: String) in fields.first { $0.name == name }?.value ?? "" }
        switch type {
        case "limit.rejected": return "\(value("rule")): \(RefusalWords.sentence(value("rule")))"
        case "connection.evicted":
            return "\(value("why")): another start of the line was given this connection's slot, as its policy says"
        case "failover.switch": return "\(value("why")): the first source in order that was ready took over"
        case "freeze.patch":
            return value("visibility") == "visible"
                ? "\(value("method")): the gap was longer than could be hidden"
                : "\(value("method")): the gap was hidden"
        case "slate.shown": return "\(value("why")): no source had anything to show"
        case "overlap.dropped": return "media that had been sent before is not sent twice"
        case "credential.expired": return "the line's time was over"
        default: return nil
        }
    }
}
