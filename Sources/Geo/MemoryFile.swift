import CMaxMindDB
import Glibc

/// A private copy of a file in memory, with a path under which libraries open it.
///
/// Libraries map such files, and a mapped file that somebody else cuts short kills the process that reads it; a copy
/// can't be cut.
struct MemoryFile: ~Copyable {
    /// Bytes in the largest file that is copied; the largest database of cities has a quarter of it.
    static let sizeMax = 512 << 20
    private static let chunkSize = 1 << 20

    private let descriptor: Int32

    /// What libraries open; valid while this value lives.
    var path: String { "/proc/self/fd/\(self.descriptor)" }

    init(copying path: String) throws(GeoError) {
        let source = open(path, O_RDONLY | O_CLOEXEC)
        guard source >= 0 else { throw Self.unreadable(path) }
        defer { close(source) }
        let memory = cmaxminddb_memory_file("geo")
        guard memory >= 0 else { throw Self.unreadable(path) }
        do throws(GeoError) {
            try Self.copy(source, to: memory, path)
        } catch {
            close(memory)
            throw error
        }
        self.descriptor = memory
    }

    deinit {
        close(self.descriptor)
    }

    private static func copy(_ source: Int32, to memory: Int32, _ path: String) throws(GeoError) {
        var buffer = [UInt8](repeating: 0, count: Self.chunkSize)
        var size = 0
        while true {
            let count = read(source, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Self.unreadable(path) }
            guard count > 0 else { return }
            size += count
            guard size <= Self.sizeMax else {
                throw .tooLarge(path: path, sizeBytes: size, allowed: Self.sizeMax)
            }
            var written = 0
            while written < count {
                let some = buffer.withUnsafeBytes { bytes in
                    write(memory, bytes.baseAddress.map { $0 + written }, count - written)
                }
                if some < 0, errno == EINTR { continue }
                guard some > 0 else { throw Self.unreadable(path) }
                written += some
            }
        }
    }

    private static func unreadable(_ path: String) -> GeoError {
        .unreadable(path: path, reason: String(cString: strerror(errno)))
    }
}
