import Accounts
import HTTP
import Model
import NIOCore
import Synchronization

/// What the event loops share: who is admitted, who watches, and the one way in which a viewer ends.
final class DeliveryCore: Sendable {
    let configuration: DeliveryConfiguration
    let admission: any Admission
    let channels: any ChannelDirectory
    /// `nil` where there is no player API.
    let player: (any PlayerAnswering)?
    let table = SessionTable()
    let counters = DeliveryCounters()
    let throttle: GuessThrottle
    let decisions = PendingDecisions()
    private let sweptAt = Atomic<UInt64>(0)
    private let stopping = Atomic<Bool>(false)

    init(
        configuration: DeliveryConfiguration,
        admission: any Admission,
        channels: any ChannelDirectory,
        player: (any PlayerAnswering)?
    ) {
        self.configuration = configuration
        self.player = player
        self.admission = admission
        self.channels = channels
        self.throttle = GuessThrottle(
            configuration.guesses,
            wall: configuration.wallTime,
            record: configuration.recordBan
        )
    }

    /// Whether nobody is let in any more.
    var isStopping: Bool { self.stopping.load(ordering: .acquiring) }

    func beginStopping() {
        self.stopping.store(true, ordering: .releasing)
    }

    /// Makes a session of a grant; a grant that can't become one is closed here.
    ///
    /// With `catchUp`, it is one of the channel's archive.
    func register(
        _ grant: Grant,
        from address: PeerAddress,
        catchUp: Bool = false,
        at now: NIODeadline
    ) -> Result<HLSViewer, Denial> {
        guard !self.isStopping else { return .failure(self.refuse(grant, .shutdown, .unavailable)) }
        guard let live = self.channels.viewable(grant.channel) else {
            return .failure(self.refuse(grant, .channelEnded, .unknownChannel))
        }
        let channel: any ViewableChannel = catchUp ? CatchUpChannel(live) : live
        let viewer = HLSViewer(grant: grant, channel: channel, address: address, at: now)
        // Joined before anyone else can end it, so that leaving never comes first.
        channel.viewerJoined()
        do throws(DroppedEarly) {
            let (current, replaced) = try self.table.insert(viewer)
            if current !== viewer {
                channel.viewerLeft()
                current.permitted(address)
            }
            if let replaced, replaced !== current { self.end(replaced, .superseded, at: now) }
            // A stop that began meanwhile has not seen this viewer.
            if self.isStopping { self.end(current, .shutdown, at: now) }
            return .success(current)
        } catch {
            channel.viewerLeft()
            // One that just fell silent gets a connection of its own when it asks again.
            return .failure(self.refuse(grant, error.reason, error.reason == .idle ? .unavailable : .unknownToken))
        }
    }

    /// A try to log in was decided.
    func decided(_ attempt: GuessMachine.Try, _ decision: Result<some Any, Denial>) {
        let now = NIODeadline.now()
        switch decision {
        case .failure(.unknownCredential): self.throttle.loginFailed(attempt, at: now)
        case .failure(.unavailable): self.throttle.loginUndecided(attempt)
        // Whoever knows name and password doesn't guess, whatever else is in the way.
        case .success, .failure: self.throttle.loginSucceeded(attempt, at: now)
        }
    }

    /// Gives back a grant that nobody will watch; the denial to answer with.
    @discardableResult
    func refuse(_ grant: Grant, _ reason: Closing.Reason, _ denial: Denial = .unavailable) -> Denial {
        self.admission.close(
            Closing(connection: grant.connection, reason: reason, bytes: 0, watchedMs: 0, stalls: 0)
        )
        return denial
    }

    /// Asks about a token that isn't known here, once for all who wait for the answer; `done` runs on any thread.
    func reopen(
        _ request: ReopenRequest,
        from address: PeerAddress,
        catchUp: Bool = false,
        done: @escaping SessionTable.Waiter
    ) {
        switch self.table.wait(for: request.token, done) {
        case nil: return done(.failure(.unavailable))
        case false?: return
        case true?: break
        }
        guard self.decisions.begin() else { return self.answer(request.token, .failure(.unavailable)) }
        self.admission.reopen(request) { decision in
            let now = NIODeadline.now()
            switch decision {
            case .success(let grant):
                self.answer(request.token, self.register(grant, from: address, catchUp: catchUp, at: now))
            case .failure(let denial):
                if denial == .unknownToken {
                    self.table.refuse(request.token, at: now)
                    self.throttle.tokenFailed(from: address, at: now)
                }
                self.answer(request.token, .failure(denial))
            }
            self.decisions.end()
        }
    }

    private func answer(_ token: SessionToken, _ result: Result<HLSViewer, Denial>) {
        for waiter in self.table.decided(token) { waiter(result) }
    }

    /// Ends a session and gives its slot back; does nothing when it has ended.
    func end(_ viewer: HLSViewer, _ reason: Closing.Reason, at now: NIODeadline) {
        guard let closing = viewer.ended(reason, at: now) else { return }
        self.finish(viewer, closing, at: now)
    }

    private func finish(_ viewer: HLSViewer, _ closing: Closing, at now: NIODeadline) {
        // A viewer that only fell silent may come back with its token; what the ledger took away stays away.
        let isTakenAway = closing.reason != .idle && closing.reason != .shutdown
        self.table.remove(viewer, closing.reason, refusing: isTakenAway, at: now)
        viewer.channel.viewerLeft()
        self.admission.close(closing)
    }

    /// Ends the connections that were evicted or revoked; what they ask next is refused.
    func drop(_ connections: [ConnectionID], _ reason: Closing.Reason) -> [EventLoopFuture<Void>] {
        let (sessions, viewers) = self.table.drop(connections, reason)
        let now = NIODeadline.now()
        for session in sessions { self.end(session, reason, at: now) }
        return viewers.map { $0.drop(reason) }
    }

    /// Ends sessions that fell silent; called by every loop, done by the first in each interval.
    func swept(at now: NIODeadline) {
        let last = self.sweptAt.load(ordering: .relaxed)
        let next = last &+ UInt64(max(self.configuration.http.sweepInterval.nanoseconds, 0))
        guard now.uptimeNanoseconds >= next else { return }
        let (isMine, _) = self.sweptAt.compareExchange(
            expected: last,
            desired: now.uptimeNanoseconds,
            ordering: .relaxed
        )
        guard isMine else { return }
        for viewer in self.table.hlsViewers {
            guard let closing = viewer.checked(silenceMin: self.configuration.silenceMin, at: now) else { continue }
            self.finish(viewer, closing, at: now)
        }
    }
}
