import Model
import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import Testing

@testable import LiveChannels

/// A chunk whose bytes are its number.
func numbered(_ number: UInt32, point: Bool) -> LiveChunk {
    LiveChunk(bytes: ByteBuffer(integer: number), startsAtRandomAccessPoint: point)
}

/// Writes down what it is given; touched on its loop only.
final class NotingViewer: LiveViewer {
    private(set) var begins = 0
    private(set) var hasEnded = false
    private(set) var numbers: [UInt32] = []

    func begin(_ start: ByteBuffer) {
        self.begins += 1
        self.note(start)
    }

    func chunk(_ chunk: LiveChunk) { self.note(chunk.bytes) }

    func ended() { self.hasEnded = true }

    private func note(_ bytes: ByteBuffer) {
        var bytes = bytes
        while let number = bytes.readInteger(as: UInt32.self) { self.numbers.append(number) }
    }
}

/// What viewers who left had seen; any thread.
final class Departures: Sendable {
    private let state = Mutex<[[UInt32]]>([])

    var all: [[UInt32]] { self.state.withLock { $0 } }
    func add(_ numbers: [UInt32]) { self.state.withLock { $0.append(numbers) } }
}

@Suite(.serialized)
struct LiveRingTests {
    static let gop: UInt32 = 7

    @Test(arguments: UInt64(1)...12)
    func `every viewer sees a stretch without gap or repeat, from a random access point`(seed: UInt64) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let loops = [group.next(), group.next()]
        let ring = LiveRing()
        var random = SeededRandom(seed: seed)
        // The viewers of each loop: who watches, and what those who left saw and when.
        let boxes = loops.map { NIOLoopBoundBox.makeBoxSendingValue([NotingViewer](), eventLoop: $0) }
        let left = Departures()
        let count: UInt32 = 400
        for number in 0..<count {
            let index = Int.random(in: 0..<2, using: &random)
            let (box, loop) = (boxes[index], loops[index])
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                loop.execute {
                    let viewer = NotingViewer()
                    box.value.append(viewer)
                    ring.join(viewer, on: loop)
                }
            case 1:
                loop.execute {
                    guard !box.value.isEmpty else { return }
                    let viewer = box.value.removeFirst()
                    ring.leave(viewer, on: loop)
                    let numbers = viewer.numbers
                    left.add(numbers)
                }
            default: break
            }
            ring.publish(
                numbered(number, point: number % Self.gop == 0),
                at: MediaTime(milliseconds: Int64(number) * 100)
            )
        }
        var watching = 0
        for (box, loop) in zip(boxes, loops) {
            let seen = try await loop.submit { box.value.map { ($0.numbers, $0.begins) } }.get()
            watching += seen.count
            for (numbers, begins) in seen {
                Self.check(numbers, seed: seed)
                #expect(begins <= 1)
                if begins == 1 { #expect(numbers.last == count - 1, "seed \(seed): nothing is missing at the end") }
            }
        }
        let gone = left.all
        for numbers in gone { Self.check(numbers, seed: seed) }
        #expect(gone.contains { !$0.isEmpty }, "seed \(seed): somebody saw something")
        #expect(ring.viewerCount == watching)
        ring.end()
        for (box, loop) in zip(boxes, loops) {
            let ended = try await loop.submit { box.value.allSatisfy(\.hasEnded) }.get()
            #expect(ended)
        }
        #expect(ring.viewerCount == 0)
        try await group.shutdownGracefully()
    }

    static func check(_ numbers: [UInt32], seed: UInt64) {
        guard let first = numbers.first else { return }
        #expect(first % Self.gop == 0, "seed \(seed): begins at a random access point")
        #expect(numbers == Array(first..<(first + UInt32(numbers.count))), "seed \(seed)")
    }

    @Test func `a viewer waits for a random access point when none is kept`() async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let ring = LiveRing()
        try await loop.submit {
            let viewer = NotingViewer()
            ring.publish(numbered(1, point: false), at: .zero)
            ring.join(viewer, on: loop)
            #expect(viewer.begins == 0)
            ring.join(viewer, on: loop)
            #expect(ring.viewerCount == 1)
        }.get()
        let viewer = try await loop.submit { () -> NIOLoopBound<NotingViewer> in
            let viewer = NotingViewer()
            ring.join(viewer, on: loop)
            return NIOLoopBound(viewer, eventLoop: loop)
        }.get()
        ring.publish(numbered(2, point: false), at: .zero)
        ring.publish(numbered(3, point: true), at: .zero)
        ring.publish(numbered(4, point: false), at: .zero)
        let numbers = try await loop.submit { viewer.value.numbers }.get()
        #expect(numbers == [3, 4])
    }

    @Test func `a ring that has ended tells so at once`() async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let ring = LiveRing()
        ring.publish(numbered(1, point: true), at: .zero)
        ring.end()
        ring.publish(numbered(2, point: true), at: .zero)
        let (ended, begins) = try await loop.submit {
            let viewer = NotingViewer()
            ring.join(viewer, on: loop)
            return (viewer.hasEnded, viewer.begins)
        }.get()
        #expect(ended)
        #expect(begins == 0)
    }

    @Test func `what was cleared is not where a viewer starts`() async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let ring = LiveRing()
        ring.publish(numbered(1, point: true), at: .zero)
        ring.clear()
        let numbers = try await loop.submit {
            let viewer = NotingViewer()
            ring.join(viewer, on: loop)
            return viewer.numbers
        }.get()
        #expect(numbers == [])
    }
}

struct GOPCacheTests {
    private func cache(_ chunks: [(seconds: Double, point: Bool)], size: Int = 4) -> GOPCache {
        var cache = GOPCache()
        for (index, chunk) in chunks.enumerated() {
            var bytes = ByteBuffer(integer: UInt32(index))
            bytes.writeRepeatingByte(0, count: size - 4)
            cache.append(
                LiveChunk(bytes: bytes, startsAtRandomAccessPoint: chunk.point),
                at: MediaTime(ticks: Int64(chunk.seconds * 90_000))
            )
        }
        return cache
    }

    private func first(_ cache: inout GOPCache) -> UInt32? {
        cache.start()?.getInteger(at: 0, as: UInt32.self)
    }

    @Test func `starts at the newest point that is two seconds old, else at the oldest`() {
        var young = cache([(0, true), (0.5, false), (1, true), (1.5, false)])
        #expect(first(&young) == 0)
        #expect(young.start()?.readableBytes == 16)
        var old = cache([(0, true), (1, true), (2, true), (3, true), (3.5, false)])
        #expect(first(&old) == 1)
        #expect(old.start()?.readableBytes == 16)
    }

    @Test func `holds nothing that no decoder can start with`() {
        var none = cache([(0, false), (1, false)])
        #expect(none.start() == nil)
        var some = cache([(0, false), (1, true), (2, false)])
        #expect(first(&some) == 1)
    }

    @Test func `a GOP that is too long or too large is let go`() {
        var long = cache([(0, true)] + (1...12).map { (Double($0), false) })
        #expect(first(&long) == 0)
        long.append(numbered(99, point: false), at: MediaTime(seconds: 13))
        #expect(long.start() == nil)
        long.append(numbered(100, point: true), at: MediaTime(seconds: 14))
        #expect(first(&long) == 100)
        var large = cache([(0, true), (0.1, false), (0.2, true), (0.3, false)], size: 10 << 20)
        #expect(first(&large) == 2)
        #expect(large.start()?.readableBytes == 20 << 20)
    }

    @Test func `joiners between two chunks share one buffer`() {
        var cache = cache([(0, true), (0.1, false)])
        let one = cache.start()
        let two = cache.start()
        let addresses = [one, two].compactMap { $0?.withUnsafeReadableBytes { $0.baseAddress } }
        #expect(addresses.count == 2 && addresses[0] == addresses[1])
    }
}
