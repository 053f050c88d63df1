import Events
import Model
import Projections

/// What happened to a channel at one time, told in one line: an interruption with what was done about it.
///
/// Events that are no further apart than ``together`` are one story; its time is when the first of them began.
struct IncidentStory: Hashable, Sendable {
    /// Events of one interruption come within this time of each other, in milliseconds.
    static let togetherMs: Int64 = 3_000

    private(set) var rows: [IncidentRow]

    init(_ first: IncidentRow) {
        self.rows = [first]
    }

    /// Stories of one channel, of its rows in their order.
    static func stories(_ rows: [IncidentRow]) -> [IncidentStory] {
        rows.reduce(into: []) { stories, row in
            guard stories.last?.takes(row) == true else { return stories.append(IncidentStory(row)) }
            stories[stories.count - 1].rows.append(row)
        }
    }

    /// Whether a later row belongs to it.
    func takes(_ row: IncidentRow) -> Bool {
        guard let last = self.rows.last, last.channel == row.channel else { return false }
        return (row.begin.microseconds &- last.at.microseconds) / 1_000 <= Self.togetherMs
    }

    mutating func add(_ row: IncidentRow) {
        self.rows.append(row)
    }

    /// When it began.
    var begin: WallTime { self.rows.map(\.begin).min() ?? WallTime(microseconds: 0) }
    /// When the last of it was recorded.
    var end: WallTime { self.rows.last?.at ?? self.begin }
    /// The event to look up.
    var seq: Int64 { self.rows.first?.seq ?? 0 }
}

extension IncidentStory {
    /// As a support person reads it out; `suppliers` names those of sources.
    func words(_ suppliers: [SourceID: SupplierID]) -> String {
        let clauses = [
            self.trouble(suppliers), self.shown, self.repeated, self.outcome(suppliers), self.viewers,
        ]
        return clauses.compactMap(\.self).joined(separator: "; ")
    }

    private func rows(_ kind: String) -> [IncidentRow] { self.rows.filter { $0.kind == kind } }

    private func length(_ rows: [IncidentRow]) -> Int64 { rows.reduce(0) { $0 &+ ($1.length?.rawValue ?? 0) } }

    private func name(_ row: IncidentRow, _ suppliers: [SourceID: SupplierID]) -> String {
        (row.supplier ?? row.source.flatMap { suppliers[$0] }).map { "supplier \($0)" } ?? "the source"
    }

    /// Who did what.
    private func trouble(_ suppliers: [SourceID: SupplierID]) -> String? {
        if let row = self.rows.first(where: { $0.kind == "ingest.blip" || $0.kind == "ingest.down" }) {
            return "\(self.name(row, suppliers)) \(Self.deed(row.cause ?? ""))"
        }
        if let row = self.rows("failover.switch").first {
            return row.cause == "returned" || row.cause == "manual"
                ? nil
                : "\(self.name(row, suppliers)) \(Self.deed(row.cause ?? ""))"
        }
        if let row = self.rows("freeze.patch").first { return "\(self.name(row, suppliers)) sent nothing" }
        return nil
    }

    /// A cause in words that follow a supplier's name.
    static func deed(_ cause: String) -> String {
        switch cause {
        case "closed": "closed the connection"
        case "reset": "broke the connection off"
        case "stall": "sent nothing"
        case "segments-lost": "lost segments"
        case "refused": "refused the connection"
        case "unreachable", "unresolved": "could not be reached"
        case "slot-unavailable": "had no connection free"
        case "slot-taken": "was needed for a channel that more people watch"
        case _ where cause.hasPrefix("timed-out"): "did not answer in time"
        case _ where cause.hasPrefix("http-"): "answered \(cause.dropFirst(5))"
        case _ where cause.hasPrefix("not-media"): "sent something that is no media"
        default: "failed (\(cause))"
        }
    }

    /// What viewers were shown instead.
    private var shown: String? {
        var parts: [String] = []
        let patches = self.rows("freeze.patch")
        let hidden = self.length(patches.filter { $0.visible != true })
        let visible = self.length(patches.filter { $0.visible == true })
        if hidden > 0 { parts.append("picture held \(Self.seconds(hidden)) (hidden)") }
        if visible > 0 { parts.append("picture stood still for \(Self.seconds(visible)) (seen)") }
        let slate = self.length(self.rows("slate.shown"))
        if slate > 0 { parts.append("slate shown for \(Self.seconds(slate)) (seen)") }
        if parts.isEmpty, !self.rows("ingest.blip").isEmpty { parts.append("nothing to hide") }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    private var repeated: String? {
        let dropped = self.length(self.rows("overlap.dropped"))
        return dropped > 0 ? "\(Self.seconds(dropped)) sent a second time dropped" : nil
    }

    /// Where it ended.
    private func outcome(_ suppliers: [SourceID: SupplierID]) -> String? {
        if let row = self.rows("failover.switch").last, let to = row.to {
            let supplier = suppliers[to].map { " (supplier \($0))" } ?? ""
            let verb =
                switch row.cause {
                case "returned": "back on the better source"
                case "manual": "switched by hand to source"
                default: "switched to source"
                }
            return "\(verb) \(to)\(supplier)"
        }
        guard let row = self.rows.last(where: { $0.kind.hasPrefix("ingest.") }), let source = row.source else {
            return nil
        }
        switch row.kind {
        case "ingest.blip": return "back on source \(source)"
        case "ingest.recovered": return "source \(source) is back after \(Self.seconds(row.length?.rawValue ?? 0))"
        case "ingest.down": return "source \(source) is down"
        case "ingest.stopped": return "source \(source) let go (\(row.cause ?? ""))"
        default: return "source \(source) of \(row.supplier.map { "supplier \($0)" } ?? "its supplier") delivers"
        }
    }

    private var viewers: String? {
        guard let most = self.rows.compactMap(\.viewers).max() else { return nil }
        return most == 1 ? "1 viewer" : "\(most) viewers"
    }

    /// Milliseconds as people say them.
    static func seconds(_ ms: Int64) -> String {
        let tenths = (max(0, ms) + 50) / 100
        return "\(tenths / 10).\(tenths % 10) s"
    }
}

extension IncidentRow {
    /// When what the row tells began: rows are written when it is over.
    var begin: WallTime {
        switch self.kind {
        case "ingest.blip", "freeze.patch", "slate.shown":
            self.at.advanced(milliseconds: -min(max(0, self.length?.rawValue ?? 0), 3_600_000))
        default: self.at
        }
    }
}
