import MPEGTS
import Model

/// A broadcast as a live HLS playlist and its segments.
///
/// Pure; segments are made of the broadcast's last seconds when they are asked for.
/// Source: RFC 8216, 4.3 and 6.2.2.
struct Shelf {
    enum Answer {
        case playlist(String)
        case segment([UInt8])
        case absent
    }

    /// Groups of pictures in a segment: 1.92 s.
    private static let groupsPerSegment = 2
    private static let windowSize = 6
    private static let targetSeconds = 2
    /// Bytes of null packets after an oversize segment: 48 MiB.
    private static let oversizeBytes = 48 << 20

    private let broadcast: Broadcast
    private let state: LineState
    private let now: MediaTime

    init(_ broadcast: Broadcast, _ state: LineState, now: MediaTime) {
        (self.broadcast, self.state, self.now) = (broadcast, state, now)
    }

    func answer(_ path: String) -> Answer {
        if path == "/live.m3u8" { return .playlist(self.playlist) }
        guard path.hasPrefix("/segment/"), path.hasSuffix(".ts"),
            let number = Int(path.dropFirst("/segment/".count).dropLast(".ts".count))
        else { return .absent }
        let bytes = self.segment(number)
        guard !bytes.isEmpty else { return .absent }
        switch self.state.segmentFault(at: self.now) {
        case .missing: return .absent
        case .truncated: return .segment(Array(bytes.prefix(bytes.count / 2 - bytes.count / 2 % 188 + 70)))
        case .oversize:
            let null: [UInt8] = [0x47, 0x1F, 0xFF, 0x10] + [UInt8](repeating: 0xFF, count: 184)
            let count = Self.oversizeBytes / null.count
            return .segment(bytes + (0..<count).flatMap { _ in null })
        case nil: return .segment(bytes)
        }
    }

    private var playlist: String {
        let shown = self.state.playlistTime(at: self.now)
        let group = self.broadcast.chunks.last { $0.due <= shown }?.group ?? 0
        // The segment that is being made is not there yet.
        let end = group / Self.groupsPerSegment
        let first = max(end - Self.windowSize, 0)
        let seconds = Double(Self.groupsPerSegment * NumberedPicture.cycle) * Reel.pictureLength.seconds
        var lines = [
            "#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-TARGETDURATION:\(Self.targetSeconds)",
            "#EXT-X-MEDIA-SEQUENCE:\(max(first + self.state.sequenceShift, 0))",
        ]
        if self.state.isKeyMissing(at: self.now) { lines.append("#EXT-X-KEY:METHOD=AES-128,URI=\"/missing.key\"") }
        for number in first..<end { lines += ["#EXTINF:\(seconds),", "/segment/\(number).ts"] }
        return lines.joined(separator: "\n") + "\n"
    }

    private func segment(_ number: Int) -> [UInt8] {
        let groups = (number * Self.groupsPerSegment)..<((number + 1) * Self.groupsPerSegment)
        let chunks = self.broadcast.chunks.filter { groups.contains($0.group) }
        // Not one whose first pictures have been forgotten, nor one that is being made.
        guard chunks.first?.isStart == true, chunks.first?.group == groups.lowerBound,
            let last = self.broadcast.chunks.last, last.group >= groups.upperBound
        else { return [] }
        return chunks.flatMap(\.bytes)
    }
}
