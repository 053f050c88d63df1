/// What a reel is encoded with.
package struct ReelSpec: Hashable, Sendable, CustomStringConvertible {
    package enum Video: String, CaseIterable, Sendable {
        case high, main, baseline, interlaced, hevc, mpeg2
    }

    package enum Audio: String, CaseIterable, Sendable {
        case aac, mp2, ac3
    }

    package var video: Video
    package var audio: Audio
    /// Cells are this many pixels wide; 16 makes 320 x 180.
    package var cellWidth: Int

    package init(_ video: Video, _ audio: Audio, cellWidth: Int = 16) {
        self.video = video
        self.audio = audio
        self.cellWidth = cellWidth
    }

    package static let usual = ReelSpec(.high, .aac)
    package static let allKinds: [ReelSpec] = [
        ReelSpec(.high, .aac), ReelSpec(.main, .mp2), ReelSpec(.baseline, .ac3), ReelSpec(.interlaced, .aac),
        ReelSpec(.hevc, .ac3), ReelSpec(.mpeg2, .mp2),
    ]

    package var description: String {
        "\(self.video)-\(self.audio)" + (self.cellWidth == 16 ? "" : "-\(self.cellWidth)")
    }

    package var width: Int { self.cellWidth * NumberedPicture.columns }
    package var height: Int { self.cellWidth * 5 / 4 * NumberedPicture.rows }

    /// Every random access point begins a closed group, so that a reel can be entered and joined at any of them.
    var encoders: [String] {
        let cycle = NumberedPicture.cycle
        let x264 = "keyint=\(cycle):min-keyint=\(cycle):scenecut=0"
        let h264 = "-c:v libx264 -preset veryfast -b:v 1M -maxrate 1M -bufsize 1M"
        let video =
            switch self.video {
            case .high: "\(h264) -profile:v high -x264-params \(x264):bframes=3:b-pyramid=normal:b-adapt=0:ref=4"
            case .main: "\(h264) -profile:v main -x264-params \(x264):bframes=2:b-adapt=0:b-pyramid=none:ref=3"
            case .baseline: "\(h264) -profile:v baseline -x264-params \(x264)"
            case .interlaced:
                "\(h264) -profile:v high -flags +ilme+ildct -x264-params \(x264):tff=1:bframes=2:b-adapt=0"
            case .hevc:
                "-c:v libx265 -preset ultrafast -b:v 1M -x265-params "
                    + "log-level=error:keyint=\(cycle):min-keyint=\(cycle):scenecut=0:bframes=3:open-gop=0:wpp=0"
            case .mpeg2:
                "-c:v mpeg2video -b:v 1500k -maxrate 2M -bufsize 1M -bf 2 -g \(cycle) -flags +cgop "
                    + "-sc_threshold 1000000000 -mpv_flags +strict_gop"
            }
        let audio =
            switch self.audio {
            case .aac: "-c:a aac -b:a 96k"
            case .mp2: "-c:a mp2 -b:a 128k"
            case .ac3: "-c:a ac3 -b:a 128k"
            }
        return (video + " " + audio).split(separator: " ").map(String.init)
    }
}
