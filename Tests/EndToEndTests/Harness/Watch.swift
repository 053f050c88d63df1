import Foundation
import MPEGTS
import Model
import TestKit

/// Both kinds of viewers of one channel, who write down what they get.
struct Watch: Sendable {
    let id: Int
    let transport: TransportRecorder
    let playlist: PlaylistRecorder

    /// Begins to watch as `user`.
    init(_ serving: Serving, _ id: Int, user: String = "ada", keeps: Bool = true) async throws {
        self.id = id
        let path = "/live/\(user)/pass-\(user)/\(id)"
        // Each is a device of its own: one that opens a second stream within two seconds has changed channels.
        self.transport = try await TransportRecorder(serving.url("\(path).ts?device_id=ts-\(id)"), keeps: keeps)
        self.playlist = try PlaylistRecorder(serving.url("\(path).m3u8?device_id=hls-\(id)"), keeps: keeps)
    }

    func leave() {
        self.transport.leave()
        self.playlist.leave()
    }

    /// What they saw, by output.
    func screenings() async throws -> [(output: String, seen: Screening)] {
        [
            ("\(self.id).ts", try await Screening(file: self.transport.file)),
            ("\(self.id).m3u8", try await Screening(file: self.playlist.file)),
        ]
    }

    /// What is wrong with the bytes of either, whatever the pictures show.
    var byteFaults: [String] {
        self.transport.check.faults.map { "\(self.id).ts: \($0)" }
            + self.playlist.check.faults.map { "\(self.id).m3u8: \($0)" }
            + self.playlist.state.now.sequenceFaults.map { "\(self.id).m3u8: media sequence \($0)" }
            + (self.transport.hasEnded ? ["\(self.id).ts: the connection ended"] : [])
    }

    /// Bits per second of the pictures decoded in a part of the transport stream's time, in seconds.
    func videoBitRate(_ part: ClosedRange<Double>) throws -> Double {
        var demuxer = Demuxer()
        var count = 0
        demuxer.push([UInt8](try Data(contentsOf: URL(filePath: self.transport.file)))) { output in
            guard case .unit(let unit) = output, (0xE0..<0xF0).contains(unit.streamID), let time = unit.dts else {
                return
            }
            if part.contains(Double(time.ticks) / 90_000) { count += unit.data.count }
        }
        return Double(count * 8) / (part.upperBound - part.lowerBound)
    }
}
