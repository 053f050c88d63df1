import Events
import GRDB
import Guide
import Ledger
import LiveChannels
import Model
import NIOCore
import Projections

/// Puts together what is known of a channel: what it is doing, where a service runs, and what the projections say.
struct ChannelFacts {
    let ledger: Ledger
    /// What the running channel says; `nil` where none runs.
    let status: LiveChannel.Status?
    /// What is on; `nil` where it isn't known.
    let guide: GuideService?
    let timezone: String?

    /// Rows that are read for the last stories: an interruption is a few of them.
    static let rowsMax = 100

    func report(_ channel: ChannelRow) async throws -> ChannelReport {
        try await self.ledger.flushHistory()
        let rows = try await self.ledger.history.read { database in
            try IncidentRow.last(Self.rowsMax, of: channel.channel, in: database)
        }
        let (suppliers, state) = try self.ledger.read { state in
            (
                Dictionary(try state.sources().map { ($0.source, $0.supplier) }) { $1 },
                try state.channelState(channel.channel)
            )
        }
        let stories = IncidentStory.stories(rows).suffix(ChannelReport.incidentsMax)
        return ChannelReport(
            now: self.now(channel, state, suppliers),
            incidents: stories.map {
                .init(seq: $0.seq, atMicroseconds: $0.begin.microseconds, what: $0.words(suppliers))
            },
            timezone: self.timezone
        )
    }

    /// What is on now (0) or next (1), with its times.
    private func program(_ channel: ChannelRow, _ place: Int) -> String? {
        let now = Clocks.system.wall()
        guard let upcoming = try? self.guide?.book.upcoming(of: channel.channel, at: now) else { return nil }
        let isOn = upcoming.first.map { $0.start <= now } ?? false
        let index = isOn ? place : place - 1
        guard upcoming.indices.contains(index) else { return nil }
        let clock = ZoneClock(named: self.timezone)
        let programme = upcoming[index]
        let times = "\(clock.timeOfDay(programme.start).prefix(5))–\(clock.timeOfDay(programme.stop).prefix(5))"
        return "\(times) \(programme.title().text)"
    }

    private func now(
        _ channel: ChannelRow,
        _ state: ChannelStateRow?,
        _ suppliers: [SourceID: SupplierID]
    ) -> Table {
        let source = self.status.map(\.source) ?? state?.source
        let seconds: (TimeAmount?) -> Table.Cell = { .init($0.map { $0.nanoseconds / 1_000_000_000 }) }
        let ms: (MediaTime?) -> Table.Cell = { .init($0?.milliseconds) }
        let facts: [(String, Table.Cell)] = [
            ("channel", .number(channel.channel.rawValue)), ("name", .text(channel.name)),
            ("category", .init(channel.category)), ("keep", .text(channel.keep.rawValue)),
            ("return", .text((channel.returns ?? .better).rawValue)),
            ("epg", .init(self.guide?.book.match(of: channel.channel)?.epg)), ("now", .init(self.program(channel, 0))),
            ("next", .init(self.program(channel, 1))), ("keep_days", .number(channel.keepDays ?? 0)),
            ("keep_bytes", .init(channel.keepBytes?.rawValue)),
            ("state", .text(self.status?.word ?? state?.state.rawValue ?? "off")),
            ("state_seconds", seconds(self.status?.pictureAge)), ("source", .init(source?.rawValue)),
            ("supplier", .init(source.flatMap { suppliers[$0] }?.rawValue)),
            ("viewers", .init(self.status.map { Int64($0.viewers) })),
            ("uptime_seconds", seconds(self.status?.uptime)), ("cushion_ms", ms(self.status?.cushion)),
            ("held_ms", ms(self.status?.standIns.held)), ("slate_ms", ms(self.status?.standIns.slate)),
        ]
        return Table(columns: facts.map(\.0), rows: [facts.map(\.1)])
    }
}

extension LiveChannel.Status {
    /// What the channel is doing, in one word: what viewers see where anything goes out, else what its source does.
    var word: String {
        switch self.state {
        case .idle: self.state.rawValue
        case .starting, .live, .down, .slate: self.picture.map(\.rawValue) ?? self.state.rawValue
        }
    }
}
