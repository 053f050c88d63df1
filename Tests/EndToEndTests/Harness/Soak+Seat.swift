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

        /// Each observer is a customer of his own, so that none is in another's way.
        static func users(_ id: Int) -> [String] { ["bytes", "live", "list", "tv"].map { "\($0)-\(id)" } }

        init(_ channel: Channel, _ serving: Serving, keeps: Bool) async throws {
            let users = Self.users(channel.id)
            func address(_ user: String, _ kind: String) -> String {
                serving.url("/live/\(user)/pass-\(user)/\(channel.id).\(kind)")
            }
            self.channel = channel
            // Where bits are sent wrong it has to be seen which.
            self.watch = try await Watch(serving, channel.id, user: users[0], keeps: keeps || channel.hasBitErrors)
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

        /// All leave, and say what they saw.
        func leave(_ row: inout Row) async throws {
            row.read(self.watch)
            self.watch.leave()
            if let television = self.television { row.read(try await television.stop()) }
            let seen = try await together(self.players) { try await $0.stop() }
            row.read(transport: seen[0], playlist: seen[1])
            guard self.channel.hasBitErrors else { return }
            let rests = try [self.watch.transport.file, self.watch.playlist.file].map {
                try Undamaged(file: $0, of: self.channel.reel)
            }
            row.excuse(
                rests.reduce(0) { $0 + $1.damaged },
                leaving: try await together(rests) { try await $0.errors() }
            )
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
