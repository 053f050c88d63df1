import Accounts
import Delivery
import Events
import Foundation
import Ledger
import Logging
import Model
import NIOCore
import NIOPosix
import Reports
import Synchronization
import UnixSignals

/// A working service in one command: suppliers, customers and viewers, all in this process.
package enum Demo {
    /// Runs for `seconds`, or until interrupted.
    ///
    /// What goes wrong, and when, is drawn from `seed`.
    package static func run(seconds: Int?, port: Int, seed: UInt64 = 1) async throws {
        let scratch = FileManager.default.temporaryDirectory.appending(
            path: "baton-demo-\(ProcessInfo.processInfo.processIdentifier)"
        ).path
        let directory = DataDirectory(path: scratch)
        defer {
            try? FileManager.default.removeItem(atPath: scratch)
            try? FileManager.default.removeItem(atPath: directory.keyFile)
        }
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        let stage = try await DemoStage(directory: directory, port: port, seconds: seconds, seed: seed)
        stage.introduce()
        stage.play()
        // The first of: a signal, the end of the time.
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in signals { return } }
            if let seconds { group.addTask { try? await Task.sleep(for: .seconds(seconds)) } }
            group.addTask { await stage.showProgress() }
            await group.next()
            group.cancelAll()
        }
        try await stage.finish()
    }
}

/// Everything that takes part in a demonstration.
private final class DemoStage: Sendable {
    private let directory: DataDirectory
    private let service: Service
    private let group: MultiThreadedEventLoopGroup
    private let suppliers: [DemoSupplier]
    private let printer: DemoPrinter
    private let startedAt = Clocks.system.wall()
    private let isOver = Mutex(false)
    private let errors = Mutex(DemoErrors())

    init(directory: DataDirectory, port: Int, seconds: Int?, seed: UInt64) async throws {
        self.printer = DemoPrinter(length: seconds)
        self.directory = directory
        self.group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let broadcast = DemoBroadcast(packets: SampleStream.packets())
        let (ofAlpha, ofBeta) = (
            DemoFault.schedule(DemoFault.alpha, seed: seed), DemoFault.schedule(DemoFault.beta, seed: seed &+ 1)
        )
        let alpha = try await DemoSupplier(group: self.group, broadcast: broadcast, faults: ofAlpha)
        let beta = try await DemoSupplier(group: self.group, broadcast: broadcast, faults: ofBeta)
        self.suppliers = [alpha, beta]
        var configuration = Configuration()
        configuration.publicListen = ListenAddress(host: "127.0.0.1", port: port)
        configuration.publicURL = "http://127.0.0.1:\(port)"
        configuration.adminListen = ListenAddress(host: "127.0.0.1", port: 0)
        var logger = Logger(label: "baton") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .warning
        self.service = try await Service(configuration, in: directory, logger: logger)
        let printer = self.printer
        _ = self.service.ledger.observe { printer.show($0) }
        let catalogue = Self.catalogue(alpha: alpha.port, beta: beta.port)
        _ = try await self.service.ledger.apply(catalogue, passwords: self.service.passwords)
    }

    private static func catalogue(alpha: Int, beta: Int) -> Catalogue {
        var catalogue = Catalogue()
        catalogue.suppliers = [
            SupplierEntry(name: "alpha", maxConnections: 2, privateNetwork: true),
            SupplierEntry(name: "beta", maxConnections: 2, privateNetwork: true),
        ]
        let sources = [
            SourceEntry(supplier: "alpha", url: Redacted("http://127.0.0.1:\(alpha)/news.ts?token=demo")),
            SourceEntry(supplier: "beta", url: Redacted("http://127.0.0.1:\(beta)/news.ts?token=demo")),
        ]
        catalogue.channels = [
            ChannelEntry(id: 101, name: "News One", category: "News", sources: sources),
            ChannelEntry(id: 102, name: "Sport Two", category: "Sport", keep: "always", sources: sources.reversed()),
        ]
        catalogue.plans = [
            PlanEntry(name: "basic", maxConnections: 1, priceMonthCents: 1_000),
            PlanEntry(name: "family", maxConnections: 3, priceMonthCents: 1_800),
        ]
        catalogue.customers = [
            CustomerEntry(
                id: "c1",
                name: "Ada",
                plan: "basic",
                credentials: [CredentialEntry(username: "ada", password: Redacted("demo"))]
            ),
            CustomerEntry(
                id: "c2",
                name: "Ben",
                plan: "family",
                credentials: [CredentialEntry(username: "ben", password: Redacted("demo"))]
            ),
            CustomerEntry(
                id: "c3",
                name: "You",
                plan: "family",
                credentials: [CredentialEntry(username: "you", password: Redacted("demo"))]
            ),
        ]
        return catalogue
    }

    func introduce() {
        let base = "http://127.0.0.1:\(self.service.publicPort)"
        self.printer.clear()
        print(
            """
            Baton is serving two channels of two suppliers. Both fail now and then: they close the connection
            and send the last ten seconds again, stall, lose packets, or die for a while.
            Open one of these in a player (mpv, VLC, ffplay):

              \(base)/live/you/demo/101.m3u8   News One, HLS
              \(base)/live/you/demo/101.ts     News One, MPEG-TS
              \(base)/live/you/demo/102.ts     Sport Two, MPEG-TS

            In another terminal: baton log cat --follow --data \(self.directory.path)

            """
        )
    }

    /// Three viewers come and go; one of them tries to watch twice on a plan for one.
    func play() {
        let port = self.service.publicPort
        self.loop("Ben's television") {
            DemoViewer(port: port, userAgent: "DemoTV/1.0").playHLS("/live/ben/demo/101.m3u8", seconds: 40)
        }
        self.loop("Ada's box") {
            DemoViewer(port: port, userAgent: "DemoBox/2.1").playTS("/live/ada/demo/102.ts", seconds: 30)
        }
        self.loop("Ada's telephone", pause: 7) {
            DemoViewer(port: port, userAgent: "DemoPhone/3.0").playTS("/live/ada/demo/101.ts", seconds: 5)
        }
    }

    /// Until cancelled.
    func showProgress() async {
        while (try? await Task.sleep(for: .seconds(1))) != nil {
            self.printer.tellEnded(now: Clocks.system.wall())
            self.printer.showProgress()
        }
    }

    private func loop(_ name: String, pause: Double = 2, _ play: @escaping @Sendable () -> DemoViewer.Result) {
        let thread = Thread { [weak self] in
            Thread.sleep(forTimeInterval: pause)
            while let self, !self.isOver.withLock({ $0 }) {
                let result = play()
                self.errors.withLock { errors in
                    errors.viewers += result.packets > 0 ? 1 : 0
                    errors.packets += result.packets
                    errors.count += result.errors
                }
                // A refusal is in the events already.
                if ![0, 200, 429].contains(result.status) {
                    self.printer.tell("\(name) was answered \(result.status)")
                }
                Thread.sleep(forTimeInterval: pause)
            }
        }
        thread.name = name
        thread.start()
    }

    func finish() async throws {
        self.isOver.withLock { $0 = true }
        // What the viewers got is known when they have left.
        await self.service.delivery.stop()
        _ = try await self.service.ledger.perform(ExpireCredentials(vault: self.service.vault))
        try await self.service.ledger.flushHistory()
        self.printer.tellAll()
        let summary = try DemoSummary(self.service.ledger, errors: self.errors.withLock { $0 })
        await self.service.stop(why: "end of the demonstration")
        for supplier in self.suppliers { await supplier.stop() }
        try? await self.group.shutdownGracefully()
        self.printer.clear()
        print("\n" + summary.text)
        let clock = try OperatorClock.choose(named: nil, in: self.directory)
        print(try self.report(clock))
        print(try self.replay(clock))
    }

    /// How its suppliers did, as a business owner would read it on Monday.
    private func report(_ clock: LocalClock) throws -> String {
        let now = Clocks.system.wall()
        var query = ReportQuery(now: now)
        query.week = ReportWeek(containing: now, clock).name
        let report = try ReportTool(self.directory, clock: clock).report(.stability, query)
        let text = String(decoding: report.bytes(.table), as: UTF8.self)
        return "How the suppliers did this week (baton report stability --week \(query.week ?? "")):\n\n\(text)"
    }

    /// What one of its customers saw, as support would look it up.
    private func replay(_ clock: LocalClock) throws -> String {
        let end = Clocks.system.wall()
        let start = max(self.startedAt, end.advanced(milliseconds: -Self.replayedMs))
        let text = try ReplayTool(self.directory, clock: clock)
            .text("c1", window: start..<end, form: .table, fromLog: false)
        return "What Ada saw (baton replay c1):\n\n\(text)"
    }

    /// The end of a demonstration that its replay is about, in milliseconds: an hour and more would be pages.
    private static let replayedMs: Int64 = 120_000
}
