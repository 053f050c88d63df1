package import Model

/// Reads an M3U list of channels as its bytes come in, however they are cut.
///
/// Pure; holds one line and one entry. What can't be read is counted and left out: lists of suppliers are written by hand
/// and by bad programs, and one broken line must not cost a hundred thousand channels.
package struct ChannelListReader {
    /// Bytes of a list, as they are after decompression.
    package static let sizeMax = 256 << 20
    /// Bytes of a line; addresses with tokens have some hundred.
    package static let lineSizeMax = 64 << 10
    /// Entries of a list; the largest have some 200,000, most of them films.
    package static let entriesMax = 1_000_000

    package private(set) var counts = ChannelListCounts()
    /// Address of the programme guide that the head of the list names.
    package private(set) var guide: Redacted<String>?
    private var size = 0
    private var line: [UInt8] = []
    private var isLineTooLong = false
    private var hasBegun = false
    private var pending: ChannelListEntry?
    private var group: String?

    package init() {}

    /// Takes the next bytes and gives the entries that are complete.
    package mutating func read(
        _ bytes: Span<UInt8>,
        _ take: (ChannelListEntry) -> Void
    ) throws(ChannelListError) {
        self.size += bytes.count
        guard self.size <= Self.sizeMax else { throw .tooLarge(allowed: Self.sizeMax) }
        for index in 0..<bytes.count {
            let byte = bytes[index]
            guard byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") else {
                if self.line.count < Self.lineSizeMax { self.line.append(byte) } else { self.isLineTooLong = true }
                continue
            }
            try self.endLine(take)
        }
    }

    /// The list has ended.
    package mutating func finish(_ take: (ChannelListEntry) -> Void) throws(ChannelListError) {
        try self.endLine(take)
        if self.pending != nil { self.counts.incomplete += 1 }
        self.pending = nil
        if !self.hasBegun { throw .notAList }
    }

    private mutating func endLine(_ take: (ChannelListEntry) -> Void) throws(ChannelListError) {
        defer {
            self.line.removeAll(keepingCapacity: true)
            self.isLineTooLong = false
        }
        guard !self.isLineTooLong else {
            self.counts.tooLong += 1
            // Its address, or what it would have said of the next one, is gone.
            self.pending = nil
            return
        }
        var bytes = self.line[...].trimmed
        if !self.hasBegun, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3).trimmed }
        guard !bytes.isEmpty else { return }
        if bytes.first == UInt8(ascii: "#") { return try self.takeTag(bytes) }
        try self.takeAddress(bytes, take)
    }

    private mutating func takeTag(_ bytes: ArraySlice<UInt8>) throws(ChannelListError) {
        if bytes.starts(with: "#EXTM3U".utf8) {
            self.hasBegun = true
            let attributes = ChannelAttributes(bytes.dropFirst("#EXTM3U".utf8.count))
            if let guide = attributes["x-tvg-url"] ?? attributes["url-tvg"], self.guide == nil {
                self.guide = Redacted(guide)
            }
        } else if bytes.starts(with: "#EXTINF:".utf8) {
            self.hasBegun = true
            if self.pending != nil { self.counts.incomplete += 1 }
            self.group = nil
            self.pending = ChannelAttributes(bytes.dropFirst("#EXTINF:".utf8.count)).entry
        } else if bytes.starts(with: "#EXTGRP:".utf8) {
            self.group = bytes.dropFirst("#EXTGRP:".utf8.count).trimmed.text
        } else if !self.hasBegun, !bytes.starts(with: "#EXT".utf8) {
            throw .notAList
        }
    }

    private mutating func takeAddress(
        _ bytes: ArraySlice<UInt8>,
        _ take: (ChannelListEntry) -> Void
    ) throws(ChannelListError) {
        guard self.hasBegun else { throw .notAList }
        guard var entry = self.pending else {
            self.counts.incomplete += 1
            return
        }
        self.pending = nil
        guard self.counts.entries < Self.entriesMax else { throw .tooManyEntries(allowed: Self.entriesMax) }
        self.counts.entries += 1
        entry.url = Redacted(bytes.text)
        if entry.group == nil, let group = self.group, !group.isEmpty { entry.group = group }
        take(entry)
    }
}
