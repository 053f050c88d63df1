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

    /// Viewers' connections that fit into a limit of `descriptors`: nine tenths, and neither the reserved ones nor those that
    /// are `inUse` already.
    package static func connections(of descriptors: Int, inUse: Int = 0) -> Int {
        max(1, min(descriptors * 9 / 10, descriptors - Self.reserved - max(inUse, 0)))
    }

    /// Descriptors that this process has open now; 0 where that can't be told.
    package static var inUse: Int {
        guard let directory = opendir("/proc/self/fd") else { return 0 }
        defer { closedir(directory) }
        var count = 0
        while readdir(directory) != nil { count += 1 }
        // `.`, `..`, and the directory itself.
        return max(count - 3, 0)
    }
}
