/// Why the log could not be read or written.
package enum EventLogError: Error, Hashable, Sendable {
    /// The disk refused.
    case disk(DiskError)
    /// A write or sync failed before; nothing is written any more until the log is opened again.
    case failed(DiskError)
    /// A batch does not follow the last one.
    case sequence(expected: UInt64, found: UInt64)
    /// A batch has another number of lines than it says, an empty one, or no newline at its end.
    case lines(expected: Int, found: Int)
    /// A line is longer than a frame may be.
    case lineTooLong(size: Int, allowed: Int)
    /// A batch's last event is earlier than its first, or a time is outside what a header may say.
    case time
    /// The file to seal does not check; it is left as it is.
    case damaged(LogDamage)
    /// zstd refused, which it does for want of memory only.
    case zstd(String)
}

extension EventLogError: CustomStringConvertible {
    /// One line: what failed, on what, and what to do where there is something to do.
    package var description: String {
        switch self {
        case .disk(let error): "event log: \(error)"
        case .failed(let error): "event log is closed for writing since \(error); free the disk, then restart"
        case .sequence(let expected, let found): "event log: next is event \(expected), found \(found)"
        case .lines(let expected, let found): "event log: a batch of \(expected) lines, found \(found)"
        case .lineTooLong(let size, let allowed): "event log: a line of \(size) bytes, allowed \(allowed)"
        case .time: "event log: a batch ends before it begins, or at no possible time"
        case .damaged(let damage): "event log is damaged: \(damage); see `baton log verify`"
        case .zstd(let message): "event log: zstd: \(message)"
        }
    }
}

/// Does something on a disk, its error as the log's.
func onDisk<Answer>(_ body: () throws(DiskError) -> Answer) throws(EventLogError) -> Answer {
    do throws(DiskError) {
        return try body()
    } catch {
        throw .disk(error)
    }
}
