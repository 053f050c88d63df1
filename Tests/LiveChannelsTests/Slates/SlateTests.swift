import MPEGTS
import Model
import Testing

@testable import LiveChannels

/// Clips that ffmpeg makes.
enum Clip {
    static let plain = Result { try FFmpeg.transportStream(seconds: 2, size: "256x144", video: Self.video) }
    static let inOrder = Result {
        try FFmpeg.transportStream(
            seconds: 2,
            video: ["-c:v", "libx264", "-bf", "0", "-g", "50", "-sc_threshold", "0"]
        )
    }
    static let hevc = Result {
        try FFmpeg.transportStream(
            seconds: 1,
            video: ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error:open-gop=0:keyint=25"]
        )
    }
    static let video = ["-c:v", "libx264", "-preset", "veryfast", "-x264-params", "keyint=50:scenecut=0:bframes=2"]

    static func made(_ arguments: String...) throws -> [UInt8] {
        Array(try FFmpeg.run("ffmpeg", ["-v", "error"] + arguments + ["-f", "mpegts", "-"]).output)
    }
}

struct SlateTests {
    @Test func `a clip is taken apart into pictures and single frames of sound`() throws {
        let slate = try Slate(reading: try Clip.plain.get())
        #expect(slate.length == MediaTime(seconds: 2))
        #expect(slate.pictures.count == 50)
        #expect(slate.codecs == "h264+aac")
        let sound = try #require(slate.sound)
        #expect(sound.samples == 1_024)
        #expect(sound.rate == 48_000)
        #expect((93...96).contains(sound.frames.count))
        #expect(try Slate(reading: try Clip.hevc.get()).codecs == "hevc+aac")
    }

    @Test func `what is no slate is refused with one line that says why`() throws {
        func complaint(_ bytes: [UInt8]) -> SlateError? {
            do throws(SlateError) {
                _ = try Slate(reading: bytes)
                return nil
            } catch {
                #expect(!error.description.contains("\n"))
                return error
            }
        }
        let plain = try Clip.plain.get()
        #expect(complaint([]) == .notTransportStream)
        #expect(complaint(Array("not a stream".utf8)) == .notTransportStream)
        #expect(complaint([UInt8](repeating: 0, count: Slate.sizeBytesMax + 1)) == .tooLarge(bytes: 16_777_217))
        // A hole in the middle.
        let hole = Array(plain[..<(188 * 60)] + plain[(188 * 75)...])
        #expect(complaint(hole).map { "\($0)".hasPrefix("it is damaged") } == true)
        let picture = ["-f", "lavfi", "-i", "testsrc2=s=160x96:r=25:d=2"]
        let tone = ["-f", "lavfi", "-i", "sine=f=440:r=48000:d=2"]
        let short = ["-f", "lavfi", "-i", "sine=f=440:r=48000:d=1"]
        let long = ["-f", "lavfi", "-i", "testsrc2=s=160x96:r=5:d=31"]
        func made(_ parts: [String]...) throws -> [UInt8] {
            Array(try FFmpeg.run("ffmpeg", ["-v", "error"] + parts.flatMap { $0 } + ["-f", "mpegts", "-"]).output)
        }
        #expect(complaint(try made(tone, ["-c:a", "aac"])) == .videoTracks(0))
        let two = try made(
            picture,
            tone,
            ["-map", "0:v", "-map", "1:a", "-map", "1:a", "-c:v", "libx264", "-c:a", "aac"]
        )
        #expect(complaint(two) == .audioTracks(2))
        let open = try made(picture, ["-c:v", "mpeg2video", "-bf", "2", "-g", "12"])
        #expect(complaint(Self.withoutFirstPictures(open)) == .openGOP)
        let tooLong = try made(long, ["-c:v", "libx264", "-preset", "ultrafast"])
        #expect(complaint(tooLong) == .tooLong(milliseconds: 31_000))
        let early = try made(picture, short, ["-c:v", "libx264", "-c:a", "aac"])
        #expect(complaint(early).map { "\($0)".hasPrefix("its sound lasts") } == true)
        let refresh = try made(
            picture,
            ["-c:v", "libx264", "-x264-params", "intra-refresh=1:keyint=10:bframes=0"]
        )
        #expect(complaint(Self.withoutFirstPictures(refresh)) == .noStart)
    }

    /// The stream from its second random access point on.
    private static func withoutFirstPictures(_ bytes: [UInt8]) -> [UInt8] {
        let stream = Sample.read(bytes)
        let points = stream.units.indices.filter { stream.units[$0].isRandomAccessPoint }
        var muxer = Muxer(tracks: stream.tracks)
        var rest: [UInt8] = []
        muxer.tables(into: &rest)
        for unit in stream.units[(points.dropFirst().first ?? 0)...] { _ = muxer.write(unit, into: &rest) }
        return rest
    }

    @Test func `a loop goes on in time, its sound on one grid`() throws {
        let slate = try Slate(reading: try Clip.plain.get())
        let sound = try #require(slate.sound)
        var feed = SlateFeed(slate, now: MediaTime(seconds: 100))
        var units: [AccessUnit] = []
        for tick in 0..<200 {
            let now = MediaTime(seconds: 100) + MediaTime(milliseconds: Int64(tick) * 100)
            let due = feed.due(now: now)
            units += due
            // A second ahead, less than a picture off.
            let ahead = (units.last?.dts ?? .zero).ticks - SlateFeed.start - (now.ticks - 9_000_000)
            #expect((81_000..<94_000).contains(ahead))
        }
        let pictures = units.filter { $0.pid == slate.video.pid }
        let steps = Set(zip(pictures, pictures.dropFirst()).map { ($1.dts ?? .zero) - ($0.dts ?? .zero) })
        #expect(steps == [MediaTime(ticks: 3_600)])
        let shown = pictures.compactMap(\.pts).sorted().dropLast(8)
        #expect(Set(zip(shown, shown.dropFirst()).map { $1 - $0 }) == [MediaTime(ticks: 3_600)])
        #expect(pictures.count { $0.isRandomAccessPoint } == 11)
        let frames = units.filter { $0.pid == sound.track.pid }.compactMap(\.pts)
        #expect(Set(zip(frames, frames.dropFirst()).map { $1 - $0 }) == [MediaTime(ticks: 1_920)])
        #expect(frames.first == pictures.first?.pts)
        // Each loop begins with the first frame, within half a frame of its first picture.
        let starts = units.filter { $0.pid == sound.track.pid && $0.data == sound.frames[0] }.compactMap(\.pts?.ticks)
        let points = pictures.filter(\.isRandomAccessPoint).compactMap(\.pts?.ticks)
        for point in points.dropLast() { #expect(starts.contains { abs($0 - point) <= 960 }) }
    }

    @Test func `after a pause of the process it starts over from now, and time stamps wrap`() throws {
        let slate = try Slate(reading: try Clip.plain.get())
        var feed = SlateFeed(slate, now: .zero)
        #expect(!feed.due(now: .zero).isEmpty)
        let after = feed.due(now: MediaTime(seconds: 3_600))
        #expect((30...80).contains(after.count))
        #expect(feed.due(now: MediaTime(seconds: 3_600)).isEmpty)
        for unit in after { #expect((0..<MediaTime.wrap).contains(unit.pts?.ticks ?? -1)) }
    }

    @Test func `a shelf answers in the language asked for, or else in English`() throws {
        let slate = try Slate(reading: try Clip.plain.get())
        let shelf = SlateShelf()
        #expect(shelf.slate(.offAir, language: "de") == nil)
        shelf.replace(with: [SlateShelf.Key(purpose: .offAir, language: "en"): slate])
        #expect(shelf.slate(.offAir, language: "de") == slate)
        #expect(shelf.slate(.expired, language: "en") == nil)
    }
}
