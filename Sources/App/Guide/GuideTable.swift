import Guide
import Model

/// What guides say of channels, as tables.
struct GuideTable {
    let service: GuideService
    /// By number.
    let channels: [GuideMatcher.Channel]
    let now: WallTime

    /// Every channel with its id in the guides, how that is known, and what is on.
    func channelTable() throws -> Table {
        let rows = try self.channels.map { channel -> [Table.Cell] in
            let match = self.service.book.match(of: channel.id)
            let upcoming = try self.service.book.upcoming(of: channel.id, at: self.now)
            let isOn = upcoming.first.map { $0.start <= self.now } ?? false
            return [
                .number(channel.id.rawValue), .text(channel.name), .init(match?.epg),
                .text(match?.how.rawValue ?? (channel.epg == "" ? "none" : "unknown")),
                .init(isOn ? upcoming.first?.title().text : nil),
                .init((isOn ? upcoming.dropFirst() : upcoming[...]).first?.title().text),
            ]
        }
        return Table(columns: ["channel", "name", "epg", "matched_by", "now", "next"], rows: rows)
    }
}
