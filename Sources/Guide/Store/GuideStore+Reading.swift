import GRDB
package import Model

/// A guide that was read, and when.
package struct GuideSource: Hashable, Sendable {
    /// As the operator gave it: an address without its secrets, or a file.
    package var name: String
    package var refreshedAt: WallTime
    package var channels: Int
    package var programmes: Int
}

/// A channel of one guide.
package struct KnownGuideChannel: Hashable, Sendable {
    package var channel: GuideChannel
    package var source: String
    package var programmes: Int
}

/// Questions asked of the guide; each sees one commit. Blocks for some 20 µs a programme: not for the media path.
///
/// Where two guides know the same id, the one that was added first and has programmes for it is asked.
extension GuideStore {
    /// Programmes of `epg` that run at any time in `from ..< to`, by time.
    package func programmes(
        of epg: String,
        from: WallTime,
        to: WallTime,
        limit: Int = 5_000
    ) throws -> [Programme] {
        var programmes: [Programme] = []
        try self.read { database in
            try Self.forEach(database, epg, from: from, to: to, limit: limit) { programmes.append($0) }
        }
        return programmes
    }

    /// The programme of `epg` that runs at `time`, where one does, and the ones after it: `limit` in all.
    package func upcoming(of epg: String, at time: WallTime, limit: Int) throws -> [Programme] {
        try self.programmes(of: epg, from: time, to: WallTime(microseconds: .max), limit: limit)
    }

    /// Gives every programme of these ids in `from ..< to` to `each`, id by id, by time: for whole guides, of which only one
    /// programme is in memory.
    package func forEachProgramme(
        of epgs: [String],
        from: WallTime,
        to: WallTime,
        _ each: (Programme) throws -> Void
    ) throws {
        try self.read { database in
            for epg in epgs { try Self.forEach(database, epg, from: from, to: to, limit: Int(Int32.max), each) }
        }
    }

    /// Every channel of every guide, by guide and id.
    package func channels() throws -> [KnownGuideChannel] {
        try self.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT epg, names, icon, programmes, name FROM guide_channel JOIN guide_source USING (source)
                    ORDER BY source, epg
                    """
            ).map { row in
                KnownGuideChannel(
                    channel: GuideChannel(epg: row[0], names: GuideTables.texts(row[1]), icon: row[2]),
                    source: row[4],
                    programmes: row[3]
                )
            }
        }
    }

    /// What the first guide that knows this id says of the channel.
    package func channel(_ epg: String) throws -> GuideChannel? {
        try self.read { database in
            try Row.fetchOne(
                database,
                sql: "SELECT names, icon FROM guide_channel WHERE epg = ? ORDER BY programmes = 0, source LIMIT 1",
                arguments: [epg]
            ).map { GuideChannel(epg: epg, names: GuideTables.texts($0[0]), icon: $0[1]) }
        }
    }

    /// The guides, in the order in which they were added.
    package func sources() throws -> [GuideSource] {
        try self.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT name, refreshed_at, count(channel), coalesce(sum(programmes), 0)
                    FROM guide_source LEFT JOIN guide_channel USING (source) GROUP BY source ORDER BY source
                    """
            ).map { row in
                GuideSource(
                    name: row[0],
                    refreshedAt: WallTime(seconds: row[1]),
                    channels: row[2],
                    programmes: row[3]
                )
            }
        }
    }

    private static func forEach(
        _ database: Database,
        _ epg: String,
        from: WallTime,
        to: WallTime,
        limit: Int,
        _ each: (Programme) throws -> Void
    ) throws {
        let channel = try database.cachedStatement(
            sql: "SELECT channel FROM guide_channel WHERE epg = ? ORDER BY programmes = 0, source LIMIT 1"
        )
        guard let number = try Int64.fetchOne(channel, arguments: [epg]) else { return }
        let statement = try database.cachedStatement(
            sql: """
                SELECT \(GuideTables.columns) FROM programme
                WHERE channel = ? AND start > ? AND start < ? AND stop > ? ORDER BY start LIMIT ?
                """
        )
        let (first, last) = (from.seconds, to.seconds)
        let rows = try Row.fetchCursor(
            statement,
            arguments: [number, first - Self.lengthMax - 1, last, first, limit]
        )
        while let row = try rows.next() { try each(GuideTables.programme(row, epg: epg)) }
    }
}
