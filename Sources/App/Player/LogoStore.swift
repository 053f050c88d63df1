import Delivery
import Foundation
import HTTP
import Ingest
import Model
import NIOCore
import Synchronization

/// Logos of channels, fetched once from where they are and kept on disk; viewers only ever see our own address.
final class LogoStore: Sendable {
    /// Files that are kept: a few hundred MB of usual logos.
    private static let filesMax = 20_000
    /// Logos that are being fetched at once; further ones are told as missing and asked for again.
    private static let fetchesMax = 8
    /// Seconds after which a logo is fetched again, and after which one that could not be had is tried again.
    private static let ageMax: TimeInterval = 7 * 86_400
    private static let failureAgeMax: Int64 = 600
    private static let fetchMilliseconds = 10_000

    typealias Reply = @Sendable (PlayerReply?) -> Void

    private struct State {
        var waiting: [String: [Reply]] = [:]
        /// When a logo could not be had, in seconds since 1970.
        var failures: BoundedTable<String, Int64> = BoundedTable(capacity: 4_096)
        var written = 0
    }

    private let folder: String
    private let fetcher: Fetcher
    private let state = Mutex(State())

    /// Keeps logos in `folder`, which is made when the first one is.
    init(folder: String, fetcher: Fetcher) {
        self.folder = folder
        self.fetcher = fetcher
    }

    /// The logo known by `name`, which changes with its address; `reply` runs once, on any thread.
    func logo(named name: String, at url: Redacted<String>, allowsPrivateNetwork: Bool, _ reply: @escaping Reply) {
        if let bytes = self.kept(name) { return reply(Self.answer(bytes)) }
        let isFirst = self.state.withLock { state -> Bool? in
            if let failed = state.failures.peek(name), Self.now - failed < Self.failureAgeMax { return nil }
            guard state.waiting[name] != nil || state.waiting.count < Self.fetchesMax else { return nil }
            state.waiting[name, default: []].append(reply)
            return state.waiting[name]?.count == 1
        }
        guard let isFirst else { return reply(nil) }
        guard isFirst else { return }
        let request = Fetcher.Request(
            url: url,
            allowsPrivateNetwork: allowsPrivateNetwork,
            bytesMax: LogoImage.sizeMax,
            totalMilliseconds: Self.fetchMilliseconds
        )
        // Ends with the fetch, which has a limit on its time and ends with the fetcher.
        Task.detached {
            let bytes = try? await self.fetcher.whole(request)
            self.fetched(name, bytes.flatMap { LogoImage($0) == nil ? nil : $0 })
        }
    }

    private func fetched(_ name: String, _ bytes: [UInt8]?) {
        if let bytes { self.keep(name, bytes) }
        let waiting = self.state.withLock { state in
            if bytes == nil { state.failures.insert(Self.now, for: name) }
            return state.waiting.removeValue(forKey: name) ?? []
        }
        for reply in waiting { reply(bytes.flatMap(Self.answer)) }
    }

    private static var now: Int64 { Int64(Date().timeIntervalSince1970) }

    private static func answer(_ bytes: [UInt8]) -> PlayerReply? {
        LogoImage(bytes).map { image in
            PlayerReply(
                contentType: image.rawValue,
                cacheControl: "public, max-age=86400",
                body: ByteBuffer(bytes: bytes)
            )
        }
    }

    private func kept(_ name: String) -> [UInt8]? {
        let path = "\(self.folder)/\(name)"
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
            let written = attributes[.modificationDate] as? Date, -written.timeIntervalSinceNow < Self.ageMax,
            let data = FileManager.default.contents(atPath: path)
        else { return nil }
        return [UInt8](data)
    }

    private func keep(_ name: String, _ bytes: [UInt8]) {
        try? FileManager.default.createDirectory(atPath: self.folder, withIntermediateDirectories: true)
        try? Data(bytes).write(to: URL(filePath: "\(self.folder)/\(name)"), options: .atomic)
        let isDue = self.state.withLock { state in
            state.written += 1
            // Looking at all files for each one would cost as much as they do.
            return state.written % 256 == 0
        }
        if isDue { self.prune() }
    }

    /// Removes the oldest files beyond the limit.
    private func prune() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: self.folder)) ?? []
        guard names.count > Self.filesMax else { return }
        let dated = names.map { name -> (String, Date) in
            let path = "\(self.folder)/\(name)"
            let date = try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
            return (path, date ?? .distantPast)
        }
        for (path, _) in dated.sorted(by: { $0.1 < $1.1 }).prefix(names.count - Self.filesMax) {
            try? FileManager.default.removeItem(atPath: path)
        }
    }
}
