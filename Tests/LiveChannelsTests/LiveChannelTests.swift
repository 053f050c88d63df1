import Events
import HLS
import Ingest
import MPEGTS
import Model
import NIOCore
import NIOEmbedded
import NIOPosix
import Synchronization
import Testing

@testable import LiveChannels

/// A supplier that plays a script whenever a source is opened.
final class ScriptedSupplier: Sendable {
    let opened = Mutex<[SourceID]>([])
    let events = Mutex<[Event]>([])
    private let script: @Sendable (SourceSpecification) -> [SourceOutput]

    init(script: @escaping @Sendable (SourceSpecification) -> [SourceOutput]) {
        self.script = script
    }

    var services: ChannelServices {
        ChannelServices(
            sources: SourceOpener { source, loop, handler in
                self.opened.withLock { $0.append(source.id) }
                let outputs = self.script(source)
                loop.execute { for output in outputs { handler(output) } }
                return { loop.execute { handler(.ended(SourceFailure(cause: .cancelled, bytes: 0))) } }
            },
            record: { event in self.events.withLock { $0.append(event) } },
            wallTime: { WallTime(seconds: 1_800_000_000) }
        )
    }

    var kinds: [String] { self.events.withLock { $0.map(\.kind.rawValue) } }
}

@Suite(.serialized)
struct LiveChannelTests {
    /// 24 s of media at once: no machine is so slow that the source seems silent before the test is over.
    static func sample(flipped: Bool = false) throws -> [SourceOutput] {
        let stream = Sample.read(try (flipped ? Sample.flipped : Sample.bytes).get())
        let units = (0..<4).flatMap { _ in stream.units }
        return [.connected, .tracks(stream.tracks)] + units.map { .units([$0]) }
    }

    static func channel(_ keep: ChannelKeep, sources: [SourceSpecification] = [source(1)]) -> ChannelSpecification {
        ChannelSpecification(id: ChannelID(1), name: "One", keep: keep, sources: sources)
    }

    @Test func `media reaches the store and the ring, and the end reaches the viewers`() async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let outputs = try Self.sample()
        let supplier = ScriptedSupplier { _ in outputs }
        let channels = LiveChannels(eventLoopGroup: group, services: supplier.services)
        channels.apply([Self.channel(.always)])
        let channel = try #require(channels.channel(ChannelID(1)))
        #expect(channels.all.map(\.name) == ["One"])
        let loop = group.next()
        let isReady = try await channel.segments.whenReady(on: loop, deadline: .now() + .seconds(20)).get()
        #expect(isReady)

        let text = String(buffer: try #require(channel.segments.playlist()))
        let number = Int64(MediaSequence.initial(at: WallTime(seconds: 1_800_000_000)))
        #expect(text.contains("#EXT-X-MEDIA-SEQUENCE:\(number)\n"))
        #expect(text.contains("#EXT-X-DISCONTINUITY\n"))
        #expect(text.contains("#EXT-X-TARGETDURATION:\(channel.segments.targetDurationSeconds)\n"))
        #expect(text.contains("\n\(number).ts\n"))
        let segment = try #require(channel.segments.segment(number))
        #expect(segment.readableBytes % 188 == 0)
        #expect(channel.segments.segment(number + 100) == nil)
        #expect(channel.segments.segment(-1) == nil)

        let viewer = try await loop.submit { () -> NIOLoopBound<ByteViewer> in
            let viewer = ByteViewer()
            channel.ring.join(viewer, on: loop)
            return NIOLoopBound(viewer, eventLoop: loop)
        }.get()
        let begun = try await loop.submit { viewer.value.bytes }.get()
        #expect(Sample.read(begun).units.first?.isRandomAccessPoint == true)

        #expect(channel.status.state == .live)
        #expect(channel.status.source == SourceID(1))
        #expect(channel.status.bytesIn > 10_000)
        #expect(channel.status.unitsDropped == 0)
        #expect(channel.status.uptime != nil)
        #expect(channel.codecs.last == "mp4a.40.2")
        #expect(channel.bandwidth > 100_000)

        channels.apply([])
        #expect(channels.channel(ChannelID(1)) == nil)
        try await channel.end(why: "again").get()
        let hasEnded = try await loop.submit { viewer.value.hasEnded }.get()
        #expect(hasEnded)
        #expect(channel.segments.playlist() == nil)
        #expect(supplier.kinds == ["ingest.started", "ingest.stopped"])
    }

    @Test(arguments: [(1, 2), (2, 2), (4, 4), (6, 6), (10, 10), (15, 15), (99, 30)])
    func `the target duration asked for is the one declared`(asked: Int, declared: Int) {
        let services = ChannelServices(
            sources: SourceOpener { _, _, _ in {} },
            record: { _ in },
            wallTime: { WallTime(seconds: 0) },
            targetDurationSeconds: asked
        )
        let segmenter = Segmenter(configuration: services.segments, initialMediaSequence: 0)
        #expect(segmenter.targetDurationSeconds == declared)
    }

    @Test func `a channel on demand asks nobody before it has a viewer`() async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let outputs = try Self.sample()
        let supplier = ScriptedSupplier { _ in outputs }
        let channels = LiveChannels(eventLoopGroup: group, services: supplier.services)
        channels.apply([Self.channel(.onDemand)])
        let channel = try #require(channels.channel(ChannelID(1)))
        let isReady = try await channel.segments.whenReady(on: group.next(), deadline: .now()).get()
        #expect(!isReady)
        #expect(supplier.opened.withLock { $0 } == [])
        #expect(channel.status.state == .idle)
        channel.viewerJoined()
        let isReadyNow = try await channel.segments.whenReady(on: group.next(), deadline: .now() + .seconds(20)).get()
        #expect(isReadyNow)
        #expect(channel.status.viewers == 1)
        channel.viewerLeft()
        #expect(channel.status.viewers == 0)
        try await channels.shutdown()
        #expect(supplier.kinds == ["ingest.started", "ingest.stopped"])
    }

    @Test func `a dead first source leaves the channel to the second`() async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let outputs = try Self.sample()
        let supplier = ScriptedSupplier { source in
            source.id == SourceID(1) ? [.ended(SourceFailure(cause: .httpStatus(404), bytes: 0))] : outputs
        }
        let channels = LiveChannels(eventLoopGroup: group, services: supplier.services)
        channels.apply([Self.channel(.always, sources: [source(1), source(2)])])
        let channel = try #require(channels.channel(ChannelID(1)))
        let isReady = try await channel.segments.whenReady(on: group.next(), deadline: .now() + .seconds(20)).get()
        #expect(isReady)
        #expect(channel.status.source == SourceID(2))
        #expect(supplier.kinds == ["ingest.down", "ingest.started", "failover.switch"])
        // A change of name and order leaves the media alone.
        channels.apply([
            ChannelSpecification(id: ChannelID(1), name: "Two", keep: .always, sources: [source(2), source(1)])
        ])
        #expect(channel.name == "Two")
        try await channels.shutdown()
        // The first may have been probed since.
        #expect(supplier.opened.withLock { $0.prefix(2) } == [SourceID(1), SourceID(2)])
        channels.apply([Self.channel(.always)])
        #expect(channels.all.isEmpty, "nothing begins after the end")
    }
}

/// What an operator and other channels want of a running channel.
struct ChannelShellTests {
    @Test func `an operator's switch takes the channel over, and is answered`() async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let outputs = try LiveChannelTests.sample()
        let others = try LiveChannelTests.sample(flipped: true)
        let supplier = ScriptedSupplier { $0.id == SourceID(1) ? outputs : others }
        let channels = LiveChannels(eventLoopGroup: group, services: supplier.services)
        channels.apply([LiveChannelTests.channel(.always, sources: [source(1), source(2)])])
        let channel = try #require(channels.channel(ChannelID(1)))
        let isReady = try await channel.segments.whenReady(on: group.next(), deadline: .now() + .seconds(20)).get()
        #expect(isReady)
        let unknown = try await channel.switchSource(to: SourceID(9)).get()
        #expect(unknown == .unknownSource)
        let answer = try await channel.switchSource(to: SourceID(2)).get()
        #expect(answer == .switched)
        #expect(channel.status.source == SourceID(2))
        let isAutomatic = try await channel.switchSource(to: nil).get()
        #expect(isAutomatic == .automatic)
        try await channels.shutdown()
        let late = try await channel.switchSource(to: SourceID(1)).get()
        #expect(late == .notRunning)
        let switches = supplier.events.withLock { events in
            events.compactMap { event in
                if case .failoverSwitch(let it) = event { "\(it.from?.rawValue ?? 0)>\(it.to) \(it.why)" } else { nil }
            }
        }
        #expect(switches == ["1>2 manual"])
    }

    @Test func `a channel that lingers ends when its connection is wanted`() async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let outputs = try LiveChannelTests.sample()
        let stopped = group.next().makePromise(of: String.self)
        let services = ChannelServices(
            sources: SourceOpener(opening: { _, claim, loop, handler in
                #expect(claim == .queued)
                loop.execute { for output in outputs { handler(output) } }
                return SourceOpener.Opened {
                    loop.execute { handler(.ended(SourceFailure(cause: .cancelled, bytes: 0))) }
                } offerSlot: { isOffered in
                    if isOffered { loop.execute { handler(.slotWanted) } }
                }
            }),
            record: { event in
                if case .ingestStopped(let it) = event { stopped.succeed(it.why) }
            },
            wallTime: { WallTime(seconds: 1_800_000_000) }
        )
        let channels = LiveChannels(eventLoopGroup: group, services: services)
        channels.apply([LiveChannelTests.channel(.onDemand)])
        let channel = try #require(channels.channel(ChannelID(1)))
        channel.viewerJoined()
        let isReady = try await channel.segments.whenReady(on: group.next(), deadline: .now() + .seconds(20)).get()
        #expect(isReady)
        channel.viewerLeft()
        let why = try await stopped.futureResult.get()
        #expect(why == "slot-wanted")
        try await channels.shutdown()
    }
}

/// Keeps all bytes; touched on its loop only.
final class ByteViewer: LiveViewer {
    private(set) var bytes: [UInt8] = []
    private(set) var hasEnded = false

    func begin(_ start: ByteBuffer) { self.bytes += Array(start.readableBytesView) }
    func chunk(_ chunk: LiveChunk) { self.bytes += Array(chunk.bytes.readableBytesView) }
    func ended() { self.hasEnded = true }
}

/// Raised once, seen by other tasks.
final class Flag: Sendable {
    private let state = Atomic<Bool>(false)

    var isUp: Bool { self.state.load(ordering: .relaxed) }
    func raise() { self.state.store(true, ordering: .relaxed) }
}

struct SegmentStoreTests {
    private static func window(_ numbers: ClosedRange<UInt64>) -> SegmentWindow<ByteBuffer> {
        var window = SegmentWindow<ByteBuffer>(targetDurationSeconds: 6)
        for number in numbers {
            window.append(
                Segment(
                    payload: ByteBuffer(integer: number),
                    sizeBytes: 8,
                    duration: MediaTime(seconds: 4),
                    mediaSequence: number,
                    programDateTime: WallTime(seconds: Int64(number) * 4)
                )
            )
        }
        return window
    }

    @Test func `what waits is told when there is a playlist, at its deadline, or at the end`() throws {
        let loop = EmbeddedEventLoop()
        let store = SegmentStore(targetDurationSeconds: 6)
        let early = store.whenReady(on: loop, deadline: loop.now + .seconds(2))
        let late = store.whenReady(on: loop, deadline: loop.now + .seconds(9))
        loop.advanceTime(by: .seconds(3))
        #expect(try early.wait() == false)
        #expect(store.playlist() == nil)
        store.publish(Self.window(5...5))
        #expect(try late.wait())
        let now = store.whenReady(on: loop, deadline: loop.now)
        #expect(try now.wait())
        store.clear()
        #expect(store.playlist() == nil)
        #expect(store.segment(5) == nil)
        let last = store.whenReady(on: loop, deadline: loop.now + .seconds(9))
        store.end()
        #expect(try last.wait() == false)
        let after = store.whenReady(on: loop, deadline: loop.now + .seconds(9))
        #expect(try after.wait() == false)
        store.publish(Self.window(6...6))
        #expect(store.playlist() == nil)
    }

    @Test func `a published window is what is reachable`() throws {
        let store = SegmentStore(targetDurationSeconds: 6)
        store.publish(Self.window(1...9))
        #expect(store.segment(9)?.getInteger(at: 0, as: UInt64.self) == 9)
        #expect(store.segment(10) == nil)
        #expect(store.segment(.min) == nil)
        let text = String(buffer: try #require(store.playlist()))
        #expect(text.hasPrefix("#EXTM3U\n"))
        #expect(text.contains("\n9.ts\n"))
    }

    @Test func `readers on other threads see a playlist whose segments are there`() async throws {
        let store = SegmentStore(targetDurationSeconds: 6)
        let isDone = Flag()
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    var checked = 0
                    while !isDone.isUp || checked == 0 {
                        guard let playlist = store.playlist() else {
                            await Task.yield()
                            continue
                        }
                        let names = String(buffer: playlist).split(separator: "\n").filter { $0.hasSuffix(".ts") }
                        let newest = try #require(names.last.flatMap { Int64($0.dropLast(3)) })
                        let segment = store.segment(newest)
                        // While one playlist stands, what it names is there.
                        if store.playlist() == playlist {
                            #expect(segment != nil)
                            checked += 1
                        }
                        await Task.yield()
                    }
                    return checked
                }
            }
            group.addTask {
                for last in UInt64(1)...400 { store.publish(Self.window(max(1, last - min(last, 8))...last)) }
                isDone.raise()
                return 1
            }
            for try await checked in group { #expect(checked > 0) }
        }
    }
}
