import GRDB
import Glibc
import Model

/// The tables of `guide.sqlite`, and rows of them as values.
enum GuideTables {
    /// Times are seconds since 1970, UTC.
    static let schema = """
        CREATE TABLE guide_version (value INTEGER NOT NULL);
        INSERT INTO guide_version VALUES (1);
        CREATE TABLE guide_source (
            source INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, refreshed_at INTEGER NOT NULL);
        CREATE TABLE guide_channel (
            channel INTEGER PRIMARY KEY, source INTEGER NOT NULL, epg TEXT NOT NULL, names TEXT NOT NULL, icon TEXT,
            programmes INTEGER NOT NULL DEFAULT 0, UNIQUE (epg, source));
        CREATE TABLE programme (
            programme INTEGER PRIMARY KEY, channel INTEGER NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL,
            offset INTEGER NOT NULL, titles TEXT NOT NULL, descriptions TEXT NOT NULL, categories TEXT NOT NULL, icon TEXT,
            UNIQUE (channel, start));
        """

    static let columns = "programme, start, stop, offset, titles, descriptions, categories, icon"

    /// Reads a row of ``columns``.
    static func programme(_ row: Row, epg: String) -> Programme {
        let id: Int64 = row[0]
        return Programme(
            // Players read 32 bits with a sign.
            id: id & 0x7fff_ffff,
            epg: epg,
            start: WallTime(seconds: row[1]),
            stop: WallTime(seconds: row[2]),
            offsetMinutes: row[3],
            titles: self.texts(row[4]),
            descriptions: self.texts(row[5]),
            categories: self.texts(row[6]),
            icon: row[7]
        )
    }

    /// Texts in one column: language and text in turn, between separators that no XML may hold.
    static func column(_ texts: [GuideText]) -> String {
        texts.map { "\($0.language)\u{1f}\($0.text)" }.joined(separator: "\u{1e}")
    }

    static func texts(_ column: String) -> [GuideText] {
        column.split(separator: "\u{1e}").compactMap { entry in
            let parts = entry.split(separator: "\u{1f}", omittingEmptySubsequences: false)
            guard parts.count == 2 else { return nil }
            return GuideText(language: String(parts[0]), text: String(parts[1]))
        }
    }
}

extension GuideStore {
    static func remove(_ path: String) -> Bool { unlink(path) == 0 }
}
