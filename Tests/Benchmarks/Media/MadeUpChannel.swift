import Delivery
import HLS
import LiveChannels
import Model
import NIOCore
import Synchronization

/// A channel without a source: its segments are there from the start, and its live stream comes by the clock.
final class MadeUpChannel: ViewableChannel, ChannelDirectory {
    /// Bits a second of the live stream.
    static let bitRate = 4_000_000
    /// Seconds of one chunk of it.
    static let chunkSeconds = 0.1
    /// Chunks from one random access point to the next: 2 s.
    static let chunksPerGOP = 20
    /// Bytes of one chunk: whole packets.
    static let chunkSize = Int(Double(bitRate) / 8 * chunkSeconds) / 188 * 188
    /// Bytes of one segment: 6 s of the stream.
    static let segmentSize = 3_000_000 / 188 * 188
    /// The first segment's number.
    static let firstSegment: UInt64 = 1_000
    static let segmentCount: UInt64 = 8

    let segments = SegmentStore(targetDurationSeconds: 6)
    let ring = LiveRing()
    let codecs = ["avc1.640028", "mp4a.40.2"]
    let bandwidth = MadeUpChannel.bitRate
    let standIns = StandIns()

    init() {
        var window = SegmentWindow<ByteBuffer>(targetDurationSeconds: 6)
        for number in Self.firstSegment..<Self.firstSegment + Self.segmentCount {
            window.append(
                Segment(
                    payload: ByteBuffer(bytes: Self.packets(Self.segmentSize, mark: UInt8(truncatingIfNeeded: number))),
                    sizeBytes: Self.segmentSize,
                    duration: MediaTime(seconds: 6),
                    mediaSequence: number,
                    programDateTime: WallTime(microseconds: Int64(number) * 6_000_000)
                )
            )
        }
        self.segments.publish(window)
    }

    func viewable(_ id: ChannelID) -> (any ViewableChannel)? { id == Office.channel ? self : nil }

    func viewerJoined() {}

    func viewerLeft() {}

    /// Sends a chunk every 100 ms, at a fixed rate, from `loop`.
    func start(on loop: any EventLoop) {
        self.send(0, at: .now(), on: loop)
    }

    private func send(_ number: Int64, at time: NIODeadline, on loop: any EventLoop) {
        loop.scheduleTask(deadline: time) {
            let bytes = ByteBuffer(bytes: Self.packets(Self.chunkSize, mark: UInt8(truncatingIfNeeded: number)))
            let isEntry = number.isMultiple(of: Int64(Self.chunksPerGOP))
            self.ring.publish(
                LiveChunk(bytes: bytes, startsAtRandomAccessPoint: isEntry),
                at: MediaTime(milliseconds: number * Int64(Self.chunkSeconds * 1_000))
            )
            self.send(number + 1, at: time + .milliseconds(Int64(Self.chunkSeconds * 1_000)), on: loop)
        }
    }

    /// Packets with a sync byte each, told apart by `mark`.
    static func packets(_ size: Int, mark: UInt8) -> [UInt8] {
        var bytes = [UInt8](repeating: mark, count: size)
        for start in stride(from: 0, to: size, by: 188) { bytes[start] = 0x47 }
        return bytes
    }
}
