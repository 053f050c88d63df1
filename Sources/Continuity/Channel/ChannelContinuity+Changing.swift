import MPEGTS
import Model

/// Going over from one source to another, which may send the same programme: a little ahead, or a little behind.
///
/// Its pictures say where it stands. What was sent is not shown again: who is ahead is entered when the output has come
/// to its place to begin, and for who is behind the output waits, at a place to begin of both, on what is kept.
extension ChannelContinuity {
    /// How old the place to begin of a source may be that is gone over to without need: pictures after it are few.
    static let freshSpan = MediaTime(milliseconds: 250).ticks

    /// Whether a run is of another source than the output came from last.
    func isGuest(_ feed: Feed) -> Bool {
        guard !feed.isSlate, let last = self.lastSource else { return false }
        return feed.source != last
    }

    /// Whether the source on the output is well, so that nothing is lost by waiting for another one.
    var isHostWell: Bool {
        guard let fed = self.fed, let host = self.feeds[fed], case .joined = host.state, !host.isSlate else {
            return false
        }
        return self.suspectSince == nil && self.tail.hold == nil
    }

    /// Whether a run that is to go out has been waited for as long as makes sense.
    func hasWaited(_ feed: Feed, now: Int64) -> Bool {
        let since = max(feed.wantedAt ?? .min, feed.backAt ?? now)
        let limit =
            self.isGuest(feed) && self.isHostWell ? self.configuration.pointWaitMax : self.configuration.liveEdgeWait
        return now - since >= limit.ticks
    }

    /// The run is to go out: looks whether its pictures are known.
    mutating func invite(_ run: Int, now: Int64) {
        guard var feed = self.feeds[run] else { return }
        feed.wantedAt = now
        if feed.anchor == nil, !feed.loops, !feed.wasJoined { feed.anchor = self.memory.anchor(ofAny: feed.recent) }
        if self.isGuest(feed), let behind = self.distanceBehind(feed), behind > self.configuration.behindMax.ticks {
            feed.anchor = nil
            feed.loops = true
        }
        self.feeds[run] = feed
    }

    /// By how much a run is behind the newest picture sent, in ticks; negative when it is ahead, `nil` when that isn't known.
    private func distanceBehind(_ feed: Feed) -> Int64? {
        guard let anchor = feed.anchor, let last = feed.last, let newest = self.memory.newest else { return nil }
        return newest - anchor.time(of: last.raw)
    }

    /// Ends the run on the output in front of its next place to begin, when the one that is to follow is there as well, or
    /// behind and comes there soon: it goes on from there.
    mutating func makeWay(for unit: AccessUnit, of run: Int, now: Int64) -> [Report] {
        guard run == self.fed, unit.isRandomAccessPoint, let wanted = self.wanted, let feed = self.feeds[run],
            unit.pid == feed.reference?.pid, case .joined = feed.state, let raw = (unit.dts ?? unit.pts)?.ticks,
            let next = self.feeds[wanted], self.isGuest(next), let anchor = next.anchor, let last = next.last,
            let place = self.timeline.anchor?.time(of: raw)
        else { return [] }
        let half = self.tail.pictureTicks / 2
        let point = (next.point?.dts ?? next.point?.pts).map { anchor.time(of: $0.ticks) }
        guard anchor.time(of: last.raw) < place - half || point.map({ abs($0 - place) <= half }) == true else {
            return []
        }
        self.leave(run, passesOthers: true, now: now)
        self.feeds[wanted]?.wantedAt = now
        return self.enterIfPossible(wanted, now: now)
    }

    /// Whether the picture in front of a run's last one is the last one sent, so that a decoder has all it refers to.
    func continuesLast(_ feed: Feed) -> Bool {
        guard self.isGuest(feed) else { return true }
        return !feed.hasGap && feed.recent.dropLast().last?.fingerprint == self.memory.last
    }

    /// Another source was gone over to: where the clocks of the others stand says nothing about what was shown since.
    mutating func forgetPlaces(except run: Int) {
        self.clocks = [:]
        for other in self.feeds.keys where other != run {
            self.feeds[other]?.anchor = nil
            self.feeds[other]?.wasJoined = false
        }
    }
}
