import EventLog
import Events
import GRDB
import Glibc
import Model
import Projections

/// How fast the projections' files are made from the log.
enum RebuildBenchmark {
    private static let eventCount = 200_000
    private static let rounds = 3

    static func run() throws -> Section {
        let events = EventMix.events(self.eventCount)
        let directory = try TemporaryDirectory()
        let logDirectory = "\(directory.path)/log"
        let log = try MixLog.write(events, directory: logDirectory)
        let feed = LogFeed(directory: logDirectory)
        let lines = MixLog.lines(events)
        var times = (rebuild: [Double](), naive: [Double](), raw: [Double]())
        for round in 0..<self.rounds {
            let path = try directory.makeDirectory("round-\(round)")
            times.rebuild.append(try ProcessorTime.taken { try self.rebuild(feed, log, path) })
            times.naive.append(try ProcessorTime.taken { try NaiveFold.run(feed, directory: path) })
            times.raw.append(try ProcessorTime.taken { try RawInsert.run(lines, path: "\(path)/raw.sqlite") })
            try SameAnswer.check("\(path)/rebuilt", "\(path)/naive")
        }
        return self.section(times)
    }

    private static func rebuild(_ feed: LogFeed, _ log: LogID, _ path: String) throws {
        _ = try RebuildBoth.run(
            feed,
            log: log,
            live: "\(path)/rebuilt-live.sqlite",
            history: "\(path)/rebuilt-history.sqlite"
        )
    }

    private static func section(_ times: (rebuild: [Double], naive: [Double], raw: [Double])) -> Section {
        func text(_ seconds: [Double]) -> String {
            let rate = Double(self.eventCount) / seconds.median
            return "\(Figures.short(seconds.median)) s (\(Figures.short(rate)) events/s)"
        }
        return Section(
            title: "Rebuilding the projections",
            method: """
                A sealed log of \(Figures.short(Double(self.eventCount))) events. Ours makes both files, `live.sqlite` \
                and `history.sqlite`, from it, reading it once, as `baton rebuild` does. The first peer makes the same rows \
                with statements for every event, \(Figures.short(Double(NaiveFold.batch))) events a transaction, in WAL mode; the rows are \
                compared. The second puts the lines, ready in memory, into one table, 1,000 a transaction. All use \
                GRDB. Processor time; medians of \(self.rounds) interleaved rounds. The ratio is speed: the peer's \
                time by ours.
                """,
            findings: [
                Finding(
                    "rebuild, against statements for each event",
                    ours: text(times.rebuild),
                    peer: text(times.naive),
                    ratio: zip(times.naive, times.rebuild).map { $0 / $1 }.median,
                    goal: .atLeast(12)
                ),
                Finding(
                    "rebuild, against a raw insert of the events",
                    ours: text(times.rebuild),
                    peer: text(times.raw),
                    ratio: zip(times.raw, times.rebuild).map { $0 / $1 }.median,
                    goal: .atLeast(2)
                ),
            ],
            notes: ["DuckDB is not in Debian, so it is not compared with."]
        )
    }
}

/// The peer that keeps nothing but the lines.
enum RawInsert {
    static let batch = 1_000

    static func run(_ lines: [UInt8], path: String) throws {
        let queue = try PlainDatabase.open(path)
        try queue.writeWithoutTransaction { database in
            try database.execute(sql: "CREATE TABLE event(seq INTEGER PRIMARY KEY, line TEXT NOT NULL)")
            let insert = try database.cachedStatement(sql: "INSERT INTO event(seq, line) VALUES (?, ?)")
            var seq: Int64 = 0
            for line in lines.split(separator: UInt8(ascii: "\n")) {
                if seq % Int64(Self.batch) == 0 { try database.execute(sql: seq == 0 ? "BEGIN" : "COMMIT; BEGIN") }
                seq += 1
                insert.setUncheckedArguments([seq, String(decoding: line, as: UTF8.self)])
                try insert.execute()
            }
            try database.execute(sql: "COMMIT")
        }
        try queue.close()
    }
}

/// A database as one opens it without thinking of rebuilds.
enum PlainDatabase {
    static func open(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.journalMode = .wal
        configuration.prepareDatabase { database in
            try database.execute(
                sql: "PRAGMA synchronous = NORMAL; PRAGMA secure_delete = OFF; PRAGMA cache_size = -65536"
            )
        }
        return try DatabaseQueue(path: path, configuration: configuration)
    }
}

/// That two ways came to the same rows.
enum SameAnswer {
    /// Numbers that differ as soon as a row does.
    private static let questions: [(file: String, sql: String)] = [
        ("live", "SELECT count(*), total(connection), total(opened_at), count(DISTINCT session) FROM live_connection"),
        ("live", "SELECT count(*), total(connection), total(started_at) FROM session"),
        ("live", "SELECT count(*), total(client) FROM client"),
        ("live", "SELECT count(*), total(channel), total(source) FROM channel_state"),
        (
            "history",
            "SELECT count(*), total(closed_at), total(watched_ms), total(bytes), total(settled) FROM connection"
        ),
        (
            "history",
            "SELECT count(*), total(opens), total(closes), total(rejects), total(watched_ms) FROM channel_hour"
        ),
        ("history", "SELECT total(blips), total(blip_gap_ms), total(hidden_ms), total(switches) FROM channel_hour"),
        ("history", "SELECT count(*), total(length_ms), total(viewers), total(bytes) FROM incident"),
        ("history", "SELECT count(*), total(channel) FROM rejection"),
        ("history", "SELECT count(*), total(connection) FROM rejection_holder"),
        ("history", "SELECT count(*), total(number) FROM customer_name"),
        ("history", "SELECT count(*), total(client) FROM seen_client"),
    ]

    /// - Throws: ``Difference`` where they did not.
    static func check(_ left: String, _ right: String) throws {
        for (file, sql) in self.questions {
            let answers = try [left, right].map { base in
                try DatabaseQueue(path: "\(base)-\(file).sqlite").read { database in
                    try Row.fetchOne(database, sql: sql)?.description ?? "nothing"
                }
            }
            guard answers[0] == answers[1] else { throw Difference(question: sql, answers: answers) }
        }
    }
}

/// Two folds of one log that came to different rows: then their speed says nothing.
struct Difference: Error {
    var question: String
    var answers: [String]
}
