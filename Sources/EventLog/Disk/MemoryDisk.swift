import Glibc
import Synchronization

/// A disk in memory that tells what is on it from what is only in the system's cache, and that fails when told to.
///
/// For tests of the log and of whatever stands on it: it counts the operations that change something, can stop the
/// process at one of them, and after a ``restart(_:)`` shows what a real disk could show. Operations on directories'
/// own existence are not modelled: a directory is there as soon as it is named.
package final class MemoryDisk: Disk {
    /// What happens at an operation that was chosen to fail.
    package enum Fault: Hashable, Sendable {
        /// The process dies in the middle of it: this operation and all after it throw.
        case crash
        /// It fails with this `errno` and changes nothing, but that a failed sync forgets what it should have written.
        case error(Int32)
        /// A write puts only this many bytes in the file and then fails with this `errno`.
        case shortWrite(Int, Int32)
    }

    /// What becomes of what was not synced.
    package enum Loss: Hashable, Sendable {
        /// Only the process died (`kill -9`): the cache is still there.
        case nothing
        /// Power was lost: each 512-byte sector and each name keeps any state it had since the last sync, as the seed says.
        case unsynced(seed: UInt64)
    }

    /// One operation that changed something or was meant to.
    package struct Trace: Hashable, Sendable {
        package var operation: DiskOperation
        package var path: String
        package var failed: Bool
    }

    private let state: Mutex<MemoryDiskState>

    package init() {
        self.state = Mutex(MemoryDiskState())
    }

    /// Operations so far that changed something or were meant to: create, write, sync, syncDirectory, rename, remove.
    package var operations: Int { self.state.withLock { $0.trace.count } }

    /// Every operation that ``operations`` counts, in order.
    package var trace: [Trace] { self.state.withLock { $0.trace } }

    /// Lets the operation with this number (counted from 0, as ``operations``) fail.
    package func fail(operation number: Int, _ fault: Fault) {
        self.state.withLock { $0.faults[number] = fault }
    }

    /// Lets the `nth` (from 0) operation of a kind, counted from now, fail.
    package func fail(_ operation: DiskOperation, nth: Int, _ fault: Fault) {
        self.state.withLock { $0.faultsByKind.append((operation, nth, fault)) }
    }

    /// Starts the machine again after a crash: no file is open, no fault is left, and `loss` says what is gone.
    package func restart(_ loss: Loss) {
        self.state.withLock { $0.restart(loss) }
    }

    /// What a read of this file would give; `nil` when there is none.
    package func contents(_ path: String) -> [UInt8]? {
        self.state.withLock { $0.node(at: path)?.cache }
    }

    /// Puts a file on the disk, synced, as if it had always been there.
    package func put(_ path: String, _ bytes: [UInt8]) {
        self.state.withLock { $0.put(path, bytes) }
    }

    package func createDirectory(_ path: String) throws(DiskError) {}

    package func list(_ directory: String) throws(DiskError) -> [String] {
        self.state.withLock { $0.list(directory) }
    }

    package func open(_ path: String, _ access: DiskAccess) throws(DiskError) -> DiskFile {
        try self.change(access == .read ? .open : .create, path) { state throws(DiskError) in
            try state.open(path, access)
        }
    }

    package func close(_ file: DiskFile) {
        self.state.withLock { _ = $0.handles.removeValue(forKey: file.number) }
    }

    package func status(_ file: DiskFile) throws(DiskError) -> DiskStatus {
        try self.change(.status, file.path) { state throws(DiskError) in
            try state.status(of: state.node(of: file, .status))
        }
    }

    package func status(_ path: String) throws(DiskError) -> DiskStatus? {
        self.state.withLock { state in
            state.entries[path].flatMap { try? state.status(of: $0) }
        }
    }

    package func read(
        _ file: DiskFile,
        at offset: Int,
        into bytes: UnsafeMutableRawBufferPointer
    ) throws(DiskError) -> Int {
        // The lock's closure may not capture the pointer's region, so its address travels as a number.
        let address = UInt(bitPattern: bytes.baseAddress)
        let count = bytes.count
        return try self.change(.read, file.path) { state throws(DiskError) in
            let node = try state.node(of: file, .read)
            guard let target = UnsafeMutableRawPointer(bitPattern: address) else { return 0 }
            return state.read(node, at: offset, into: target, count: count)
        }
    }

    package func write(_ file: DiskFile, at offset: Int, _ bytes: UnsafeRawBufferPointer) throws(DiskError) {
        let copy = [UInt8](bytes)
        try self.change(.write, file.path) { state throws(DiskError) in
            try state.write(state.node(of: file, .write), at: offset, copy)
        } partly: { state, count in
            guard let node = try? state.node(of: file, .write) else { return }
            state.write(node, at: offset, Array(copy.prefix(count)))
        }
    }

    package func sync(_ file: DiskFile) throws(DiskError) {
        try self.change(.sync, file.path) { state throws(DiskError) in
            try state.sync(state.node(of: file, .sync))
        } failed: { state in
            guard let node = try? state.node(of: file, .sync) else { return }
            state.forget(node)
        }
    }

    package func syncDirectory(_ directory: String) throws(DiskError) {
        try self.change(.syncDirectory, directory) { state throws(DiskError) in state.syncDirectory(directory) }
    }

    package func rename(_ path: String, to newPath: String) throws(DiskError) {
        try self.change(.rename, path) { state throws(DiskError) in try state.rename(path, to: newPath) }
    }

    package func remove(_ path: String) throws(DiskError) {
        try self.change(.remove, path) { state throws(DiskError) in try state.remove(path) }
    }

    /// Counts the operation, lets it fail if it was chosen to, or does it.
    private func change<Answer: Sendable>(
        _ operation: DiskOperation,
        _ path: String,
        _ body: (inout MemoryDiskState) throws(DiskError) -> sending Answer,
        partly: (inout MemoryDiskState, Int) -> Void = { _, _ in },
        failed: (inout MemoryDiskState) -> Void = { _ in }
    ) throws(DiskError) -> Answer {
        try self.state.withLock { state throws(DiskError) -> Answer in
            guard !state.crashed else { throw DiskError(operation, path, code: ECANCELED) }
            let fault = state.count(operation, path)
            switch fault {
            case nil: return try body(&state)
            case .crash:
                // What the dying process had just asked for may have reached the cache, but no sync had finished.
                if operation != .sync, operation != .syncDirectory { _ = try? body(&state) }
                state.crashed = true
                throw DiskError(operation, path, code: ECANCELED)
            case .error(let code):
                failed(&state)
                throw DiskError(operation, path, code: code)
            case .shortWrite(let count, let code):
                partly(&state, count)
                throw DiskError(operation, path, code: code)
            }
        }
    }
}
