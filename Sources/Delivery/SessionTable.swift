import Accounts
import HTTP
import Model
import NIOCore
import Synchronization

/// A viewer of the transport stream as other threads reach it.
protocol DroppableViewer: AnyObject, Sendable {
    /// Ends it on its own event loop; the future says when that is done.
    func drop(_ reason: Closing.Reason) -> EventLoopFuture<Void>
}

/// Every viewer of this process by connection and token, and the tokens that are refused without asking; any thread.
final class SessionTable: Sendable {
    /// What is known of a token.
    enum Knowledge {
        case session(HLSViewer)
        /// It was refused or revoked a moment ago.
        case refused
        case unknown
    }

    /// What waits for a decision about a token.
    typealias Waiter = @Sendable (Result<HLSViewer, Denial>) -> Void

    /// Tokens and connections that are remembered after their end; each is some 60 bytes.
    static let memoryCountMax = 16_384
    /// How long a refused token is refused without asking; a rightful one could be made again by an operator.
    static let refusalLifetime = TimeAmount.seconds(30)
    /// Requests with one token that wait for one decision; a player has a few under way at most.
    static let waiterCountMax = 64
    /// Tokens that wait for a decision; after a restart every session comes back at once.
    static let pendingCountMax = 65_536

    /// A viewer and every token that leads to it.
    private struct Seat {
        var viewer: HLSViewer
        var tokens: Set<SessionToken>
    }

    private struct State {
        var sessions: [SessionToken: HLSViewer] = [:]
        var hls: [ConnectionID: Seat] = [:]
        var ts: [ConnectionID: any DroppableViewer] = [:]
        var refused = BoundedTable<SessionToken, NIODeadline>(capacity: SessionTable.memoryCountMax)
        var dropped = BoundedTable<ConnectionID, Closing.Reason>(capacity: SessionTable.memoryCountMax)
        var pending: [SessionToken: [Waiter]] = [:]
    }

    private let state = Mutex(State())

    func lookUp(_ token: SessionToken, at now: NIODeadline) -> Knowledge {
        self.state.withLock { state in
            if let viewer = state.sessions[token] { return .session(viewer) }
            guard let until = state.refused.peek(token) else { return .unknown }
            return until > now ? .refused : .unknown
        }
    }

    /// Remembers a token that leads nowhere.
    func refuse(_ token: SessionToken, at now: NIODeadline) {
        self.state.withLock { $0.refused.insert(now + Self.refusalLifetime, for: token) }
    }

    /// Adds a HLS viewer unless its connection was dropped before it came here, and gives what stands at its connection now.
    ///
    /// - Throws: the reason it was dropped for.
    func insert(_ viewer: HLSViewer) throws(DroppedEarly) -> (current: HLSViewer, replaced: HLSViewer?) {
        let outcome = self.state.withLock { state -> Result<(HLSViewer, HLSViewer?), DroppedEarly> in
            if let reason = state.dropped.peek(viewer.grant.connection) {
                return .failure(DroppedEarly(reason: reason))
            }
            state.refused.remove(viewer.grant.token)
            if let known = state.hls[viewer.grant.connection]?.viewer, !known.hasEnded {
                state.sessions[viewer.grant.token] = known
                state.hls[viewer.grant.connection]?.tokens.insert(viewer.grant.token)
                return .success((known, nil))
            }
            let replaced = state.sessions.updateValue(viewer, forKey: viewer.grant.token)
            state.hls[viewer.grant.connection] = Seat(viewer: viewer, tokens: [viewer.grant.token])
            return .success((viewer, replaced))
        }
        let (current, replaced) = try outcome.get()
        return (current, replaced)
    }

    /// Adds a viewer of the transport stream unless its connection was dropped before it came here.
    func insert(_ viewer: any DroppableViewer, connection: ConnectionID) throws(DroppedEarly) {
        let reason = self.state.withLock { state -> Closing.Reason? in
            if let reason = state.dropped.peek(connection) { return reason }
            state.ts[connection] = viewer
            return nil
        }
        if let reason { throw DroppedEarly(reason: reason) }
    }

    /// Removes a viewer that has ended; with `refusing`, its tokens are remembered as leading nowhere.
    ///
    /// The connection is remembered: a decision about its token may be under way that still saw it live.
    func remove(_ viewer: HLSViewer, _ reason: Closing.Reason, refusing: Bool, at now: NIODeadline) {
        self.state.withLock { state in
            state.dropped.insert(reason, for: viewer.grant.connection)
            guard let seat = state.hls[viewer.grant.connection], seat.viewer === viewer else { return }
            state.hls[viewer.grant.connection] = nil
            // Another connection may have taken a token over.
            for token in seat.tokens where state.sessions[token] === viewer {
                state.sessions[token] = nil
                if refusing { state.refused.insert(now + Self.refusalLifetime, for: token) }
            }
        }
    }

    func remove(ts connection: ConnectionID) {
        self.state.withLock { _ = $0.ts.removeValue(forKey: connection) }
    }

    /// Gives the viewers of these connections and remembers all of them, since a grant may still be on its way here.
    func drop(_ connections: [ConnectionID], _ reason: Closing.Reason) -> ([HLSViewer], [any DroppableViewer]) {
        self.state.withLock { state in
            for connection in connections { state.dropped.insert(reason, for: connection) }
            return (connections.compactMap { state.hls[$0]?.viewer }, connections.compactMap { state.ts[$0] })
        }
    }

    var hlsViewers: [HLSViewer] { self.state.withLock { $0.hls.values.map(\.viewer) } }
    var tsViewers: [any DroppableViewer] { self.state.withLock { Array($0.ts.values) } }
    var counts: (hls: Int, ts: Int) { self.state.withLock { ($0.hls.count, $0.ts.count) } }

    /// Lets `waiter` wait for a decision about `token`; whether it is the first and has to ask, or `nil` when too many wait.
    func wait(for token: SessionToken, _ waiter: @escaping Waiter) -> Bool? {
        self.state.withLock { state in
            guard let waiting = state.pending[token] else {
                guard state.pending.count < Self.pendingCountMax else { return nil }
                state.pending[token] = [waiter]
                return true
            }
            guard waiting.count < Self.waiterCountMax else { return nil }
            state.pending[token, default: []].append(waiter)
            return false
        }
    }

    /// The decision is there; gives those who wait for it.
    func decided(_ token: SessionToken) -> [Waiter] {
        self.state.withLock { $0.pending.removeValue(forKey: token) ?? [] }
    }
}

/// A connection ended between its admission and its arrival here.
struct DroppedEarly: Error {
    var reason: Closing.Reason
}
