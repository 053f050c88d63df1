import Events
import Ledger
import Model
import Projections
import Vault

/// Admits a viewer with name and password, or refuses, in the same batch as the event that says so.
struct OpenConnection: SlotCommand {
    let request: OpenRequest
    let passwords: Passwords
    var waited = SlotWait.allowed
    /// Keyed hash of the username.
    let login: String
    private let digests: ViewerDigests
    private let foreseen: ForeseenDigests?
    private let time: WallTime?

    var proof: LoginProof? { LoginProof(self.request, login: self.login) }

    /// Whose name it was thought to be before it was decided.
    var lastHolder: Holder? { self.foreseen?.holder }

    /// On the caller's thread, so that the ledger's hashes no more than it must.
    ///
    /// `lastHolder` says whose the name was when it was last admitted, if that is remembered.
    init(
        request: OpenRequest,
        passwords: Passwords,
        at time: WallTime? = nil,
        lastHolder: (_ login: String) -> Holder? = { _ in nil }
    ) {
        let vault = passwords.vault
        self.request = request
        self.passwords = passwords
        self.time = time
        self.login = vault.installation.hash(.username, request.username.clear).short
        let holder = lastHolder(self.login)
        self.foreseen = holder.map { ForeseenDigests(request, $0, passwords: passwords) }
        self.digests = ViewerDigests(token: request.token, device: request.device, week: holder?.week, vault: vault)
    }

    var durability: Durability { .connection }

    func decide(_ state: LiveState, now: WallTime) throws -> Decision<Reply> {
        do {
            let check = CredentialCheck(
                passwords: self.passwords,
                login: self.login,
                foreseen: self.foreseen,
                time: self.time
            )
            let slot = SlotRequest(
                candidate: try check.verify(self.request, in: state, now: now),
                output: self.request.output,
                device: self.request.device,
                token: self.request.token,
                digests: self.digests,
                foreseen: self.foreseen,
                catchup: self.request.catchup,
                waited: self.waited
            )
            return try slot.decide(state, vault: self.passwords.vault, now: now)
        } catch let denial as Denial {
            return Decision([], reply: .denied(denial))
        } catch let unproven as Unproven {
            return Decision([], reply: .unproven(unproven.trial))
        }
    }
}

/// Lets a viewer go on with a token that outlived a restart, under the same rules as a new start.
struct ReopenConnection: SlotCommand {
    let request: ReopenRequest
    let vault: Vault
    var waited = SlotWait.allowed
    private let digests: ViewerDigests
    private let time: WallTime?

    var proof: LoginProof? { nil }

    init(request: ReopenRequest, vault: Vault, at time: WallTime? = nil) {
        self.request = request
        self.vault = vault
        self.time = time
        self.digests = ViewerDigests(token: request.token, device: request.device, vault: vault)
    }

    var durability: Durability { .connection }

    func decide(_ state: LiveState, now: WallTime) throws -> Decision<Reply> {
        // A token is bound to the network it was given to, so that a copied address is of no use elsewhere.
        guard let session = try state.session(self.digests.session),
            try self.digests.isNetwork(session.network, at: session.openedAt, with: self.vault),
            let row = try state.credential(session.credential)
        else { return Decision([], reply: .denied(.unknownToken)) }
        if let live = try state.connection(session.connection, of: session.credential),
            live.session == self.digests.session
        {
            // The address is another than the one it was opened from, and may be one it may not be used from.
            let entitlement = try Entitlement.of(row, in: state, vault: self.vault)
            let check = LockCheck(locks: entitlement.locks, device: self.request.device, vault: self.vault)
            if let rule = try check.outcome(for: row.credential, in: state).refusal {
                return Decision([], reply: .denied(.forbidden(rule.reason)))
            }
            return Decision([], reply: .admitted(Holding(live, token: self.request.token)))
        }
        do {
            let slot = SlotRequest(
                candidate: try Candidate(
                    row,
                    channel: session.channel,
                    in: state,
                    vault: self.vault,
                    now: self.time ?? now
                ),
                output: session.output == .hls ? .hls : .ts,
                device: self.request.device,
                token: self.request.token,
                digests: self.digests,
                foreseen: nil,
                sessionClient: session.client,
                waited: self.waited
            )
            return try slot.decide(state, vault: self.vault, now: now)
        } catch let denial as Denial {
            return Decision([], reply: .denied(denial))
        }
    }
}

/// A grant, and whose it is: what its closing is recorded with.
struct Holding: Sendable {
    var grant: Grant
    var customer: CustomerID
    /// The week in which it was decided; `nil` when nothing was.
    var week: KeyWeek?

    var holder: Holder {
        Holder(credential: self.grant.credential, customer: self.customer, week: self.week)
    }
}

extension Holding {
    init(_ row: LiveConnectionRow, token: SessionToken) {
        self.grant = Grant(connection: row.connection, credential: row.credential, channel: row.channel, token: token)
        self.customer = row.customer
    }
}

/// What a viewer's token, device and network are known by in tables and events.
struct ViewerDigests: Sendable {
    let session: String
    let deviceClass: DeviceClass
    private let device: Device
    /// The network's digest of the week that was foreseen.
    private let foreseen: (week: KeyWeek, network: String)?

    /// Makes what can be made before it is decided; `week` is the one in which that is thought to be.
    init(token: SessionToken, device: Device, week: KeyWeek? = nil, vault: Vault) {
        self.session = vault.installation.hash(.sessionToken, token.text).short
        self.deviceClass = DeviceClass(userAgent: device.userAgent)
        self.device = device
        self.foreseen = week.flatMap { week in
            (try? Self.network(of: device, in: week, with: vault)).map { (week, $0) }
        }
    }

    /// What the network is known by in a week.
    func network(in week: KeyWeek, with vault: Vault) throws -> String {
        if let foreseen, foreseen.week == week { return foreseen.network }
        return try Self.network(of: self.device, in: week, with: vault)
    }

    /// Whether `digest`, which was made at `time`, is of the same network.
    func isNetwork(_ digest: String, at time: WallTime, with vault: Vault) throws -> Bool {
        try self.network(in: vault.calendar.week(of: time), with: vault) == digest
    }

    private static func network(of device: Device, in week: KeyWeek, with vault: Vault) throws -> String {
        try vault.weeklyHash(.network, device.address.network.description, week: week.name).short
    }
}

/// Checks name and password and opens nothing.
struct CheckCredential: Command {
    enum Reply: Sendable {
        case right
        case denied(Denial)
        /// As of ``SlotAnswer``.
        case unproven(PasswordTrial?)
    }

    let request: OpenRequest
    let passwords: Passwords
    private let login: String
    private let time: WallTime?

    var proof: LoginProof { LoginProof(self.request, login: self.login) }

    init(request: OpenRequest, passwords: Passwords, at time: WallTime? = nil) {
        self.request = request
        self.passwords = passwords
        self.login = passwords.vault.installation.hash(.username, request.username.clear).short
        self.time = time
    }

    var durability: Durability { .telemetry }

    func decide(_ state: LiveState, now: WallTime) throws -> Decision<Reply> {
        do {
            let check = CredentialCheck(passwords: self.passwords, login: self.login, time: self.time)
            let candidate = try check.verify(self.request, in: state, now: now)
            let refusal = candidate.entitlement.refusal(of: candidate.channel, as: self.request.output.kind)
            if let refusal { throw Denial.forbidden(refusal) }
            let locks = candidate.entitlement.locks
            let lock = LockCheck(locks: locks, device: self.request.device, vault: self.passwords.vault)
            if let rule = try lock.outcome(for: candidate.credential.credential, in: state).refusal {
                throw Denial.forbidden(rule.reason)
            }
            return Decision([], reply: .right)
        } catch let denial as Denial {
            return Decision([], reply: .denied(denial))
        } catch let unproven as Unproven {
            return Decision([], reply: .unproven(unproven.trial))
        }
    }
}
