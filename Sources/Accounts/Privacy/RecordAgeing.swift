import Events
package import Ledger
package import Model
package import Projections

/// Puts down that keys of old weeks are destroyed, which the caller does when it is on disk.
package struct RecordAgeing: Command {
    package typealias Reply = Void

    let event: DataAged

    /// Addresses and the like of weeks before `week` become unreadable, hashes of networks of weeks before `networksWeek`.
    package init(before week: String, networksBefore networksWeek: String, keys: Int) {
        self.event = DataAged(clientsBefore: week, networksBefore: networksWeek, keys: Int64(keys))
    }

    package var durability: Durability { .command }

    package func decide(_ state: LiveState, now: WallTime) throws -> Decision<Void> {
        Decision([.dataAged(self.event)])
    }
}
