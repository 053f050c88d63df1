import Glibc

/// TCP on loopback.
enum Loopback {
    /// Connects and answers the descriptor.
    static func connect(port: Int) throws -> CInt {
        let file = try self.socket()
        guard self.withAddress(port: port, { Glibc.connect(file, $0, $1) }) == 0 else {
            let error = SystemError("connect to port \(port)")
            _ = close(file)
            throw error
        }
        self.turnOffDelay(file)
        return file
    }

    /// Listens on a free port.
    static func listen() throws -> (file: CInt, port: Int) {
        let file = try self.socket()
        try SystemError.check("bind", self.withAddress(port: 0) { bind(file, $0, $1) })
        try SystemError.check("listen", Glibc.listen(file, 4_096))
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let answer = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(file, $0, &size) }
        }
        try SystemError.check("getsockname", answer)
        return (file, Int(UInt16(bigEndian: address.sin_port)))
    }

    /// A port that nobody has at this moment, for programs that can't choose one themselves.
    static func freePort() throws -> Int {
        let (file, port) = try self.listen()
        _ = close(file)
        return port
    }

    /// Tries until something listens.
    ///
    /// - Throws: after 10 s.
    static func waitForListener(port: Int) throws {
        let clock = Stopwatch()
        while true {
            if let file = try? self.connect(port: port) {
                _ = close(file)
                return
            }
            guard clock.seconds < 10 else { throw SystemError("nobody listens on port \(port)", code: ECONNREFUSED) }
            usleep(10_000)
        }
    }

    static func makeNonBlocking(_ file: CInt) {
        _ = fcntl(file, F_SETFL, fcntl(file, F_GETFL) | O_NONBLOCK)
    }

    static func turnOffDelay(_ file: CInt) {
        var one: CInt = 1
        setsockopt(file, CInt(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<CInt>.size))
    }

    /// As many descriptors as the system allows.
    static func raiseDescriptorLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    private static func socket() throws -> CInt {
        try SystemError.check("socket", Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0))
    }

    private static func withAddress<Answer>(
        port: Int,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Answer
    ) -> Answer {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(truncatingIfNeeded: port).bigEndian
        address.sin_addr = in_addr(s_addr: in_addr_t(0x7F00_0001).bigEndian)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
