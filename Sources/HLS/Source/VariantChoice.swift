extension MultivariantPlaylist {
    /// The names before the first dot of RFC 6381 codecs that can be ingested from MPEG-TS.
    ///
    /// Source: RFC 6381, 3.3; ETSI TS 102 366 and ISO/IEC 14496-15 for the sample entries.
    private static let videoCodecs: Set<String> = ["avc1", "avc3", "hvc1", "hev1", "mp2v", "mp4v"]
    private static let audioCodecs: Set<String> = ["mp4a", "ac-3", "ec-3", "mp3"]

    /// The variant to ingest: the highest bandwidth that `bandwidthMax` allows and whose codecs are known.
    ///
    /// One that carries its own sound goes before one whose sound is elsewhere, one with pictures before one without.
    /// When all are above `bandwidthMax`, the lowest. `nil` when no variant has codecs that can be ingested.
    package func preferredVariant(bandwidthMax: Int? = nil) -> Variant? {
        let playable = self.variants.filter(Self.isPlayable)
        let withPicture = playable.filter { !Self.isAudioOnly($0) }
        let candidates = withPicture.isEmpty ? playable : withPicture
        let withSound = candidates.filter { !self.hasSeparateAudio($0) }
        let preferred = withSound.isEmpty ? candidates : withSound
        let allowed = preferred.filter { variant in bandwidthMax.map { variant.bandwidth <= $0 } ?? true }
        // Of equals the first, as the playlist's author meant (RFC 8216, 6.2.4 leaves the order to taste).
        if allowed.isEmpty { return preferred.min { $0.bandwidth < $1.bandwidth } }
        return allowed.reduce(nil) { best, next in
            guard let best else { return next }
            return next.bandwidth > best.bandwidth ? next : best
        }
    }

    /// Whether the sound of a variant is only in a playlist of its own.
    package func hasSeparateAudio(_ variant: Variant) -> Bool {
        guard let group = variant.audioGroup else { return false }
        let renditions = self.renditions.filter { $0.kind == .audio && $0.groupID == group }
        return !renditions.isEmpty && renditions.allSatisfy { $0.uri != nil }
    }

    private static func isPlayable(_ variant: Variant) -> Bool {
        variant.codecs.allSatisfy {
            Self.videoCodecs.contains(Self.family($0)) || Self.audioCodecs.contains(Self.family($0))
        }
    }

    private static func isAudioOnly(_ variant: Variant) -> Bool {
        !variant.codecs.isEmpty && variant.codecs.allSatisfy { Self.audioCodecs.contains(Self.family($0)) }
    }

    private static func family(_ codec: String) -> String {
        String(codec.prefix { $0 != "." }).lowercased()
    }
}
