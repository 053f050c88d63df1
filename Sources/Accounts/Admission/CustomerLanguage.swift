import Ledger
import Model
import Projections
import Vault

/// Looks up the language of the customer whose name it is; decides nothing.
struct CustomerLanguage: Command {
    typealias Reply = String?

    /// Keyed hash of the username.
    private let login: String

    init(_ request: OpenRequest, vault: Vault) {
        self.login = vault.installation.hash(.username, request.username.clear).short
    }

    var durability: Durability { .telemetry }

    func decide(_ state: LiveState, now: WallTime) throws -> Decision<String?> {
        let customer = try state.credential(login: self.login).flatMap { try state.customer($0.customer) }
        return Decision([], reply: customer?.language)
    }
}
