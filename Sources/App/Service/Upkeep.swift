import Accounts
import Delivery
import Events
import Ingest
import Ledger
import LiveChannels
import Logging
import Model
import Synchronization
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
    private let logger: Logger
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
        logger: Logger
    ) {
        self.ledger = ledger
        self.vault = vault
        self.channels = channels
        self.ingest = ingest
        self.delivery = delivery
        self.guide = guide
        self.logger = logger
        (self.changes, self.changed) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        (self.limitChanges, self.limitChanged) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Brings the channels up to the catalogue and keeps them there.
    func start() throws {
        try self.refresh()
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
        self.running.withLock { $0 = (observation, [refreshing, limiting, watching]) }
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
            if envelope.event.changesMediaCatalogue { self.changed.yield() }
            if envelope.event.changesLimits { self.limitChanged.yield() }
        }
        for (reason, connections) in evicted { self.delivery.drop(connections, reason: reason) }
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
            .sourceAttached, .sourceChanged, .sourceDetached:
            true
        default: false
        }
    }
}
