import Events
import Ledger
import Model
import Projections
import Vault

/// Admits a viewer with name and password, or refuses, in the same batch as the event that says so.
struct OpenConnection: Command {
    typealias Reply = Result<Holding, Denial>

    let request: OpenRequest
    let vault: Vault

    var durability: Durability { .connection }

    func decide(_ state: LiveState, now: WallTime) throws -> Decision<Reply> {
        do {
            let row = try CredentialCheck(vault: self.vault).verify(self.request, in: state, now: now)
            let slot = SlotRequest(
                credential: row,
                channel: self.request.channel,
                output: self.request.output,
                device: self.request.device,
                token: self.request.token
            )
            return try slot.decide(state, vault: self.vault, now: now)
        } catch let denial as Denial {
            return Decision([], reply: .failure(denial))
        }
    }
}

/// Lets a viewer go on with a token that outlived a restart, under the same rules as a new start.
struct ReopenConnection: Command {
    typealias Reply = Result<Holding, Denial>

    let request: ReopenRequest
    let vault: Vault

    var durability: Durability { .connection }

    func decide(_ state: LiveState, now: WallTime) throws -> Decision<Reply> {
        let digest = SessionDigest.of(self.request.token, with: self.vault)
        let network = self.vault.installation.hash(.network, self.request.device.address.network.description).short
        // A token is bound to the network it was given to, so that a copied address is of no use elsewhere.
        guard let session = try state.session(digest), session.network == network,
            let row = try state.credential(session.credential)
        else { return Decision([], reply: .failure(.unknownToken)) }
        if let live = try state.connection(session.connection), live.session == digest {
            return Decision([], reply: .success(Holding(live, token: self.request.token)))
        }
        if let denial = CredentialCheck.standing(of: row, now: now) { return Decision([], reply: .failure(denial)) }
        guard try state.channel(session.channel) != nil else { return Decision([], reply: .failure(.unknownChannel)) }
        let slot = SlotRequest(
            credential: row,
            channel: session.channel,
            output: session.output == .hls ? .hls : .ts,
            device: self.request.device,
            token: self.request.token
        )
        return try slot.decide(state, vault: self.vault, now: now)
    }
}

/// A grant, and whose it is: what its closing is recorded with.
struct Holding: Sendable {
    var grant: Grant
    var customer: CustomerID
}

extension Holding {
    init(_ row: LiveConnectionRow, token: SessionToken) {
        self.grant = Grant(connection: row.connection, credential: row.credential, channel: row.channel, token: token)
        self.customer = row.customer
    }
}

/// Session tokens as they are stored.
enum SessionDigest {
    static func of(_ token: SessionToken, with vault: Vault) -> String {
        vault.installation.hash(.sessionToken, token.text).short
    }
}

/// Checks name and password and opens nothing.
struct CheckCredential: Command {
    typealias Reply = Result<Void, Denial>

    let request: OpenRequest
    let vault: Vault

    var durability: Durability { .telemetry }

    func decide(_ state: LiveState, now: WallTime) throws -> Decision<Reply> {
        do {
            _ = try CredentialCheck(vault: self.vault).verify(self.request, in: state, now: now)
            return Decision([], reply: .success(()))
        } catch let denial as Denial {
            return Decision([], reply: .failure(denial))
        }
    }
}
