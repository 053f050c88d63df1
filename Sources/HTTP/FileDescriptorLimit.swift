import Glibc

/// How many files and sockets this process may have open.
package enum FileDescriptorLimit {
    /// Descriptors kept back for the log, the database, sources and the admin listener.
    package static let reserved = 32

    /// Raises the soft limit to the hard one; the limit that holds now.
    @discardableResult
    package static func raise() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
        if limit.rlim_cur < limit.rlim_max {
            var raised = limit
            raised.rlim_cur = limit.rlim_max
            if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0 { limit = raised }
        }
        return Int(min(limit.rlim_cur, 1 << 30))
    }

    /// Viewers' connections that fit into a limit of `descriptors`: nine tenths, and never the reserved ones.
    package static func connections(of descriptors: Int) -> Int {
        max(1, min(descriptors * 9 / 10, descriptors - Self.reserved))
    }
}
