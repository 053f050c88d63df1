import Glibc
import Model

/// The file that frames are appended to.
///
/// It comes into being under a temporary name, with zeros ahead, synced, and is then renamed: so a log file is either not
/// there or whole, and a file is never used again for other events.
struct OpenFile {
    let name: LogFileName
    let file: DiskFile
    /// Where the next frame goes.
    private(set) var end: Int
    /// Up to where the file is written, with zeros from `end` on.
    private(set) var zeroedEnd: Int
    /// Bytes of all lines in the file.
    private(set) var rawSize: Int
    /// The time of the first event in it; `nil` while there is none.
    private(set) var firstTime: WallTime?

    /// Bytes moved at a time when copying and zeroing.
    private static let chunkSize = 1 << 20

    /// What a new file begins with: frames of the one it replaces.
    struct Content {
        var scan: LogFileScan
        /// Bytes to copy from its start.
        var size: Int
        var rawSize: Int
        var firstTime: WallTime?
    }

    /// Makes the file `name`, with the frames of `content` in it, and brings it and its name to the disk.
    static func create(
        _ name: LogFileName,
        in directory: String,
        disk: any Disk,
        zeroAhead: Int,
        content: Content? = nil
    ) throws(DiskError) -> OpenFile {
        let path = name.path(in: directory)
        let temporary = path + LogFileName.temporarySuffix
        let file = try disk.open(temporary, .create)
        do throws(DiskError) {
            let size = content?.size ?? 0
            if let content { try Self.copy(content.scan, 0..<size, to: file, disk: disk) }
            try Self.zero(size..<(size + zeroAhead), of: file, disk: disk, padded: true)
            try disk.sync(file)
            try disk.rename(temporary, to: path)
            try disk.syncDirectory(directory)
            return OpenFile(
                name: name,
                file: DiskFile(number: file.number, path: path),
                end: size,
                zeroedEnd: size + zeroAhead,
                rawSize: content?.rawSize ?? 0,
                firstTime: content?.firstTime
            )
        } catch {
            disk.close(file)
            throw error
        }
    }

    /// Copies a range of bytes to the start of another file.
    static func copy(
        _ scan: LogFileScan,
        _ range: Range<Int>,
        to file: DiskFile,
        disk: any Disk
    ) throws(DiskError) {
        let buffer = Scratch(capacity: min(Self.chunkSize, max(range.count, 1)))
        var done = 0
        while done < range.count {
            let wanted = min(buffer.bytes.count, range.count - done)
            let room = UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[..<wanted])
            let count = try scan.read(at: range.lowerBound + done, into: room)
            // The range was read a moment ago, so the file did not get shorter but by someone else's hand.
            guard count == wanted else { throw DiskError(.read, file.path, code: EIO) }
            try disk.write(file, at: done, buffer.prefix(count))
            done += count
        }
    }

    /// Writes zeros; with the head of a padding before them if `padded`.
    private static func zero(
        _ range: Range<Int>,
        of file: DiskFile,
        disk: any Disk,
        padded: Bool
    ) throws(DiskError) {
        guard !range.isEmpty else { return }
        let buffer = Scratch(capacity: min(Self.chunkSize, range.count))
        buffer.clear()
        if padded, range.count >= Padding.headSize { Padding.write(size: range.count, to: buffer.bytes) }
        var offset = range.lowerBound
        while offset < range.upperBound {
            let count = min(buffer.bytes.count, range.upperBound - offset)
            try disk.write(file, at: offset, buffer.prefix(count))
            offset += count
            buffer.clear()
        }
    }

    /// Writes a frame behind the last one, with one write, after seeing to it that zeros are left behind it.
    mutating func append(_ frame: BuiltFrame, disk: any Disk, settings: LogSettings) throws(DiskError) {
        let after = self.end + frame.header.totalSize
        if self.zeroedEnd - after < settings.zeroAhead - settings.zeroStep {
            // One step at a time, but never without zeros behind the frame: they tell an open file from a sealed one.
            let wanted = max(self.zeroedEnd, after) + max(settings.zeroStep, 2 * FrameHeader.size)
            try Self.zero(self.zeroedEnd..<wanted, of: self.file, disk: disk, padded: false)
            self.zeroedEnd = wanted
        }
        try disk.write(self.file, at: self.end, frame.bytes(padding: self.zeroedEnd - after))
        self.end = after
        self.rawSize += frame.header.rawSize
        self.firstTime = self.firstTime ?? frame.header.firstTime
    }
}
