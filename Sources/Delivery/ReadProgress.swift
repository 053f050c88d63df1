package import NIOCore

/// Whether somebody still reads at the other end of a stream.
///
/// Pure. Bytes that were written and acknowledged say little: the viewer's kernel takes megabytes for a player that has
/// hung, and ours some more for a machine that is gone. The end of the viewer's receive window says it: it moves only
/// when the player reads (`HTTPConnection.windowEnd`).
package struct ReadProgress: Sendable {
    /// A viewer whose window stood still for so long is gone.
    ///
    /// Its kernel goes on opening the window for about 5 s after the player hung, and a sweep comes each second: found
    /// within 20 s.
    package static let deadlineDefault = TimeAmount.seconds(12)

    private let deadline: TimeAmount
    private var windowEnd: Int64 = 0
    /// What had been written when the window moved last.
    private var writtenBefore: Int64 = 0
    private var movedAt: NIODeadline

    package init(deadline: TimeAmount = Self.deadlineDefault, at now: NIODeadline) {
        self.deadline = deadline
        self.movedAt = now
    }

    /// Looks at the window once a second; whether the viewer is to be closed.
    ///
    /// `written` is what was written in all: a window need not move for a viewer that was sent nothing.
    package mutating func swept(written: Int64, windowEnd: Int64?, at now: NIODeadline) -> Bool {
        guard let windowEnd, windowEnd <= self.windowEnd, written > self.writtenBefore else {
            self.windowEnd = max(windowEnd ?? 0, self.windowEnd)
            self.writtenBefore = written
            self.movedAt = now
            return false
        }
        return now - self.movedAt >= self.deadline
    }
}
