import Continuity
import HLS
import MPEGTS
import Model
import NIOCore
import Testing

@testable import LiveChannels

/// What a source yields: made by ffmpeg once, read by the demuxer.
enum Sample {
    static let bytes = Result { try FFmpeg.transportStream() }
    /// Other pictures, coded alike.
    static let flipped = Result { try FFmpeg.transportStream(flipped: true) }
    static let other = Result { try FFmpeg.transportStream(seconds: 3, size: "256x144") }
    static let mpeg2 = Result {
        try FFmpeg.transportStream(
            seconds: 3,
            video: ["-c:v", "mpeg2video", "-g", "12", "-bf", "2"],
            audio: ["-c:a", "mp2", "-b:a", "128k"]
        )
    }
    static let radio = Result {
        try FFmpeg.run(
            "ffmpeg",
            [
                "-v", "error", "-f", "lavfi", "-i", "sine=f=440:r=48000:d=12", "-c:a", "aac", "-ac", "2",
                "-f", "mpegts", "-",
            ]
        ).output
    }

    static func read(_ bytes: [UInt8]) -> (tracks: [Track], units: [AccessUnit]) {
        var demuxer = Demuxer()
        var units: [AccessUnit] = []
        let emit: (Demuxer.Output) -> Void = { if case .unit(let unit) = $0 { units.append(unit) } }
        demuxer.push(bytes, emit)
        demuxer.fileEnded(emit)
        return (demuxer.tracks, units)
    }
}

/// A media path with its clock, and all it sent.
struct Studio {
    var path: MediaPath
    var cache = GOPCache()
    var chunks: [LiveChunk] = []
    var segments: [Segment<[UInt8]>] = []
    /// When each segment was listed, in ticks.
    var publishedAt: [Int64] = []
    /// What a viewer would begin with after each chunk, and whether the picture was held then.
    var starts: [(cache: GOPCache, chunk: Int, isHeld: Bool)] = []
    /// Whether ``starts`` are kept.
    var keepsStarts = false
    private(set) var now: Int64 = 0
    var codecChanges = 0
    private var run = 0
    private var tickedAt: Int64 = 0

    init() {
        self.path = MediaPath(packager: Packager(initialMediaSequence: 1_000))
    }

    /// Another connection, to another source unless said otherwise, delivers a stream at the pace it plays.
    mutating func play(_ stream: (tracks: [Track], units: [AccessUnit]), source: Int64? = nil) {
        _ = self.path.continuity.closed(run: self.run, cause: "closed", now: MediaTime(ticks: self.now))
        self.run += 1
        self.path.continuity.opened(
            run: self.run,
            source: SourceID(source ?? Int64(self.run)),
            isBursty: false,
            now: MediaTime(ticks: self.now)
        )
        _ = self.path.continuity.feed(run: self.run, now: MediaTime(ticks: self.now))
        self.path.continuity.found(stream.tracks, run: self.run)
        self.take(stream.units)
    }

    mutating func take(_ units: [AccessUnit]) {
        guard let first = units.first?.dts?.ticks else { return }
        let start = self.now
        for unit in units {
            // As multiplexed: decoding times of all tracks rise, more or less.
            let due = start + max(0, (unit.dts ?? unit.pts)?.ticks ?? first) - first
            while self.now < due { self.pass(min(9_000, due - self.now)) }
            _ = self.path.continuity.received([unit], run: self.run, now: MediaTime(ticks: self.now))
        }
        self.pass(3_600)
    }

    /// A unit comes now.
    mutating func take(_ unit: AccessUnit) {
        _ = self.path.continuity.received([unit], run: self.run, now: MediaTime(ticks: self.now))
    }

    /// Packets were lost in front of what comes next.
    mutating func lost() {
        self.path.continuity.continuityErrors(1, run: self.run, now: MediaTime(ticks: self.now))
    }

    /// Nothing comes while the source's clock runs on; then the source is back, in the middle of its programme.
    mutating func take(_ units: [AccessUnit], butFrom start: Double, for seconds: Double) {
        guard let first = units.first?.dts?.ticks else { return }
        let from = first + Int64(start * 90_000)
        let until = from + Int64(seconds * 90_000)
        let time: (AccessUnit) -> Int64 = { ($0.dts ?? $0.pts)?.ticks ?? first }
        self.take(units.filter { time($0) < from })
        for _ in 0..<Int(seconds * 10) { self.pass(9_000) }
        self.take(units.filter { time($0) >= until })
    }

    /// Time goes by, without anything from the source.
    mutating func pass(_ ticks: Int64) {
        self.now += ticks
        guard self.now - self.tickedAt >= 9_000 else { return }
        self.tickedAt = self.now
        let now = MediaTime(ticks: self.now)
        _ = self.path.continuity.timePassed(now: now)
        self.note(self.path.due(now: now, wallTime: WallTime(microseconds: self.now * 100 / 9)))
        self.note(self.path.flush())
    }

    mutating func finish() {
        // What is kept plays to its end.
        for _ in 0..<18 { self.pass(9_000) }
        self.note(self.path.rest().outputs)
    }

    private mutating func note(_ outputs: [Packager.Output]) {
        for output in outputs {
            switch output {
            case .chunk(let chunk, let time):
                self.chunks.append(chunk)
                self.cache.append(chunk, at: time)
                guard self.keepsStarts else { continue }
                let isHeld = [.patch, .dead].contains(self.path.continuity.state)
                self.starts.append((self.cache, self.chunks.count, isHeld))
            case .segment(let segment):
                self.segments.append(segment)
                self.publishedAt.append(self.now)
            case .refused(let refusal): Issue.record("refused: \(refusal)")
            case .codecChanged: self.codecChanges += 1
            }
        }
    }

    var live: [UInt8] { self.chunks.flatMap { Array($0.bytes.readableBytesView) } }
    var hls: [UInt8] { self.segments.flatMap(\.payload) }
}

/// One at a time: each waits for a process, and other tests need the threads.
@Suite(.serialized)
struct MediaPathTests {
    private func expectClean(_ bytes: [UInt8], _ what: String, streams: Int = 2) throws {
        let complaints = try FFmpeg.complaints(about: bytes)
        #expect(complaints == "", "\(what): \(complaints)")
        let times = try FFmpeg.decodingTimes(of: bytes)
        #expect(times.count == streams, "\(what)")
        for (stream, times) in times {
            #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 }, "\(what), stream \(stream)")
        }
    }

    @Test func `a looped file decodes without an error, live and as segments`() throws {
        let bytes = try Sample.bytes.get()
        var studio = Studio()
        // The time stamps start again in the middle, as with a supplier that loops a file.
        studio.play(Sample.read(bytes))
        studio.take(Sample.read(bytes).units)
        let joinedAt = studio.chunks.count
        let kept = studio.cache.start()
        let start = try #require(kept)
        studio.take(Sample.read(bytes).units)
        studio.finish()
        try self.expectClean(studio.live, "live")
        try self.expectClean(studio.hls, "segments")
        let joiner =
            Array(start.readableBytesView) + studio.chunks[joinedAt...].flatMap { Array($0.bytes.readableBytesView) }
        try self.expectClean(joiner, "a viewer who joined")
        // Three times six seconds of pictures, none lost at the joints.
        let pictures = try #require(FFmpeg.decodingTimes(of: studio.live)[0])
        #expect(pictures.count == 450)
        #expect(zip(pictures, pictures.dropFirst()).allSatisfy { $1 - $0 == 3_600 })
        #expect(studio.live == studio.hls, "the same packets go both ways")
    }

    @Test(arguments: 1...4)
    func `a stream cut at any picture is continued without an error`(missing: Int) throws {
        let stream = Sample.read(try Sample.bytes.get())
        let pictures = stream.units.filter { $0.pid == stream.tracks.first?.pid }
        let cut = try #require(stream.units.lastIndex { $0 == pictures[pictures.count - missing] })
        var studio = Studio()
        studio.play((stream.tracks, Array(stream.units[..<cut])))
        studio.play(Sample.read(try Sample.flipped.get()))
        studio.finish()
        try self.expectClean(studio.live, "live")
        let times = try #require(FFmpeg.decodingTimes(of: studio.live)[0])
        // Places that the cut left empty among pictures shown out of order are filled.
        #expect((300 - missing...300).contains(times.count))
        #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 == 3_600 })
    }

    @Test func `segments begin with tables and a picture that can be decoded, and follow each other`() throws {
        var studio = Studio()
        studio.play(Sample.read(try Sample.bytes.get()))
        studio.take(Sample.read(try Sample.bytes.get()).units)
        studio.finish()
        #expect(studio.segments.map(\.mediaSequence) == [1_000, 1_001, 1_002])
        #expect(studio.segments.map(\.isDiscontinuity) == [true, false, false])
        #expect(studio.segments.map { $0.duration.milliseconds } == [4_000, 4_000, 4_000])
        for segment in studio.segments {
            let packets = stride(from: 0, to: segment.payload.count, by: 188).map { segment.payload[$0..<($0 + 188)] }
            let pids = packets.prefix(3).map { Int($0[$0.startIndex + 1] & 0x1F) << 8 | Int($0[$0.startIndex + 2]) }
            #expect(pids == [0, 0x1000, 0x100])
            let first = try #require(Sample.read(segment.payload).units.first)
            #expect(first.isRandomAccessPoint)
        }
        for chunk in studio.chunks where chunk.startsAtRandomAccessPoint {
            let first = Sample.read(Array(chunk.bytes.readableBytesView)).units.first
            #expect(first?.isRandomAccessPoint == true)
        }
        #expect(studio.chunks.count { $0.startsAtRandomAccessPoint } == 12)
        #expect(studio.path.codecs.count == 2)
        #expect(studio.path.codecs.first?.hasPrefix("avc1.") == true)
        #expect(studio.path.codecs.last == "mp4a.40.2")
    }

    @Test func `a reconnect to the same stream is no discontinuity`() throws {
        var studio = Studio()
        let stream = Sample.read(try Sample.bytes.get())
        studio.play(stream)
        studio.play(stream)
        studio.finish()
        #expect(studio.segments.map(\.isDiscontinuity) == [true, false, false])
        try self.expectClean(studio.live, "live")
    }

    @Test func `other parameters are one discontinuity, on the same PIDs`() throws {
        var studio = Studio()
        studio.play(Sample.read(try Sample.bytes.get()))
        studio.play(Sample.read(try Sample.other.get()))
        studio.play(Sample.read(try Sample.other.get()))
        studio.finish()
        #expect(studio.segments.count { $0.isDiscontinuity } == 2)
        // The segment before is cut short where the other picture begins.
        let number = try #require(studio.segments.lastIndex { $0.isDiscontinuity })
        #expect(studio.segments[..<number].reduce(0) { $0 + $1.duration.milliseconds } == 6_000)
        #expect(Set(studio.segments.flatMap { Sample.read($0.payload).tracks.map(\.pid) }) == [0x100, 0x101])
        try self.expectClean(studio.hls, "segments")
    }

    @Test func `another codec is a discontinuity, on new PIDs`() throws {
        var studio = Studio()
        studio.play(Sample.read(try Sample.bytes.get()))
        studio.play(Sample.read(try Sample.mpeg2.get()))
        studio.play(Sample.read(try Sample.flipped.get()))
        studio.finish()
        let starts = studio.segments.filter(\.isDiscontinuity)
        #expect(starts.count == 3)
        #expect(
            starts.map { Sample.read($0.payload).tracks.map(\.pid) } == [
                [0x100, 0x101], [0x102, 0x103], [0x100, 0x101],
            ]
        )
        for segment in studio.segments {
            let pids = Set(Sample.read(segment.payload).units.map(\.pid))
            #expect(pids.isSubset(of: [0x100, 0x101]) || pids.isSubset(of: [0x102, 0x103]))
            #expect(try FFmpeg.complaints(about: segment.payload) == "")
        }
    }

    @Test func `a channel of sound alone is cut by time and can be joined every second`() throws {
        var studio = Studio()
        studio.play(Sample.read(Array(try Sample.radio.get())))
        studio.finish()
        #expect(studio.segments.count == 3)
        #expect(studio.segments.dropLast().allSatisfy { (4_000..<4_200).contains($0.duration.milliseconds) })
        #expect((11...13).contains(studio.chunks.count { $0.startsAtRandomAccessPoint }))
        try self.expectClean(studio.live, "live", streams: 1)
        let start = studio.cache.start()
        try self.expectClean(
            Array(try #require(start).readableBytesView),
            "a viewer who joined",
            streams: 1
        )
    }

    @Test func `a channel that rested goes on with higher numbers and later times`() throws {
        var studio = Studio()
        let stream = Sample.read(try Sample.bytes.get())
        studio.play(stream)
        studio.finish()
        let before = studio.segments.count
        studio.play(stream)
        studio.finish()
        #expect(studio.segments.map(\.mediaSequence) == Array(1_000..<(1_000 + UInt64(studio.segments.count))))
        #expect(studio.segments.count == 2 * before)
        try self.expectClean(studio.hls, "segments")
    }
}
