import Continuity
import HLS
import MPEGTS
import Model
import NIOCore
import Testing

@testable import LiveChannels

/// Twenty-two seconds to be held in the middle of.
enum HoldSample: String, CaseIterable, Sendable {
    /// Random access points that pictures before them in time follow.
    case hevc
    case hevcClosed = "hevc-closed"
    case mpeg2
    case h264
    /// Only the first random access point is an IDR.
    case h264Open = "h264-open"
    /// A random access point every ten seconds.
    case hevcLong = "hevc-long"
    /// And every twenty.
    case hevcLonger = "hevc-longer"

    private static let x265 = ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params"]

    private static let x264 = ["-c:v", "libx264", "-preset", "veryfast", "-x264-params"]

    private var video: [String] {
        switch self {
        case .hevc: Self.x265 + ["log-level=none:keyint=25:min-keyint=25:scenecut=0:bframes=3"]
        case .hevcClosed: Self.x265 + ["log-level=none:keyint=50:min-keyint=50:scenecut=0:bframes=2:open-gop=0"]
        case .mpeg2: ["-c:v", "mpeg2video", "-b:v", "1M", "-g", "12", "-bf", "2"]
        case .h264: Self.x264 + ["keyint=25:min-keyint=25:scenecut=0:bframes=2:b-adapt=0"]
        case .h264Open: Self.x264 + ["keyint=30:min-keyint=30:scenecut=0:bframes=3:open-gop=1:b-adapt=0"]
        case .hevcLong: Self.x265 + ["log-level=none:keyint=250:min-keyint=250:scenecut=0:bframes=3"]
        case .hevcLonger: Self.x265 + ["log-level=none:keyint=500:min-keyint=500:scenecut=0:bframes=3"]
        }
    }

    private static let made = HoldSample.allCases.reduce(into: [HoldSample: Result<[UInt8], any Error>]()) {
        made,
        sample in
        made[sample] = Result {
            try FFmpeg.transportStream(seconds: 22, size: "192x108", video: sample.video)
        }
    }

    func stream() throws -> (tracks: [Track], units: [AccessUnit]) {
        Sample.read(try #require(Self.made[self]).get())
    }
}

extension Studio {
    /// The longest time a playlist stood, in seconds.
    var playlistAge: Double {
        let ages = zip(self.publishedAt, self.publishedAt.dropFirst()).map { Double($1 - $0) / 90_000 }
        return ages.max() ?? .infinity
    }
}

/// What viewers get while a source is silent.
@Suite(.serialized)
struct HoldTests {
    /// The declared target duration, and what a clock of 100 ms and a late picture may add.
    static let ageMax = 6.0 + 0.5

    private func faults(_ bytes: [UInt8]) -> [String] {
        var demuxer = Demuxer()
        var faults: [String] = []
        let emit: (Demuxer.Output) -> Void = { if case .fault(let fault) = $0 { faults.append("\(fault)") } }
        demuxer.push(bytes, emit)
        demuxer.fileEnded(emit)
        return faults
    }

    private func expectWhole(_ bytes: [UInt8], _ what: String) throws {
        let complaints = try FFmpeg.complaints(about: bytes)
        #expect(complaints == "", "\(what): \(complaints)")
        #expect(self.faults(bytes) == [], "\(what)")
        for (stream, times) in try FFmpeg.decodingTimes(of: bytes) {
            #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 }, "\(what), stream \(stream)")
        }
    }

    @Test(arguments: [HoldSample.hevc, .hevcClosed, .mpeg2, .h264, .h264Open])
    func `segments of a hold can be decoded alone, and viewers of both kinds see no error`(sample: HoldSample) throws {
        let stream = try sample.stream()
        var studio = Studio()
        studio.play((stream.tracks, []))
        studio.take(stream.units, butFrom: 5.3, for: 13.2)
        studio.finish()
        try self.expectWhole(studio.live, "live")
        try self.expectWhole(studio.hls, "segments")
        #expect(studio.live != studio.hls)
        for segment in studio.segments {
            let complaints = try FFmpeg.complaints(about: segment.payload).split(separator: "\n")
                // Who begins at a picture that is no IDR is told to forget pictures it never had; so it is without a hold.
                .filter { sample != .h264Open || !$0.hasSuffix("mmco: unref short failure") }
            #expect(complaints == [], "segment \(segment.mediaSequence)")
            #expect(Sample.read(segment.payload).units.first?.isRandomAccessPoint == true)
        }
        #expect(
            studio.segments.map(\.isDiscontinuity) == [true] + Array(repeating: false, count: studio.segments.count - 1)
        )
        // As many pictures at the same times: 22 s of them.
        let live = try #require(FFmpeg.decodingTimes(of: studio.live)[0])
        let listed = try #require(FFmpeg.decodingTimes(of: studio.hls)[0])
        #expect(live == listed)
        #expect(abs(live.count - 550) <= 12)
        #expect(zip(live, live.dropFirst()).allSatisfy { $1 - $0 <= 3_600 })
        #expect(studio.playlistAge <= Self.ageMax)
        // A segment that begins in the hold and ends in it shows one picture.
        let held = studio.segments.dropFirst(2).first
        let pictures = try FFmpeg.pictures(of: try #require(held).payload)
        #expect(pictures.count == 100)
        #expect(Set(pictures).count == 1)
    }

    @Test func `a hold that ends before its segment is the same for viewers of both kinds`() throws {
        let stream = try HoldSample.hevc.stream()
        var studio = Studio()
        studio.play((stream.tracks, []))
        studio.take(stream.units, butFrom: 8.3, for: 3.5)
        studio.finish()
        #expect(studio.live == studio.hls)
        try self.expectWhole(studio.hls, "segments")
    }

    @Test(arguments: [HoldSample.hevc, .h264Open])
    func `each hold forks anew, and the counters go on`(sample: HoldSample) throws {
        let stream = try sample.stream()
        var studio = Studio()
        for source in 1...3 {
            studio.play((stream.tracks, []), source: Int64(source))
            studio.take(stream.units.filter { ($0.dts ?? .zero) < MediaTime(seconds: 7) })
            for _ in 0..<(70 + source * 13) { studio.pass(9_000) }
        }
        studio.play(stream, source: 4)
        studio.finish()
        try self.expectWhole(studio.live, "live")
        try self.expectWhole(studio.hls, "segments")
        #expect(try FFmpeg.decodingTimes(of: studio.live)[0] == FFmpeg.decodingTimes(of: studio.hls)[0])
        #expect(studio.playlistAge <= Self.ageMax)
    }

    @Test(arguments: [HoldSample.h264Open, .mpeg2, .hevcLong, .hevcLonger])
    func `no playlist stands for longer than its target duration`(sample: HoldSample) throws {
        let stream = try sample.stream()
        // Where in its segment the source stops, and for how long.
        for phase in 0..<8 {
            var studio = Studio()
            studio.play((stream.tracks, []))
            studio.take(stream.units, butFrom: 4.1 + Double(phase) * 0.5, for: 2 + Double(phase))
            #expect(studio.playlistAge <= Self.ageMax, "\(sample), phase \(phase)")
            let longest = studio.segments.map(\.duration.seconds).max() ?? 0
            #expect(longest.rounded() <= 6, "\(sample), phase \(phase)")
        }
    }

    @Test func `a stream that is silent for ever goes on in segments`() throws {
        let stream = try HoldSample.hevc.stream()
        var studio = Studio()
        studio.play((stream.tracks, []))
        studio.take(stream.units.filter { ($0.dts ?? .zero) < MediaTime(seconds: 6) })
        for _ in 0..<600 { studio.pass(9_000) }
        #expect(studio.segments.count >= 14)
        #expect(studio.playlistAge <= Self.ageMax)
        #expect(studio.segments.dropFirst(3).allSatisfy { $0.duration.milliseconds == 4_000 })
        try self.expectWhole(studio.hls, "segments")
    }

    @Test(arguments: [HoldSample.hevcLong, .mpeg2, .h264])
    func `whoever joins live in a hold gets a picture at once`(sample: HoldSample) throws {
        let stream = try sample.stream()
        var studio = Studio()
        studio.play((stream.tracks, []))
        studio.keepsStarts = true
        studio.take(stream.units, butFrom: 18.6, for: 1)
        let units = stream.units.filter { ($0.dts ?? .zero) < MediaTime(seconds: 10) }
        studio.take(units)
        for _ in 0..<600 { studio.pass(9_000) }
        #expect(studio.starts.allSatisfy { !$0.cache.isEmpty })
        let held = studio.starts.filter(\.isHeld)
        #expect(held.count > 575)
        // Chunks all over the hold, and each one around where it begins anew.
        let looked = stride(from: 0, to: held.count, by: 41).map { held[$0] } + held[95..<108]
        for (cache, chunk, _) in looked {
            var cache = cache
            let start = cache.start().map { Array($0.readableBytesView) }
            let next = studio.chunks[chunk...].prefix(10).flatMap { Array($0.bytes.readableBytesView) }
            let bytes = try #require(start) + next
            #expect(try FFmpeg.complaints(about: bytes) == "", "joined after chunk \(chunk)")
        }
    }

    @Test func `other parameters give the tables another version, and the same ones don't`() throws {
        var studio = Studio()
        studio.play(Sample.read(try Sample.bytes.get()))
        studio.play(Sample.read(try Sample.bytes.get()))
        studio.play(Sample.read(try Sample.other.get()))
        studio.play(Sample.read(try Sample.other.get()))
        studio.play(Sample.read(try Sample.bytes.get()))
        studio.finish()
        let versions = studio.segments.map { self.versions(of: $0.payload) }
        // Each segment has one version; another one where a discontinuity stands before it, but for the first.
        #expect(versions.allSatisfy { $0.count == 1 })
        let expected = studio.segments.reduce(into: [Int]()) { versions, segment in
            versions.append((versions.last ?? 0) + (segment.isDiscontinuity ? 1 : 0))
        }
        #expect(versions.compactMap(\.first) == expected)
        #expect(expected.last == 3)
        try self.expectWhole(studio.live, "live")
    }

    /// Versions of the PMT in packets, in the order they came.
    private func versions(of bytes: [UInt8]) -> [Int] {
        var versions: [Int] = []
        for start in stride(from: 0, to: bytes.count, by: 188) {
            let pid = Int(bytes[start + 1] & 0x1F) << 8 | Int(bytes[start + 2])
            guard pid == 0x1000, bytes[start + 1] & 0x40 != 0 else { continue }
            let version = Int(bytes[start + 5 + 5] >> 1 & 0x1F)
            if versions.last != version { versions.append(version) }
        }
        return versions
    }
}
