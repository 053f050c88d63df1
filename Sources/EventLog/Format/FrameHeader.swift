package import Model

/// What stands before the events of a frame: a zstd skippable frame of 108 bytes.
///
/// All numbers are little-endian. The layout is set in stone; the README has it as a table.
/// Source: RFC 8878, 3.1.2 (skippable frames: magic 0x184D2A50 to 0x184D2A5F, then the size of what follows).
package struct FrameHeader: Hashable, Sendable {
    /// Bytes of a header, the eight of the skippable frame's own head included.
    package static let size = 108
    /// First of the four magic bytes `5B 2A 4D 18`.
    static let magic: UInt32 = 0x184D_2A5B
    /// The one version there is.
    static let version: UInt16 = 1
    /// Events are lines of JSON; the only codec so far.
    static let codecJSONLines: UInt8 = 0
    /// Bytes before the CRC, which are the ones of the header that it covers.
    static let checkedSize = 104

    /// Most bytes that a frame's lines may have: 4 MiB, so that no header can ask a reader for more memory.
    package static let rawSizeMax = 4 << 20
    /// Most bytes that a data frame may have: ``rawSizeMax`` and what zstd adds to bytes it cannot shrink (1/256).
    static let storedSizeMax = FrameHeader.rawSizeMax + FrameHeader.rawSizeMax / 256 + 1024
    /// Highest sequence number: leaves room for a count without overflow, and fits SQLite's signed integers.
    package static let seqMax: UInt64 = 1 << 62

    /// Furthest moment from 1970, in microseconds: leaves room for arithmetic on times without overflow.
    static let timeMax: Int64 = 1 << 62

    /// The log this frame belongs to.
    package var log: LogID
    /// How often the log had been opened for writing when this was written, from 1.
    package var epoch: UInt64
    /// The sequence number of the first event.
    package var firstSeq: UInt64
    /// Events in the frame, at least 1.
    package var count: Int
    /// No event of the frame is earlier.
    package var firstTime: WallTime
    /// No event of the frame is later.
    package var lastTime: WallTime
    /// Bytes of all lines, newlines included.
    package var rawSize: Int
    /// Bytes of the data frame that follows the header.
    package var storedSize: Int
    /// The chain value after the frame's last event.
    package var chain: ChainValue
    /// CRC-32C over the 104 bytes before it and the data frame.
    package var checksum: UInt32 = 0

    /// The sequence number of the last event.
    package var lastSeq: UInt64 { self.firstSeq + UInt64(self.count) - 1 }
    /// Bytes of the header and the data frame.
    package var totalSize: Int { Self.size + self.storedSize }
}

extension FrameHeader {
    /// Reads a header and checks every field against its limits; the CRC is left to whoever has the data frame.
    ///
    /// - Throws: ``LogDamage/Cause`` that names the field.
    init(parsing bytes: UnsafeRawBufferPointer) throws(LogDamage.Cause) {
        guard bytes.count >= Self.size else { throw .truncated }
        guard bytes.number(at: 0, as: UInt32.self) == Self.magic else { throw .notAFrame }
        guard bytes.number(at: 4, as: UInt32.self) == UInt32(Self.size - 8) else { throw .header(.size) }
        guard bytes.number(at: 8, as: UInt16.self) == Self.version else { throw .header(.version) }
        guard bytes[10] == Self.codecJSONLines else { throw .header(.codec) }
        guard bytes[11] == 0 else { throw .header(.reserved) }
        self.count = Int(bytes.number(at: 12, as: UInt32.self))
        self.log = LogID(
            high: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)),
            low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
        )
        self.epoch = bytes.number(at: 32, as: UInt64.self)
        self.firstSeq = bytes.number(at: 40, as: UInt64.self)
        self.firstTime = WallTime(microseconds: bytes.number(at: 48, as: Int64.self))
        self.lastTime = WallTime(microseconds: bytes.number(at: 56, as: Int64.self))
        self.rawSize = Int(bytes.number(at: 64, as: UInt32.self))
        self.storedSize = Int(bytes.number(at: 68, as: UInt32.self))
        self.chain = ChainValue(UnsafeRawBufferPointer(rebasing: bytes[72..<104]))
        self.checksum = bytes.number(at: Self.checkedSize, as: UInt32.self)
        guard (1...Self.rawSizeMax).contains(self.rawSize) else { throw .header(.rawSize) }
        guard (1...Self.storedSizeMax).contains(self.storedSize) else { throw .header(.storedSize) }
        // A line has at least its newline.
        guard (1...self.rawSize).contains(self.count) else { throw .header(.count) }
        guard (1...Self.seqMax).contains(self.firstSeq) else { throw .header(.firstSeq) }
        guard (1...Self.seqMax).contains(self.epoch) else { throw .header(.epoch) }
        guard self.firstTime <= self.lastTime, self.firstTime.microseconds >= -Self.timeMax,
            self.lastTime.microseconds <= Self.timeMax
        else { throw .header(.time) }
    }

    /// Writes the header to the start of `frame`, which holds the data frame after it, and the CRC over both.
    func write(to frame: UnsafeMutableRawBufferPointer) {
        precondition(frame.count == self.totalSize, "a frame of \(self.totalSize) bytes, found \(frame.count)")
        frame.put(Self.magic, at: 0)
        frame.put(UInt32(Self.size - 8), at: 4)
        frame.put(Self.version, at: 8)
        frame[10] = Self.codecJSONLines
        frame[11] = 0
        frame.put(UInt32(self.count), at: 12)
        frame.put(self.log.high.byteSwapped, at: 16)
        frame.put(self.log.low.byteSwapped, at: 24)
        frame.put(self.epoch, at: 32)
        frame.put(self.firstSeq, at: 40)
        frame.put(self.firstTime.microseconds, at: 48)
        frame.put(self.lastTime.microseconds, at: 56)
        frame.put(UInt32(self.rawSize), at: 64)
        frame.put(UInt32(self.storedSize), at: 68)
        self.chain.write(to: UnsafeMutableRawBufferPointer(rebasing: frame[72..<104]))
        frame.put(Self.checksum(of: UnsafeRawBufferPointer(frame)), at: Self.checkedSize)
    }

    /// The CRC that a frame (header and data frame) should have.
    static func checksum(of frame: UnsafeRawBufferPointer) -> UInt32 {
        var check = CRC32C()
        check.update(UnsafeRawBufferPointer(rebasing: frame[..<self.checkedSize]))
        check.update(UnsafeRawBufferPointer(rebasing: frame[self.size...]))
        return check.value
    }
}

extension UnsafeRawBufferPointer {
    /// The little-endian number at `offset`; a trap when it does not lie within.
    func number<Number: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as: Number.Type) -> Number {
        Number(littleEndian: self.loadUnaligned(fromByteOffset: offset, as: Number.self))
    }
}

extension UnsafeMutableRawBufferPointer {
    /// Writes a number at `offset`, little-endian.
    func put(_ number: some FixedWidthInteger & BitwiseCopyable, at offset: Int) {
        self.storeBytes(of: number.littleEndian, toByteOffset: offset, as: type(of: number))
    }
}
