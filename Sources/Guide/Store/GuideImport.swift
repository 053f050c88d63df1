import GRDB
package import Model
import Synchronization

/// A guide on its way into the store: kept aside piece by piece, and put in the old one's place in one transaction.
///
/// Not `Sendable`; one at a time. What isn't committed leaves no trace.
package final class GuideImport {
    /// What became of a guide.
    package struct Summary: Hashable, Sendable {
        package var channels: Int
        /// Programmes of this guide that are kept now, past ones included.
        package var programmes: Int
        /// Programmes that ended too long ago or are too far ahead.
        package var outside: Int
    }

    private let store: GuideStore
    private let source: String
    private let now: WallTime
    private var programmes = 0
    private var channels = 0
    private var outside = 0
    private var isOver = false

    /// - Throws: ``GuideError/busy`` while another one is under way.
    init(_ store: GuideStore, source: String, now: WallTime) throws {
        guard
            store.isImporting.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing)
                .exchanged
        else { throw GuideError.busy }
        self.store = store
        self.source = source
        self.now = now
        do {
            try store.writer.write { try $0.execute(sql: Self.drop + Self.make) }
        } catch {
            store.isImporting.store(false, ordering: .releasing)
            throw error
        }
    }

    deinit {
        try? self.store.writer.write { try $0.execute(sql: Self.drop) }
        self.store.isImporting.store(false, ordering: .releasing)
    }

    /// Takes what was read.
    ///
    /// - Throws: ``XMLError/tooMany(_:allowed:)``, and what SQLite says.
    package func add(_ items: [XMLTVBuilder.Item]) throws {
        try self.store.writer.write { database in
            for item in items {
                switch item {
                case .channel(let channel): try self.add(channel, database)
                case .programme(let partial): try self.add(partial, database)
                }
            }
        }
    }

    private func add(_ channel: GuideChannel, _ database: Database) throws {
        self.channels += 1
        guard self.channels <= GuideStore.channelsMax else {
            throw XMLError.tooMany("channels", allowed: GuideStore.channelsMax)
        }
        let statement = try database.cachedStatement(sql: "INSERT OR IGNORE INTO staged_channel VALUES (?, ?, ?)")
        try statement.execute(arguments: [channel.epg, GuideTables.column(channel.names), channel.icon])
    }

    private func add(_ partial: XMLTVBuilder.PartialProgramme, _ database: Database) throws {
        let programme = partial.programme
        let day = 86_400 * WallTime.microsecondsPerSecond
        guard programme.stop.microseconds > self.now.microseconds - GuideStore.daysBack * day,
            programme.start.microseconds < self.now.microseconds + GuideStore.daysAhead * day
        else {
            self.outside += 1
            return
        }
        self.programmes += 1
        guard self.programmes <= GuideStore.programmesMax else {
            throw XMLError.tooMany("programmes", allowed: GuideStore.programmesMax)
        }
        let statement = try database.cachedStatement(
            sql: "INSERT OR REPLACE INTO staged VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        )
        try statement.execute(
            arguments: [
                programme.epg, programme.start.seconds, partial.hasStop ? programme.stop.seconds : nil,
                programme.offsetMinutes, GuideTables.column(programme.titles),
                GuideTables.column(programme.descriptions), GuideTables.column(programme.categories), programme.icon,
            ]
        )
    }

    /// Puts the guide in the place of the one that its source sent before.
    ///
    /// Programmes of the past that it doesn't have any more stay; of what comes, it alone is believed.
    package func commit() throws -> Summary {
        let (summary, version) = try self.store.writer.write { database in
            let source = try self.replaceChannels(database)
            try self.replaceProgrammes(database, source)
            try database.execute(sql: "UPDATE guide_version SET value = value + 1")
            let version = try Int64.fetchOne(database, sql: "SELECT value FROM guide_version") ?? 0
            let counts = try Row.fetchOne(
                database,
                sql: "SELECT count(*), coalesce(sum(programmes), 0) FROM guide_channel WHERE source = ?",
                arguments: [source]
            )
            let summary = Summary(channels: counts?[0] ?? 0, programmes: counts?[1] ?? 0, outside: self.outside)
            return (summary, version)
        }
        self.store.changed(to: version)
        return summary
    }

    private func replaceChannels(_ database: Database) throws -> Int64 {
        try database.execute(
            sql: """
                INSERT INTO guide_source (name, refreshed_at) VALUES (?, ?)
                ON CONFLICT (name) DO UPDATE SET refreshed_at = excluded.refreshed_at
                """,
            arguments: [self.source, self.now.seconds]
        )
        let number = try Int64.fetchOne(
            database,
            sql: "SELECT source FROM guide_source WHERE name = ?",
            arguments: [self.source]
        )
        let source = number ?? 0
        try database.execute(
            sql: "INSERT OR IGNORE INTO staged_channel SELECT DISTINCT epg, '', NULL FROM staged"
        )
        try database.execute(
            sql: """
                INSERT INTO guide_channel (source, epg, names, icon) SELECT ?, epg, names, icon FROM staged_channel WHERE true
                ON CONFLICT (epg, source) DO UPDATE SET names = excluded.names, icon = excluded.icon
                """,
            arguments: [source]
        )
        return source
    }

    private func replaceProgrammes(_ database: Database, _ source: Int64) throws {
        // A programme without an end goes on until the next one.
        try database.execute(
            sql: """
                UPDATE staged SET stop = coalesce(
                    (SELECT min(next.start) FROM staged AS next WHERE next.epg = staged.epg AND next.start > staged.start),
                    start + 3600) WHERE stop IS NULL;
                UPDATE staged SET stop = start + \(GuideStore.lengthMax) WHERE stop > start + \(GuideStore.lengthMax);
                """
        )
        let oldest = self.now.seconds - GuideStore.daysBack * 86_400
        try database.execute(sql: "DELETE FROM programme WHERE stop <= ?", arguments: [oldest])
        try database.execute(
            sql: """
                DELETE FROM programme WHERE channel IN (SELECT channel FROM guide_channel WHERE source = :source)
                AND stop > coalesce((SELECT min(staged.start) FROM guide_channel JOIN staged USING (epg)
                    WHERE guide_channel.channel = programme.channel), :now)
                """,
            arguments: ["source": source, "now": self.now.seconds]
        )
        try database.execute(
            sql: """
                INSERT INTO programme (channel, start, stop, offset, titles, descriptions, categories, icon)
                SELECT channel, start, stop, offset, titles, descriptions, categories, staged.icon
                FROM staged JOIN guide_channel ON guide_channel.epg = staged.epg AND source = ?
                """,
            arguments: [source]
        )
        try database.execute(
            sql: """
                UPDATE guide_channel SET programmes =
                    (SELECT count(*) FROM programme WHERE programme.channel = guide_channel.channel);
                DELETE FROM guide_channel WHERE source = \(source) AND programmes = 0
                    AND epg NOT IN (SELECT epg FROM staged_channel);
                """
        )
    }

    private static let drop = "DROP TABLE IF EXISTS temp.staged; DROP TABLE IF EXISTS temp.staged_channel;"
    private static let make = """
        CREATE TEMP TABLE staged (
            epg TEXT NOT NULL, start INTEGER NOT NULL, stop INTEGER, offset INTEGER NOT NULL, titles TEXT NOT NULL,
            descriptions TEXT NOT NULL, categories TEXT NOT NULL, icon TEXT, PRIMARY KEY (epg, start)) WITHOUT ROWID;
        CREATE TEMP TABLE staged_channel (epg TEXT PRIMARY KEY, names TEXT NOT NULL, icon TEXT) WITHOUT ROWID;
        """
}

extension GuideStore {
    /// Begins to take the guide of a source; under the name `source`, which people see, it replaces what it sent before.
    package func begin(source: String, now: WallTime) throws -> GuideImport {
        try GuideImport(self, source: source, now: now)
    }

    /// Forgets what a source sent.
    package func remove(source: String) throws {
        let version = try self.writer.write { database in
            let which = "(SELECT source FROM guide_source WHERE name = ?)"
            let channels = "(SELECT channel FROM guide_channel WHERE source = \(which))"
            try database.execute(sql: "DELETE FROM programme WHERE channel IN \(channels)", arguments: [source])
            try database.execute(sql: "DELETE FROM guide_channel WHERE source = \(which)", arguments: [source])
            try database.execute(sql: "DELETE FROM guide_source WHERE name = ?", arguments: [source])
            try database.execute(sql: "UPDATE guide_version SET value = value + 1")
            return try Int64.fetchOne(database, sql: "SELECT value FROM guide_version") ?? 0
        }
        self.changed(to: version)
    }
}
