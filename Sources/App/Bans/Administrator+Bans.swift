import Accounts
import Delivery
import Events
import Ledger
import Model

extension Administrator {
    func bans(_ request: BanRequest) async throws -> AdminAnswer {
        switch request {
        case .add(let address, let why, let seconds):
            let command = try BanAddress(address, why: why, seconds: seconds, vault: self.vault)
            return AdminAnswer(messages: [try await self.ledger.perform(command)])
        case .remove(let address):
            let command = try UnbanAddress(address, vault: self.vault)
            return AdminAnswer(messages: [try await self.ledger.perform(command)])
        case .list:
            return AdminAnswer(table: HeldBans.table(try self.holdingBans()))
        case .export(let guessers):
            let bans = try self.holdingBans().filter { guessers || $0.reach == .everything }
            let text = FirewallExport(bans, now: Clocks.system.wall()).text
            return AdminAnswer(messages: [String(text.dropLast())])
        }
    }

    private func holdingBans() throws -> [AddressBan] {
        try self.ledger.read { try HeldBans($0, vault: self.vault).holding(at: Clocks.system.wall()) }
    }
}
