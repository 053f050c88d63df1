/// The file operations the log needs, and no other.
///
/// There are two: ``RealDisk``, and ``MemoryDisk``, which crashes and fails on demand. Every call does all it was asked
/// or throws; nothing is ever half done without an error.
package protocol Disk: Sendable {
    /// Makes a directory that only its owner may enter; one that is there already is left as it is.
    ///
    /// When it returns, the new directory's own entry is on disk.
    func createDirectory(_ path: String) throws(DiskError)
    /// The names in a directory, sorted, without `.` and `..`.
    func list(_ directory: String) throws(DiskError) -> [String]
    /// Opens a file; whoever opens it closes it.
    func open(_ path: String, _ access: DiskAccess) throws(DiskError) -> DiskFile
    /// Gives a file back; what was not synced may still get lost.
    func close(_ file: DiskFile)
    /// Size and identity of an open file.
    func status(_ file: DiskFile) throws(DiskError) -> DiskStatus
    /// Size and identity of what stands under a name; `nil` when nothing does.
    func status(_ path: String) throws(DiskError) -> DiskStatus?
    /// Reads from `offset` until `bytes` is full or the file ends; answers how many bytes that were.
    func read(
        _ file: DiskFile,
        at offset: Int,
        into bytes: UnsafeMutableRawBufferPointer
    ) throws(DiskError) -> Int
    /// Writes all of `bytes` at `offset`.
    ///
    /// After an error, any part of them may stand in the file.
    func write(_ file: DiskFile, at offset: Int, _ bytes: UnsafeRawBufferPointer) throws(DiskError)
    /// Brings what was written to the file, and its size, to the disk (`fdatasync`).
    ///
    /// After an error it must never be called again on what was written before: the system then forgets the data it
    /// could not write, while reads still show it.
    func sync(_ file: DiskFile) throws(DiskError)
    /// Brings the names made, changed and removed in a directory to the disk.
    func syncDirectory(_ directory: String) throws(DiskError)
    /// Gives a file another name in one step, replacing what stood there.
    func rename(_ path: String, to newPath: String) throws(DiskError)
    /// Removes a name.
    func remove(_ path: String) throws(DiskError)
}

/// How a file is opened.
package enum DiskAccess: Hashable, Sendable {
    /// To read what is there.
    case read
    /// To write a new file; one that had the name is emptied.
    case create
}

/// An open file of a ``Disk``.
package struct DiskFile: Hashable, Sendable {
    /// The descriptor or handle, meaningful only to the disk that gave it.
    package let number: Int32
    /// The path it was opened by, for error messages.
    package let path: String

    package init(number: Int32, path: String) {
        self.number = number
        self.path = path
    }
}

/// What a ``Disk`` knows of a file without reading it.
package struct DiskStatus: Hashable, Sendable {
    /// Size in bytes.
    package var size: Int
    /// The same as long as it is the same file, whatever its name (the inode number).
    package var identity: UInt64

    package init(size: Int, identity: UInt64) {
        self.size = size
        self.identity = identity
    }
}

/// What a ``Disk`` was asked to do.
package enum DiskOperation: String, Hashable, Sendable {
    case createDirectory, list, open, create, status, read, write, sync, syncDirectory, rename, remove
}

/// A file operation that failed.
package struct DiskError: Error, Hashable, Sendable {
    package var operation: DiskOperation
    package var path: String
    /// The system's `errno`.
    package var code: Int32

    package init(_ operation: DiskOperation, _ path: String, code: Int32) {
        self.operation = operation
        self.path = path
        self.code = code
    }
}
