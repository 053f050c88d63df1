import Glibc

/// What it costs that a channel never stops.
enum ContinuityBenchmark {
    private static let rounds = 5
    private static let channels = 10
    /// After this long all channels run and the first segments are there.
    private static let settleSeconds = 6.0
    private static let seconds = 10.0

    static func run() throws -> Section {
        let clip = try LiveClip()
        let slices = clip.slices
        var plain: [Double] = []
        var continuous: [Double] = []
        var sizes = (plain: 0, continuous: 0)
        for _ in 0..<self.rounds {
            plain.append(ProcessorTime.taken { sizes.plain = PassingThrough.plain(slices) })
            continuous.append(ProcessorTime.taken { sizes.continuous = PassingThrough.continuous(slices) })
        }
        guard sizes.plain > 0, sizes.continuous > sizes.plain * 3 / 4 else {
            throw LoadFailed(role: "continuity", output: "\(sizes.continuous) of \(sizes.plain) bytes came out")
        }
        return self.section(plain, continuous, whole: try self.whole(clip))
    }

    /// Processor time of a second of each channel, in a process that runs some.
    private static func whole(_ clip: LiveClip) throws -> Double {
        let directory = try TemporaryDirectory(inMemory: true)
        let path = "\(directory.path)/clip.ts"
        try Files.write(clip.bytes, to: path)
        let supplier = try Child(role: "supplier", ["clip=\(path)"], core: Machine.loadCore)
        defer { supplier.end() }
        let port = try PortLine.read(from: supplier)
        let server = try Child(
            role: "channels",
            ["channels=\(self.channels)", "port=\(port)"],
            core: Machine.serverCore
        )
        defer { server.end() }
        guard server.line() == "ready" else { throw LoadFailed(role: "channels", output: "it did not start") }
        usleep(useconds_t(self.settleSeconds * 1e6))
        let (start, clock) = (ProcessorTime.of(server.pid), Stopwatch())
        usleep(useconds_t(self.seconds * 1e6))
        let cost = (ProcessorTime.of(server.pid) - start) / clock.seconds / Double(self.channels)
        let outcome = try server.outcome()
        guard outcome.output.contains("live=\(self.channels)") else {
            throw LoadFailed(role: "channels", output: outcome.output)
        }
        return cost
    }

    private static func section(_ plain: [Double], _ continuous: [Double], whole: Double) -> Section {
        func text(_ times: [Double]) -> String {
            "\(Figures.short(times.median / Double(LiveClip.seconds) * 1_000)) ms a second of media"
        }
        let added = zip(continuous, plain).map { $0 - $1 }.median / Double(LiveClip.seconds)
        return Section(
            title: "Continuity",
            method: """
                A programme of 8 Mbit/s (H.264 high with B pictures, AAC; \(LiveClip.seconds) s, made by ffmpeg), given to \
                one channel's machines in pieces of 100 ms, faster than it plays. *Plain* is what any relay that makes HLS \
                does: demultiplexing, packing, chunks and segments. Ours adds the timeline, the memory of what was sent, \
                what a hold needs, and the cushion. Processor time; medians of \(self.rounds) interleaved rounds. The whole \
                channel is measured in a process of its own that takes \(self.channels) of them from a supplier on loopback \
                for \(Figures.short(self.seconds)) s: sockets, curl, event loop, ticks, everything but viewers.
                """,
            findings: [
                Finding(
                    "the machines alone: with continuity, against plain",
                    ours: text(continuous),
                    peer: text(plain),
                    ratio: zip(continuous, plain).map { $0 / $1 }.median
                ),
                Finding(
                    "one channel, against the same without what continuity adds to its machines",
                    ours: "\(Figures.short(whole * 1_000)) ms a second",
                    peer: "\(Figures.short((whole - added) * 1_000)) ms a second",
                    ratio: whole / (whole - added),
                    goal: .atMost(1.15)
                ),
                Finding(
                    "one channel in all",
                    ours: "\(Figures.fixed(whole * 100, 2)) % of a core",
                    peer: "–",
                    goal: .atMost(1, " % of a core"),
                    judged: whole * 100
                ),
            ]
        )
    }
}
