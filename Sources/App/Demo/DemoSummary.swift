import GRDB
import Ledger

/// What the projections say about a demonstration.
struct DemoSummary {
    let text: String

    init(_ ledger: Ledger) throws {
        let events = ledger.status.lastSeq
        self.text = try ledger.history.read { database in
            let connections = try Row.fetchOne(
                database,
                sql:
                    "SELECT count(*) AS n, coalesce(sum(bytes), 0) AS bytes, coalesce(sum(watched_ms), 0) AS watched FROM connection_history"
            )
            let opened: Int64 = connections?["n"] ?? 0
            let bytes: Int64 = connections?["bytes"] ?? 0
            let watched: Int64 = connections?["watched"] ?? 0
            let hours = try Row.fetchAll(
                database,
                sql: """
                    SELECT channel, sum(opens) AS opens, sum(rejects) AS rejects, sum(blips) AS blips, sum(blip_gap_ms) AS gap
                    FROM channel_hour GROUP BY channel ORDER BY channel
                    """
            )
            let channels = hours.map { row -> String in
                let (channel, opens, rejects): (Int64, Int64, Int64) = (row["channel"], row["opens"], row["rejects"])
                let (blips, gap): (Int64, Int64) = (row["blips"], row["gap"])
                return
                    "  channel \(channel)  starts: \(opens), refusals: \(rejects), blips of the source: \(blips) (\(gap) ms)"
            }
            return """
                Summary, from the projections:
                  \(events) events recorded
                  \(opened) connections, \(watched / 1_000) s watched, \(bytes / 1_024) KiB delivered
                \(channels.joined(separator: "\n"))

                """
        }
    }
}
