package import NIOCore

/// How long a connection has been at what it does, and when that is too long: pure, with `now` as an argument.
package struct ConnectionClock: Sendable {
    /// What the connection waits for.
    package enum Phase: Hashable, Sendable {
        /// The end of the TLS handshake.
        case handshake(since: NIODeadline)
        /// The rest of a request head; the accept, or the end of the handshake, counts as the first byte.
        case head(since: NIODeadline)
        /// The next request.
        case idle(since: NIODeadline)
        /// Our own answer.
        case answer
        /// The peer's end of the connection, after ours.
        case linger(since: NIODeadline)
    }

    /// What is to be done with the connection.
    package enum Verdict: Hashable, Sendable {
        case keep
        /// Says 408 first.
        case timeOutHead
        case close
    }

    package private(set) var phase: Phase
    private let configuration: HTTPConfiguration
    private var taken: Int64 = 0
    private var progressAt: NIODeadline

    package init(configuration: HTTPConfiguration, isSecure: Bool = false, acceptedAt now: NIODeadline) {
        self.configuration = configuration
        self.phase = isSecure ? .handshake(since: now) : .head(since: now)
        self.progressAt = now
    }

    /// The TLS handshake is done.
    package mutating func handshaken(at now: NIODeadline) {
        guard case .handshake = self.phase else { return }
        self.phase = .head(since: now)
    }

    /// Bytes of a head that is not complete stand in the buffer.
    package mutating func headPending(at now: NIODeadline) {
        if case .head = self.phase { return }
        self.phase = .head(since: now)
    }

    /// All requests are answered and no byte of another is there.
    package mutating func answered(at now: NIODeadline) {
        self.phase = .idle(since: now)
    }

    /// A request is being answered.
    package mutating func requested() {
        self.phase = .answer
    }

    /// The last answer is written and our end closed.
    package mutating func lingering(at now: NIODeadline) {
        self.phase = .linger(since: now)
    }

    /// Looks at the deadlines: of `written` bytes in all, `queued` have not been taken by the peer.
    package mutating func swept(written: Int64, queued: Int, at now: NIODeadline) -> Verdict {
        let taken = written - Int64(queued)
        if queued == 0 || taken > self.taken { self.progressAt = now }
        self.taken = taken
        if now - self.progressAt >= self.configuration.writeDeadline { return .close }
        switch self.phase {
        case .handshake(let since): return now - since >= self.configuration.handshakeDeadline ? .close : .keep
        case .head(let since): return now - since >= self.configuration.headDeadline ? .timeOutHead : .keep
        case .idle(let since): return now - since >= self.configuration.idleDeadline ? .close : .keep
        case .linger(let since): return now - since >= self.configuration.lingerDeadline ? .close : .keep
        case .answer: return .keep
        }
    }
}
