import EventLog
import Events
import Glibc
import Model

/// What writing the event log costs, how small it gets, and how fast it is durable.
enum LogBenchmark {
    private static let eventCount = 300_000
    private static let rounds = 3
    /// Commits of one round.
    private static let commits = 150

    static func run() throws -> Section {
        let events = EventMix.events(self.eventCount)
        let lines = MixLog.lines(events)
        let directory = try TemporaryDirectory()
        let plain = "\(directory.path)/events.jsonl"
        try Files.write(lines, to: plain)
        return Section(
            title: "Event log",
            method: """
                \(Figures.short(Double(events.count))) events, \(lines.count / events.count) bytes each as a line of \
                JSON. Ours is encoding, zstd level 1, CRC-32C, hash chain and the write, by `LogWriter`, in commits of \
                \(Figures.short(Double(MixLog.batch))); the peer is the `zstd` program on lines that are ready. The disk's own rate is \
                `fdatasync` after a write of 4 KiB into a file written before. Processor time; medians of \
                \(self.rounds) interleaved rounds.
                """,
            findings: [
                try self.writing(events, size: lines.count, plain: plain, directory),
                try self.sealing(events, plain: plain, directory),
                try self.durability(events, directory),
            ]
        )
    }

    private static func writing(
        _ events: [Envelope],
        size: Int,
        plain: String,
        _ directory: TemporaryDirectory
    ) throws -> Finding {
        var ours: [Double] = []
        var peers: [Double] = []
        for round in 0..<self.rounds {
            let writer = try LogWriter(directory: "\(directory.path)/writing-\(round)", settings: MixLog.settings)
            ours.append(try ProcessorTime.taken { _ = try MixLog.append(events, to: writer) })
            peers.append(try self.zstd(plain).processorTime)
        }
        func text(_ seconds: Double) -> String {
            "\(Figures.short(seconds)) s (\(Figures.short(Double(size) / 1e6 / seconds)) MB/s)"
        }
        return Finding(
            "processor time of writing, against `zstd -3`",
            ours: text(ours.median),
            peer: text(peers.median),
            ratio: zip(ours, peers).map { $0 / $1 }.median,
            goal: .atMost(0.8)
        )
    }

    private static func sealing(
        _ events: [Envelope],
        plain: String,
        _ directory: TemporaryDirectory
    ) throws -> Finding {
        let writer = try LogWriter(directory: "\(directory.path)/sealing", settings: MixLog.settings)
        var size = 0
        for job in try MixLog.append(events, to: writer) { size += try job.run().storedSize }
        size += try writer.seal()?.storedSize ?? 0
        _ = try self.zstd(plain)
        let peer = Files.size("\(plain).zst")
        func text(_ bytes: Int) -> String {
            "\(Figures.short(Double(bytes) / 1e6)) MB (\(Figures.short(Double(bytes) / Double(events.count))) B an event)"
        }
        return Finding(
            "size of the sealed log, against `zstd -3`",
            ours: text(size),
            peer: text(peer),
            ratio: Double(size) / Double(peer),
            goal: .atMost(0.85)
        )
    }

    private static func durability(_ events: [Envelope], _ directory: TemporaryDirectory) throws -> Finding {
        let writer = try LogWriter(directory: "\(directory.path)/durable", settings: MixLog.settings)
        var json = JSONWriter()
        var ours: [Double] = []
        var peers: [Double] = []
        var next = 0
        // Beyond the rounds' events the same ones come again, under new numbers.
        func batch() -> ArraySlice<Envelope> {
            let start = next * MixLog.batch % (events.count - MixLog.batch)
            var found = events[start..<start + MixLog.batch]
            for index in found.indices { found[index].seq = Int64(next * MixLog.batch + index - start + 1) }
            next += 1
            return found
        }
        for _ in 0..<self.rounds {
            peers.append(try DiskSpeed.measure(in: directory.path).syncsPerSecond)
            let batches = (0..<self.commits).map { _ in batch() }
            let clock = Stopwatch()
            for batch in batches {
                try MixLog.append(batch, to: writer, &json)
                try writer.sync()
            }
            ours.append(Double(self.commits) / clock.seconds)
        }
        return Finding(
            "durable commits of 1,024 events a second, against the disk's `fdatasync`",
            ours: "\(Figures.short(ours.median))/s (\(Figures.short(ours.median * Double(MixLog.batch))) events/s)",
            peer: "\(Figures.short(peers.median))/s",
            ratio: zip(ours, peers).map { $0 / $1 }.median,
            goal: .atLeast(0.2)
        )
    }

    private static func zstd(_ path: String) throws -> Child.Outcome {
        let outcome = try Child(["zstd", "-3", "--single-thread", "-q", "-f", path, "-o", "\(path).zst"]).outcome()
        guard outcome.status == 0 else { throw SystemError("zstd \(path)", code: EIO) }
        return outcome
    }
}
