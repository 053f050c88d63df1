import Glibc

/// What is ready on many sockets.
final class Poller {
    private let file: CInt
    private let events: UnsafeMutableRawBufferPointer
    private let calls: EpollCalls

    init(eventsMax: Int = 512) throws {
        self.calls = try EpollCalls()
        self.file = try SystemError.check("epoll_create1", self.calls.create(0))
        self.events = .allocate(byteCount: eventsMax * EpollCalls.eventSize, alignment: 8)
    }

    deinit {
        _ = close(self.file)
        self.events.deallocate()
    }

    /// Watches a socket, told by `number`; with `writes` also for room to write.
    func watch(_ socket: CInt, number: Int, writes: Bool = false) throws {
        try SystemError.check("epoll_ctl", self.control(EpollCalls.add, socket, number, writes))
    }

    /// Changes whether room to write is watched for.
    func change(_ socket: CInt, number: Int, writes: Bool) {
        _ = self.control(EpollCalls.modify, socket, number, writes)
    }

    func forget(_ socket: CInt) {
        _ = self.control(EpollCalls.delete, socket, 0, false)
    }

    /// Waits and hands each ready socket's number to `body`, and whether there is room to write.
    func wait(milliseconds: Int, _ body: (Int, Bool) throws -> Void) rethrows {
        let size = EpollCalls.eventSize
        let count = self.calls.wait(
            self.file,
            self.events.baseAddress,
            CInt(self.events.count / size),
            CInt(milliseconds)
        )
        guard count > 0 else { return }
        for index in 0..<Int(count) {
            let flags = self.events.loadUnaligned(fromByteOffset: index * size, as: UInt32.self)
            let number = self.events.loadUnaligned(
                fromByteOffset: index * size + EpollCalls.dataOffset,
                as: UInt64.self
            )
            try body(Int(number), flags & EpollCalls.writable != 0)
        }
    }

    private func control(_ operation: CInt, _ socket: CInt, _ number: Int, _ writes: Bool) -> CInt {
        withUnsafeTemporaryAllocation(byteCount: EpollCalls.eventSize, alignment: 8) { event in
            let flags = EpollCalls.readable | (writes ? EpollCalls.writable : 0)
            event.storeBytes(of: flags, as: UInt32.self)
            event.storeBytes(of: UInt64(number), toByteOffset: EpollCalls.dataOffset, as: UInt64.self)
            return self.calls.control(self.file, operation, socket, event.baseAddress)
        }
    }
}

/// The system's calls, looked up by name: Swift's module of the C library leaves `sys/epoll.h` out.
private struct EpollCalls {
    typealias Create = @convention(c) (CInt) -> CInt
    typealias Control = @convention(c) (CInt, CInt, CInt, UnsafeMutableRawPointer?) -> CInt
    typealias Wait = @convention(c) (CInt, UnsafeMutableRawPointer?, CInt, CInt) -> CInt

    // Source: epoll_ctl(2) and the C library's sys/epoll.h; `struct epoll_event` is packed on x86-64 only.
    static let add: CInt = 1
    static let delete: CInt = 2
    static let modify: CInt = 3
    static let readable: UInt32 = 0x001
    static let writable: UInt32 = 0x004
    #if arch(x86_64)
    static let eventSize = 12
    static let dataOffset = 4
    #else
    static let eventSize = 16
    static let dataOffset = 8
    #endif

    let create: Create
    let control: Control
    let wait: Wait

    init() throws {
        self.create = unsafeBitCast(try Self.find("epoll_create1"), to: Create.self)
        self.control = unsafeBitCast(try Self.find("epoll_ctl"), to: Control.self)
        self.wait = unsafeBitCast(try Self.find("epoll_wait"), to: Wait.self)
    }

    private static func find(_ name: String) throws -> UnsafeMutableRawPointer {
        guard let found = dlsym(nil, name) else { throw SystemError("find \(name)", code: ENOSYS) }
        return found
    }
}
