package import NIOCore
import Synchronization

/// Which new connections are let in: so many in all, so many per address, so many new ones a second.
package struct ConnectionGate: Sendable {
    private let totalMax: Int
    private let configuration: HTTPConfiguration
    private var perAddress: [PeerAddress: Int] = [:]
    private var accepts: RateTable
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
            guard open < self.configuration.connectionsPerAddressMax, self.accepts.count(address, at: now) else {
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

    private func isExempt(_ address: PeerAddress) -> Bool {
        self.configuration.exemptNetworks.contains { $0.contains(address) }
            || (self.configuration.exemptsLoopback && address.isLoopback)
    }
}

/// The gate as all event loops share it.
final class SharedGate: Sendable {
    private let gate: Mutex<ConnectionGate>

    init(_ gate: ConnectionGate) {
        self.gate = Mutex(gate)
    }

    var total: Int { self.gate.withLock { $0.total } }

    func admit(_ address: PeerAddress, at now: NIODeadline) -> Bool {
        self.gate.withLock { $0.admit(address, at: now) }
    }

    func release(_ address: PeerAddress) {
        self.gate.withLock { $0.release(address) }
    }
}
