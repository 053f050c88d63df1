package import NIOCore

/// What to do with the next chunk for a viewer that may take it slower than it comes.
///
/// Pure: it holds no socket and no clock. A viewer that is behind by its limit is given nothing until what waits has
/// gone down and a chunk begins at a random access point: it loses seconds of picture, but neither the decoder's
/// footing nor the live edge, and costs no more memory than the limit.
package struct SlowViewer: Sendable {
    /// What to do with a chunk.
    package enum Action: Hashable, Sendable {
        case write
        case skip
    }

    /// A viewer that takes nothing for this long is gone or stuck: players give up earlier.
    package static let stallDeadlineDefault = TimeAmount.seconds(10)

    private let stallDeadline: TimeAmount
    private var isSkipping = false
    private var takenBytes: Int64 = 0
    private var progressAt: NIODeadline
    /// Since when it has been getting nothing; `nil` while it does.
    private var stalledSince: NIODeadline?
    private var stalledBefore = TimeAmount.zero
    /// How often it took nothing though something waited, or was skipped ahead; both at once are one.
    package private(set) var stalls: Int64 = 0

    package init(stallDeadline: TimeAmount = Self.stallDeadlineDefault, at now: NIODeadline) {
        self.stallDeadline = stallDeadline
        self.progressAt = now
    }

    /// How long it got nothing, all in all; known to the second, since progress is looked at once a second.
    package func stalled(at now: NIODeadline) -> TimeAmount {
        self.stalledBefore + (self.stalledSince.map { max(.zero, now - $0) } ?? .zero)
    }

    /// The next chunk is there; `isWritable` says that fewer bytes wait than the limit, and after that less than half of it.
    package mutating func offered(
        startsAtRandomAccessPoint: Bool,
        isWritable: Bool,
        at now: @autoclosure () -> NIODeadline
    ) -> Action {
        if self.isSkipping {
            guard isWritable, startsAtRandomAccessPoint else { return .skip }
            self.isSkipping = false
            self.goesOn(at: now())
            return .write
        }
        guard !isWritable else { return .write }
        self.isSkipping = true
        self.stops(since: now())
        return .skip
    }

    /// Looks at the progress: `taken` bytes reached the kernel in all, `queued` wait; whether the viewer is to be closed.
    package mutating func swept(taken: Int64, queued: Int, at now: NIODeadline) -> Bool {
        if queued == 0 || taken > self.takenBytes {
            self.progressAt = now
            if !self.isSkipping { self.goesOn(at: now) }
        } else if now > self.progressAt {
            self.stops(since: self.progressAt)
        }
        self.takenBytes = max(taken, self.takenBytes)
        return now - self.progressAt >= self.stallDeadline
    }

    private mutating func stops(since moment: NIODeadline) {
        guard self.stalledSince == nil else { return }
        self.stalledSince = moment
        self.stalls += 1
    }

    private mutating func goesOn(at now: NIODeadline) {
        self.stalledBefore = self.stalled(at: now)
        self.stalledSince = nil
    }
}
