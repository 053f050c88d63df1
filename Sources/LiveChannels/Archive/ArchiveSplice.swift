package import NIOCore

/// What stands before a segment in one transport stream where its time stamps don't follow the ones before.
///
/// Source: ISO/IEC 13818-1, 2.4.3.5, discontinuity_indicator: a packet of each PID with nothing but an adaptation field.
package enum ArchiveSplice {
    private static let packetSize = 188
    /// PIDs that are announced; a channel has fewer than ten.
    private static let pidsMax = 64

    /// The packets; the continuity counters are the ones before the segment's first of each PID.
    package static func packets(before segment: ByteBuffer) -> ByteBuffer {
        var seen: Set<UInt16> = []
        var packets = ByteBuffer()
        segment.withUnsafeReadableBytes { bytes in
            var start = 0
            while start + Self.packetSize <= bytes.count, seen.count < Self.pidsMax {
                defer { start += Self.packetSize }
                let pid = UInt16(bytes[start + 1] & 0x1f) << 8 | UInt16(bytes[start + 2])
                guard bytes[start] == 0x47, pid != 0x1fff, seen.insert(pid).inserted else { continue }
                let counter = (bytes[start + 3] &- 1) & 0x0f
                packets.writeBytes([0x47, UInt8(pid >> 8), UInt8(pid & 0xff), 0x20 | counter, 183, 0x80])
                packets.writeRepeatingByte(0xff, count: 182)
            }
        }
        return packets
    }
}
