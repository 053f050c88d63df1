import Foundation

/// An HLS viewer that looks at the playlist as often as one does, fetches each segment once, and writes all of it down.
package final class PlaylistRecorder: Sendable {
    package struct State: Sendable {
        package var check = StreamCheck()
        package var targetSeconds = 0.0
        /// Longest time in which the playlist got no new segment, in seconds.
        package var ageMax = 0.0
        /// Media sequence numbers that went back, or on by more than the window.
        package var sequenceFaults: [String] = []
        package var discontinuities = 0
        package var segments = 0
        /// Requests that were not answered with 200.
        package var refusals: [String] = []
        fileprivate var first = -1
        fileprivate var end = -1
        fileprivate var changedAt: Double?
    }

    /// Longest time between two looks at the playlist.
    private static let period = 0.5

    /// The segments, one after another, as a file.
    package let file: String
    package let state = Watched(State())
    private let scratch: Scratch
    private let task: Watched<Task<Void, Never>?> = Watched(nil)

    /// `keeps`: whether segments are written down; without it the file stays empty.
    package init(_ url: String, keeps: Bool = true) throws {
        self.scratch = try Scratch()
        self.file = "\(self.scratch.path)/received.ts"
        try Data().write(to: URL(filePath: self.file))
        let (state, file) = (self.state, keeps ? self.file : nil)
        // As long as somebody holds the recorder; cancelled by `leave`.
        let task = Task { await Self.run(url, state, file) }
        self.task.update { $0 = task }
    }

    deinit { self.leave() }

    package func leave() { self.task.look { $0 }?.cancel() }
    package var check: StreamCheck { self.state.now.check }

    private static func run(_ url: String, _ state: Watched<State>, _ file: String?) async {
        var address = url
        while !Task.isCancelled {
            do {
                let answer = try await Self.get(&address, state)
                if let next = Self.variant(answer.text) {
                    address = Self.resolve(next, address)
                    continue
                }
                if answer.status == 200 { try await Self.look(answer.text, address, state, file) }
            } catch { state.update { $0.refusals.append("\(address): \(error)") } }
            state.update { $0.grow(Download.now) }
            try? await Download.listen(Self.period)
        }
    }

    /// Fetches the address, or where it is redirected to.
    private static func get(_ address: inout String, _ state: Watched<State>) async throws -> Download.State {
        for _ in 0..<3 {
            let answer = try await Download(address).whole()
            guard (301...308).contains(answer.status), let location = answer.field("Location") else {
                if answer.status != 200 {
                    let text = "\(address.split(separator: "/").last ?? ""): \(answer.status)"
                    state.update { $0.refusals.append(text) }
                }
                return answer
            }
            address = Self.resolve(location, address)
        }
        return Download.State()
    }

    private static func look(_ text: String, _ address: String, _ state: Watched<State>, _ file: String?) async throws {
        let lines = text.split(separator: "\n").map(String.init)
        func value(_ tag: String) -> Double? {
            lines.first { $0.hasPrefix(tag) }.flatMap { Double($0.dropFirst(tag.count)) }
        }
        let first = Int(value("#EXT-X-MEDIA-SEQUENCE:") ?? 0)
        let addresses = lines.filter { !$0.hasPrefix("#") && !$0.isEmpty }
        let fresh = state.look { max($0.end - first, 0) }
        state.update {
            $0.targetSeconds = value("#EXT-X-TARGETDURATION:") ?? 0
            $0.looked(first: first, count: addresses.count, lines, Download.now)
        }
        for uri in addresses.dropFirst(fresh) {
            var segment = Self.resolve(uri, address)
            let answer = try await Self.get(&segment, state)
            guard answer.status == 200 else { continue }
            if let file { try Self.append(answer.body, to: file) }
            state.update {
                $0.segments += 1
                $0.check.received(answer.body, at: Download.now)
                $0.check.fileEnded()
            }
        }
    }

    private static func append(_ bytes: [UInt8], to file: String) throws {
        let handle = try FileHandle(forWritingTo: URL(filePath: file))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(bytes))
        try handle.close()
    }

    private static func variant(_ text: String) -> String? {
        let lines = text.split(separator: "\n")
        guard let index = lines.firstIndex(where: { $0.hasPrefix("#EXT-X-STREAM-INF") }) else { return nil }
        return lines[index...].first { !$0.hasPrefix("#") }.map(String.init)
    }

    private static func resolve(_ uri: String, _ base: String) -> String {
        URL(string: uri, relativeTo: URL(string: base))?.absoluteString ?? uri
    }
}

extension PlaylistRecorder.State {
    fileprivate mutating func looked(first: Int, count: Int, _ lines: [String], _ now: Double) {
        if self.first >= 0, first < self.first { self.sequenceFaults.append("\(self.first) to \(first)") }
        if self.end >= 0, first > self.end { self.sequenceFaults.append("\(self.end) to \(first)") }
        if first + count > self.end {
            self.grow(now)
            self.changedAt = now
            let fresh = self.end < 0 ? count : first + count - self.end
            // Tags before the segments that are new.
            var seen = 0
            for line in lines {
                if line == "#EXT-X-DISCONTINUITY", seen >= count - fresh { self.discontinuities += 1 }
                if !line.hasPrefix("#") { seen += 1 }
            }
        }
        self.first = first
        self.end = max(self.end, first + count)
    }

    fileprivate mutating func grow(_ now: Double) {
        if let changedAt = self.changedAt { self.ageMax = max(self.ageMax, now - changedAt) }
    }
}
