import Glibc

/// The files and names of a ``MemoryDisk``, each as the cache shows it and as it is on the disk.
struct MemoryDiskState {
    /// A write that was not synced yet.
    struct Write {
        var offset: Int
        var bytes: [UInt8]
    }

    /// A file.
    struct Node {
        var cache: [UInt8] = []
        var durable: [UInt8] = []
        var unsynced: [Write] = []
    }

    /// A change of names that was not synced yet.
    struct NameChange {
        var directory: String
        var removed: String?
        var added: (path: String, node: Int)?
    }

    var nodes: [Int: Node] = [:]
    var entries: [String: Int] = [:]
    var durableEntries: [String: Int] = [:]
    var unsyncedNames: [NameChange] = []
    var handles: [Int32: Int] = [:]
    var trace: [MemoryDisk.Trace] = []
    var faults: [Int: MemoryDisk.Fault] = [:]
    var faultsByKind: [(operation: DiskOperation, left: Int, fault: MemoryDisk.Fault)] = []
    var crashed = false
    private var nextNumber: Int32 = 1

    /// Notes an operation; answers how it is to fail.
    mutating func count(_ operation: DiskOperation, _ path: String) -> MemoryDisk.Fault? {
        var fault: MemoryDisk.Fault?
        for index in self.faultsByKind.indices where self.faultsByKind[index].operation == operation {
            if self.faultsByKind[index].left == 0 { fault = self.faultsByKind[index].fault }
            self.faultsByKind[index].left -= 1
        }
        switch operation {
        case .create, .write, .sync, .syncDirectory, .rename, .remove:
            fault = fault ?? self.faults[self.trace.count]
            self.trace.append(MemoryDisk.Trace(operation: operation, path: path, failed: fault != nil))
        case .createDirectory, .list, .open, .status, .read: break
        }
        return fault
    }

    func node(at path: String) -> Node? { self.entries[path].flatMap { self.nodes[$0] } }

    func node(of file: DiskFile, _ operation: DiskOperation) throws(DiskError) -> Int {
        guard let node = self.handles[file.number] else { throw DiskError(operation, file.path, code: EBADF) }
        return node
    }

    func status(of node: Int) throws(DiskError) -> DiskStatus {
        DiskStatus(size: self.nodes[node]?.cache.count ?? 0, identity: UInt64(node))
    }

    func list(_ directory: String) -> [String] {
        let prefix = directory + "/"
        return self.entries.keys.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }.sorted()
    }

    mutating func put(_ path: String, _ bytes: [UInt8]) {
        let node = self.makeNode()
        self.nodes[node] = Node(cache: bytes, durable: bytes)
        self.entries[path] = node
        self.durableEntries[path] = node
    }

    mutating func open(_ path: String, _ access: DiskAccess) throws(DiskError) -> DiskFile {
        if access == .create {
            let node = self.makeNode()
            self.nodes[node] = Node()
            self.changeNames(NameChange(directory: Self.directory(of: path), removed: nil, added: (path, node)))
        }
        guard let node = self.entries[path] else { throw DiskError(.open, path, code: ENOENT) }
        let number = self.nextNumber
        self.nextNumber += 1
        self.handles[number] = node
        return DiskFile(number: number, path: path)
    }

    func read(_ node: Int, at offset: Int, into target: UnsafeMutableRawPointer, count: Int) -> Int {
        guard let cache = self.nodes[node]?.cache, offset < cache.count else { return 0 }
        let moved = min(count, cache.count - offset)
        cache.withUnsafeBytes { source in
            guard let base = source.baseAddress else { return }
            target.copyMemory(from: base + offset, byteCount: moved)
        }
        return moved
    }

    mutating func write(_ node: Int, at offset: Int, _ bytes: [UInt8]) {
        self.nodes[node]?.cache.overwrite(at: offset, bytes[...])
        self.nodes[node]?.unsynced.append(Write(offset: offset, bytes: bytes))
    }

    mutating func sync(_ node: Int) {
        // Only what is still to be written: after a failed sync the cache shows more than ever gets to the disk.
        for write in self.nodes[node]?.unsynced ?? [] {
            self.nodes[node]?.durable.overwrite(at: write.offset, write.bytes[...])
        }
        self.nodes[node]?.unsynced = []
    }

    /// After a failed sync the system believes its pages clean: they are read from the cache but never written again.
    mutating func forget(_ node: Int) {
        self.nodes[node]?.unsynced = []
    }

    mutating func syncDirectory(_ directory: String) {
        for change in self.unsyncedNames where change.directory == directory {
            Self.apply(change, to: &self.durableEntries)
        }
        self.unsyncedNames.removeAll { $0.directory == directory }
    }

    mutating func rename(_ path: String, to newPath: String) throws(DiskError) {
        guard let node = self.entries[path] else { throw DiskError(.rename, path, code: ENOENT) }
        let directory = Self.directory(of: newPath)
        self.changeNames(NameChange(directory: directory, removed: path, added: (newPath, node)))
    }

    mutating func remove(_ path: String) throws(DiskError) {
        guard self.entries[path] != nil else { throw DiskError(.remove, path, code: ENOENT) }
        self.changeNames(NameChange(directory: Self.directory(of: path), removed: path, added: nil))
    }

    private mutating func makeNode() -> Int { (self.nodes.keys.max() ?? 0) + 1 }

    private mutating func changeNames(_ change: NameChange) {
        Self.apply(change, to: &self.entries)
        self.unsyncedNames.append(change)
    }

    static func apply(_ change: NameChange, to entries: inout [String: Int]) {
        if let removed = change.removed { entries[removed] = nil }
        if let added = change.added { entries[added.path] = added.node }
    }

    private static func directory(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }
}

extension [UInt8] {
    /// Puts `bytes` at `offset`; the array grows with zeros when it is too short.
    ///
    /// By blocks of memory: element by element it takes half the time of every crash test.
    mutating func overwrite(at offset: Int, _ bytes: ArraySlice<UInt8>) {
        let end = offset + bytes.count
        if self.count < end {
            self = self.withUnsafeBytes { old in
                [UInt8](unsafeUninitializedCapacity: end) { new, count in
                    guard let base = new.baseAddress else { return }
                    memset(base, 0, end)
                    UnsafeMutableRawBufferPointer(new).copyMemory(from: old)
                    count = end
                }
            }
        }
        bytes.withUnsafeBytes { source in
            self.withUnsafeMutableBytes { target in
                guard let from = source.baseAddress, let to = target.baseAddress else { return }
                (to + offset).copyMemory(from: from, byteCount: source.count)
            }
        }
    }
}
