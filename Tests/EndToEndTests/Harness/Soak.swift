import Foundation
import TestKit

/// A service with channels of every kind whose suppliers fail by a seed, and viewers of each.
struct Soak: Sendable {
    struct Channel: Sendable {
        var id: Int
        var name: String
        var script: Script
        var suppliers: [ScriptedSupplier]
        var url: String
        var reel: Reel
        /// Whether its supplier sends bits wrong.
        var hasBitErrors: Bool {
            self.script.steps.contains { if case .bitErrors = $0.fault { true } else { false } }
        }
        var hasBackup: Bool { self.suppliers.count > 1 }
    }

    /// How often everything is looked at, in seconds.
    private static let period = 1.0

    private let seconds: Double
    private let channels: [Channel]
    /// Where what viewers got is kept; `nil` to keep nothing.
    private let kept: String?

    init(seed: UInt64, seconds: Double, keeping kept: String? = nil) async throws {
        self.seconds = seconds
        self.kept = kept
        let length = seconds - 5
        func drawn(_ index: UInt64, _ menu: FaultMenu) -> Script {
            Script.generated(seed: seed &* 16 &+ index, length: length, from: menu)
        }
        let reel = try await ReelWorkshop.shared.reel()
        self.channels = [
            try await Self.channel(101, "TS", drawn(0, .transport), reel, \.transportURL),
            try await Self.channel(102, "HLS", drawn(1, .hls), reel, \.playlistURL),
            try await Self.channel(103, "RTMP", drawn(2, .rtmp), reel, \.rtmpURL),
            try await Self.channel(104, "TS, backup", drawn(3, .connection), reel, \.transportURL, hasBackup: true),
            try await Self.channel(105, "TS, replays", Self.replays(until: length), reel, \.transportURL),
        ]
    }

    private static func channel(
        _ id: Int,
        _ name: String,
        _ script: Script,
        _ reel: Reel,
        _ url: (ScriptedSupplier) -> String,
        hasBackup: Bool = false
    ) async throws -> Channel {
        var suppliers = [try await ScriptedSupplier(reel, script: script)]
        if hasBackup { suppliers.append(try await ScriptedSupplier(reel)) }
        return Channel(id: id, name: name, script: script, suppliers: suppliers, url: url(suppliers[0]), reel: reel)
    }

    /// Closes every 15 s and begins with the last 10 s again, in each of the ways that suppliers have.
    private static func replays(until end: Double) -> Script {
        let closes = Script.every(15, .close, until: end).steps
        let entries = closes.enumerated().map { index, step in
            let replay = Fault.Replay.allCases[index % Fault.Replay.allCases.count]
            return Script.Step(at: step.at - 1, .entry(.replay(seconds: 10, replay)))
        }
        return Script(closes + entries)
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
        try await station.apply(self.catalogue.text)
        let keeps = self.kept != nil
        let seats = try await together(self.channels) { try await Seat($0, serving, keeps: keeps) }
        let memory = try await self.measure(serving)
        let events = try await station.events()
        if let kept = self.kept {
            try events.map(\.line).joined(separator: "\n").write(
                toFile: "\(kept)/events.jsonl",
                atomically: true,
                encoding: .utf8
            )
            try serving.program.errors.text.write(toFile: "\(kept)/service.txt", atomically: true, encoding: .utf8)
        }
        return try await together(seats) { seat in
            var row = Row(seat.channel)
            row.isLong = self.seconds >= Limit.memorySeconds
            row.restarts = serving.program.hasEnded ? 1 : 0
            row.memorySlope = memory
            row.count(seat.channel, events)
            try await seat.leave(&row)
            if let kept = self.kept { try seat.keep(in: kept) }
            return row
        }
    }

    private var catalogue: Catalogue {
        var catalogue = Catalogue(users: self.channels.flatMap { Seat.users($0.id) })
        catalogue.channels = self.channels.map { channel in
            var entry = Catalogue.channel(channel.id, channel.url)
            entry.sources += channel.suppliers.dropFirst().map { ("alpha", $0.transportURL) }
            return entry
        }
        return catalogue
    }

    /// Waits to the end, looking at the service's memory; its slope in MiB an hour, after a third of the time.
    private func measure(_ serving: Serving) async throws -> Double {
        let began = Download.now
        var samples: [(hours: Double, mebibytes: Double)] = []
        while Download.now - began < self.seconds, !serving.program.hasEnded {
            try await Download.listen(min(Self.period, self.seconds - (Download.now - began)))
            let status = (try? String(contentsOfFile: "/proc/\(serving.program.pid)/status", encoding: .utf8)) ?? ""
            let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
            guard let size = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Double($0) }) else {
                continue
            }
            if Download.now - began > self.seconds / 3 {
                samples.append(((Download.now - began) / 3_600, size / 1_024))
            }
        }
        return Self.slope(samples)
    }

    /// Of the line that fits best.
    private static func slope(_ samples: [(hours: Double, mebibytes: Double)]) -> Double {
        let count = Double(max(samples.count, 1))
        let (x, y) = (samples.map(\.hours).reduce(0, +) / count, samples.map(\.mebibytes).reduce(0, +) / count)
        let spread = samples.map { ($0.hours - x) * ($0.hours - x) }.reduce(0, +)
        return spread > 0 ? samples.map { ($0.hours - x) * ($0.mebibytes - y) }.reduce(0, +) / spread : 0
    }
}
