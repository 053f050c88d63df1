import Glibc
import Model
import NIOCore

/// The directory of one channel's archive: two files every ten minutes, segments one after another and an index of them.
///
/// ```text
/// archive/101/1795435200.ts     the segments, each begins with tables and a random access point
/// archive/101/1795435200.idx    a record each, written after its segment
/// ```
///
/// Touched on the archive's writing thread only, but for what is `static`.
final class ArchiveFolder {
    let path: String
    private var number: Int64?
    private var data: CInt = -1
    private var index: CInt = -1
    private var offset: Int64 = 0

    init(path: String) {
        self.path = path
    }

    deinit { self.close() }

    /// Appends a segment to a file, which is begun when it isn't the one written to last.
    func append(_ bytes: ByteBuffer, _ segment: ArchivedSegment, to file: Int64) throws -> ArchiveRecord {
        if self.number != file { try self.open(file) }
        let record = ArchiveRecord(
            offset: self.offset,
            size: bytes.readableBytes,
            start: segment.start,
            duration: segment.duration,
            mediaSequence: segment.mediaSequence,
            isDiscontinuity: segment.isDiscontinuity
        )
        do {
            try bytes.withUnsafeReadableBytes { try self.write($0, to: self.data) }
            // After its segment, so that what is listed is there.
            try record.bytes.withUnsafeBytes { try self.write($0, to: self.index) }
        } catch {
            self.close()
            throw error
        }
        self.offset += Int64(record.size)
        return record
    }

    func close() {
        if self.data >= 0 { _ = Glibc.close(self.data) }
        if self.index >= 0 { _ = Glibc.close(self.index) }
        (self.data, self.index, self.number) = (-1, -1, nil)
    }

    func remove(_ file: Int64) {
        if self.number == file { self.close() }
        // The index first: what it doesn't list is never asked for.
        _ = unlink(Self.name(self.path, file, "idx"))
        _ = unlink(Self.name(self.path, file, "ts"))
    }

    private func open(_ file: Int64) throws(ArchiveError) {
        self.close()
        _ = mkdir(self.path, 0o700)
        let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC
        self.data = Glibc.open(Self.name(self.path, file, "ts"), flags, 0o600)
        guard self.data >= 0 else { throw ArchiveError(errno) }
        self.index = Glibc.open(Self.name(self.path, file, "idx"), flags, 0o600)
        guard self.index >= 0 else {
            let error = ArchiveError(errno)
            self.close()
            throw error
        }
        self.offset = Int64(lseek(self.data, 0, SEEK_END))
        self.number = file
    }

    private func write(_ bytes: UnsafeRawBufferPointer, to descriptor: CInt) throws(ArchiveError) {
        var written = 0
        while written < bytes.count {
            let count = Glibc.write(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw ArchiveError(count < 0 ? errno : ENOSPC) }
            written += count
        }
    }
}

/// Reading; any thread.
extension ArchiveFolder {
    static func name(_ path: String, _ file: Int64, _ kind: String) -> String { "\(path)/\(file).\(kind)" }

    /// The archived files in a channel's directory, as their indexes tell.
    static func scan(_ path: String) -> [ArchiveShelf.File] {
        Self.names(in: path).compactMap { name -> ArchiveShelf.File? in
            guard name.hasSuffix(".idx"), let number = Int64(name.dropLast(4)) else { return nil }
            let records = Self.records(path, number)
            var file = ArchiveShelf.File(number: number, bytes: 0, count: records.count, spans: [])
            for record in records {
                file.bytes &+= Int64(record.size)
                ArchiveSpan.add(ArchiveSpan(start: record.start, end: record.end), to: &file.spans)
            }
            return file
        }
    }

    /// The names in a directory.
    static func names(in path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            names.append(
                withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            )
        }
        return names
    }

    /// The segments of one file that are there whole.
    static func records(_ path: String, _ file: Int64) -> [ArchiveRecord] {
        var status = stat()
        guard stat(Self.name(path, file, "ts"), &status) == 0 else { return [] }
        let room = ArchiveShelf.fileSeconds * 10 * Int64(ArchiveRecord.size)
        guard let bytes = Self.read(Self.name(path, file, "idx"), from: 0, sizeMax: Int(room)) else { return [] }
        return ArchiveRecord.all(in: bytes).filter { $0.offset &+ Int64($0.size) <= Int64(status.st_size) }
    }

    /// One segment; `nil` when it isn't there, or is not what it was.
    static func segment(_ path: String, _ file: Int64, index: Int) -> (ArchiveRecord, ByteBuffer)? {
        let at = Int64(index) &* Int64(ArchiveRecord.size)
        guard index >= 0,
            let bytes = Self.read(Self.name(path, file, "idx"), from: at, sizeMax: ArchiveRecord.size),
            let record = bytes.withUnsafeBytes(ArchiveRecord.init),
            let media = Self.read(Self.name(path, file, "ts"), from: record.offset, sizeMax: record.size),
            // After a loss of power a file may hold zeros where it was not written yet.
            media.count == record.size, media.count % 188 == 0, media.first == 0x47, media[media.count - 188] == 0x47
        else { return nil }
        return (record, ByteBuffer(bytes: media))
    }

    private static func read(_ path: String, from offset: Int64, sizeMax: Int) -> [UInt8]? {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { _ = Glibc.close(descriptor) }
        return [UInt8](unsafeUninitializedCapacity: sizeMax) { buffer, count in
            while count < sizeMax {
                let got = pread(
                    descriptor,
                    buffer.baseAddress.map { $0 + count },
                    sizeMax - count,
                    off_t(offset) + count
                )
                if got < 0, errno == EINTR { continue }
                guard got > 0 else { return }
                count += got
            }
        }
    }
}

/// A segment on its way into the archive.
struct ArchivedSegment: Hashable, Sendable {
    var start: WallTime
    var duration: MediaTime
    var mediaSequence: UInt64
    var isDiscontinuity: Bool
}

/// A file operation of the archive failed.
struct ArchiveError: Error, Hashable, Sendable {
    var code: CInt

    init(_ code: CInt) {
        self.code = code
    }

    /// Whether there is no room.
    var isFull: Bool { self.code == ENOSPC || self.code == EDQUOT || self.code == EFBIG }
}
