import Accounts
import Guide
import Ledger
import Model
import Projections

/// What operators ask about guides.
extension Administrator {
    /// Begins an import in a service, or carries it out where none runs.
    func importGuide(_ feed: GuideFeed) async throws -> AdminAnswer {
        let guide = try self.guide()
        guard self.status != nil else {
            try guide.channels(are: try self.guideChannels())
            return AdminAnswer(messages: ["\(feed.name): \(try await guide.refresh(feed))"])
        }
        guide.begin(feed)
        return AdminAnswer(job: feed.name)
    }

    func guideProgress(_ name: String) throws -> AdminAnswer {
        guard let progress = try self.guide().progress(of: name) else {
            throw GuideTrouble(why: "no guide \(name) is read")
        }
        switch progress.outcome {
        case nil: return AdminAnswer(messages: [progress.words], job: name)
        case .success(let outcome): return AdminAnswer(messages: ["\(name): \(outcome)"])
        case .failure(let trouble): throw trouble
        }
    }

    func listGuide() throws -> AdminAnswer {
        let guide = try self.guide()
        let channels = try self.guideChannels()
        try guide.channels(are: channels)
        return AdminAnswer(
            table: try GuideTable(service: guide, channels: channels, now: Clocks.system.wall()).channelTable()
        )
    }

    func setGuide(channel: String, epg: String) async throws -> AdminAnswer {
        var answer = try await self.perform(.change(.channel, id: channel, settings: ["epg": epg]))
        guard epg != "auto", !epg.isEmpty else { return answer }
        if try self.guide().book.store.channel(epg) == nil {
            answer.messages.append("no guide knows `\(epg)` yet; it counts as soon as one does")
        }
        return answer
    }

    private func guide() throws -> GuideService {
        guard let guide = self.guideService else { throw AdministratorError.notRunning }
        return guide
    }

    private func guideChannels() throws -> [GuideMatcher.Channel] {
        try self.ledger.read { state in
            try state.channels().map { GuideMatcher.Channel(id: $0.channel, name: $0.name, epg: $0.epg) }
        }
    }
}
