import MPEGTS
package import Model
package import NIOCore

/// A slate as transport stream for one viewer after another: repetitions of the clip on one timeline, a piece each.
///
/// Pure; made once and shared. Each piece begins with PAT, PMT and a random access point, so that it serves as a segment of HLS, too.
package struct SlateClip: Hashable, Sendable {
    /// Bytes of all pieces; an operator's clip of a high bit rate is repeated less often.
    package static let sizeBytesMax = 16 << 20

    /// One repetition for each, in order.
    package let pieces: [ByteBuffer]
    /// How long each lasts.
    package let pieceLength: MediaTime

    /// How long it is in all.
    package var length: MediaTime { MediaTime(ticks: self.pieceLength.ticks * Int64(self.pieces.count)) }

    /// Repeats `slate` for as long as `length`, rounded down to whole clips; once at least.
    package init(_ slate: Slate, lasting length: MediaTime) {
        self.pieceLength = slate.length
        let wanted = Swift.max(1, length.ticks / Swift.max(1, slate.ticks))
        let affordable = Swift.max(1, Self.sizeBytesMax / Swift.max(1, slate.sizeBytes))
        self.pieces = Self.pieces(of: slate, count: Swift.min(Int(clamping: wanted), affordable))
    }

    private static func pieces(of slate: Slate, count: Int) -> [ByteBuffer] {
        var feed = SlateFeed(slate, now: .zero)
        var muxer = Muxer(tracks: feed.tracks)
        var pieces: [[UInt8]] = []
        var pictures = 0
        var now = MediaTime.zero
        while true {
            for unit in feed.due(now: now) {
                if unit.pid == slate.video.pid {
                    if pictures % slate.pictures.count == 0 {
                        guard pieces.count < count else { return pieces.map { ByteBuffer(bytes: $0) } }
                        pieces.append([])
                        muxer.tables(into: &pieces[pieces.count - 1])
                    }
                    pictures += 1
                }
                guard !pieces.isEmpty else { continue }
                // A clip that was taken apart holds nothing a muxer refuses.
                _ = muxer.write(unit, into: &pieces[pieces.count - 1])
            }
            now = now + SlateFeed.lead
        }
    }
}
