/// A file seen through a buffer: many small frames come with one read.
final class FileWindow {
    /// Bytes read at a time at least.
    private static let readSize = 256 << 10

    private let disk: any Disk
    private let file: DiskFile
    private let buffer: Scratch
    private var start = 0
    private var count = 0

    init(disk: any Disk, file: DiskFile) {
        self.disk = disk
        self.file = file
        self.buffer = Scratch(capacity: 4 << 10)
    }

    /// The bytes at `offset`, `count` of them or fewer where the file ends; valid until the next call.
    func bytes(at offset: Int, count: Int) throws(DiskError) -> UnsafeRawBufferPointer {
        if offset < self.start || offset + count > self.start + self.count {
            // A file smaller than the usual read does not need its room.
            let size = try self.disk.status(self.file).size
            let wanted = max(count, min(Self.readSize, max(0, size - offset)))
            self.buffer.reserve(wanted)
            self.count = 0
            self.start = offset
            self.count = try self.disk.read(
                self.file,
                at: offset,
                into: UnsafeMutableRawBufferPointer(rebasing: self.buffer.bytes[..<wanted])
            )
        }
        let from = offset - self.start
        let end = min(from + count, self.count)
        return UnsafeRawBufferPointer(rebasing: self.buffer.bytes[min(from, end)..<end])
    }

    /// Forgets what was read, because the file may have got other bytes since.
    func discard() {
        self.count = 0
    }

    /// Where the first byte stands that is not zero, from `offset` on; `nil` when there is none.
    func firstNonZero(from offset: Int) throws(DiskError) -> Int? {
        var position = offset
        while true {
            let bytes = try self.bytes(at: position, count: Self.readSize)
            if bytes.isEmpty { return nil }
            if let index = bytes.firstNonZero { return position + index }
            position += bytes.count
        }
    }

    /// Where the content ends: after the last byte from `offset` on that is not zero; `offset` when there is none.
    func contentEnd(from offset: Int) throws(DiskError) -> Int {
        var position = offset
        var end = offset
        while true {
            let bytes = try self.bytes(at: position, count: Self.readSize)
            if bytes.isEmpty { return end }
            if let index = bytes.lastIndex(where: { $0 != 0 }) { end = position + index + 1 }
            position += bytes.count
        }
    }
}

extension UnsafeRawBufferPointer {
    /// The index of the first byte that is not zero.
    var firstNonZero: Int? {
        var index = 0
        while index + 8 <= self.count, self.loadUnaligned(fromByteOffset: index, as: UInt64.self) == 0 { index += 8 }
        while index < self.count, self[index] == 0 { index += 1 }
        return index < self.count ? index : nil
    }
}
