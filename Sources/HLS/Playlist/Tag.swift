import Model

/// A tag with what stands behind its colon.
struct Tag {
    var name: String
    var value: ArraySlice<UInt8>
    /// From 1.
    var line: Int

    func bad(_ found: ArraySlice<UInt8>, allowed: String) -> PlaylistError {
        PlaylistError(line: self.line, reason: .badValue(tag: self.name, found: found.excerpt, allowed: allowed))
    }

    func integer(max: UInt64) throws(PlaylistError) -> UInt64 {
        guard let value = DecimalText.integer(self.value, max: max) else {
            throw self.bad(self.value, allowed: "0 to \(max)")
        }
        return value
    }

    func time(_ bytes: ArraySlice<UInt8>) throws(PlaylistError) -> MediaTime {
        guard let time = DecimalText.time(bytes, secondsMax: MediaPlaylist.durationSecondsMax) else {
            throw self.bad(bytes, allowed: "0 to \(MediaPlaylist.durationSecondsMax) seconds")
        }
        return time
    }

    func byteRange() throws(PlaylistError) -> (length: UInt64, offset: UInt64?) {
        let at = self.value.firstIndex(of: UInt8(ascii: "@")) ?? self.value.endIndex
        let length = DecimalText.integer(self.value[self.value.startIndex..<at].trimmed, max: MediaPlaylist.sequenceMax)
        guard let length, length > 0 else { throw self.bad(self.value, allowed: "<length>[@<offset>]") }
        if at == self.value.endIndex { return (length, nil) }
        guard let offset = DecimalText.integer(self.value[at...].dropFirst().trimmed, max: MediaPlaylist.sequenceMax)
        else {
            throw self.bad(self.value, allowed: "<length>[@<offset>]")
        }
        return (length, offset)
    }

    func attributes() throws(PlaylistError) -> AttributeList {
        guard let list = AttributeList(parsing: self.value) else {
            throw self.bad(self.value, allowed: "attributes with closed quotes")
        }
        return list
    }

    /// The variant of an EXT-X-STREAM-INF, whose URI is still to come.
    func variant() throws(PlaylistError) -> MultivariantPlaylist.Variant {
        let attributes = try self.attributes()
        var variant = MultivariantPlaylist.Variant(uri: "", bandwidth: 0)
        if let bandwidth = attributes["BANDWIDTH"] {
            let whole = bandwidth.prefix { $0 != UInt8(ascii: ".") }
            guard let value = DecimalText.integer(whole, max: MediaPlaylist.sequenceMax) else {
                throw self.bad(bandwidth, allowed: "bits per second")
            }
            variant.bandwidth = Int(value)
        }
        if let codecs = attributes["CODECS"] {
            variant.codecs = codecs.split(separator: UInt8(ascii: ",")).map(\.trimmed).filter { !$0.isEmpty }.map(
                \.text
            )
        }
        variant.resolution = attributes["RESOLUTION"].flatMap(MultivariantPlaylist.Resolution.init(parsing:))
        variant.audioGroup = attributes.text("AUDIO")
        return variant
    }
}

extension MultivariantPlaylist.Resolution {
    /// Reads `1920x1080`; `nil` for anything else, which costs the choice of a variant nothing.
    fileprivate init?(parsing bytes: ArraySlice<UInt8>) {
        guard let x = bytes.firstIndex(where: { $0 | 0x20 == UInt8(ascii: "x") }),
            let width = DecimalText.integer(bytes[bytes.startIndex..<x], max: Self.sideMax),
            let height = DecimalText.integer(bytes[(x + 1)...], max: Self.sideMax)
        else { return nil }
        self.init(width: Int(width), height: Int(height))
    }
}

extension WallTime {
    /// Reads ISO 8601 with a zone (`Z`, `+02:00`, `+0200`, `+02`) or none (taken as UTC); `nil` for anything else.
    ///
    /// Source: RFC 8216, 4.3.2.6.
    init?(programDateTime bytes: ArraySlice<UInt8>) {
        let dateSize = 10
        var clock = bytes
        var offsetMinutes: Int64 = 0
        let isSign: (UInt8) -> Bool = { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }
        if bytes.count > dateSize, let sign = bytes.dropFirst(dateSize).firstIndex(where: isSign) {
            let digits = bytes[(sign + 1)...].filter { $0 != UInt8(ascii: ":") }
            guard digits.count == 2 || digits.count == 4, let zone = DecimalText.integer(digits[...], max: 9_999) else {
                return nil
            }
            let minutes = digits.count == 2 ? Int64(zone) * 60 : Int64(zone / 100) * 60 + Int64(zone % 100)
            offsetMinutes = bytes[sign] == UInt8(ascii: "-") ? -minutes : minutes
            clock = bytes[bytes.startIndex..<sign]
        }
        if clock.last == UInt8(ascii: "Z") { clock = clock.dropLast() }
        // Digits below the microsecond are more than a WallTime holds.
        let time = Array(clock.prefix(26)).withUnsafeBufferPointer { WallTime(parsing: $0) }
        guard let time else { return nil }
        self = time.advanced(milliseconds: -offsetMinutes * 60_000)
    }
}
