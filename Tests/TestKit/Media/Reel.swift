package import MPEGTS
package import Model

/// Some seconds of numbered pictures and beeps, cut so that they can be played again and again without a seam.
///
/// Every reel has the same length, the same number of pictures and a random access point at the same places, so that a
/// supplier may change from one to another in the middle.
package struct Reel: Sendable {
    /// One coded picture or audio frame, its times counted from the reel's start.
    package struct Unit: Sendable {
        package var isVideo: Bool
        package var dts: MediaTime
        package var pts: MediaTime
        package var isRandomAccessPoint: Bool
        package var data: [UInt8]
        package var streamID: UInt8
    }

    /// Pictures of 40 ms: 57.6 s, which is a whole number of AAC, MP2 and AC-3 frames of 48 kHz, too.
    package static let pictureCount = 1_440
    package static let pictureLength = MediaTime(milliseconds: 40)
    package static let length = MediaTime(milliseconds: 40 * Int64(Self.pictureCount))

    package var spec: ReelSpec
    package var video: Track
    package var audio: Track
    /// In the order they are sent.
    package var units: [Unit]

    /// Bits per second of the pictures.
    package var videoBitRate: Double {
        Double(self.units.filter(\.isVideo).reduce(0) { $0 + $1.data.count } * 8) / Self.length.seconds
    }

    /// Cuts a reel out of a transport stream that ffmpeg made.
    init(_ spec: ReelSpec, transport: [UInt8]) throws {
        var demuxer = Demuxer()
        var units: [AccessUnit] = []
        func take(_ output: Demuxer.Output) { if case .unit(let unit) = output { units.append(unit) } }
        demuxer.push(transport, take)
        demuxer.fileEnded(take)
        guard let video = demuxer.tracks.first(where: \.codec.isVideo),
            let audio = demuxer.tracks.first(where: \.codec.isAudio)
        else { throw Unusable(spec: spec, why: "tracks \(demuxer.tracks)") }
        (self.spec, self.video, self.audio) = (spec, video, audio)

        let pictures = units.filter { $0.pid == video.pid }
        guard pictures.count >= Self.pictureCount, let start = pictures[0].dts, pictures[0].isRandomAccessPoint else {
            throw Unusable(spec: spec, why: "\(pictures.count) pictures")
        }
        let shown = pictures.prefix(Self.pictureCount).compactMap(\.pts).min() ?? start
        let frames = units.filter { $0.pid == audio.pid && ($0.pts ?? start) >= shown }
            .prefix { ($0.pts ?? start) < shown + Self.length }
        self.units = (pictures.prefix(Self.pictureCount) + frames).map { unit in
            Unit(
                isVideo: unit.pid == video.pid,
                dts: (unit.dts ?? start) - start,
                pts: (unit.pts ?? start) - start,
                isRandomAccessPoint: unit.pid == video.pid && unit.isRandomAccessPoint,
                data: unit.data,
                streamID: unit.streamID
            )
        }
        self.units.sort { ($0.dts, $0.isVideo ? 0 : 1) < ($1.dts, $1.isVideo ? 0 : 1) }
        let points = self.units.filter(\.isRandomAccessPoint).count
        guard points == Self.pictureCount / NumberedPicture.cycle else {
            throw Unusable(spec: spec, why: "\(points) random access points")
        }
    }

    /// What ffmpeg made isn't what a reel needs.
    package struct Unusable: Error, CustomStringConvertible {
        package var spec: ReelSpec
        package var why: String

        package var description: String { "\(self.spec): \(self.why)" }
    }
}
