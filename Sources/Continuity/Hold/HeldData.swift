package import MPEGTS

/// What is sent of the tracks that are neither picture nor sound while a channel is held.
///
/// Subtitles, teletext and metadata belong to pictures that are not shown, and a cue to a time that does not come: a cue
/// acted upon would cut into the hold. A heartbeat of cues means no time, nor do sections that nobody here reads.
package enum HeldData {
    /// Whether a unit of `track` is sent during a hold.
    package static func passes(_ unit: AccessUnit, of track: Track) -> Bool {
        switch track.codec {
        case .scte35: SCTE35.isNull(unit.data) == true
        case .other: track.carriesSections
        case .dvbSubtitles, .teletext, .id3: false
        case .h264, .hevc, .mpeg2Video, .aac, .latm, .mpegAudio, .ac3, .eac3: false
        }
    }
}
