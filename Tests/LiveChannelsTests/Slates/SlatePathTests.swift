import Continuity
import Events
import HLS
import MPEGTS
import Model
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import LiveChannels

/// A channel's output with a clock of its own, and what viewers of it got.
final class SlateStage {
    var output: ChannelOutput
    let viewer = ByteViewer()
    private let loop: any EventLoop
    private var now = NIODeadline.uptimeNanoseconds(1_000_000_000_000)
    private(set) var events: [Event] = []
    private(set) var reports: [ContinuityReport] = []
    var viewers = 1

    init(slate: Slate?, on loop: any EventLoop, configure: (inout ChannelServices) -> Void = { _ in }) {
        self.loop = loop
        var services = ChannelServices(
            sources: SourceOpener { _, _, _ in {} },
            record: { _ in },
            wallTime: { WallTime(seconds: 1_800_000_000) }
        )
        services.continuity.holdMax = MediaTime(seconds: 3)
        services.listedSegmentsMin = 60
        if let slate { services.slates.replace(with: [SlateShelf.Key(purpose: .offAir, language: "en"): slate]) }
        configure(&services)
        self.output = ChannelOutput(ChannelID(1), services)
        self.output.ring.join(self.viewer, on: loop)
    }

    func open(run: Int, source: Int64, _ tracks: [Track]) {
        self.reports += self.output.opened(run: run, source: SourceID(source), isBursty: false, now: self.now)
        self.reports += self.output.feed(run: run, now: self.now)
        self.reports += self.output.found(tracks, run: run, now: self.now)
    }

    func close(run: Int) { self.reports += self.output.closed(run: run, now: self.now) }

    /// Units at the pace they play.
    func send(_ units: [AccessUnit], run: Int) {
        guard let first = units.first?.dts?.ticks else { return }
        let start = self.now
        for unit in units {
            let due = start + MediaTime(ticks: max(0, (unit.dts ?? .zero).ticks - first)).timeAmount
            while due - self.now >= .milliseconds(100) { self.pass() }
            self.reports += self.output.received([unit], run: run, now: self.now).reports
        }
    }

    func pass(seconds: Int) { for _ in 0..<(seconds * 10) { self.pass() } }

    private func pass() {
        self.now = self.now + .milliseconds(100)
        self.reports += self.output.timePassed(now: self.now)
        let slates = self.output.showSlates(viewers: self.viewers, now: self.now)
        self.events += slates.events
        self.reports += slates.reports
        self.output.sendDue(now: self.now)
        self.output.flush()
    }

    /// All listed segments in one.
    var segments: [UInt8] {
        let text = self.output.segments.playlist().map { String(buffer: $0) } ?? ""
        return text.split(separator: "\n").filter { $0.hasSuffix(".ts") }.flatMap { line -> [UInt8] in
            guard let number = Int64(line.dropLast(3)), let bytes = self.output.segments.segment(number) else {
                return []
            }
            return Array(bytes.readableBytesView)
        }
    }

    var slatesTold: [String] {
        self.events.compactMap { if case .slateShown(let it) = $0 { "\(it.why) \(it.length.rawValue)" } else { nil } }
    }
}

/// From the source over the held picture and the slate back to the source, judged by ffmpeg.
@Suite(.serialized)
struct SlatePathTests {
    private func onLoop<Result: Sendable>(
        _ body: @escaping @Sendable (any EventLoop) throws -> Result
    ) async throws -> Result {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        return try await loop.submit { try body(loop) }.get()
    }

    /// What the viewer got by now; chunks come to it when the loop has done what it does.
    private func bytes(_ viewer: NIOLoopBound<ByteViewer>) async throws -> [UInt8] {
        try await viewer.eventLoop.submit { viewer.value.bytes }.get()
    }

    private func expectClean(_ bytes: [UInt8], _ what: String) throws {
        let complaints = try FFmpeg.complaints(about: bytes)
        #expect(complaints == "", "\(what): \(complaints)")
        let times = try FFmpeg.decodingTimes(of: bytes)
        #expect(times.count == 2, "\(what)")
        for (stream, times) in times {
            #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 }, "\(what), stream \(stream)")
            let most = zip(times, times.dropFirst()).map { $1 - $0 }.max() ?? 0
            #expect(most <= 4 * 3_600, "\(what), stream \(stream) has a hole of \(most)")
        }
    }

    @Test func `a source, its held picture, a slate, and the source again decode without an error`() async throws {
        let slate = try Slate(reading: try Clip.plain.get())
        let sample = Sample.read(try Sample.bytes.get())
        let (viewer, segments, told, reports, state) = try await self.onLoop { loop in
            let stage = SlateStage(slate: slate, on: loop)
            stage.open(run: 1, source: 7, sample.tracks)
            stage.send(sample.units, run: 1)
            stage.close(run: 1)
            stage.pass(seconds: 3)
            #expect(stage.output.isSlate == false)
            stage.pass(seconds: 9)
            #expect(stage.output.isSlate)
            // Another connection to it, which replays what was sent: known again, whatever was shown meanwhile.
            stage.open(run: 2, source: 7, sample.tracks)
            stage.send(Sample.read(try Sample.other.get()).units, run: 2)
            stage.pass(seconds: 1)
            return (
                NIOLoopBound(stage.viewer, eventLoop: loop), stage.segments, stage.slatesTold, stage.reports,
                stage.output.state
            )
        }
        let live = try await self.bytes(viewer)
        try self.expectClean(live, "live")
        try self.expectClean(segments, "segments")
        #expect(told.count == 1)
        #expect(told.first?.hasPrefix("no-source ") == true)
        // Slates are nobody's run: none is told of.
        #expect(
            reports.compactMap { if case .entered(let run, _) = $0 { run } else { nil } } == [1, 2]
        )
        #expect([.resume, .live, .suspect, .patch].contains(state))
    }

    @Test(arguments: [false, true])
    func `a source that goes on where it ended, or plays the same again, is entered clean`(reorders: Bool) async throws
    {
        let slate = try Slate(reading: try (reorders ? Clip.plain : Clip.inOrder).get())
        let sample = Sample.read(try Sample.bytes.get())
        let half = sample.units.count / 2
        for from in [0, half - 30] {
            let (viewer, reports) = try await self.onLoop { loop in
                let stage = SlateStage(slate: slate, on: loop)
                stage.open(run: 1, source: 7, sample.tracks)
                stage.send(Array(sample.units[..<half]), run: 1)
                stage.close(run: 1)
                stage.pass(seconds: 12)
                #expect(stage.output.isSlate)
                stage.open(run: 2, source: 7, sample.tracks)
                stage.send(Array(sample.units[from...]), run: 2)
                #expect(!stage.output.isSlate)
                return (NIOLoopBound(stage.viewer, eventLoop: loop), stage.reports)
            }
            try self.expectClean(try await self.bytes(viewer), "from \(from)")
            // The source's first picture is shown: nothing is held behind it.
            let held = reports.compactMap {
                if case .patched(_, _, let length, _, _) = $0 { length.rawValue } else { nil }
            }
            #expect(held.count <= 2 && held.dropFirst().allSatisfy { $0 < 1_000 }, "\(held)")
            #expect(
                reports.compactMap { if case .entered(let run, _) = $0 { run } else { nil } } == [1, 2],
                "\(reports)"
            )
        }
    }

    @Test func `a slate that loops many times over plays clean, and is counted`() async throws {
        let slate = try Slate(reading: try Clip.plain.get())
        let (viewer, told, standIns) = try await self.onLoop { loop in
            let stage = SlateStage(slate: slate, on: loop)
            stage.pass(seconds: 130)
            stage.viewers = 0
            _ = stage.output.rest()
            stage.pass(seconds: 1)
            return (NIOLoopBound(stage.viewer, eventLoop: loop), stage.slatesTold, stage.output.report.standIns)
        }
        let live = try await self.bytes(viewer)
        try self.expectClean(live, "live")
        // It began after 8 s, and is told once a minute and at its end.
        #expect(told.count == 3)
        #expect(told.allSatisfy { $0.hasPrefix("no-start ") })
        #expect((120_000...123_000).contains(standIns.slate.milliseconds))
        let pictures = try #require(FFmpeg.decodingTimes(of: live)[0])
        #expect(zip(pictures, pictures.dropFirst()).allSatisfy { $1 - $0 == 3_600 })
    }

    @Test func `after its time viewers are closed, and a source that comes later begins anew`() async throws {
        let slate = try Slate(reading: try Clip.plain.get())
        let sample = Sample.read(try Sample.bytes.get())
        let later = try await self.onLoop { loop in
            let stage = SlateStage(slate: slate, on: loop) { $0.slateConfiguration.lengthMax = .seconds(10) }
            stage.open(run: 1, source: 7, sample.tracks)
            stage.send(sample.units, run: 1)
            stage.pass(seconds: 8)
            #expect(stage.output.isSlate)
            #expect(stage.output.segments.playlist() != nil)
            #expect(stage.output.segments.givenUp == 0)
            stage.pass(seconds: 12)
            #expect(!stage.output.isSlate)
            #expect(stage.output.segments.playlist() == nil)
            #expect(stage.output.segments.givenUp == 1)
            stage.viewers = 0
            // The run was open all the time.
            let later = ByteViewer()
            stage.output.ring.join(later, on: loop)
            stage.send(Sample.read(try Sample.other.get()).units, run: 1)
            stage.pass(seconds: 4)
            return NIOLoopBound(later, eventLoop: loop)
        }
        #expect(try await self.bytes(later).count > 10_000)
    }

    @Test(arguments: [CodecChange.close, .keep])
    func `viewers of live MPEG-TS begin anew when the slate is in another codec`(change: CodecChange) async throws {
        let slate = try Slate(reading: try Clip.hevc.get())
        let sample = Sample.read(try Sample.bytes.get())
        try await self.onLoop { loop in
            let stage = SlateStage(slate: slate, on: loop) { $0.codecChange = change }
            stage.open(run: 1, source: 7, sample.tracks)
            stage.send(sample.units, run: 1)
            stage.close(run: 1)
            stage.pass(seconds: 16)
            #expect(stage.output.isSlate)
            let playlist = stage.output.segments.playlist().map { String(buffer: $0) } ?? ""
            // One for the start of the process, one for the slate.
            #expect(playlist.components(of: "#EXT-X-DISCONTINUITY\n") == 2)
            let joiner = ByteViewer()
            stage.output.ring.join(joiner, on: loop)
            #expect(Sample.read(joiner.bytes).tracks.first?.codec == .hevc)
        }
    }

    @Test func `a drop ends those who were there, and not those who come after it or wait`() async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let ring = LiveRing()
        let boxes = try await loop.submit {
            let (early, late) = (NotingViewer(), NotingViewer())
            ring.join(early, on: loop)
            ring.publish(numbered(1, point: true), at: .zero)
            return NIOLoopBound([early, late], eventLoop: loop)
        }.get()
        try await loop.submit {
            let waiting = NotingViewer()
            ring.clear()
            ring.join(waiting, on: loop)
            #expect(ring.viewerCount == 2)
            ring.drop(.codecChanged, keepsWaiting: true)
            // It comes after the drop, but before the loop has carried it out.
            ring.join(boxes.value[1], on: loop)
            ring.publish(numbered(2, point: true), at: .zero)
        }.get()
        let seen = try await loop.submit { boxes.value.map { ($0.hasEnded, $0.numbers) } }.get()
        #expect(seen[0] == (true, [1]))
        #expect(seen[1] == (false, [2]))
        #expect(ring.viewerCount == 2)
    }
}

extension String {
    /// How often a text occurs.
    fileprivate func components(of text: String) -> Int {
        self.split(separator: text, omittingEmptySubsequences: false).count - 1
    }
}
