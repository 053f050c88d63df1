import Accounts
import Delivery
import EventLog
import Geo
import Events
import HLS
import HTTP
import Ingest
package import Ledger
import LiveChannels
package import Logging
import Model
import NIOCore
import NIOPosix
import PlayerAPI
import Projections
import TLS
package import Vault

/// A running service: everything wired together, in the order in which it depends on each other.
package final class Service: Sendable {
    package let ledger: Ledger
    package let vault: Vault
    /// Where viewers connect; with TLS where that is all that is served.
    package let publicPort: Int
    /// Where viewers connect with TLS.
    package let securePort: Int?
    /// Where operators connect.
    package let adminPort: Int
    let channels: LiveChannels
    let delivery: DeliveryService
    let logger: Logger
    private let lock: DataLock
    private let group: MultiThreadedEventLoopGroup
    private let ingest: IngestEngine
    private let adminSocket: AdminListener
    private let supportSocket: AdminListener?
    private let health: HTTPServer
    private let metrics: MetricsService
    let upkeep: Upkeep
    /// What channels keep for catch-up.
    let archive: Archive
    /// What is on, by channel.
    package let guide: GuideService
    let passwords: Passwords
    private let expiry: ExpiryLoop
    private let player: PlayerService
    let slates = SlateShelf()
    let slateFolder: SlateFolder
    /// Keeps finished weeks' reports for analysts.
    private let reportUpkeep: ReportUpkeep
    let geo: GeoTables
    let keyring: TLSKeyring?
    private let ageing: AgeingUpkeep
    /// Sends weekly reports.
    let outbox: Outbox
    /// Asks suppliers' panels how our accounts stand.
    private let panels: PanelWatch

    /// Opens the data directory and starts everything; what was started is stopped again when something fails.
    package init(_ configuration: Configuration, in directory: DataDirectory, logger: Logger) async throws {
        try directory.create()
        self.logger = logger
        self.geo = try GeoTables(configuration.geo)
        let certificates = configuration.certificates
        self.keyring = certificates.isEmpty ? nil : try TLSKeyring(certificates)
        self.lock = try DataLock(directory)
        self.slateFolder = SlateFolder(directory, named: configuration.slates.files)
        self.vault = try Vault(
            keyFile: KeyFile(path: directory.keyFile),
            storePath: directory.keyStore,
            calendar: KeyCalendar(zone: configuration.timezone)
        )
        var ledgerConfiguration = Ledger.Configuration(
            directory: directory.path,
            node: configuration.node,
            version: Version.text
        )
        ledgerConfiguration.timezone = configuration.timezone
        let ledger = try Ledger(ledgerConfiguration)
        self.ledger = ledger
        let group = MultiThreadedEventLoopGroup(numberOfThreads: System.coreCount)
        self.group = group
        self.ingest = IngestEngine(eventLoopGroup: group) { ledger.record(.init($0, at: Clocks.system.wall())) }
        var services = ChannelServices(
            sources: SourceOpener(self.ingest),
            record: { ledger.record($0) },
            wallTime: Clocks.system.wall,
            segments: Self.segments(configuration)
        )
        services.listedSegmentsMin = Int(configuration.hlsWindow)
        services.slates = self.slates
        configuration.slates.apply(to: &services)
        services.codecChange = configuration.codecChange
        let archive = Archive(
            path: directory.archive,
            freeBytesMin: configuration.archiveFreeBytesMin,
            wallTime: Clocks.system.wall,
            record: { ledger.record($0) }
        )
        self.archive = archive
        services.archive = archive
        self.channels = LiveChannels(eventLoopGroup: group, services: services)
        let passwords = Passwords(ledger: ledger, vault: self.vault)
        self.passwords = passwords
        let expiry = ExpiryLoop(ledger: ledger, vault: self.vault, logger: logger)
        self.expiry = expiry
        let admission = LedgerAdmission(ledger: ledger, vault: self.vault, passwords: passwords, time: { expiry.now })
        let recorder = BanRecorder(ledger: ledger, vault: self.vault, logger: logger)
        var delivery = DeliveryConfiguration()
        configuration.apply(to: &delivery)
        delivery.recordBan = recorder.record
        delivery.locate = self.geo.origin
        delivery.openToken = { [vault = self.vault] in StreamToken($0, with: vault) }
        delivery.wallTime = Clocks.system.wall
        let zone = ZoneClock(named: configuration.timezone)
        delivery.zoneOffset = { zone.offset(at: $0) }
        delivery.limitSlates = configuration.slates.limitSlates(self.slates)
        self.guide = try GuideService(directory: directory, ledger: ledger, ingest: self.ingest)
        let player = PlayerService(
            ledger: ledger,
            passwords: passwords,
            clock: .zone(configuration.timezone),
            brands: configuration.playerBrands,
            programmes: GuideProgrammes(book: self.guide.book),
            logoFolder: directory.logos
        )
        self.player = player
        self.delivery = DeliveryService(
            configuration: delivery,
            admission: admission,
            channels: self.channels,
            player: player,
            group: group,
            makeSecureHandler: self.keyring.map { $0.makeHandler }
        )
        self.metrics = MetricsService(
            ledger: ledger,
            delivery: self.delivery,
            channels: self.channels,
            ingest: self.ingest
        )
        self.health = Self.healthServer(configuration.adminListen, ledger: ledger, metrics: self.metrics, group: group)
        self.upkeep = Upkeep(
            ledger: ledger,
            vault: self.vault,
            channels: self.channels,
            ingest: self.ingest,
            delivery: self.delivery,
            guide: self.guide,
            geo: self.geo,
            keyring: self.keyring,
            player: player,
            logger: logger
        )
        self.ageing = AgeingUpkeep(Ageing(ledger: ledger, vault: self.vault), logger: logger)
        self.reportUpkeep = ReportUpkeep(ledger: ledger, directory: directory, logger: logger)
        self.outbox = Outbox(configuration.deliveries, ledger: ledger, directory: directory, logger: logger)
        self.panels = PanelWatch(ledger: ledger, vault: self.vault, ingest: self.ingest, logger: logger)
        do {
            self.slates.replace(with: self.slateFolder.good)
            try ledger.read { [geo = self.geo] in try Geography(geo).check($0) }
            try await Erasure(ledger: ledger, vault: self.vault).finishInterrupted()
            try self.upkeep.start()
            try await expiry.start()
            let ports = try await Self.listening(on: configuration.listens, self.delivery.startAll)
            self.publicPort = ports.plain ?? ports.secure ?? 0
            self.securePort = ports.secure
            self.adminPort = try await Self.listening(on: configuration.adminListen.description, self.health.start)
            self.supportSocket = try configuration.supportSocket.map { try AdminListener($0) }
            self.adminSocket = try AdminListener(dataDirectory: directory.path)
        } catch {
            expiry.stop()
            self.upkeep.stop()
            await self.guide.stop()
            await archive.stop()
            ledger.stop(why: "could not start")
            throw error
        }
        let administrator = Administrator(
            ledger: ledger,
            passwords: passwords,
            time: { expiry.now },
            status: self.status,
            switchSource: self.switchSource,
            reloadSlates: self.reloadSlates,
            channel: { [channels = self.channels] in channels.channel($0)?.status },
            guide: self.guide,
            timezone: configuration.timezone,
            geography: Geography(self.geo),
            directory: directory,
            site: configuration.publicURL,
            outbox: self.outbox,
            held: { [ingest = self.ingest] in ingest.heldConnections(of: $0, at: $1) }
        )
        self.adminSocket.start { await administrator.answer($0) }
        self.supportSocket?.start { await administrator.answer($0) }
        for entry in self.slateFolder.entries() {
            if case .failure(let error) = entry.slate { logger.error("a slate is left out: \(error)") }
        }
        self.guide.start(configuration.guides, logger: logger)
        self.report(ledger.opening)
        self.reportUpkeep.start()
        self.ageing.start()
        self.outbox.start()
        self.panels.start()
    }

    /// Stops in good order: no new viewers, closings recorded, everything flushed.
    package func stop(why: String) async {
        self.adminSocket.stop()
        self.supportSocket?.stop()
        self.expiry.stop()
        self.upkeep.stop()
        await self.reportUpkeep.stop()
        await self.ageing.stop()
        await self.outbox.stop()
        await self.panels.stop()
        await self.delivery.stop()
        await self.player.stop()
        try? await self.channels.shutdown()
        await self.archive.stop()
        await self.guide.stop()
        await self.ingest.shutdown()
        await self.health.stop()
        self.metrics.stop()
        self.ledger.stop(why: why)
        try? await self.group.shutdownGracefully()
    }

    private static func segments(_ configuration: Configuration) -> Segmenter.Configuration {
        var segments = Segmenter.Configuration()
        segments.target = MediaTime(seconds: configuration.hlsTargetSeconds)
        // Whole GOPs up to a second longer than the target; longer ones are cut in two.
        segments.gopMax = MediaTime(seconds: configuration.hlsTargetSeconds + 1)
        return segments
    }

    private func report(_ opening: Ledger.Opening) {
        if case .rebuilt(.aheadOfLog(let seq), events: _) = opening.live {
            self.logger.error(
                "the log ends before event \(seq), which was recorded once: its end is missing. What the projections knew is kept in live.sqlite.ahead and history.sqlite.ahead"
            )
        }
        for damage in opening.damage { self.logger.error("the log is damaged: \(damage)") }
        self.logger.info(
            "log opened",
            metadata: [
                "start": "\(opening.epoch)", "live.sqlite": "\(opening.live.words)",
                "history.sqlite": "\(opening.history.words)",
            ]
        )
    }

    private static func listening<Ports>(on address: String, _ start: () async throws -> Ports) async throws -> Ports {
        do {
            return try await start()
        } catch let error as IOError {
            throw ServiceError.listen(address, error.errnoCode)
        }
    }

    /// Answers whether the service is up, and how it does.
    private static func healthServer(
        _ address: ListenAddress,
        ledger: Ledger,
        metrics: MetricsService,
        group: any EventLoopGroup
    ) -> HTTPServer {
        var configuration = HTTPConfiguration()
        configuration.host = address.host
        configuration.port = address.port
        return HTTPServer(configuration: configuration, group: group) { _ in
            HealthResponder(isHealthy: { ledger.status.failure == nil }, metrics: metrics)
        }
    }
}

/// Why a service could not start.
package enum ServiceError: Error, CustomStringConvertible {
    case listen(String, Int32)

    package var description: String {
        switch self {
        case .listen(let address, let code):
            "can't listen on \(address): \(String(cString: strerror(code))); another address can be set in the configuration"
        }
    }
}
