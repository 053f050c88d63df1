import Model

/// Makes frames, one at a time, in a buffer that it keeps.
final class FrameBuilder {
    private let compressor: FrameCompressor
    private let buffer = Scratch(capacity: 1 << 16)

    init(level: Int32, hashLog: Int32? = nil) throws(EventLogError) {
        self.compressor = try FrameCompressor(level: level, hashLog: hashLog)
    }

    /// The whole frame of `lines`: header and data frame, valid until the next call, with room for a padding behind it.
    ///
    /// `header` comes with all but its sizes and checksum filled in.
    func frame(
        _ header: FrameHeader,
        lines: UnsafeRawBufferPointer
    ) throws(EventLogError) -> BuiltFrame {
        let bound = FrameCompressor.bound(lines.count)
        self.buffer.reserve(FrameHeader.size + bound + Padding.headSize)
        let room = UnsafeMutableRawBufferPointer(
            rebasing: self.buffer.bytes[FrameHeader.size..<(FrameHeader.size + bound)]
        )
        var header = header
        header.rawSize = lines.count
        header.storedSize = try self.compressor.compress(lines, into: room)
        header.write(to: UnsafeMutableRawBufferPointer(rebasing: self.buffer.bytes[..<header.totalSize]))
        return BuiltFrame(header: header, room: self.buffer.bytes)
    }
}

/// A frame as it goes to a file.
struct BuiltFrame {
    /// Its header, complete but for the checksum.
    let header: FrameHeader
    /// The frame, and behind it at least ``Padding/headSize`` bytes of room.
    let room: UnsafeMutableRawBufferPointer

    /// The frame alone.
    var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(UnsafeMutableRawBufferPointer(rebasing: self.room[..<self.header.totalSize]))
    }

    /// The frame and the head of a padding of `size` bytes behind it.
    func bytes(padding size: Int) -> UnsafeRawBufferPointer {
        let end = self.header.totalSize + Padding.headSize
        Padding.write(size: size, to: UnsafeMutableRawBufferPointer(rebasing: self.room[self.header.totalSize..<end]))
        return UnsafeRawBufferPointer(UnsafeMutableRawBufferPointer(rebasing: self.room[..<end]))
    }
}
