import Model

/// The segments that were listed lately, by which a playlist that goes back is told to be stale, renumbered or new.
struct SegmentHistory {
    /// Segments remembered: several windows of any live playlist.
    static let countMax = 256

    /// What stays the same when a segment is listed again.
    private struct Entry {
        var mediaSequence: UInt64
        var uri: String
        /// The URI without its query, where that alone tells the playlist's segments apart: tokens change at each reload.
        var path: String?
        var byteRange: ByteRange?
        var programDateTime: WallTime?

        func isSame(as other: Entry) -> Bool {
            guard self.byteRange == other.byteRange else { return false }
            if let own = self.programDateTime, let theirs = other.programDateTime, own != theirs { return false }
            return self.uri == other.uri || (self.path != nil && self.path == other.path)
        }
    }

    private var entries: [Entry] = []

    /// Remembers the segments of an accepted playlist that are newer than those known.
    mutating func listed(_ playlist: MediaPlaylist) {
        let newest = self.entries.last?.mediaSequence
        self.entries += Self.entries(of: playlist).filter { entry in newest.map { entry.mediaSequence > $0 } ?? true }
        if self.entries.count > Self.countMax { self.entries.removeFirst(self.entries.count - Self.countMax) }
    }

    /// Forgets all, because the numbers start anew.
    mutating func forget() { self.entries.removeAll() }

    /// Whether the playlist's last segment was listed before under the same number: an old copy from a cache.
    func isStale(_ playlist: MediaPlaylist) -> Bool {
        guard let last = Self.entries(of: playlist).last else { return false }
        return self.entries.contains { $0.mediaSequence == last.mediaSequence && $0.isSame(as: last) }
    }

    /// The place in the playlist of the last segment that was listed before the number `below`, under whatever number.
    ///
    /// `nil` when none was.
    func lastKnown(in playlist: MediaPlaylist, below: UInt64) -> Int? {
        let listed = Self.entries(of: playlist)
        let known = self.entries.filter { $0.mediaSequence < below }
        guard let index = listed.lastIndex(where: { entry in known.contains { $0.isSame(as: entry) } }) else {
            return nil
        }
        return playlist.segments.count - listed.count + index
    }

    /// The newest ``countMax`` segments of a playlist.
    private static func entries(of playlist: MediaPlaylist) -> [Entry] {
        let segments = playlist.segments.suffix(Self.countMax)
        let paths = segments.map { String($0.uri.prefix { $0 != "?" }) }
        let tellApart = Set(paths).count == paths.count
        let first = playlist.endSequence &- UInt64(segments.count)
        return zip(segments, paths).enumerated().map { index, pair in
            Entry(
                mediaSequence: first &+ UInt64(index),
                uri: pair.0.uri,
                path: tellApart ? pair.1 : nil,
                byteRange: pair.0.byteRange,
                programDateTime: pair.0.programDateTime
            )
        }
    }
}
