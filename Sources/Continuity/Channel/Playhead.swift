import Model

/// Lets units go at the pace they play, some time after they came.
///
/// ```text
///  sent │ playhead ─► cushion │ arriving
/// ──────┼─────────────────────┼─────────
/// ```
///
/// Pure; `now` is a monotonic clock in ticks of 1/90 000 s.
struct Playhead<Element: Sendable>: Sendable {
    /// Elements kept at most: 10 s of 60 pictures and 20 tracks of sound a second are a quarter of it.
    static var elementsMax: Int { 32_768 }
    /// How often it is looked at whether the cushion is larger than it need be.
    static var reviewEvery: Int64 { MediaTime(seconds: 20).ticks }
    /// How much more than wanted may be left at the lowest.
    static var reserve: Int64 { MediaTime(milliseconds: 500).ticks }
    /// By how much an unused cushion is played faster, in thousandths: players don't notice, and it is gone in minutes.
    static var hurry: Int64 { 50 }

    private struct Entry: Sendable {
        var element: Element
        var time: Int64
    }

    private var queue: [Entry] = []
    private var head = 0
    /// The media time that was due when last asked.
    private(set) var position: Int64?
    private var askedAt: Int64 = 0
    private var newest: Int64?
    private var firstAt: Int64?
    private var reviewAt: Int64?
    private var lowest = Int64.max
    private var hurries = false

    /// Elements kept.
    var count: Int { self.queue.count - self.head }

    /// Media from the playhead to the newest element, in ticks; what is kept where nothing was sent yet.
    var cushion: Int64 {
        guard let newest = self.newest else { return 0 }
        return newest - (self.position ?? self.oldest ?? newest)
    }

    private var oldest: Int64? { self.queue[self.head...].first { $0.time != .min }?.time }

    /// Takes the next element, due at `time`; without one it goes with the one before.
    mutating func append(_ element: Element, due time: Int64?, now: Int64) {
        self.queue.append(Entry(element: element, time: time ?? self.newest ?? .min))
        guard let time else { return }
        self.firstAt = self.firstAt ?? now
        self.newest = max(self.newest ?? time, time)
    }

    /// Where the playhead is at `now`; `nil` until it runs.
    func position(at now: Int64) -> Int64? {
        guard let position = self.position else { return nil }
        let elapsed = max(0, now - self.askedAt)
        return position + elapsed + (self.hurries ? elapsed * Self.hurry / 1_000 : 0)
    }

    /// The elements whose time has come, in order.
    mutating func due(now: Int64, configuration: ContinuityConfiguration, isBursty: Bool) -> [Element] {
        guard let newest = self.newest else { return self.take(self.count) }
        if self.position == nil {
            guard let start = self.start(now: now, configuration: configuration, isBursty: isBursty) else { return [] }
            self.position = start
            self.askedAt = now
        }
        var position = self.position(at: now) ?? newest
        position = max(position, newest - configuration.cushionMax.ticks)
        self.position = position
        self.askedAt = now
        var ready = 0
        while self.head + ready < self.queue.count,
            self.queue[self.head + ready].time <= position || self.count - ready > Self.elementsMax
        {
            ready += 1
        }
        self.review(newest - position, keeps: configuration.cushion.ticks, now: now)
        return self.take(ready)
    }

    /// Everything, at once; the next element starts the playhead anew.
    mutating func removeAll() -> [Element] {
        let elements = self.take(self.count)
        self = Playhead()
        return elements
    }

    /// Where to start: a cushion behind what there is, or at the beginning where media come a segment at a time.
    private func start(now: Int64, configuration: ContinuityConfiguration, isBursty: Bool) -> Int64? {
        guard let newest = self.newest, let oldest = self.oldest, let firstAt = self.firstAt else { return nil }
        if isBursty { return oldest }
        if newest - oldest >= configuration.cushion.ticks { return max(oldest, newest - configuration.cushion.ticks) }
        return now - firstAt >= configuration.startWaitMax.ticks ? oldest : nil
    }

    private mutating func take(_ count: Int) -> [Element] {
        guard count > 0 else { return [] }
        let elements = self.queue[self.head..<(self.head + count)].map(\.element)
        self.head += count
        if self.head == self.queue.count {
            self.queue.removeAll(keepingCapacity: true)
            self.head = 0
        } else if self.head > self.queue.count / 2 {
            self.queue.removeFirst(self.head)
            self.head = 0
        }
        return elements
    }

    private mutating func review(_ cushion: Int64, keeps: Int64, now: Int64) {
        self.lowest = min(self.lowest, cushion)
        let at = self.reviewAt ?? now + Self.reviewEvery
        self.reviewAt = at
        guard now >= at else { return }
        self.hurries = self.lowest > keeps + Self.reserve
        self.lowest = .max
        self.reviewAt = now + Self.reviewEvery
    }
}
