package import Model
package import NIOCore
import Synchronization

/// All transfers: owns the transfer threads, the RTMP sockets and the suppliers' slots.
///
/// Callable from any thread.
package final class IngestEngine: Sendable {
    private struct State {
        var sessions: [UInt64: SourceSession] = [:]
        var lastSession: UInt64 = 0
        var isShutDown = false
        var whenEmpty: [CheckedContinuation<Void, Never>] = []
    }

    /// Kept alive: sources are opened on its loops.
    private let eventLoopGroup: any EventLoopGroup
    private let resources: IngestResources
    private let state = Mutex(State())

    /// Starts nothing yet: threads come with the first source.
    ///
    /// `accountSetAside` is told, on any thread, of suppliers' accounts that are left alone for a while.
    package init(
        eventLoopGroup: any EventLoopGroup,
        configuration: IngestConfiguration = IngestConfiguration(),
        accountSetAside: @escaping @Sendable (AccountAside) -> Void = { _ in }
    ) {
        self.eventLoopGroup = eventLoopGroup
        self.resources = IngestResources(configuration: configuration, accountSetAside: accountSetAside)
    }

    /// Opens a source; `handler` runs on `loop` only, the first time after this returned.
    ///
    /// The supplier's slot is taken before the first connect and given back when the source has ended and its sockets
    /// are closed; ``SourceOutput/ended(_:)`` comes after that, so a source may be opened again at once.
    package func open(
        _ source: SourceSpecification,
        claim: SlotClaim = .queued,
        on loop: any EventLoop,
        handler: @escaping (SourceOutput) -> Void
    ) -> SourceHandle {
        let (session, isShutDown) = self.state.withLock { state in
            state.lastSession &+= 1
            let id = state.lastSession
            let session = SourceSession(
                source: source,
                claim: claim,
                resources: self.resources,
                loop: loop,
                handler: handler,
                onEnded: { self.ended(id) }
            )
            state.sessions[id] = session
            return (session, state.isShutDown)
        }
        loop.execute { isShutDown ? session.close() : session.start() }
        return SourceHandle { [weak session] in
            guard let session else { return }
            session.loop.execute { session.close() }
        } onOffer: { [weak session] isOffered in
            guard let session else { return }
            session.loop.execute { session.offerSlot(isOffered) }
        } onWatched: { [weak session] viewers in
            guard let session else { return }
            session.loop.execute { session.watched(by: viewers) }
        }
    }

    func openDownload(allowsPrivateNetwork: Bool) -> TransferConnections? {
        self.resources.downloads.open(allowsPrivateNetwork: allowsPrivateNetwork)
    }

    /// How many connections the supplier allows; lowering it closes nothing, but lets no new one in.
    package func setLimit(_ maxConnections: Int, of supplier: SupplierID) {
        self.resources.slots.setLimit(maxConnections, of: supplier)
    }

    /// Makes these the accounts of a supplier, each with its own limit; with none, the limit of the supplier counts, and
    /// its sources' addresses say who one is.
    package func setAccounts(_ accounts: [SupplierAccount], of supplier: SupplierID) {
        self.resources.slots.setAccounts(accounts, of: supplier)
    }

    /// Connections of one of the supplier's accounts that are held now.
    package func heldConnections(of account: AccountID, at supplier: SupplierID) -> Int {
        self.resources.slots.held(of: account, at: supplier)
    }

    /// Connections of the supplier that are held now.
    package func heldConnections(of supplier: SupplierID) -> Int {
        self.resources.slots.held(of: supplier)
    }

    /// Ends every source and its threads; returns when all sockets are closed.
    ///
    /// Sources opened later end at once.
    package func shutdown() async {
        let sessions = self.state.withLock { state in
            state.isShutDown = true
            return Array(state.sessions.values)
        }
        for session in sessions { session.loop.execute { session.close() } }
        await withCheckedContinuation { continuation in
            let isEmpty = self.state.withLock { state in
                guard !state.sessions.isEmpty else { return true }
                state.whenEmpty.append(continuation)
                return false
            }
            if isEmpty { continuation.resume() }
        }
        await self.resources.transfers.stop()
        await self.resources.downloads.stop()
    }

    private func ended(_ id: UInt64) {
        let waiting = self.state.withLock { state in
            state.sessions.removeValue(forKey: id)
            guard state.sessions.isEmpty else { return [CheckedContinuation<Void, Never>]() }
            defer { state.whenEmpty = [] }
            return state.whenEmpty
        }
        for continuation in waiting { continuation.resume() }
    }
}

/// What all sources share.
struct IngestResources: Sendable {
    let configuration: IngestConfiguration
    let transfers: TransferPool
    /// Of what operators want once: servers make a whole guide before they send its first byte.
    let downloads: TransferPool
    let slots: SupplierSlots

    init(configuration: IngestConfiguration, accountSetAside: @escaping @Sendable (AccountAside) -> Void) {
        self.configuration = configuration
        self.transfers = TransferPool(configuration: configuration)
        var patient = configuration
        patient.firstByteMilliseconds = configuration.downloadFirstByteMilliseconds
        patient.stallMilliseconds = configuration.downloadStallMilliseconds
        self.downloads = TransferPool(configuration: patient)
        self.slots = SupplierSlots(
            unknownLimit: configuration.unknownSupplierConnectionsMax,
            setAside: accountSetAside
        )
    }
}
