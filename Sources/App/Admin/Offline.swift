import Accounts
import Ingest
import Ledger
import NIOPosix
import Reports
import Vault

/// Carries out a request on a data directory that no service uses.
enum Offline {
    static func perform(_ request: AdminRequest, in directory: DataDirectory) async throws -> AdminAnswer {
        if request.onlyReads { try directory.require() }
        try directory.create()
        let lock = try DataLock(directory)
        defer { withExtendedLifetime(lock) {} }
        let vault = try Vault(
            keyFile: KeyFile(path: directory.keyFile),
            storePath: directory.keyStore,
            calendar: KeyCalendar(clock: (try? OperatorClock.choose(named: nil, in: directory)) ?? .utc)
        )
        var configuration = Ledger.Configuration(
            directory: directory.path,
            node: Configuration().node,
            version: Version.text
        )
        // Commands are not a service: they neither start a node nor end what one has left open.
        configuration.announcesNode = false
        let ledger = try Ledger(configuration)
        defer { ledger.stop() }
        try await Erasure(ledger: ledger, vault: vault).finishInterrupted()
        // A history that was imported is not ours to age: its weeks are long ago on purpose.
        if !request.onlyReads, ImportMark.read(directory) == nil {
            _ = try await Ageing(ledger: ledger, vault: vault).run(now: Clocks.system.wall())
        }
        let passwords = Passwords(ledger: ledger, vault: vault)
        guard request.asksGuides else {
            return await Administrator(ledger: ledger, passwords: passwords, directory: directory).answer(request)
        }
        let ingest = IngestEngine(eventLoopGroup: MultiThreadedEventLoopGroup.singleton)
        let guide = try GuideService(directory: directory, ledger: ledger, ingest: ingest)
        let answer = await Administrator(ledger: ledger, passwords: passwords, guide: guide).answer(request)
        await guide.stop()
        await ingest.shutdown()
        return answer
    }
}

extension AdminRequest {
    /// Whether the guides' file is needed for it.
    var asksGuides: Bool {
        switch self {
        case .importGuide, .listGuide, .setGuide, .show(.channel, _): true
        case .asSupport(let request): request.asksGuides
        default: false
        }
    }

    /// Whether nothing is recorded for it.
    var onlyReads: Bool {
        switch self {
        case .list, .show, .exportList, .link, .status, .switchSource, .reloadSlates, .connections, .listGuide,
            .guideProgress, .keepReports, .look:
            true
        case .asSupport(let request): request.onlyReads
        case .apply(_, _, let dryRun): dryRun
        case .record(let record): record.onlyReads
        case .bans(.list), .bans(.export): true
        case .importChannels(let request): request.dryRun
        default: false
        }
    }
}
