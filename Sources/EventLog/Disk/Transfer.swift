import Glibc

/// How much of a read or write was done, and what stopped it.
struct Transfer: Hashable {
    /// What one system call answered.
    enum Outcome: Hashable {
        case moved(Int)
        case failed(Int32)
    }

    /// Bytes moved.
    var count: Int
    /// The `errno` that stopped it; `nil` when all was moved, or nothing more could be (the end of the file).
    var code: Int32?

    /// Calls `once` with the bytes done so far until `count` are moved: a call may move fewer, and a signal may stop it.
    static func whole(_ count: Int, _ once: (Int) -> Outcome) -> Transfer {
        var done = 0
        while done < count {
            switch once(done) {
            case .moved(0): return Transfer(count: done, code: nil)
            case .moved(let moved): done += moved
            case .failed(EINTR): continue
            case .failed(let code): return Transfer(count: done, code: code)
            }
        }
        return Transfer(count: done, code: nil)
    }
}
