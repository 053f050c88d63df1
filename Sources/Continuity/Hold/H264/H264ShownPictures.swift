import Model

/// The places in time of a track's last pictures, and which of them are empty.
struct H264ShownPictures: Sendable {
    /// One place in front of the latest picture that no picture came for.
    struct Place: Hashable, Sendable {
        /// In ticks.
        var time: Int64
        /// In the codec's own count of the order in which pictures are shown.
        var order: Int
        /// The pictures that came before and behind it, in the same count.
        var between: ClosedRange<Int>
    }

    private struct Shown: Sendable {
        var time: Int64
        var order: Int
        /// Counts are compared within one run only: an IDR picture begins the next.
        var run: Int
    }

    /// Pictures kept: more than the 16 that may be reordered.
    static let kept = 32
    /// Empty places in a row that are filled at most: what may be reordered.
    static let emptyMax = 16

    private var pictures: [Shown] = []
    private var run = 0
    /// When the latest picture is shown, in ticks.
    private(set) var latest: Int64?

    /// Takes one more picture.
    mutating func add(time: Int64, order: Int) {
        if self.pictures.count >= Self.kept { self.pictures.removeFirst() }
        self.pictures.append(Shown(time: time, order: order, run: self.run))
        self.latest = max(self.latest ?? time, time)
    }

    /// Counts of order begin anew with the next picture.
    mutating func beginRun() { self.run += 1 }

    /// What the count of order grows by from one picture to the one shown after it: what it did most often; 2 to begin with.
    ///
    /// `ticks`: how long a picture is shown.
    func step(_ ticks: Int64) -> Int {
        var seen: [Int: Int] = [:]
        for (first, second) in self.neighbours where (second.time &- first.time) &* 2 <= ticks &* 3 {
            let step = second.order &- first.order
            if (1...16).contains(step) { seen[step, default: 0] += 1 }
        }
        return seen.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? 2
    }

    /// The empty places after `time`, in order: between two pictures that are further apart than they should be.
    ///
    /// What was not decoded up to `time` can't have been shown before.
    func empty(after time: Int64, _ ticks: Int64) -> [Place] {
        guard ticks > 0 else { return [] }
        return self.neighbours.flatMap { first, second -> [Place] in
            let gap = second.time &- first.time
            let count = (gap &+ ticks / 2) / ticks &- 1
            // Pictures that are shown for one and a half are no gap.
            guard gap &* 4 >= ticks &* 7, (1...Int64(Self.emptyMax)).contains(count) else { return [] }
            let orders = second.order &- first.order
            guard orders > Int(count) else { return [] }
            return (1...count).map { index in
                Place(
                    time: first.time &+ gap &* index / (count + 1),
                    order: first.order &+ orders &* Int(index) / Int(count + 1),
                    between: first.order...second.order
                )
            }
        }.filter { $0.time > time }
    }

    /// Pairs shown one after the other, of one run.
    private var neighbours: [(Shown, Shown)] {
        let sorted = self.pictures.sorted { $0.time < $1.time }
        return zip(sorted, sorted.dropFirst()).filter { $0.run == $1.run && $1.time > $0.time }
    }
}
