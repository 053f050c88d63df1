import Accounts
import Model
import NIOCore
import Synchronization

/// Decides in memory: one name and password, so many connections, tokens that live as long as this does.
final class TestAdmission: Admission {
    struct Call: Hashable {
        enum Kind { case open, reopen, check }
        var kind: Kind
        var address: NetworkAddress
        var userAgent: String
    }

    private struct State {
        var limit: Int
        var nextConnection: Int64 = 1
        var open: [ConnectionID: Grant] = [:]
        var tokens: [SessionToken: Grant] = [:]
        var calls: [Call] = []
        var closings: [Closing] = []
        var denial: Denial?
        var isHoldingBack = false
        var held: [@Sendable () -> Void] = []
    }

    /// Every closing as it comes.
    let closings: AsyncStream<Closing>
    /// Says each time that an answer is held back.
    let held: AsyncStream<Void>
    private let closingsContinuation: AsyncStream<Closing>.Continuation
    private let heldContinuation: AsyncStream<Void>.Continuation
    private let loop: any EventLoop
    private let state: Mutex<State>

    /// Answers on `loop`, which stands for the ledger's thread.
    init(limit: Int = 100, on loop: any EventLoop) {
        self.loop = loop
        self.state = Mutex(State(limit: limit))
        (self.closings, self.closingsContinuation) = AsyncStream.makeStream()
        (self.held, self.heldContinuation) = AsyncStream.makeStream()
    }

    var calls: [Call] { self.state.withLock { $0.calls } }
    var allClosings: [Closing] { self.state.withLock { $0.closings } }
    var openConnections: [ConnectionID] { self.state.withLock { $0.open.keys.sorted() } }

    /// Denies everything from now on.
    func deny(_ denial: Denial?) { self.state.withLock { $0.denial = denial } }
    /// Keeps answers until ``release()``.
    func holdBack() { self.state.withLock { $0.isHoldingBack = true } }

    func release() {
        let held = self.state.withLock { state in
            state.isHoldingBack = false
            defer { state.held = [] }
            return state.held
        }
        for answer in held { self.loop.execute(answer) }
    }

    /// Makes a token known as one that was given before a restart.
    func remember(_ token: SessionToken, channel: ChannelID) {
        self.state.withLock { state in
            state.tokens[token] = Grant(
                connection: ConnectionID(0),
                credential: CredentialID(1),
                channel: channel,
                token: token
            )
        }
    }

    func open(_ request: OpenRequest, reply: @escaping @Sendable (Result<Grant, Denial>) -> Void) {
        self.decide(.open, request.device, reply) { (state) throws(Denial) in
            guard request.username.clear == "user", request.password.clear == "pass" else {
                throw .unknownCredential
            }
            guard state.open.count < state.limit else { throw .limitReached(limit: state.limit) }
            return Self.grant(request.token, request.channel, &state)
        }
    }

    func reopen(_ request: ReopenRequest, reply: @escaping @Sendable (Result<Grant, Denial>) -> Void) {
        self.decide(.reopen, request.device, reply) { (state) throws(Denial) in
            guard let known = state.tokens[request.token] else { throw .unknownToken }
            if state.open[known.connection] != nil {
                // The session is live: whether it may be used from this address is the question.
                guard request.device.address != NetworkAddress(v4: (6, 6, 6, 6)) else { throw .unknownToken }
                return known
            }
            return Self.grant(request.token, known.channel, &state)
        }
    }

    func check(_ request: OpenRequest, reply: @escaping @Sendable (Result<Void, Denial>) -> Void) {
        self.decide(.check, request.device, reply) { (_) throws(Denial) in
            guard request.username.clear == "user", request.password.clear == "pass" else {
                throw .unknownCredential
            }
        }
    }

    func close(_ closing: Closing) {
        self.state.withLock { state in
            state.open[closing.connection] = nil
            state.closings.append(closing)
        }
        self.closingsContinuation.yield(closing)
    }

    private static func grant(_ token: SessionToken, _ channel: ChannelID, _ state: inout State) -> Grant {
        let grant = Grant(
            connection: ConnectionID(state.nextConnection),
            credential: CredentialID(1),
            channel: channel,
            token: token
        )
        state.nextConnection += 1
        state.open[grant.connection] = grant
        state.tokens[token] = grant
        return grant
    }

    private func decide<Success: Sendable>(
        _ kind: Call.Kind,
        _ device: Device,
        _ reply: @escaping @Sendable (Result<Success, Denial>) -> Void,
        _ decision: (inout State) throws(Denial) -> Success
    ) {
        let isHeld = self.state.withLock { state in
            state.calls.append(Call(kind: kind, address: device.address, userAgent: device.userAgent))
            let result: Result<Success, Denial>
            do throws(Denial) {
                if let denial = state.denial { throw denial }
                result = .success(try decision(&state))
            } catch {
                result = .failure(error)
            }
            if state.isHoldingBack {
                state.held.append { reply(result) }
            } else {
                self.loop.execute { reply(result) }
            }
            return state.isHoldingBack
        }
        if isHeld { self.heldContinuation.yield() }
    }
}
