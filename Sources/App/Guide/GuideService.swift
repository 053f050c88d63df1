import Events
package import Guide
import Ingest
import Ledger
import Logging
import Model
import NIOCore
import NIOPosix
import Synchronization

/// Fetches guides, by a schedule and when an operator asks, and keeps channels matched to them.
///
/// Guides are read on an event loop of their own, whose thread parses and writes: a slow disk makes the supplier's socket
/// wait, and no viewer.
package final class GuideService: Sendable {
    /// The longest fetch of one guide.
    static let fetchMilliseconds = 30 * 60 * 1_000
    /// Bytes read from a file at once.
    static let pieceSize = 262_144

    package let book: GuideBook
    private let ledger: Ledger
    private let ingest: IngestEngine
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let tasks = Mutex<[Task<Void, Never>]>([])
    private let progress = Mutex<[String: GuideProgress]>([:])

    init(directory: DataDirectory, ledger: Ledger, ingest: IngestEngine) throws {
        self.book = GuideBook(store: try GuideStore(path: directory.guide))
        self.ledger = ledger
        self.ingest = ingest
    }

    /// The catalogue has these channels.
    func channels(are channels: [GuideMatcher.Channel]) throws {
        try self.book.channels(are: channels)
    }

    /// Begins to fetch `feeds` again and again; ended by ``stop()``.
    func start(_ feeds: [GuideFeed], logger: Logger) {
        let known = (try? self.book.store.sources()) ?? []
        let tasks = feeds.map { feed in
            let last = known.first { $0.name == feed.name }?.refreshedAt.seconds
            return Task { [weak self] in
                guard let self else { return }
                await self.keep(feed, refreshedAt: last, logger: logger)
            }
        }
        self.tasks.withLock { $0 += tasks }
    }

    private func keep(_ feed: GuideFeed, refreshedAt: Int64?, logger: Logger) async {
        var random = SystemRandomNumberGenerator()
        var schedule = GuideSchedule(every: feed.every)
        let now = Clocks.system.wall().seconds
        var wait = schedule.first(age: refreshedAt.map { now - $0 }, random: &random)
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(wait))
            guard !Task.isCancelled else { return }
            do {
                let outcome = try await self.refresh(feed)
                logger.info("guide \(feed.name): \(outcome)")
                wait = schedule.succeeded(random: &random)
            } catch {
                logger.error("guide \(feed.name) could not be read: \(error)")
                wait = schedule.failed(random: &random)
            }
        }
    }

    func stop() async {
        for task in self.tasks.withLock({ $0 }) { task.cancel() }
        try? await self.group.shutdownGracefully()
        self.book.store.close()
    }

    /// Fetches a guide now and puts it in its place; records what became of it.
    func refresh(_ feed: GuideFeed) async throws -> GuideOutcome {
        do {
            let outcome = try await self.read(feed)
            self.ledger.record(
                .guideRefreshed(
                    GuideRefreshed(
                        source: feed.name,
                        programmes: Int64(outcome.programmes),
                        channels: Int64(outcome.channels),
                        matched: Int64(outcome.matched),
                        leftOut: outcome.leftOut > 0 ? outcome.leftOut : nil
                    )
                )
            )
            return outcome
        } catch {
            self.ledger.record(.guideFailed(GuideFailed(source: feed.name, why: String("\(error)".prefix(300)))))
            throw error
        }
    }

    private func read(_ feed: GuideFeed) async throws -> GuideOutcome {
        let job = try GuideJob(feed, store: self.book.store, now: Clocks.system.wall()) { [weak self] progress in
            self?.progress.withLock { $0[feed.name] = progress }
        }
        let loop = self.group.next()
        if GuideFeed.isAddress(feed.location.clear) {
            let url = try SourceURL(parsing: feed.location.clear)
            let options = IngestEngine.DownloadOptions(
                bytesMax: Int(XMLTVFeed.sizeMax),
                totalMilliseconds: Self.fetchMilliseconds,
                allowsPrivateNetwork: feed.privateNetwork
            )
            try await self.ingest.download(url, options, on: loop) { buffer in
                try buffer.withUnsafeReadableBytes { try job.received($0) }
            }.get()
        } else {
            try await loop.submit { try job.read(file: feed.location.clear) }.get()
        }
        let (summary, leftOut) = try await loop.submit { try job.commit() }.get()
        try self.book.rematch()
        return GuideOutcome(
            programmes: summary.programmes,
            channels: summary.channels,
            outside: summary.outside,
            leftOut: leftOut,
            matched: self.book.matches.count,
            channelsInCatalogue: self.book.channelCount
        )
    }
}

/// Begun by one request, asked after by others.
extension GuideService {
    /// Begins to read a guide; ``progress(of:)`` tells what becomes of it.
    func begin(_ feed: GuideFeed) {
        self.progress.withLock { $0[feed.name] = GuideProgress() }
        let task = Task {
            do {
                let outcome = try await self.refresh(feed)
                self.progress.withLock { $0[feed.name]?.outcome = .success(outcome) }
            } catch {
                self.progress.withLock { $0[feed.name]?.outcome = .failure(GuideTrouble(why: "\(error)")) }
            }
        }
        // Kept, so that a stop ends it; few ever are.
        self.tasks.withLock { $0.append(task) }
    }

    func progress(of name: String) -> GuideProgress? { self.progress.withLock { $0[name] } }
}

/// How far the reading of a guide has come.
struct GuideProgress: Sendable {
    var bytes: Int64 = 0
    var programmes = 0
    /// `nil` while it is being read.
    var outcome: Result<GuideOutcome, GuideTrouble>?

    var words: String { "read \(self.bytes >> 20) MB, \(self.programmes) programmes" }
}

/// What became of a guide.
struct GuideOutcome: Hashable, Sendable, CustomStringConvertible {
    var programmes: Int
    var channels: Int
    var outside: Int
    var leftOut: Int64
    /// Channels of the catalogue with an id in any guide, and all of them.
    var matched: Int
    var channelsInCatalogue: Int

    var description: String {
        var parts = ["\(self.programmes) programmes of \(self.channels) channels"]
        if self.outside > 0 { parts.append("\(self.outside) outside of four weeks left out") }
        if self.leftOut > 0 { parts.append("\(self.leftOut) without a time, a channel or a title left out") }
        parts.append("\(self.matched) of \(self.channelsInCatalogue) channels matched")
        return parts.joined(separator: "; ")
    }
}

/// Why a guide could not be read.
struct GuideTrouble: Error, Hashable, Sendable, CustomStringConvertible {
    var why: String

    var description: String { self.why }
}
