import Foundation

/// A small body that becomes a large one.
enum GzipBomb {
    /// So many megabytes of a playlist's comment, compressed by `gzip`.
    static func of(megabytes: Int) throws -> [UInt8] {
        let folder = TestMedia.makeFolder("bomb")
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "bomb")
        try Data().write(to: file)
        let handle = try FileHandle(forWritingTo: file)
        try handle.write(contentsOf: Data("#EXTM3U\n#".utf8))
        for _ in 0..<megabytes { try handle.write(contentsOf: Data(repeating: 0x30, count: 1 << 20)) }
        try handle.close()
        let process = try TestMedia.spawn("gzip", [file.path])
        process.waitUntilExit()
        return Array(try Data(contentsOf: file.appendingPathExtension("gz")))
    }
}
