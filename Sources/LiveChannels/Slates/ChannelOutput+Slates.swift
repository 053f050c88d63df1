import Continuity
import Events
import Model
import NIOCore

extension ChannelOutput {
    /// A tick of the clock, after ``timePassed(now:)``: begins, plays and ends the slate; answers what is to be recorded,
    /// and what the output has to tell.
    mutating func showSlates(viewers: Int, now: NIODeadline) -> (events: [Event], reports: [ContinuityReport]) {
        var events: [Event] = []
        var reports = self.playSlate(now: now)
        if let since = self.slates.countedAt { self.report.standIns.slate += (now - since).mediaTime }
        self.slates.countedAt = self.isSlate ? now : nil
        let actions = self.slates.schedule.timePassed(
            output: self.shown,
            viewers: viewers,
            hasSlate: self.slates.slate != nil,
            now: now
        )
        for action in actions {
            switch action {
            case .show: reports += self.beginSlate(now: now)
            case .end: reports += self.endSlate(now: now)
            case .giveUp: reports += self.giveUp()
            case .record(let shown): events.append(.slateShown(shown))
            }
        }
        return (events, reports)
    }

    /// Whether a slate is on the output.
    var isSlate: Bool { self.state == .slate }

    private var shown: SlateSchedule.Output {
        switch self.state {
        case .starting: .nothing
        case .live, .suspect, .patch, .resume: .source
        case .dead: .exhausted
        case .slate: .slate
        }
    }

    private mutating func beginSlate(now: NIODeadline) -> [ContinuityReport] {
        guard let slate = self.slates.slate else { return [] }
        let run = self.slates.begin(slate, now: now)
        self.path.continuity.openedSlate(run: run, now: now.mediaTime)
        self.path.continuity.found(slate.tracks, run: run)
        let reports = self.told(self.path.continuity.feed(run: run, now: now.mediaTime))
        return reports + self.playSlate(now: now)
    }

    private mutating func playSlate(now: NIODeadline) -> [ContinuityReport] {
        guard let units = self.slates.feed?.due(now: now.mediaTime), !units.isEmpty else { return [] }
        let run = self.slates.run
        let found = self.path.continuity.received(units, run: run, now: now.mediaTime)
        let reports = self.told(found)
        // The source that is to be the channel's takes over as soon as it can be entered.
        guard let wanted = self.wanted, found.contains(where: { $0.isEntry(of: run) }) else { return reports }
        return reports + self.told(self.path.continuity.feed(run: wanted, now: now.mediaTime))
    }

    private mutating func endSlate(now: NIODeadline) -> [ContinuityReport] {
        guard self.slates.feed != nil else { return [] }
        self.slates.feed = nil
        return self.told(self.path.continuity.closed(run: self.slates.run, cause: "ended", now: now.mediaTime))
    }
}

extension ChannelContinuity.Report {
    fileprivate func isEntry(of run: Int) -> Bool {
        if case .entered(run, _) = self { true } else { false }
    }
}
