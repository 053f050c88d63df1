import Foundation
import TestKit

extension Soak {
    /// Everybody who watches one channel: players of both outputs, a player with a buffer, and who checks the bytes.
    struct Seat: Sendable {
        let channel: Channel
        private let watch: Watch
        private let players: [Player]
        /// `nil` where this machine has none.
        private let television: Television?
        /// About when the script began.
        private let began = Download.now
        /// Errors that the players had told at a time of the script.
        private let errors = Watched<[(at: Double, count: Int)]>([])

        /// Each observer is a customer of his own, so that none is in another's way.
        static func users(_ id: Int) -> [String] { ["bytes", "live", "list", "tv"].map { "\($0)-\(id)" } }

        init(_ channel: Channel, _ serving: Serving, keeps: Bool) async throws {
            let users = Self.users(channel.id)
            func address(_ user: String, _ kind: String) -> String {
                serving.url("/live/\(user)/pass-\(user)/\(channel.id).\(kind)")
            }
            self.channel = channel
            self.watch = try await Watch(serving, channel.id, user: users[0], keeps: keeps)
            self.players = [
                try await Player(address(users[1], "ts")), try await Player(address(users[2], "m3u8")),
            ]
            // Each output has players with a buffer, on one channel or another.
            let kind = channel.id.isMultiple(of: 2) ? "m3u8" : "ts"
            // A list with one segment, as the first viewer of a channel finds it, leaves a player no buffer.
            _ = try await self.watch.playlist.state.first("four segments", within: .seconds(30)) {
                $0.segments >= 4 ? true : nil
            }
            self.television = Television.isInstalled ? try await Television(address(users[3], kind)) : nil
            try await self.television?.firstPicture(within: .seconds(30))
        }

        func look() {
            let count = self.players.reduce(0) { $0 + $1.errorCount }
            self.errors.update { $0.append((Download.now - self.began, count)) }
        }

        /// All leave, and say what they saw.
        func leave(_ row: inout Row) async throws {
            row.read(self.watch)
            self.watch.leave()
            if let television = self.television { row.read(try await television.stop()) }
            let seen = try await together(self.players) { try await $0.stop() }
            row.read(transport: seen[0], playlist: seen[1], excused: self.excused)
        }

        /// Errors told while the supplier's pictures were damaged in a way that no packet shows.
        private var excused: Int {
            let damages = self.channel.script.steps.compactMap { step -> ClosedRange<Double>? in
                guard case .bitErrors(let seconds, _) = step.fault else { return nil }
                // Until the next random access point has been played from an HLS list.
                return step.at...(step.at + seconds + 15)
            }
            let counts = self.errors.now
            return zip(counts.dropFirst(), counts).reduce(0) { sum, pair in
                sum + (damages.contains { $0.contains(pair.0.at) } ? pair.0.count - pair.1.count : 0)
            }
        }

        /// Keeps what the byte-checking viewers got, and what the player with a buffer said.
        func keep(in folder: String) throws {
            try (self.television?.said ?? "").write(
                toFile: "\(folder)/\(self.channel.id).mpv.txt",
                atomically: true,
                encoding: .utf8
            )
            for (file, kind) in [(self.watch.transport.file, "ts"), (self.watch.playlist.file, "m3u8.ts")] {
                let target = "\(folder)/\(self.channel.id).\(kind)"
                try? FileManager.default.removeItem(atPath: target)
                try FileManager.default.copyItem(atPath: file, toPath: target)
            }
        }
    }
}
