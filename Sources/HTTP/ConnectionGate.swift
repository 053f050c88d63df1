package import NIOCore
import Synchronization

/// Which new connections are let in: so many in all, so many per address, so many new ones a second.
package struct ConnectionGate: Sendable {
    private let totalMax: Int
    private let configuration: HTTPConfiguration
    private var perAddress: [PeerAddress: Int] = [:]
    private var accepts: RateTable<PeerAddress>
    /// Connections open now.
    package private(set) var total = 0

    package init(configuration: HTTPConfiguration, totalMax: Int) {
        self.configuration = configuration
        self.totalMax = totalMax
        self.accepts = RateTable(
            burst: configuration.acceptBurst,
            per: .seconds(1),
            refill: configuration.acceptsPerSecond
        )
    }

    /// Counts a connection in; false when it has to be closed.
    package mutating func admit(_ address: PeerAddress, at now: NIODeadline) -> Bool {
        guard self.total < self.totalMax else { return false }
        if !self.isExempt(address) {
            let open = self.perAddress[address.limitKey] ?? 0
            guard open < self.configuration.connectionsPerAddressMax, self.accepts.count(address.limitKey, at: now)
            else {
                return false
            }
            self.perAddress[address.limitKey] = open + 1
        }
        self.total += 1
        return true
    }

    /// Counts an admitted connection out.
    package mutating func release(_ address: PeerAddress) {
        self.total -= 1
        guard !self.isExempt(address), let open = self.perAddress[address.limitKey] else { return }
        self.perAddress[address.limitKey] = open > 1 ? open - 1 : nil
    }

    /// Whether the table of addresses has hardly room for more.
    package var isCrowded: Bool { self.accepts.isCrowded }

    private func isExempt(_ address: PeerAddress) -> Bool {
        self.configuration.isExempt(address)
    }
}

/// The gate as all event loops share it.
final class SharedGate: Sendable {
    private let gate: Mutex<ConnectionGate>
    private let isBanned: @Sendable (PeerAddress, NIODeadline) -> Bool
    /// Connections closed because of a limit or a ban.
    let refused = Atomic<Int64>(0)

    init(_ gate: ConnectionGate, isBanned: @escaping @Sendable (PeerAddress, NIODeadline) -> Bool) {
        self.gate = Mutex(gate)
        self.isBanned = isBanned
    }

    var total: Int { self.gate.withLock { $0.total } }
    var isCrowded: Bool { self.gate.withLock { $0.isCrowded } }

    func admit(_ address: PeerAddress, at now: NIODeadline) -> Bool {
        let isAdmitted = !self.isBanned(address, now) && self.gate.withLock { $0.admit(address, at: now) }
        if !isAdmitted { self.refused.add(1, ordering: .relaxed) }
        return isAdmitted
    }

    func release(_ address: PeerAddress) {
        self.gate.withLock { $0.release(address) }
    }
}
