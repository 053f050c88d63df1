package import Model

/// Lets units of a source that comes in bursts (HLS: a segment at a time) go at the pace they play.
///
/// ```text
///  released │ playhead ─► cushion: at most 10 s │ arriving
/// ──────────┼───────────────────────────────────┼─────────
/// ```
///
/// A steady source passes straight through until it is seen to burst. What would be more than ``cushionMax`` ahead of
/// the playhead goes at once, and a cushion that is never used up shrinks, so that on the average nothing is slower
/// than it arrives. Pure; `now` is a monotonic clock in ticks of 1/90 000 s.
package struct Pacer<Element: Sendable>: Sendable {
    /// Media held back at most: the longest segments in common use.
    package static var cushionMax: MediaTime { MediaTime(seconds: 10) }
    /// Elements held back at most: 10 s of 60 pictures and 20 tracks of sound a second are a quarter of it.
    package static var elementsMax: Int { 32_768 }
    /// A pause between arrivals that a steady source does not make.
    static var pauseMin: Int64 { MediaTime(seconds: 1).ticks }
    /// How often the cushion is looked at, to see whether it is used.
    static var reviewEvery: Int64 { MediaTime(seconds: 20).ticks }
    /// A cushion that never falls below this is larger than it need be.
    static var reserve: Int64 { MediaTime(seconds: 1).ticks }
    /// By how much an unused cushion is played faster, in thousandths: not seen by players, gone within minutes.
    static var hurry: Int64 { 50 }

    private struct Entry: Sendable {
        var element: Element
        var time: Int64
    }

    private var isBursty: Bool
    private var queue: [Entry] = []
    private var head = 0
    /// The media time that is due.
    private var playhead: Int64?
    /// The latest media time that arrived.
    private var newest: Int64?
    private var askedAt: Int64?
    private var arrivedAt: Int64?
    /// After a pause: its length, and what had arrived before it.
    private var pause: (length: Int64, newest: Int64, endedAt: Int64)?
    private var reviewAt: Int64?
    private var lowest = Int64.max
    private var hurries = false

    /// - Parameter isBursty: whether the source is known to come in bursts.
    package init(isBursty: Bool = false) {
        self.isBursty = isBursty
    }

    /// Elements held back.
    package var count: Int { self.queue.count - self.head }

    /// Another source follows; what is held back still goes at its pace.
    package mutating func sourceChanged(isBursty: Bool) {
        self.isBursty = isBursty || self.count > 0
        self.arrivedAt = nil
        self.pause = nil
    }

    /// Takes the next element, due at `time` (its decoding time); without one it goes with the one before.
    package mutating func arrived(_ element: Element, due time: MediaTime?, now: MediaTime) {
        self.watchArrivals(at: time?.ticks, now: now.ticks)
        // Before anything with a time, one without goes at once; it says nothing about where the media begin.
        self.queue.append(Entry(element: element, time: time?.ticks ?? self.newest ?? .min))
        if let time { self.newest = max(self.newest ?? time.ticks, time.ticks) }
    }

    /// The elements whose time has come, in the order they arrived.
    package mutating func due(now: MediaTime) -> [Element] {
        let elapsed = self.askedAt.map { max(0, now.ticks - $0) } ?? 0
        self.askedAt = now.ticks
        guard self.isBursty else { return self.take(self.count) }
        guard let newest = self.newest else { return self.take(self.count) }
        guard self.count > 0 else { return [] }
        let start = self.playhead ?? self.queue[self.head...].first { $0.time != .min }?.time ?? newest
        var playhead = start + elapsed + (self.hurries ? elapsed * Self.hurry / 1_000 : 0)
        playhead = max(playhead, newest - Self.cushionMax.ticks)
        var ready = 0
        while self.head + ready < self.queue.count,
            self.queue[self.head + ready].time <= playhead || self.count - ready > Self.elementsMax
        {
            ready += 1
        }
        let elements = self.take(ready)
        // An empty cushion is filled anew from where the media stopped.
        self.playhead = self.count == 0 ? newest : playhead
        self.review(newest - playhead, now: now.ticks)
        return elements
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

    /// Learns that the source bursts: a pause, and within a second most of the media that it kept back.
    private mutating func watchArrivals(at time: Int64?, now: Int64) {
        defer { self.arrivedAt = now }
        guard !self.isBursty, let time else { return }
        if let arrivedAt = self.arrivedAt, let newest = self.newest, now - arrivedAt >= Self.pauseMin {
            self.pause = (now - arrivedAt, newest, now)
        }
        guard let pause = self.pause else { return }
        guard now - pause.endedAt <= Self.pauseMin else {
            self.pause = nil
            return
        }
        if time - pause.newest >= pause.length * 7 / 10 {
            self.isBursty = true
            self.playhead = pause.newest
            self.pause = nil
        }
    }

    private mutating func review(_ cushion: Int64, now: Int64) {
        self.lowest = min(self.lowest, cushion)
        let at = self.reviewAt ?? now + Self.reviewEvery
        self.reviewAt = at
        guard now >= at else { return }
        self.hurries = self.lowest > Self.reserve
        self.lowest = .max
        self.reviewAt = now + Self.reviewEvery
    }
}
