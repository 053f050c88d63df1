/// Why a database can't be used: which file, and what is wrong with it.
package enum GeoError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file can't be read.
    case unreadable(path: String, reason: String)
    case tooLarge(path: String, sizeBytes: Int, allowed: Int)
    /// It is no database, or a damaged one.
    case malformed(path: String, reason: String)
    /// It is a database of something else.
    case without(path: String, what: String, type: String)

    package var description: String {
        switch self {
        case .unreadable(let path, let reason): "\(path) can't be read: \(reason)"
        case .tooLarge(let path, let size, let allowed): "\(path) has \(size) bytes, allowed \(allowed)"
        case .malformed(let path, let reason): "\(path) is no .mmdb database, or a damaged one: \(reason)"
        case .without(let path, let what, let type): "\(path) knows no \(what): it is a database of type \(type)"
        }
    }
}
