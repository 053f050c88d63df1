import Foundation
import TestKit

/// A service with channels of every kind whose suppliers fail by a seed, and viewers of each.
struct Soak: Sendable {
    private struct Channel: Sendable {
        var id: Int
        var name: String
        var script: Script
        var suppliers: [ScriptedSupplier]
        var url: String
    }

    private let seconds: Double
    private let seed: UInt64
    private let channels: [Channel]

    init(seed: UInt64, seconds: Double) async throws {
        self.seconds = seconds
        self.seed = seed
        let reel = try await ReelWorkshop.shared.reel()
        var channels: [Channel] = []
        for (index, kind) in [("TS", FaultMenu.transport), ("HLS", .hls), ("RTMP", .rtmp), ("TS, backup", .connection)]
            .enumerated()
        {
            let script = Script.generated(seed: seed &+ UInt64(index), length: seconds - 5, from: kind.1)
            let supplier = try await ScriptedSupplier(reel, script: script)
            let url = [supplier.transportURL, supplier.playlistURL, supplier.rtmpURL, supplier.transportURL][index]
            let backup = index == 3 ? [try await ScriptedSupplier(reel)] : []
            channels.append(
                Channel(id: 101 + index, name: kind.0, script: script, suppliers: [supplier] + backup, url: url)
            )
        }
        self.channels = channels
    }

    /// Every fault, so that a run can be read and repeated.
    var script: String {
        self.channels.map { "\($0.id) \($0.name)\n" + $0.script.lines.map { "  \($0)" }.joined(separator: "\n") }
            .joined(separator: "\n")
    }

    /// Runs to the end; one row for each channel.
    func run() async throws -> [Row] {
        let station = try Station()
        let serving = try await station.serve()
        try await station.apply(
            Catalogue(
                channels: self.channels.map { channel in
                    var entry = Catalogue.channel(channel.id, channel.url)
                    entry.sources += channel.suppliers.dropFirst().map { ("alpha", $0.transportURL) }
                    return entry
                }
            ).text
        )
        let watches = try await together(self.channels.map(\.id)) { try await Watch(serving, $0) }
        let players = try await together(self.channels.map(\.id)) {
            try await Player(serving.url("/live/ada/pass-ada/\($0).ts"))
        }
        let memory = try await self.measure(serving)
        var rows: [Row] = []
        let events = try await station.events()
        for ((channel, watch), player) in zip(zip(self.channels, watches), players) {
            var row = Row(channel.id, channel.name)
            row.restarts = serving.program.hasEnded ? 1 : 0
            row.memorySlope = memory
            row.count(channel.suppliers[0].record.now, events)
            row.read(watch)
            watch.leave()
            row.read(try await player.stop())
            for (_, seen) in try await watch.screenings() { row.read(seen) }
            rows.append(row)
        }
        return rows
    }

    /// Waits to the end, looking at the service's memory; its slope in MiB an hour, after a third of the time.
    private func measure(_ serving: Serving) async throws -> Double {
        let began = Download.now
        var samples: [(hours: Double, mebibytes: Double)] = []
        while Download.now - began < self.seconds {
            try await Download.listen(min(5, self.seconds - (Download.now - began)))
            let status = (try? String(contentsOfFile: "/proc/\(serving.program.pid)/status", encoding: .utf8)) ?? ""
            let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
            guard let size = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Double($0) }) else {
                break
            }
            if Download.now - began > self.seconds / 3 {
                samples.append(((Download.now - began) / 3_600, size / 1_024))
            }
        }
        let count = Double(max(samples.count, 1))
        let (x, y) = (samples.map(\.hours).reduce(0, +) / count, samples.map(\.mebibytes).reduce(0, +) / count)
        let spread = samples.map { ($0.hours - x) * ($0.hours - x) }.reduce(0, +)
        return spread > 0 ? samples.map { ($0.hours - x) * ($0.mebibytes - y) }.reduce(0, +) / spread : 0
    }
}
