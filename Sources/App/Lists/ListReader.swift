package import Accounts
import Foundation
import HLS
import Ingest
import Model
import NIOCore
import Synchronization

/// Reads M3U lists: from files and from suppliers.
package enum ListReader {
    /// Bytes of a file that are read at a time.
    private static let pieceSize = 1 << 20

    /// Reads a file.
    ///
    /// - Throws: ``ChannelListError``, or what opening and reading the file throws.
    package static func read(file: String) throws -> (entries: [ImportEntry], notes: ImportNotes) {
        guard let handle = FileHandle(forReadingAtPath: file) else { throw ListFileError(file: file) }
        defer { try? handle.close() }
        var collected = ListCollector()
        while let piece = try handle.read(upToCount: Self.pieceSize), !piece.isEmpty {
            try collected.read([UInt8](piece).span)
        }
        return try collected.finished()
    }

    static func read(
        _ request: Fetcher.Request,
        _ fetcher: Fetcher
    ) async throws -> (
        entries: [ImportEntry], notes: ImportNotes
    ) {
        let shared = Shared()
        try await fetcher.fetch(request) { piece in
            try shared.collector.withLock { try $0.read(piece.readableBytesUInt8Span) }
        }
        return try shared.collector.withLock { try $0.finished() }
    }

    private final class Shared: Sendable {
        let collector = Mutex(ListCollector())
    }
}

/// Makes entries of an import from a list's.
private struct ListCollector {
    private var reader = ChannelListReader()
    private var entries: [ImportEntry] = []
    private var notes = ImportNotes()

    mutating func read(_ bytes: Span<UInt8>) throws {
        var found: [ChannelListEntry] = []
        try self.reader.read(bytes) { found.append($0) }
        self.take(found)
    }

    mutating func finished() throws -> (entries: [ImportEntry], notes: ImportNotes) {
        var found: [ChannelListEntry] = []
        try self.reader.finish { found.append($0) }
        self.take(found)
        self.notes.broken = self.reader.counts.incomplete + self.reader.counts.tooLong
        return (self.entries, self.notes)
    }

    private mutating func take(_ found: [ChannelListEntry]) {
        for entry in found {
            guard !entry.isRecording else {
                self.notes.recordings += 1
                continue
            }
            self.entries.append(
                ImportEntry(
                    name: entry.name,
                    url: entry.url,
                    key: entry.key,
                    category: entry.group,
                    logo: entry.logo,
                    epg: entry.guide,
                    number: entry.number
                )
            )
        }
    }
}

/// A list that can't be opened.
struct ListFileError: Error, CustomStringConvertible {
    var file: String

    var description: String { "the list \(self.file) can't be opened" }
}
