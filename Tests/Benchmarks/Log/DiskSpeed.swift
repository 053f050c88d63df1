import Glibc

/// What the disk itself can do: the measure of everything that waits for it.
struct DiskSpeed {
    /// Seconds of one `fdatasync` after a write of 4 KiB into a file that was written before; the middle one.
    var syncSeconds: Double
    /// Of those, so many in a second.
    var syncsPerSecond: Double

    private static let blockSize = 4_096
    private static let fileSize = 16 << 20

    /// Writes and syncs `count` blocks in a file of its own in `directory`.
    static func measure(in directory: String, count: Int = 400) throws -> DiskSpeed {
        let path = "\(directory)/sync-speed"
        try Files.write([UInt8](repeating: 0, count: self.fileSize), to: path)
        let file = try SystemError.check("open \(path)", open(path, O_RDWR | O_CLOEXEC))
        defer {
            _ = close(file)
            unlink(path)
        }
        try SystemError.check("fsync", fsync(file))
        let block = [UInt8](repeating: 0x5A, count: self.blockSize)
        var times: [Double] = []
        let clock = Stopwatch()
        for index in 0..<count {
            let start = Stopwatch()
            let offset = index * self.blockSize % self.fileSize
            try SystemError.check("pwrite", pwrite(file, block, block.count, off_t(offset)))
            try SystemError.check("fdatasync", fdatasync(file))
            times.append(start.seconds)
        }
        return DiskSpeed(syncSeconds: times.median, syncsPerSecond: Double(count) / clock.seconds)
    }
}
