import HLS
import LiveChannels
import Model

/// What can be caught up of a stretch, as a playlist that ends.
///
/// Source: RFC 8216, 4.3.2.3 (EXT-X-DISCONTINUITY), 4.3.3.4 (EXT-X-ENDLIST).
enum CatchUpPlaylist {
    /// The playlist's text; URIs are beside it.
    static func text(_ items: [Archive.Item]) -> [UInt8] {
        // Rounded to the nearest second, as RFC 8216, 4.3.3.1 has it.
        let longest = items.map { ($0.record.duration.ticks + 45_000) / 90_000 }.max() ?? 1
        var playlist = MediaPlaylist(targetDurationSeconds: Int(max(longest, 1)), endList: true)
        playlist.segments = items.map { item in
            MediaPlaylist.Segment(
                uri: "a\(item.file)-\(item.index).ts",
                duration: item.record.duration,
                isDiscontinuity: item.isDiscontinuity,
                programDateTime: item.record.start
            )
        }
        var text: [UInt8] = []
        // Numbers and digits only, in ranges that the index has been checked for.
        try? playlist.write(into: &text)
        return text
    }
}
