/// Judges how long a transfer has waited; times are milliseconds of a monotonic clock.
///
/// libcurl's own low-speed limit averages over whole seconds and counts redirects' bodies; this one is told of bytes.
struct TransferWatchdog: Sendable {
    /// Bytes that count as progress: less than one packet within the stall time is as good as nothing.
    static let progressBytes = 188

    let firstByteMilliseconds: Int
    let stallMilliseconds: Int
    let totalMilliseconds: Int?

    private let startedAt: Int64
    private var connectedAt: Int64?
    private var windowStart: Int64?
    private var windowBytes = 0

    init(now: Int64, firstByteMilliseconds: Int, stallMilliseconds: Int, totalMilliseconds: Int?) {
        self.startedAt = now
        self.firstByteMilliseconds = firstByteMilliseconds
        self.stallMilliseconds = stallMilliseconds
        self.totalMilliseconds = totalMilliseconds
    }

    var isConnected: Bool { self.connectedAt != nil }

    /// A request is about to be sent; redirects do not start the clock again.
    mutating func connected(now: Int64) {
        self.connectedAt = self.connectedAt ?? now
    }

    /// Bytes of the body came.
    mutating func received(_ count: Int, now: Int64) {
        self.windowBytes &+= count
        if self.windowStart == nil || self.windowBytes >= Self.progressBytes {
            self.windowStart = now
            self.windowBytes = 0
        }
    }

    /// Reading was paused by us: silence is nobody's fault.
    mutating func paused(now: Int64) {
        if self.windowStart != nil { self.windowStart = now }
    }

    /// What has taken too long; `nil` when nothing has.
    func overdue(now: Int64) -> SourceFailure.Phase? {
        if let total = self.totalMilliseconds, now - self.startedAt >= Int64(total) { return .total }
        if let start = self.windowStart { return now - start >= Int64(self.stallMilliseconds) ? .stall : nil }
        if let connected = self.connectedAt, now - connected >= Int64(self.firstByteMilliseconds) { return .firstByte }
        return nil
    }
}
