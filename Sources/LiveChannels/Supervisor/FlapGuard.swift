import NIOCore

/// Notices that a channel's sources come and go, and makes it slower to change.
struct FlapGuard: Sendable {
    private let configuration: FailoverConfiguration
    private var suspicions: [NIODeadline] = []
    private var switches: [NIODeadline] = []
    /// Whether sources that were left lately have to prove themselves.
    private(set) var isUp = false
    /// How long a better source has to run well before it is gone back to.
    private(set) var returnAfter: TimeAmount

    init(_ configuration: FailoverConfiguration) {
        self.configuration = configuration
        self.returnAfter = configuration.returnAfter
    }

    /// The channel's source is suspected; answers whether that was once too often.
    mutating func suspected(now: NIODeadline) -> Bool {
        self.suspicions = self.suspicions.filter { now - $0 < self.configuration.suspicionsWithin } + [now]
        guard self.suspicions.count >= self.configuration.suspicionsMax else { return false }
        self.rise()
        return true
    }

    /// The channel went over to another source because it had to, or back.
    mutating func switched(now: NIODeadline) {
        self.switches = self.switches.filter { now - $0 < self.configuration.switchesWithin } + [now]
        if self.switches.count > self.configuration.switchesMax { self.rise() }
    }

    /// The channel's source has run without a stall for `length`.
    mutating func ranWell(for length: TimeAmount) {
        if length >= self.configuration.stableAfter { self.isUp = false }
        if length >= self.configuration.returnAfterMax { self.returnAfter = self.configuration.returnAfter }
    }

    private mutating func rise() {
        self.isUp = true
        self.suspicions = []
        self.switches = []
        let doubled = self.returnAfter.nanoseconds.multipliedReportingOverflow(by: 2).partialValue
        self.returnAfter = min(.nanoseconds(doubled), self.configuration.returnAfterMax)
    }
}
