import Accounts
import Delivery
import Events
import Model
import Projections
import Vault

/// The bans of the data directory, with their addresses in clear.
struct HeldBans {
    let bans: [AddressBan]

    /// All that are remembered, those that have ended as well; without those whose address can't be read any more.
    init(_ state: LiveState, vault: Vault) throws {
        self.bans = try state.bans().compactMap { row in
            BannedAddress.open(row, with: vault).map { range in
                AddressBan(range: range, reach: row.reach, why: row.why, times: row.times, until: row.until)
            }
        }
    }

    /// Those that hold at a moment.
    func holding(at now: WallTime) -> [AddressBan] { self.bans.filter { $0.until.map { $0 > now } ?? true } }

    /// For people and machines.
    static func table(_ bans: [AddressBan]) -> Table {
        Table(
            columns: ["address", "refused", "why", "times", "until"],
            rows: bans.map { ban in
                [
                    .text(ban.range.description), .text(ban.reach.rawValue), .text(ban.why), .number(ban.times),
                    .init(ban.until?.description),
                ]
            }
        )
    }
}
