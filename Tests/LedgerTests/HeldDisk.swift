import EventLog
import Synchronization

/// A disk whose next sync is held when it is told so.
struct HeldDisk: Disk {
    let disk: MemoryDisk
    let gate: Gate
    private let isArmed = Armed()

    private final class Armed: Sendable {
        let value = Mutex(false)
    }

    init(_ disk: MemoryDisk, gate: Gate) {
        self.disk = disk
        self.gate = gate
    }

    /// Holds the next sync at the gate.
    func arm() { self.isArmed.value.withLock { $0 = true } }

    func sync(_ file: DiskFile) throws(DiskError) {
        let isHeld = self.isArmed.value.withLock { isArmed -> Bool in
            defer { isArmed = false }
            return isArmed
        }
        if isHeld { self.gate.enterAndWait() }
        try self.disk.sync(file)
    }

    func createDirectory(_ path: String) throws(DiskError) { try self.disk.createDirectory(path) }
    func list(_ directory: String) throws(DiskError) -> [String] { try self.disk.list(directory) }
    func open(_ path: String, _ access: DiskAccess) throws(DiskError) -> DiskFile { try self.disk.open(path, access) }
    func close(_ file: DiskFile) { self.disk.close(file) }
    func status(_ file: DiskFile) throws(DiskError) -> DiskStatus { try self.disk.status(file) }
    func status(_ path: String) throws(DiskError) -> DiskStatus? { try self.disk.status(path) }
    func read(_ file: DiskFile, at offset: Int, into bytes: UnsafeMutableRawBufferPointer) throws(DiskError) -> Int {
        try self.disk.read(file, at: offset, into: bytes)
    }
    func write(_ file: DiskFile, at offset: Int, _ bytes: UnsafeRawBufferPointer) throws(DiskError) {
        try self.disk.write(file, at: offset, bytes)
    }
    func syncDirectory(_ directory: String) throws(DiskError) { try self.disk.syncDirectory(directory) }
    func rename(_ path: String, to newPath: String) throws(DiskError) { try self.disk.rename(path, to: newPath) }
    func remove(_ path: String) throws(DiskError) { try self.disk.remove(path) }
}
