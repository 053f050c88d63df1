package import Model

/// What happens while nothing comes.
extension ChannelContinuity {
    /// Why a source is suspected that sends, but less than is played.
    package static let slow = "slow"
    /// How far ahead pictures are made while the output is held: until the next call, and a little more.
    static let aheadTicks = MediaTime(milliseconds: 150).ticks

    /// A tick of the clock.
    package mutating func timePassed(now: MediaTime) -> [Report] {
        let now = now.ticks
        var reports = self.watch(now: now)
        for run in self.feeds.keys.sorted() { reports += self.enterIfPossible(run, now: now) }
        reports += self.watchSilence(now: now)
        reports += self.holdIfDue(now: now)
        if self.state == .resume, now - (self.resumedAt ?? now) >= self.configuration.resumeSettles.ticks {
            self.state = .live
        }
        return reports
    }

    // MARK: Trouble

    private mutating func watch(now: Int64) -> [Report] {
        var reports: [Report] = []
        for (run, feed) in self.feeds.sorted(by: { $0.key < $1.key }) {
            guard let trouble = feed.health.trouble(now: now, configuration: self.configuration) else {
                self.toldCorrupt[run] = nil
                continue
            }
            guard self.toldCorrupt.updateValue(trouble, forKey: run) != trouble else { continue }
            reports.append(.corrupt(run: run, cause: trouble.rawValue))
        }
        return reports
    }

    private mutating func watchSilence(now: Int64) -> [Report] {
        guard let run = self.fed, let feed = self.feeds[run], !feed.isSlate, self.state != .starting else { return [] }
        let silence = now - feed.health.lastAt
        if case .joined = feed.state, self.suspectSince != nil, silence < self.configuration.suspectSilence.ticks {
            self.suspectSince = nil
            if self.state == .suspect { self.state = .live }
            return [.fine(run: run)]
        }
        guard silence >= self.configuration.suspectSilence.ticks, let position = self.playhead.position(at: now),
            let next = self.tail.nextDecoding, next - position < self.configuration.suspectCushion.ticks
        else { return [] }
        return self.suspect(run, cause: "stall", now: now)
    }

    mutating func suspect(_ run: Int, cause: String, now: Int64) -> [Report] {
        guard self.suspectSince == nil else { return [] }
        self.suspectSince = now
        if self.state == .live || self.state == .resume { self.state = .suspect }
        return [.suspect(run: run, cause: cause)]
    }

    // MARK: Holding

    /// How late the output may be at this media time.
    private func lateness(at position: Int64) -> Int64 {
        if let due = self.segmentDue?.ticks, position >= due { return 0 }
        return self.configuration.lateness.ticks
    }

    private mutating func holdIfDue(now: Int64) -> [Report] {
        guard let position = self.playhead.position(at: now) else { return [] }
        let until = position + Self.aheadTicks
        let lateness = self.lateness(at: position)
        let isHolding = self.tail.hold != nil
        var reports: [Report] = []
        if let next = self.tail.nextDecoding, self.tail.hasVideo {
            guard isHolding || position - next >= lateness else {
                self.queue(self.tail.holdSound(until: until, onlyBefore: position - lateness, now: now), now: now)
                return []
            }
            reports = self.hold(until: until, now: now)
        }
        let limit = isHolding || self.tail.hold != nil ? until : position - lateness
        self.queue(self.tail.holdSound(until: until, onlyBefore: limit, now: now), now: now)
        return reports + self.exhaust(position: position)
    }

    private mutating func hold(until time: Int64, now: Int64) -> [Report] {
        let pieces = self.tail.holdPicture(until: time, now: now)
        guard !pieces.isEmpty else { return [] }
        var reports: [Report] = []
        if let run = self.fed, let feed = self.feeds[run], case .joined = feed.state {
            // What it sends next does not continue the held picture.
            self.leave(run, passesOthers: false, now: now)
            // It is not silent, but sends less than is played.
            if !feed.isSlate { reports = self.suspect(run, cause: Self.slow, now: now) }
        }
        if self.state != .dead { self.state = .patch }
        self.queue(pieces, now: now)
        return reports
    }

    private mutating func exhaust(position: Int64) -> [Report] {
        // Where nothing can be held the output has just stopped.
        let late = self.tail.nextDecoding.map { position - $0 } ?? 0
        let length = max(self.tail.hold?.length ?? 0, late)
        let isLong = length >= self.configuration.holdPatience.ticks
        let tellsLong = isLong && !self.toldLong
        self.toldLong = isLong
        return (tellsLong ? [.heldLong] : []) + self.exhaust(after: length)
    }

    private mutating func exhaust(after length: Int64) -> [Report] {
        guard length >= self.configuration.holdMax.ticks, !self.isExhausted else { return [] }
        self.isExhausted = true
        self.state = .dead
        return [.exhausted]
    }

    /// The hold is over; answers what was made.
    mutating func endPatch() -> Patch? {
        guard let hold = self.tail.endHold() else { return nil }
        return Patch(
            method: hold.method,
            length: MediaTime(ticks: hold.length),
            bytes: hold.bytes,
            source: self.lastSource
        )
    }
}
