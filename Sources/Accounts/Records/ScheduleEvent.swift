import Events
package import Ledger
package import Model
package import Projections
import Vault

/// Puts down a match, or another event that many will watch: what goes wrong in it weighs more.
package struct ScheduleEvent: Command {
    package typealias Reply = String

    /// Milliseconds: an event lasts at most a week.
    package static let lengthMax: Int64 = 7 * 86_400_000

    let channel: String
    let title: String
    let from: WallTime
    let to: WallTime

    package init(channel: String, title: String, from: WallTime, to: WallTime) {
        self.channel = channel
        self.title = title
        self.from = from
        self.to = to
    }

    package var durability: Durability { .command }

    package func decide(_ state: LiveState, now: WallTime) throws -> Decision<String> {
        guard let number = Int64(self.channel), let row = try state.channel(ChannelID(number)) else {
            throw AccountsError.unknown(.channel, self.channel)
        }
        try EntryCheck.text(.channel, self.channel, "label", self.title)
        let length = (self.to.microseconds - self.from.microseconds) / 1_000
        guard (1...Self.lengthMax).contains(length) else {
            throw AccountsError.malformed(
                .channel,
                self.channel,
                field: "to",
                found: self.to.description,
                allowed: "after the beginning, within a week of it"
            )
        }
        let event = EventScheduled(channel: row.channel, title: self.title, from: self.from, to: self.to)
        return Decision([.eventScheduled(event)], reply: "put down \(self.title) on channel \(row.channel)")
    }
}
