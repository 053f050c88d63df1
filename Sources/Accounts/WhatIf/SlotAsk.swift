package import Model

/// A start as the history has it: who asked, for how long it would have been watched, and what became of it.
///
/// What a viewer who was turned away or pushed out would have watched is not recorded: ``StayLengths`` guesses it.
package struct SlotAsk: Hashable, Sendable {
    /// What became of it.
    package enum Was: Hashable, Sendable {
        /// Admitted, and left by itself.
        case watched
        /// Admitted, until the same device went on with another connection.
        case takenOver
        /// Admitted, and ended by a rule or an operator.
        case evicted(at: WallTime)
        case refused
    }

    package var at: WallTime
    /// When it would have ended by itself.
    package var until: WallTime
    /// The device.
    package var client: ClientID
    /// Whether it tells an id of its own.
    package var hasDeviceID: Bool
    /// Key of its network: equal for equal networks.
    package var network: String
    package var channel: ChannelID
    package var output: Output
    package var was: Was

    package init(
        at: WallTime,
        until: WallTime,
        client: ClientID,
        hasDeviceID: Bool = false,
        network: String,
        channel: ChannelID,
        output: Output,
        was: Was
    ) {
        self.at = at
        self.until = until
        self.client = client
        self.hasDeviceID = hasDeviceID
        self.network = network
        self.channel = channel
        self.output = output
        self.was = was
    }
}

/// How long viewers stay, by those who left by themselves.
package struct StayLengths: Hashable, Sendable {
    /// Microseconds below which somebody only looked in.
    static let lengthMin: Int64 = 10 * WallTime.microsecondsPerSecond

    /// Ascending, in microseconds.
    private let lengths: [Int64]

    /// Takes the lengths of connections that ended by themselves, in microseconds, in any order.
    package init(_ lengths: some Sequence<Int64>) {
        self.lengths = lengths.filter { $0 >= Self.lengthMin }.sorted()
    }

    /// Microseconds that a viewer still stays, most likely, who has stayed so long: half of those who stayed longer than that
    /// stayed no longer than what is answered.
    ///
    /// 0 when nobody stayed longer.
    package func further(after stayed: Int64) -> Int64 {
        var (low, high) = (0, self.lengths.count)
        while low < high {
            let middle = (low + high) / 2
            if self.lengths[middle] > stayed { high = middle } else { low = middle + 1 }
        }
        guard low < self.lengths.count else { return 0 }
        return self.lengths[(low + self.lengths.count - 1) / 2] - stayed
    }
}
