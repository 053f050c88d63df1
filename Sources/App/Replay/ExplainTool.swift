import Events
import Foundation
import GRDB
import Model
import Projections
package import Reports
import Vault

/// Answers `baton explain`: finds an event in the log, with what was around it and what it saw.
package struct ExplainTool: Sendable {
    /// Events of the log that are looked through before and after for such as belong to it.
    private static let reach: Int64 = 2_000
    /// Events told before, and after.
    private static let toldMax = 8

    let directory: DataDirectory
    let clock: LocalClock

    package init(_ directory: DataDirectory, clock: LocalClock) {
        self.directory = directory
        self.clock = clock
    }

    /// The text for `event`, a number with or without `#`.
    package func text(_ event: String, json: Bool) throws -> String {
        try self.directory.require()
        guard let seq = Int64(event.hasPrefix("#") ? String(event.dropFirst()) : event), seq > 0 else {
            throw ExplainError.notANumber(event)
        }
        let explanation = try self.explain(seq)
        return json ? explanation.json(self.clock) : explanation.text(self.clock)
    }

    private func explain(_ seq: Int64) throws -> Explanation {
        var around: [Explanation.Neighbour] = []
        try LogFeed(directory: self.directory.log).forEach(after: max(0, seq - Self.reach - 1)) { envelope in
            guard envelope.seq <= seq + Self.reach else { return false }
            around.append(Self.neighbour(envelope))
            return true
        }
        guard let event = around.first(where: { $0.seq == seq }) else { throw ExplainError.unknown(seq) }
        var explanation = Explanation(event: event)
        explanation.rule = Explanation.rule(of: event.type, event.fields)
        explanation.before = around.filter { $0.seq < seq && explanation.concerns($0) }.suffix(Self.toldMax)
        explanation.after = Array(around.filter { $0.seq > seq && explanation.concerns($0) }.prefix(Self.toldMax))
        explanation.state = try self.state(event)
        return explanation
    }

    private static func neighbour(_ envelope: Envelope) -> Explanation.Neighbour {
        var json = JSONWriter()
        envelope.write(to: &json)
        let object = try? JSONSerialization.jsonObject(with: Data(json.bytes))
        let values = object as? [String: Any] ?? [:]
        let fields = values.filter { !Self.hidden.contains($0.key) }.map { name, value in
            Explanation.Field(name: name, value: Self.text(value))
        }
        return Explanation.Neighbour(
            seq: envelope.seq,
            at: envelope.at,
            type: envelope.event.kind.rawValue,
            fields: fields.sorted { $0.name < $1.name }
        )
    }

    /// What stands in the heading, and what is sealed or hashed and tells nobody anything.
    private static let hidden: Set<String> = [
        "seq", "at", "type", "v", "node", "of", "identity", "login", "password", "session", "url", "username", "device",
    ]

    private static func text(_ value: Any) -> String {
        switch value {
        case let list as [Any]: list.map(Self.text).joined(separator: ", ")
        case let number as NSNumber: number.stringValue
        case let text as String where (try? Sealed(parsing: text)) != nil: "(sealed)"
        default: "\(value)"
        }
    }

    /// Who held the slots of a line that was refused; what fed a channel.
    private func state(_ event: Explanation.Neighbour) throws -> [String] {
        guard access(self.directory.historyProjection, F_OK) == 0 else { return [] }
        let past = PastState(live: self.directory.liveProjection, history: self.directory.historyProjection)
        guard event.type == "limit.rejected" else { return [] }
        return try past.readHistory { database in
            let sql = """
                SELECT connection.* FROM connection JOIN rejection_holder USING (connection) WHERE seq = ? ORDER BY connection
                """
            return try Row.fetchAll(database, sql: sql, arguments: [event.seq]).map { row in
                let opened = WallTime(microseconds: row["opened_at"])
                let end = (row["closed_at"] as Int64?).map { self.clock.text(WallTime(microseconds: $0)) }
                let reason: String = row["reason"] ?? ""
                return """
                    connection \(row["connection"] as Int64) held a slot: channel \(row["channel"] as Int64), device \
                    \(row["client"] as Int64), since \(self.clock.text(opened)), until \(end.map { "\($0) (\(reason))" } ?? "now")
                    """
            }
        }
    }
}

/// Why there is nothing to explain; its text is for whoever asked.
enum ExplainError: Error, Hashable, CustomStringConvertible {
    case notANumber(String)
    case unknown(Int64)

    var description: String {
        switch self {
        case .notANumber(let text): "“\(text)” is no event's number; replay and reports name them as #884533"
        case .unknown(let seq): "the log has no event #\(seq); baton log stats says how many there are"
        }
    }
}
