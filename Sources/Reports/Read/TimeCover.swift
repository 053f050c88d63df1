/// Spans of time of one thing, ascending and apart, that answers how much of any other span they cover.
struct TimeCover: Sendable {
    private var starts: [Int64] = []
    private var ends: [Int64] = []
    /// Milliseconds covered before each span.
    private var before: [Int64] = []

    /// Takes spans in any order, cut to `bounds`; those that touch become one.
    init(_ spans: some Sequence<Range<Int64>>, in bounds: Range<Int64>) {
        let sorted = spans.map { $0.clamped(to: bounds) }.filter { !$0.isEmpty }.sorted {
            $0.lowerBound < $1.lowerBound
        }
        for span in sorted {
            if let last = self.ends.last, span.lowerBound <= last {
                self.ends[self.ends.count - 1] = max(last, span.upperBound)
            } else {
                self.starts.append(span.lowerBound)
                self.ends.append(span.upperBound)
            }
        }
        var sum: Int64 = 0
        for index in self.starts.indices {
            self.before.append(sum)
            sum += self.ends[index] - self.starts[index]
        }
    }

    var isEmpty: Bool { self.starts.isEmpty }

    /// Milliseconds of all spans.
    var total: Int64 { (self.before.last ?? 0) + (self.ends.last ?? 0) - (self.starts.last ?? 0) }

    /// Milliseconds of `from..<to` that are covered; O(log n).
    func covered(from: Int64, to: Int64) -> Int64 {
        to > from ? self.covered(until: to) - self.covered(until: from) : 0
    }

    /// The spans as they are.
    var spans: [Range<Int64>] { self.starts.indices.map { self.starts[$0]..<self.ends[$0] } }

    private func covered(until moment: Int64) -> Int64 {
        let index = self.firstStart(after: moment) - 1
        guard index >= 0 else { return 0 }
        return self.before[index] + min(moment, self.ends[index]) - self.starts[index]
    }

    private func firstStart(after moment: Int64) -> Int {
        self.starts.withUnsafeBufferPointer { starts in
            var (low, high) = (0, starts.count)
            while low < high {
                let middle = (low + high) / 2
                if starts[middle] <= moment { low = middle + 1 } else { high = middle }
            }
            return low
        }
    }
}
