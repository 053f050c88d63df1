import MPEGTS
package import Model

/// One segment as an archive's index has it.
///
/// 48 bytes, little-endian, never changed once written: offset (8), size (4), flags (4), start in µs since 1970 (8), duration
/// in 1/90 000 s (8), media sequence (8), the letters `BAR1` (4), CRC-32/MPEG-2 of what stands before (4).
package struct ArchiveRecord: Hashable, Sendable {
    package static let size = 48
    /// Bytes of a segment that is read back: 64 MiB, as much as a source's may have.
    static let segmentSizeMax = 64 << 20
    private static let mark: UInt32 = 0x3152_4142

    /// Where its first byte stands in the file.
    package var offset: Int64
    /// Bytes.
    package var size: Int
    package var start: WallTime
    package var duration: MediaTime
    package var mediaSequence: UInt64
    /// Whether its time stamps don't follow those of the one before.
    package var isDiscontinuity: Bool

    package init(
        offset: Int64,
        size: Int,
        start: WallTime,
        duration: MediaTime,
        mediaSequence: UInt64,
        isDiscontinuity: Bool
    ) {
        self.offset = offset
        self.size = size
        self.start = start
        self.duration = duration
        self.mediaSequence = mediaSequence
        self.isDiscontinuity = isDiscontinuity
    }

    /// When it ends.
    package var end: WallTime { WallTime(microseconds: self.start.microseconds &+ self.duration.ticks &* 100 / 9) }

    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.size)
        func put(_ value: some FixedWidthInteger) {
            withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
        }
        put(self.offset)
        put(UInt32(clamping: self.size))
        put(UInt32(self.isDiscontinuity ? 1 : 0))
        put(self.start.microseconds)
        put(self.duration.ticks)
        put(self.mediaSequence)
        put(Self.mark)
        put(CRC32MPEG2.checksum(bytes))
        return bytes
    }

    /// Reads one; `nil` for what is none.
    package init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= Self.size else { return nil }
        func get<Value: FixedWidthInteger>(_ offset: Int) -> Value {
            Value(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Value.self))
        }
        guard get(40) == Self.mark, get(44) == CRC32MPEG2.checksum(bytes[..<44]) else { return nil }
        let offset: Int64 = get(0)
        let size: UInt32 = get(8)
        let flags: UInt32 = get(12)
        let ticks: Int64 = get(24)
        guard (0...(1 << 48)).contains(offset), (1...Self.segmentSizeMax).contains(Int(size)),
            (0...MediaTime(seconds: 3_600).ticks).contains(ticks)
        else { return nil }
        self.init(
            offset: offset,
            size: Int(size),
            start: WallTime(microseconds: get(16)),
            duration: MediaTime(ticks: ticks),
            mediaSequence: get(32),
            isDiscontinuity: flags & 1 == 1
        )
    }

    /// The records of an index file, as far as they check; what a kill cut short is left out.
    static func all(in bytes: [UInt8]) -> [ArchiveRecord] {
        bytes.withUnsafeBytes { bytes in
            var records: [ArchiveRecord] = []
            var start = 0
            while start + Self.size <= bytes.count {
                guard let record = ArchiveRecord(UnsafeRawBufferPointer(rebasing: bytes[start..<start + Self.size]))
                else { return records }
                records.append(record)
                start += Self.size
            }
            return records
        }
    }
}
