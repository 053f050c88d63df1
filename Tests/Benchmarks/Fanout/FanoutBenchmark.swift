import Glibc

/// One live channel to many viewers of its transport stream, against the least that it takes.
enum FanoutBenchmark {
    private static let viewers = 1_000
    /// Viewers before the first round.
    private static let firstViewers = 100
    private static let seconds = 4.0
    private static let rounds = 3

    /// One server's rounds.
    private struct Found {
        var rounds: [[String: Double]] = []

        /// Microseconds of processor time a viewer and second; of each round.
        var cost: [Double] {
            self.rounds.map { ($0["cpu"] ?? 0) / Swift.max($0["seconds"] ?? 0, 1e-3) / Double(viewers) * 1e6 }
        }
        /// Kilobytes a viewer, in the first round: later ones find memory that is there already.
        var kilobytes: Double {
            guard let first = self.rounds.first else { return 0 }
            return ((first["after"] ?? 0) - (first["before"] ?? 0)) / Double(viewers)
        }
        var stalls: Double { self.rounds.compactMap { $0["stalls"] }.reduce(0, +) }
        var closed: Double { self.rounds.compactMap { $0["closed"] }.reduce(0, +) }
        var gap: Double { self.rounds.compactMap { $0["gap"] }.max() ?? 0 }
        /// Share of the time in which the server was ready to run and something else had its core.
        var waited: Double {
            self.rounds.map { ($0["waited"] ?? 0) / Swift.max($0["seconds"] ?? 0, 1e-3) }.max() ?? 0
        }
        /// The longest time in which the load itself looked at no viewer.
        var pause: Double { self.rounds.compactMap { $0["pause"] }.max() ?? 0 }
        var slowest: Double { self.rounds.compactMap { $0["slowest"] }.min() ?? 0 }

        var text: String {
            let core = self.cost.median * Double(viewers) / 1e4
            return "\(Figures.short(self.cost.median)) µs a viewer and second (\(Figures.fixed(core, 0)) % of a core)"
        }
    }

    static func run() throws -> Section {
        let server = try ServerProcess(customers: self.viewers)
        defer { server.child.end() }
        let peer = try Child(role: "fanout-peer", [], core: Machine.serverCore)
        defer { peer.end() }
        let peerPort = try PortLine.read(from: peer)
        // The cache of the channel's start is to be full before the first viewer comes.
        usleep(5_000_000)
        // What comes with the first viewers, however many, is not the memory of a viewer.
        for (port, pid) in [(server.port, server.child.pid), (peerPort, peer.pid)] {
            _ = try self.watch(port, pid, viewers: self.firstViewers, seconds: 0.5)
        }
        var ours = Found()
        var least = Found()
        for _ in 0..<self.rounds {
            ours.rounds.append(try self.watch(server.port, server.child.pid, viewers: self.viewers))
            least.rounds.append(try self.watch(peerPort, peer.pid, viewers: self.viewers))
        }
        return self.section(ours, least)
    }

    private static func watch(
        _ port: Int,
        _ pid: pid_t,
        viewers: Int,
        seconds: Double = FanoutBenchmark.seconds
    ) throws -> [String: Double] {
        try Child.load("viewers", ["port=\(port)", "pid=\(pid)", "viewers=\(viewers)", "seconds=\(seconds)"])
    }

    private static func section(_ ours: Found, _ least: Found) -> Section {
        func stalls(_ found: Found) -> String {
            "\(Int(found.stalls)) (longest gap \(Figures.fixed(found.gap * 1_000, 0)) ms, "
                + "slowest viewer \(Figures.short(found.slowest)) Mbit/s, \(Int(found.closed)) closed)"
        }
        return Section(
            title: "Live fan-out",
            method: """
                A channel of 4 Mbit/s in chunks of 100 ms to \(Figures.short(Double(self.viewers))) viewers of the \
                transport stream, each admitted by name and password: `DeliveryService` and `LiveRing` with one event \
                loop on one core. The peer is the least that a fan-out takes, written for this comparison: one epoll \
                thread, one ring that all viewers read from, one `send` a viewer and 100 ms, no sessions, no limits. \
                Processor time of the server's process over \(self.seconds) s after the start's bursts; medians of \
                \(self.rounds) interleaved rounds.
                """,
            findings: [
                Finding(
                    "processor time, against the least that it takes",
                    ours: ours.text,
                    peer: least.text,
                    ratio: zip(ours.cost, least.cost).map { $0 / $1 }.median,
                    goal: .atMost(2)
                ),
                Finding(
                    "viewers with a gap of 1 s or more",
                    ours: stalls(ours),
                    peer: stalls(least),
                    goal: .atMost(0, " stalls"),
                    judged: ours.stalls + ours.closed
                ),
                Finding(
                    "memory of a viewer",
                    ours: "\(Figures.short(ours.kilobytes)) kB",
                    peer: "\(Figures.short(least.kilobytes)) kB",
                    goal: .atMost(8, " kB"),
                    judged: ours.kilobytes
                ),
            ],
            notes: [
                """
                The memory is what the process holds more after \(Figures.short(Double(self.viewers))) viewers came than \
                before (and after a first \(self.firstViewers) had come and gone): connection, session, and their rows in \
                the ledger's database; not what the kernel holds for sockets.
                """,
                """
                What else the machine did: in the worst round our server was ready and had no core for \
                \(Figures.fixed(ours.waited * 100, 0)) % of the time (the peer \(Figures.fixed(least.waited * 100, 0)) %), \
                and the load looked at no viewer for \(Figures.fixed(max(ours.pause, least.pause) * 1_000, 0)) ms.
                """,
            ]
        )
    }
}
