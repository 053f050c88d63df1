import Model

/// Collects what the lines of a playlist say, of either kind.
struct PlaylistParser {
    private enum Kind { case media, multivariant }

    /// The tags of the segment whose URI has not come yet.
    private struct PendingSegment {
        var duration: MediaTime?
        var title = ""
        var byteRange: (length: UInt64, offset: UInt64?)?
        var isDiscontinuity = false
        var programDateTime: WallTime?
    }

    private var hasHeader = false
    private var kind: Kind?
    private var version = 1
    private var media = MediaPlaylist(version: 1, targetDurationSeconds: 0)
    private var hasTargetDuration = false
    private var pending = PendingSegment()
    private var key: SegmentKey?
    /// A key in a format that is not understood, while none that is stands beside it.
    private var foreignKeyFormat: String?
    private var hasKeySinceSegment = false
    private var multivariant = MultivariantPlaylist(version: 1, variants: [])
    private var pendingVariant: MultivariantPlaylist.Variant?

    mutating func take(_ line: PlaylistLine) throws(PlaylistError) {
        guard self.hasHeader else {
            self.hasHeader = try Self.header(line)
            return
        }
        guard line.isTagOrComment else { return try self.takeURI(line) }
        let colon = line.bytes.firstIndex(of: UInt8(ascii: ":")) ?? line.bytes.endIndex
        let name = line.bytes[line.bytes.startIndex..<colon].trimmed.text
        try self.takeTag(Tag(name: name, value: line.bytes[colon...].dropFirst().trimmed, line: line.number))
    }

    func finish(lineCount: Int) throws(PlaylistError) -> Playlist {
        guard self.hasHeader else { throw PlaylistError(line: lineCount, reason: .notAPlaylist(found: "")) }
        if self.kind == .multivariant {
            guard !self.multivariant.variants.isEmpty else {
                throw PlaylistError(line: lineCount, reason: .missingTag("EXT-X-STREAM-INF"))
            }
            var playlist = self.multivariant
            playlist.version = self.version
            return .multivariant(playlist)
        }
        guard self.hasTargetDuration else {
            throw PlaylistError(line: lineCount, reason: .missingTag("EXT-X-TARGETDURATION"))
        }
        var playlist = self.media
        playlist.version = self.version
        return .media(playlist)
    }

    private static func header(_ line: PlaylistLine) throws(PlaylistError) -> Bool {
        let tag = Array("#EXTM3U".utf8)
        // Attributes behind it (`url-tvg`) are common; another letter is another tag.
        let next = line.bytes.dropFirst(tag.count).first
        guard line.bytes.starts(with: tag), next == nil || next == UInt8(ascii: " ") || next == UInt8(ascii: "\t")
        else {
            throw PlaylistError(line: line.number, reason: .notAPlaylist(found: line.bytes.excerpt))
        }
        return true
    }

    private mutating func takeTag(_ tag: Tag) throws(PlaylistError) {
        switch tag.name {
        case "#EXT-X-VERSION":
            self.version = Int(try tag.integer(max: UInt64(Int32.max)))
        case "#EXT-X-TARGETDURATION":
            try self.decide(.media, tag)
            let time = try tag.time(tag.value)
            // Rounded up: some panels write the longest duration with its fraction.
            self.media.targetDurationSeconds = Int(
                (time.ticks + MediaTime.ticksPerSecond - 1) / MediaTime.ticksPerSecond
            )
            self.hasTargetDuration = true
        case "#EXT-X-MEDIA-SEQUENCE":
            self.media.mediaSequence = try tag.integer(max: MediaPlaylist.sequenceMax)
        case "#EXT-X-DISCONTINUITY-SEQUENCE":
            self.media.discontinuitySequence = try tag.integer(max: MediaPlaylist.sequenceMax)
        case "#EXT-X-ENDLIST":
            self.media.endList = true
        case "#EXTINF":
            try self.decide(.media, tag)
            try self.takeDuration(tag)
        case "#EXT-X-BYTERANGE":
            self.pending.byteRange = try tag.byteRange()
        case "#EXT-X-DISCONTINUITY":
            self.pending.isDiscontinuity = true
        case "#EXT-X-PROGRAM-DATE-TIME":
            self.pending.programDateTime = WallTime(programDateTime: tag.value)
        case "#EXT-X-KEY":
            try self.takeKey(tag)
        case "#EXT-X-MAP":
            throw PlaylistError(line: tag.line, reason: .fragmentedMP4)
        case "#EXT-X-STREAM-INF":
            try self.decide(.multivariant, tag)
            self.pendingVariant = try tag.variant()
        case "#EXT-X-MEDIA":
            try self.decide(.multivariant, tag)
            try self.takeRendition(tag)
        default:
            // RFC 8216, 6.3.1: unknown tags and comments are ignored.
            break
        }
    }

    private mutating func decide(_ kind: Kind, _ tag: Tag) throws(PlaylistError) {
        guard self.kind == nil || self.kind == kind else {
            throw PlaylistError(line: tag.line, reason: .mixedKinds(found: tag.name))
        }
        self.kind = kind
    }

    private mutating func takeDuration(_ tag: Tag) throws(PlaylistError) {
        let comma = tag.value.firstIndex(of: UInt8(ascii: ",")) ?? tag.value.endIndex
        self.pending.duration = try tag.time(tag.value[tag.value.startIndex..<comma].trimmed)
        self.pending.title = tag.value[comma...].dropFirst().trimmed.text
    }

    private mutating func takeKey(_ tag: Tag) throws(PlaylistError) {
        let attributes = try tag.attributes()
        let method = attributes.text("METHOD") ?? ""
        switch method {
        case "NONE":
            self.key = nil
            self.foreignKeyFormat = nil
        case "AES-128":
            if let format = attributes.text("KEYFORMAT"), format != "identity" {
                // The same key may be offered in several formats (RFC 8216, 4.3.2.4); one that is understood is enough.
                if !self.hasKeySinceSegment { self.foreignKeyFormat = format }
                return
            }
            guard let uri = attributes.uri("URI"), !uri.isEmpty else {
                throw tag.bad(attributes["URI"] ?? [], allowed: "a quoted URI")
            }
            var vector: InitializationVector?
            if let iv = attributes["IV"] {
                guard let value = DecimalText.hexadecimal(iv) else {
                    throw tag.bad(iv, allowed: "0x and 1 to 32 hex digits")
                }
                vector = InitializationVector(rawValue: value)
            }
            self.key = SegmentKey(uri: uri, iv: vector)
            self.hasKeySinceSegment = true
            self.foreignKeyFormat = nil
        default:
            throw PlaylistError(line: tag.line, reason: .unsupportedEncryption(found: method))
        }
    }

    private mutating func takeRendition(_ tag: Tag) throws(PlaylistError) {
        let attributes = try tag.attributes()
        guard let kind = MultivariantPlaylist.Rendition.Kind(rawValue: attributes.text("TYPE") ?? ""),
            let groupID = attributes.text("GROUP-ID")
        else { return }
        guard self.multivariant.renditions.count < Playlist.renditionCountMax else {
            throw PlaylistError(line: tag.line, reason: .tooManyRenditions(allowed: Playlist.renditionCountMax))
        }
        self.multivariant.renditions.append(
            MultivariantPlaylist.Rendition(
                kind: kind,
                groupID: groupID,
                name: attributes.text("NAME") ?? "",
                language: attributes.text("LANGUAGE"),
                uri: attributes.uri("URI"),
                isDefault: attributes.isYes("DEFAULT"),
                isAutoselected: attributes.isYes("AUTOSELECT")
            )
        )
    }

    private mutating func takeURI(_ line: PlaylistLine) throws(PlaylistError) {
        if self.kind == .multivariant {
            // Suppliers list bare addresses behind a variant; they belong to nothing.
            guard var variant = self.pendingVariant else { return }
            guard self.multivariant.variants.count < Playlist.variantCountMax else {
                throw PlaylistError(line: line.number, reason: .tooManyVariants(allowed: Playlist.variantCountMax))
            }
            variant.uri = line.bytes.uriText
            self.multivariant.variants.append(variant)
            self.pendingVariant = nil
            return
        }
        guard let duration = self.pending.duration else { throw PlaylistError(line: line.number, reason: .strayURI) }
        if let format = self.foreignKeyFormat {
            throw PlaylistError(line: line.number, reason: .unsupportedEncryption(found: format))
        }
        let uri = line.bytes.uriText
        let segment = MediaPlaylist.Segment(
            uri: uri,
            duration: duration,
            title: self.pending.title,
            byteRange: try self.byteRange(of: uri, line: line.number),
            key: self.key,
            isDiscontinuity: self.pending.isDiscontinuity,
            programDateTime: self.pending.programDateTime
        )
        self.media.segments.append(segment)
        self.pending = PendingSegment()
        self.hasKeySinceSegment = false
    }

    /// Without an offset the range follows the one before it, which must be of the same resource (RFC 8216, 4.3.2.2).
    private func byteRange(of uri: String, line: Int) throws(PlaylistError) -> ByteRange? {
        guard let (length, offset) = self.pending.byteRange else { return nil }
        let previous = self.media.segments.last.flatMap { $0.uri == uri ? $0.byteRange : nil }
        guard let start = offset ?? previous?.end, start <= MediaPlaylist.sequenceMax - length else {
            let reason = PlaylistError.Reason.badValue(
                tag: "#EXT-X-BYTERANGE",
                found: "\(length)",
                allowed: "an offset, or a range of the same resource before it"
            )
            throw PlaylistError(line: line, reason: reason)
        }
        return ByteRange(offset: start, length: length)
    }
}
