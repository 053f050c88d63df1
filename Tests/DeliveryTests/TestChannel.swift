import Delivery
import HLS
import LiveChannels
import Model
import NIOCore
import Synchronization

/// A channel whose media the test publishes.
final class TestChannel: ViewableChannel {
    let segments: SegmentStore
    let ring = LiveRing()
    let codecs = ["avc1.640028", "mp4a.40.2"]
    let bandwidth = 4_000_000
    private let shown = Mutex(StandIns())
    private let viewers = Mutex((now: 0, ever: 0))
    private let window = Mutex(SegmentWindow<ByteBuffer>(targetDurationSeconds: 6))

    init(targetDurationSeconds: Int = 6) {
        self.segments = SegmentStore(targetDurationSeconds: targetDurationSeconds)
    }

    func viewerJoined() {
        self.viewers.withLock { $0 = ($0.now + 1, $0.ever + 1) }
    }

    func viewerLeft() {
        self.viewers.withLock { $0.now -= 1 }
    }

    var standIns: StandIns { self.shown.withLock { $0 } }

    /// So many milliseconds of held pictures and of a slate went out.
    func stoodIn(heldMs: Int64, slateMs: Int64 = 0) {
        self.shown.withLock { shown in
            shown.held += MediaTime(milliseconds: heldMs)
            shown.slate += MediaTime(milliseconds: slateMs)
        }
    }

    var viewersNow: Int { self.viewers.withLock { $0.now } }
    var viewersEver: Int { self.viewers.withLock { $0.ever } }

    /// Publishes a segment of `size` bytes that say its number; they are returned.
    @discardableResult
    func publishSegment(_ number: UInt64, size: Int = 188 * 1_000) -> [UInt8] {
        let bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: size)
        let window = self.window.withLock { window in
            window.append(
                Segment(
                    payload: ByteBuffer(bytes: bytes),
                    sizeBytes: size,
                    duration: MediaTime(seconds: 6),
                    mediaSequence: number,
                    programDateTime: WallTime(microseconds: 0)
                )
            )
            return window
        }
        self.segments.publish(window)
        return bytes
    }

    /// The media playlist as every viewer is to get it.
    var playlistText: String { self.segments.playlist().map { String(buffer: $0) } ?? "none" }

    /// Publishes a chunk of packets that all carry `number`; they are returned.
    @discardableResult
    func publishChunk(_ number: UInt8, startsAtRandomAccessPoint: Bool = false, packets: Int = 10) -> [UInt8] {
        let packet = [0x47] + [UInt8](repeating: number, count: 187)
        let bytes = Array(repeatElement(packet, count: packets).joined())
        let chunk = LiveChunk(bytes: ByteBuffer(bytes: bytes), startsAtRandomAccessPoint: startsAtRandomAccessPoint)
        self.ring.publish(chunk, at: MediaTime(seconds: Int64(number)))
        return bytes
    }
}

/// Channels by number.
struct TestDirectory: ChannelDirectory {
    var channels: [ChannelID: TestChannel]

    func viewable(_ id: ChannelID) -> (any ViewableChannel)? { self.channels[id] }
}

/// Counts up, from any thread.
final class ChunkNumbers: Sendable {
    private let value: Mutex<UInt8>

    init(_ value: UInt8) {
        self.value = Mutex(value)
    }

    func next() -> UInt8 {
        self.value.withLock { value in
            value = value == .max ? 121 : value + 1
            return value
        }
    }
}
