package import Model

/// A stretch of a channel that can be caught up, without a hole.
package struct ArchiveSpan: Hashable, Sendable {
    /// The longest time between two segments that is no hole: clocks are not exact.
    static let holeMin: Int64 = 1_000_000

    package var start: WallTime
    package var end: WallTime

    package init(start: WallTime, end: WallTime) {
        self.start = start
        self.end = end
    }

    /// Whether what begins at `start` follows what ended at `end`, in either direction of a clock that was moved.
    static func follows(_ start: WallTime, _ end: WallTime) -> Bool {
        abs(start.microseconds &- end.microseconds) <= Self.holeMin
    }

    /// Adds a stretch at the end, to the last one where it follows that.
    static func add(_ span: ArchiveSpan, to spans: inout [ArchiveSpan]) {
        if let last = spans.last, Self.follows(span.start, last.end) {
            spans[spans.count - 1].end = span.end
        } else {
            spans.append(span)
        }
    }
}
