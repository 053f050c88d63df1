import GRDB
import Ledger

/// What the projections say about a demonstration.
struct DemoSummary {
    /// Numbers of the whole demonstration, in milliseconds where not said otherwise.
    struct Figures: Hashable, Sendable {
        var reconnects: Int64 = 0
        /// Without a byte of media.
        var away: Int64 = 0
        var repeated: Int64 = 0
        var failovers: Int64 = 0
        var hidden: Int64 = 0
        var visible: Int64 = 0
        var watched: Int64 = 0
        var watchedHeld: Int64 = 0
    }

    let figures: Figures
    let text: String

    init(_ ledger: Ledger, errors: DemoErrors) throws {
        let events = ledger.status.lastSeq
        let (figures, lines) = try ledger.history.read { database in
            (try Self.figures(database), try Self.channels(database))
        }
        self.figures = figures
        let seconds = IncidentStory.seconds
        self.text = """
            Summary, from \(events) recorded events:
            \(lines.joined(separator: "\n"))

              Without Baton, of these two sources
                frozen             \(seconds(figures.away))
                reconnects         \(figures.reconnects)
                seen twice         \(seconds(figures.repeated))
              With Baton
                held, hidden       \(seconds(figures.hidden))
                seen standing      \(seconds(figures.visible))
                switched over      \(figures.failovers) times
                errors in what \(errors.viewers) viewers got: \(errors.count) in \(errors.packets) packets
                watched            \(seconds(figures.watched)), of it held pictures \(seconds(figures.watchedHeld))

            """
    }

    private static func figures(_ database: Database) throws -> Figures {
        var figures = Figures()
        let row = try Row.fetchOne(
            database,
            sql: """
                SELECT coalesce(sum(blips + downs), 0) AS breaks, coalesce(sum(blip_gap_ms + down_ms), 0) AS away,
                  coalesce(sum(overlap_ms), 0) AS repeated, coalesce(sum(switches), 0) AS switches,
                  coalesce(sum(hidden_ms), 0) AS hidden, coalesce(sum(visible_ms + slate_ms), 0) AS visible,
                  coalesce(sum(watched_ms), 0) AS watched, coalesce(sum(patched_ms), 0) AS held FROM channel_hour
                """
        )
        guard let row else { return figures }
        figures.away = row["away"]
        figures.repeated = row["repeated"]
        figures.failovers = row["switches"]
        figures.hidden = row["hidden"]
        figures.visible = row["visible"]
        figures.watched = row["watched"]
        figures.watchedHeld = row["held"]
        figures.reconnects =
            try Int64.fetchOne(
                database,
                sql: """
                    SELECT count(*) FROM incident WHERE kind = 'ingest.down'
                      OR (kind = 'ingest.blip' AND cause NOT IN ('stall', 'segments-lost'))
                    """
            ) ?? 0
        return figures
    }

    private static func channels(_ database: Database) throws -> [String] {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT channel, sum(opens) AS opens, sum(rejects) AS rejects, sum(blips) AS blips, sum(downs) AS downs,
                  sum(hidden_ms) AS hidden FROM channel_hour GROUP BY channel ORDER BY channel
                """
        )
        return rows.map { row in
            let (channel, opens, rejects): (Int64, Int64, Int64) = (row["channel"], row["opens"], row["rejects"])
            let (blips, downs, hidden): (Int64, Int64, Int64) = (row["blips"], row["downs"], row["hidden"])
            return
                "  channel \(channel)  starts \(opens), refusals \(rejects), interruptions \(blips + downs), held \(IncidentStory.seconds(hidden))"
        }
    }
}

/// What simulated viewers found wrong with the packets they got.
struct DemoErrors: Hashable, Sendable {
    var viewers = 0
    var packets = 0
    var count = 0
}

/// Looks at a transport stream packet by packet: sync bytes, and continuity counters of each PID.
struct PacketCheck: Sendable {
    private var rest: [UInt8] = []
    private var counters: [UInt16: UInt8] = [:]
    private(set) var packets = 0
    private(set) var errors = 0

    mutating func take(_ bytes: some Collection<UInt8>) {
        self.rest += bytes
        let whole = self.rest.count / 188 * 188
        for start in stride(from: 0, to: whole, by: 188) { self.look(self.rest[start..<start + 188]) }
        self.rest.removeFirst(whole)
    }

    private mutating func look(_ packet: ArraySlice<UInt8>) {
        let start = packet.startIndex
        self.packets += 1
        guard packet[start] == 0x47 else {
            self.errors += 1
            return
        }
        let pid = UInt16(packet[start + 1] & 0x1F) << 8 | UInt16(packet[start + 2])
        let hasPayload = packet[start + 3] & 0x10 != 0
        let counter = packet[start + 3] & 0x0F
        // The counter stands still in packets without payload, and null packets have none (ISO/IEC 13818-1, 2.4.3.3).
        guard pid != 0x1FFF, hasPayload else { return }
        if let last = self.counters[pid], (last + 1) & 0x0F != counter { self.errors += 1 }
        self.counters[pid] = counter
    }
}
