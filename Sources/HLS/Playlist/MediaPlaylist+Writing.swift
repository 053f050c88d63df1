import Model

extension MediaPlaylist {
    /// Appends the playlist's text; reading it gives an equal playlist.
    ///
    /// - Throws: ``PlaylistWriteError`` when a text could break out of its line or a number is out of range; then nothing is appended.
    package func write(into output: inout [UInt8]) throws(PlaylistWriteError) {
        try self.check()
        output.append(contentsOf: try self.written().finished())
    }

    /// The text of a playlist whose every field is known to be harmless.
    func written() -> PlaylistWriter {
        var writer = PlaylistWriter(version: self.version)
        writer.line("#EXT-X-TARGETDURATION:\(self.targetDurationSeconds)")
        writer.line("#EXT-X-MEDIA-SEQUENCE:\(self.mediaSequence)")
        writer.line("#EXT-X-DISCONTINUITY-SEQUENCE:\(self.discontinuitySequence)")
        var key: SegmentKey?
        for segment in self.segments {
            if segment.key != key {
                writer.line(Self.tag(for: segment.key))
                key = segment.key
            }
            if segment.isDiscontinuity { writer.line("#EXT-X-DISCONTINUITY") }
            if let time = segment.programDateTime { writer.line("#EXT-X-PROGRAM-DATE-TIME:\(Self.text(of: time))") }
            if let range = segment.byteRange { writer.line("#EXT-X-BYTERANGE:\(range.length)@\(range.offset)") }
            writer.duration(segment.duration, title: segment.title)
            writer.line(segment.uri)
        }
        if self.endList { writer.line("#EXT-X-ENDLIST") }
        return writer
    }

    private static func tag(for key: SegmentKey?) -> String {
        guard let key else { return "#EXT-X-KEY:METHOD=NONE" }
        guard let iv = key.iv else { return "#EXT-X-KEY:METHOD=AES-128,URI=\"\(key.uri)\"" }
        return "#EXT-X-KEY:METHOD=AES-128,URI=\"\(key.uri)\",IV=0x\(String(iv.rawValue, radix: 16))"
    }

    /// Three digits of fraction where they suffice: what the standard's examples have, and every player reads.
    private static func text(of time: WallTime) -> String {
        let text = time.description
        return text.hasSuffix("000Z") ? text.dropLast(4) + "Z" : text
    }

    private func check() throws(PlaylistWriteError) {
        let secondsMax = Int(Self.durationSecondsMax)
        try PlaylistWriter.check(self.version, field: "version", allowed: 0...Int(Int32.max))
        try PlaylistWriter.check(self.targetDurationSeconds, field: "targetDuration", allowed: 0...secondsMax)
        try PlaylistWriter.checkSequence(self.mediaSequence, field: "mediaSequence")
        try PlaylistWriter.checkSequence(self.discontinuitySequence, field: "discontinuitySequence")
        for segment in self.segments { try segment.check(secondsMax: secondsMax) }
    }
}

extension MediaPlaylist.Segment {
    fileprivate func check(secondsMax: Int) throws(PlaylistWriteError) {
        try PlaylistWriter.checkURI(self.uri, field: "uri")
        try PlaylistWriter.check(self.title, field: "title")
        let ticksMax = secondsMax * Int(MediaTime.ticksPerSecond)
        try PlaylistWriter.check(Int(self.duration.ticks), field: "duration", allowed: 0...ticksMax)
        if let key = self.key {
            guard !key.uri.isEmpty else { throw .unwritable(field: "key", found: "") }
            try PlaylistWriter.checkQuoted(key.uri, field: "key")
        }
        guard let range = self.byteRange else { return }
        let max = MediaPlaylist.sequenceMax
        guard range.length > 0, range.length <= max, range.offset <= max - range.length else {
            throw .outOfRange(
                field: "byteRange",
                found: "\(range.length)@\(range.offset)",
                allowed: "an end up to \(max)"
            )
        }
    }
}
