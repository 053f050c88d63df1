import Accounts
import Delivery
import Events
import Geo
import Ingest
import Ledger
import LiveChannels
import Logging
import Model
import Synchronization
import TLS
import Vault

/// What has to be done when something was recorded, and when time passes.
///
/// A change of the catalogue reaches the channels; an eviction reaches the viewer.
final class Upkeep: Sendable {
    private let ledger: Ledger
    private let vault: Vault
    private let channels: LiveChannels
    private let ingest: IngestEngine
    private let delivery: DeliveryService
    private let guide: GuideService
    private let geo: GeoTables
    private let keyring: TLSKeyring?
    private let player: PlayerService
    private let logger: Logger
    /// How often files are looked at that may have changed.
    private static let fileInterval: Duration = .seconds(10)
    /// One waiting look at the catalogue serves any number of changes.
    private let changes: AsyncStream<Void>
    private let changed: AsyncStream<Void>.Continuation
    /// The same for the limits of credentials.
    private let limitChanges: AsyncStream<Void>
    private let limitChanged: AsyncStream<Void>.Continuation
    private let running = Mutex<(observation: Observation?, tasks: [Task<Void, Never>])>((nil, []))

    init(
        ledger: Ledger,
        vault: Vault,
        channels: LiveChannels,
        ingest: IngestEngine,
        delivery: DeliveryService,
        guide: GuideService,
        geo: GeoTables,
        keyring: TLSKeyring?,
        player: PlayerService,
        logger: Logger
    ) {
        self.geo = geo
        self.keyring = keyring
        self.ledger = ledger
        self.vault = vault
        self.channels = channels
        self.ingest = ingest
        self.delivery = delivery
        self.guide = guide
        self.player = player
        self.logger = logger
        (self.changes, self.changed) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        (self.limitChanges, self.limitChanged) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Brings the channels up to the catalogue and keeps them there.
    func start() throws {
        try self.refresh()
        for ban in try self.ledger.read({ try HeldBans($0, vault: self.vault) }).bans { self.delivery.banned(ban) }
        let observation = self.ledger.observe { [weak self] in self?.recorded($0) }
        // Ended by `stop()`.
        let refreshing = Task { [weak self, changes = self.changes] in
            for await _ in changes { self?.refreshOrTell() }
        }
        let limiting = Task { [weak self, limitChanges = self.limitChanges] in
            for await _ in limitChanges { await self?.enforceLimits() }
        }
        let watching = Task { [ledger = self.ledger, logger = self.logger] in
            while !Task.isCancelled, ledger.status.failure == nil { try? await Task.sleep(for: .seconds(1)) }
            if let failure = ledger.status.failure { logger.error("nothing is recorded any more: \(failure)") }
        }
        let files = Task { [weak self] in
            for line in self?.keyring?.warnings(at: Int(Clocks.system.wall().seconds)) ?? [] {
                self?.logger.warning("\(line)")
            }
            var isCrowded = false
            while !Task.isCancelled {
                try? await Task.sleep(for: Self.fileInterval)
                guard let self else { return }
                for line in self.refreshFiles() { self.logger.warning("\(line)") }
                self.tellCrowd(&isCrowded)
            }
        }
        self.running.withLock { $0 = (observation, [refreshing, limiting, watching, files]) }
    }

    func stop() {
        let (observation, tasks) = self.running.withLock { running in
            defer { running = (nil, []) }
            return running
        }
        observation?.cancel()
        self.changed.finish()
        self.limitChanged.finish()
        for task in tasks { task.cancel() }
    }

    /// Reads certificates and databases again that have changed; lines for people.
    func refreshFiles() -> [String] { (self.keyring?.refresh() ?? []) + self.geo.refresh() }

    private func tellCrowd(_ wasCrowded: inout Bool) {
        let status = self.delivery.status
        if status.isCrowded, !wasCrowded {
            self.logger.error(
                "guesses or connections come from so many addresses that four fifths of the room for them is taken; who is forgotten is counted anew (limits.table_entries)"
            )
        }
        wasCrowded = status.isCrowded
    }

    /// Reads the catalogue again.
    func refreshSoon() {
        self.changed.yield()
    }

    /// On the ledger's thread.
    private func recorded(_ envelopes: [Envelope]) {
        var evicted: [Closing.Reason: [ConnectionID]] = [:]
        for envelope in envelopes {
            if case .connectionEvicted(let it) = envelope.event {
                evicted[Self.reason(it.why), default: []].append(it.connection)
            }
            self.applyBan(envelope.event)
            if envelope.event.changesMediaCatalogue {
                self.player.catalogueChanged()
                self.changed.yield()
            }
            if envelope.event.changesLimits { self.limitChanged.yield() }
        }
        for (reason, connections) in evicted { self.delivery.drop(connections, reason: reason) }
    }

    private func applyBan(_ event: Event) {
        switch event {
        case .addressBanned(let it):
            guard let range = BannedAddress.open(ban: it.ban, address: it.address, with: self.vault) else { return }
            self.delivery.banned(
                AddressBan(range: range, reach: it.reach, why: it.why, times: it.times, until: it.until)
            )
        case .addressUnbanned(let it):
            guard let range = BannedAddress.open(ban: it.ban, address: it.address, with: self.vault) else { return }
            self.delivery.unbanned(range)
        default: break
        }
    }

    private static func reason(_ why: String) -> Closing.Reason {
        switch why {
        case _ where SlotRule(rawValue: why)?.isTakeover ?? false: .superseded
        case "suspended": .suspended
        case "expired": .expired
        case "trial-ended": .trialEnded
        case "removed", "rotated": .revoked
        case "channel-removed": .channelEnded
        default: .evicted
        }
    }

    /// Ends what plays beyond a limit that was lowered.
    private func enforceLimits() async {
        do {
            var due = try self.ledger.read { try EnforceLimits.due($0, vault: self.vault) }[...]
            while !due.isEmpty {
                _ = try await self.ledger.perform(EnforceLimits(of: due, vault: self.vault))
                due = due.dropFirst(EnforceLimits.countMax)
            }
        } catch {
            self.logger.error("a lowered limit could not be enforced: \(error)")
        }
    }

    private func refreshOrTell() {
        do {
            try self.refresh()
        } catch {
            self.logger.error("the catalogue could not be read: \(error)")
        }
    }

    private func refresh() throws {
        let catalogue = try self.ledger.read { try MediaCatalogue($0, vault: self.vault) }
        for (supplier, limit) in catalogue.supplierLimits { self.ingest.setLimit(limit, of: supplier) }
        for (supplier, accounts) in catalogue.supplierAccounts { self.ingest.setAccounts(accounts, of: supplier) }
        for account in catalogue.sealedAccounts {
            self.logger.error("\(AccountError.sealed(account))")
        }
        self.channels.apply(catalogue.channels)
        try self.guide.channels(are: catalogue.guideChannels)
        for source in catalogue.sealedSources {
            self.logger.error(
                "source \(source) is left out: its address was sealed with another key file; enter it again"
            )
        }
    }
}

extension Event {
    /// Whether a credential may allow fewer connections after it.
    var changesLimits: Bool {
        switch self {
        case .planChanged, .customerChanged, .credentialChanged: true
        default: false
        }
    }

    /// Whether channels, sources or suppliers are different after it.
    var changesMediaCatalogue: Bool {
        switch self {
        case .supplierAdded, .supplierChanged, .supplierRemoved, .channelAdded, .channelChanged, .channelRemoved,
            .sourceAttached, .sourceChanged, .sourceDetached, .accountAdded, .accountChanged, .accountRemoved,
            .accountRead:
            true
        default: false
        }
    }
}
