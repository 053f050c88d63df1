import Accounts
import Ledger

/// How fast viewers are admitted.
enum AdmissionBenchmark {
    private static let rounds = 3
    private static let seconds = 1.2
    private static let warmUp = 0.3

    /// What was found with so many requesters.
    private struct Found {
        var outcomes: [ClosedLoop.Outcome] = []

        var rate: Double { self.outcomes.map(\.opensPerSecond).median }
        var p50: Double { self.outcomes.map(\.p50).median }
        var p99: Double { self.outcomes.map(\.p99).median }
        var refused: Int { self.outcomes.map(\.refused).reduce(0, +) }

        var text: String {
            "\(Figures.short(self.rate)) opens/s, p50 \(AdmissionBenchmark.time(self.p50)), "
                + "p99 \(AdmissionBenchmark.time(self.p99))"
        }

        /// Processor time of an opening and its closing.
        var cost: String {
            "\(AdmissionBenchmark.time(self.outcomes.map(\.ledgerSeconds).median)) of "
                + "\(AdmissionBenchmark.time(self.outcomes.map(\.processSeconds).median))"
        }
    }

    static func run() async throws -> Section {
        let directory = try TemporaryDirectory()
        let office = try await Office(
            directory: directory.path,
            customers: ClosedLoop.credentials,
            limit: Int64(ClosedLoop.devices)
        )
        defer { office.ledger.stop() }
        // Every device is told of once a week; after this they all have been.
        _ = ClosedLoop(office, requesters: 1_024, isDurable: false).run(warmUp: 0, seconds: 1.5)
        let counts = [1, 64, 1_024]
        var kernel = counts.map { _ in Found() }
        var disk = counts.map { _ in Found() }
        var syncs: [Double] = []
        var ratios: (kernel: [Double], disk: [Double]) = ([], [])
        for _ in 0..<self.rounds {
            let sync = try DiskSpeed.measure(in: directory.path).syncSeconds
            syncs.append(sync)
            for (index, count) in counts.enumerated() {
                kernel[index].outcomes.append(self.measure(office, count, isDurable: false))
                disk[index].outcomes.append(self.measure(office, count, isDurable: true))
            }
            ratios.kernel.append((kernel[0].outcomes.last?.p50 ?? 0) / sync)
            ratios.disk.append((disk[0].outcomes.last?.p50 ?? 0) / sync)
        }
        return self.section(kernel, disk, sync: syncs.median, ratios)
    }

    private static func measure(_ office: Office, _ requesters: Int, isDurable: Bool) -> ClosedLoop.Outcome {
        ClosedLoop(office, requesters: requesters, isDurable: isDurable)
            .run(warmUp: self.warmUp, seconds: self.seconds)
    }

    private static func section(
        _ kernel: [Found],
        _ disk: [Found],
        sync: Double,
        _ ratios: (kernel: [Double], disk: [Double])
    ) -> Section {
        var findings: [Finding] = []
        let ways = [
            (name: "admitted as the product does", found: kernel, ratio: ratios.kernel.median),
            (name: "admitted when on disk", found: disk, ratio: ratios.disk.median),
        ]
        for way in ways {
            findings.append(
                Finding(
                    "\(way.name), 1 requester: p50 against the disk's `fdatasync`",
                    ours: way.found[0].text,
                    peer: self.time(sync),
                    ratio: way.ratio,
                    goal: .atMost(1.5)
                )
            )
            findings.append(
                Finding(
                    "\(way.name), 64 requesters",
                    ours: way.found[1].text,
                    peer: "–",
                    goal: .atLeast(20_000, " opens/s"),
                    judged: way.found[1].rate
                )
            )
            findings.append(
                Finding(
                    "\(way.name), 1,024 requesters",
                    ours: way.found[2].text,
                    peer: "–",
                    goal: .atMost(10, " ms p99"),
                    judged: way.found[2].p99 * 1_000
                )
            )
        }
        let refused = (kernel + disk).map(\.refused).reduce(0, +)
        return Section(
            title: "Admission",
            method: """
                Requesters in a closed loop through `LedgerAdmission` on a real ledger and vault: each opens, and when \
                it has its answer closes and opens again. \(Figures.short(Double(ClosedLoop.credentials))) credentials \
                of \(ClosedLoop.devices) connections; nobody is over the limit, everybody is checked against it. \
                *As the product does*: answered when the event is with the kernel, on disk within 50 ms. *On disk*: \
                counted only when a command after the opening has been synced. `fdatasync` as under *Event log*. Wall \
                time; medians of \(self.rounds) interleaved rounds of \(self.seconds) s.
                """,
            findings: findings,
            notes: [
                """
                Processor time of an opening with its closing, the ledger's thread of all threads (requesters, history \
                and sealing too): \(kernel[1].cost) at 64 requesters, \(kernel[2].cost) at 1,024.
                """
            ] + (refused == 0 ? [] : ["\(refused) starts were refused, which none should be."])
        )
    }

    fileprivate static func time(_ seconds: Double) -> String {
        seconds < 0.001 ? "\(Figures.fixed(seconds * 1e6, 0)) µs" : "\(Figures.short(seconds * 1e3)) ms"
    }
}
