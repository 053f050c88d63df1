import Glibc
import Guide
import Model

/// One guide being read: bytes in, a new guide in the store at the end.
///
/// `@unchecked`: touched only on the guides' event loop, one call after another.
final class GuideJob: @unchecked Sendable {
    /// Bytes between two reports of progress.
    private static let reportEvery: Int64 = 1 << 20

    private let feed = XMLTVFeed()
    private let target: GuideImport
    private let report: @Sendable (GuideProgress) -> Void
    private var progress = GuideProgress()
    private var reported: Int64 = 0

    init(
        _ feed: GuideFeed,
        store: GuideStore,
        now: WallTime,
        report: @escaping @Sendable (GuideProgress) -> Void
    ) throws {
        self.target = try store.begin(source: feed.name, now: now)
        self.report = report
    }

    func received(_ bytes: UnsafeRawBufferPointer) throws {
        try self.feed.append(bytes.bindMemory(to: UInt8.self)) { items in
            try self.target.add(items)
            self.progress.programmes += items.count { if case .programme = $0 { true } else { false } }
        }
        self.progress.bytes = self.feed.size
        guard self.progress.bytes - self.reported >= Self.reportEvery else { return }
        self.reported = self.progress.bytes
        self.report(self.progress)
    }

    func read(file path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw GuideTrouble(why: "could not open \(path): \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var piece = [UInt8](repeating: 0, count: GuideService.pieceSize)
        while true {
            let count = Glibc.read(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw GuideTrouble(why: "could not read \(path): \(String(cString: strerror(errno)))")
            }
            guard count > 0 else { return }
            try piece.withUnsafeBytes { try self.received(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
    }

    func commit() throws -> (GuideImport.Summary, leftOut: Int64) {
        try self.feed.finish()
        return (try self.target.commit(), self.feed.leftOut)
    }
}
