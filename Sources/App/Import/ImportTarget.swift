import Foundation
import Model
import Vault

/// The data directory that an import or a simulation fills: empty, or one that it filled before.
struct ImportTarget {
    /// What is there already.
    enum Standing: Hashable {
        case empty
        /// The same history, whole.
        case same(ImportMark)
        /// An import that was broken off.
        case unfinished
    }

    let directory: DataDirectory

    /// Looks at what is there.
    ///
    /// - Throws: ``ImportError/occupied(_:)`` when it holds something else.
    func standing(digest: String) throws(ImportError) -> Standing {
        let hasLog = SmallFile.exists(self.directory.log)
        guard let mark = ImportMark.read(self.directory) else {
            if hasLog || SmallFile.exists(self.directory.liveProjection) { throw .occupied(self.directory.path) }
            return .empty
        }
        guard mark.isDone else { return .unfinished }
        guard mark.digest == digest else { throw .other(self.directory.path) }
        return .same(mark)
    }

    /// Removes what an import that was broken off has left.
    func clear() throws {
        for path in [self.directory.log, self.directory.keyStore] {
            for suffix in ["", "-wal", "-shm"] where SmallFile.exists(path + suffix) {
                try FileManager.default.removeItem(atPath: path + suffix)
            }
        }
        for path in [self.directory.liveProjection, self.directory.historyProjection] {
            for suffix in ["", "-wal", "-shm", ".seal"] where SmallFile.exists(path + suffix) {
                try FileManager.default.removeItem(atPath: path + suffix)
            }
        }
    }
}

/// Why nothing is imported.
package enum ImportError: Error, Hashable, Sendable, CustomStringConvertible {
    case occupied(String)
    case other(String)
    case noFacts(String)
    case timezone(String)

    package var description: String {
        switch self {
        case .occupied(let path):
            "\(path) holds a log of its own; a history is never mixed into one: name an empty directory with --data"
        case .other(let path):
            "\(path) holds another history; name an empty directory with --data"
        case .noFacts(let directory): "there is no fact that could be read in \(directory)"
        case .timezone(let reason): reason
        }
    }
}
