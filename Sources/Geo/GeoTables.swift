import Glibc
package import Model
import Synchronization

/// The operator's databases of countries and networks, opened anew when their files change.
///
/// Any thread; a look-up takes microseconds and waits for nobody: databases are opened beside it and exchanged.
package final class GeoTables: Sendable {
    /// Where the databases are; `nil` where there is none.
    package struct Files: Hashable, Sendable {
        package var country: String?
        package var asn: String?

        package init(country: String? = nil, asn: String? = nil) {
            self.country = country
            self.asn = asn
        }
    }

    private struct Source: Sendable {
        var path: String
        var stamp: FileStamp?
        var database: GeoDatabase
    }

    private let sources: Mutex<[GeoDatabase.Kind: Source]>
    /// Which kinds there are.
    package let kinds: Set<GeoDatabase.Kind>

    /// Opens the databases.
    ///
    /// - Throws: ``GeoError`` for the first that can't be used.
    package init(_ files: Files) throws(GeoError) {
        var sources: [GeoDatabase.Kind: Source] = [:]
        for (kind, path) in [(GeoDatabase.Kind.country, files.country), (.asn, files.asn)] {
            guard let path else { continue }
            // Before the file is read: a change in between is seen as one.
            let stamp = FileStamp(path)
            sources[kind] = Source(path: path, stamp: stamp, database: try GeoDatabase(kind, path: path))
        }
        self.kinds = Set(sources.keys)
        self.sources = Mutex(sources)
    }

    /// Where an address is.
    package func origin(of address: NetworkAddress) -> Origin {
        guard !self.kinds.isEmpty else { return Origin() }
        let (country, asn) = self.sources.withLock { ($0[.country]?.database, $0[.asn]?.database) }
        return Origin(country: country?.country(of: address), asn: asn?.asn(of: address))
    }

    /// Opens databases whose files have changed; a line for each, also for those that can't be used and are kept as they were.
    package func refresh() -> [String] {
        self.sources.withLock { $0.map { ($0.key, $0.value.path, $0.value.stamp) } }
            .sorted { $0.1 < $1.1 }
            .compactMap { kind, path, old in
                let stamp = FileStamp(path)
                guard stamp != old else { return nil }
                let opened = Result { () throws(GeoError) in try GeoDatabase(kind, path: path) }
                return self.sources.withLock { sources in
                    // Also for one that can't be used: it is told once.
                    sources[kind]?.stamp = stamp
                    switch opened {
                    case .success(let database):
                        sources[kind]?.database = database
                        return "\(path) was read again"
                    case .failure(let error): return "the old data are kept: \(error)"
                    }
                }
            }
    }
}

/// By what a file is known to be another than before.
struct FileStamp: Hashable, Sendable {
    private let inode: UInt64
    private let size: Int64
    private let seconds: Int
    private let nanoseconds: Int

    /// `nil` when there is no such file.
    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.inode = UInt64(status.st_ino)
        self.size = Int64(status.st_size)
        self.seconds = status.st_mtim.tv_sec
        self.nanoseconds = status.st_mtim.tv_nsec
    }
}
