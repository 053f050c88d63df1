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
    /// How often it was skipped ahead.
    package private(set) var stalls: Int64 = 0

    package init(stallDeadline: TimeAmount = Self.stallDeadlineDefault, at now: NIODeadline) {
        self.stallDeadline = stallDeadline
        self.progressAt = now
    }

    /// The next chunk is there; `isWritable` says that fewer bytes wait than the limit, and after that less than half of it.
    package mutating func offered(startsAtRandomAccessPoint: Bool, isWritable: Bool) -> Action {
        if self.isSkipping {
            guard isWritable, startsAtRandomAccessPoint else { return .skip }
            self.isSkipping = false
            return .write
        }
        guard !isWritable else { return .write }
        self.isSkipping = true
        self.stalls += 1
        return .skip
    }

    /// Looks at the progress: `taken` bytes reached the kernel in all, `queued` wait; whether the viewer is to be closed.
    package mutating func swept(taken: Int64, queued: Int, at now: NIODeadline) -> Bool {
        if queued == 0 || taken > self.takenBytes { self.progressAt = now }
        self.takenBytes = max(taken, self.takenBytes)
        return now - self.progressAt >= self.stallDeadline
    }
}
