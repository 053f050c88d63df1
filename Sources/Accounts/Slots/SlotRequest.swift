import Events
import Ledger
import Model
import Projections
import Vault

/// What the slot rule answers to a viewer.
enum SlotAnswer: Sendable {
    case admitted(Holding)
    case denied(Denial)
    /// To be asked again when a slot of the credential is freed.
    case wait(CredentialID)
    /// The password is not right so far: to be asked again when a slow hash has shown that it is.
    case unproven(PasswordTrial?)
}

/// A viewer's start, which may be asked more than once.
protocol SlotCommand: Command where Reply == SlotAnswer {
    /// Whether it may wait for a slot.
    var waited: SlotWait { get set }
    /// What it says of who asks; `nil` when it says no name and password.
    var proof: LoginProof? { get }
}

/// Asks the slot rule for a checked credential, and says what was decided as events.
///
/// Reads `live_connection` and `slot_memory` inside the transaction that its own events are part of.
struct SlotRequest {
    let candidate: Candidate
    let output: Output
    let device: Device
    let token: SessionToken
    let digests: ViewerDigests
    let foreseen: ForeseenDigests?
    /// Where in the channel's archive it begins; `nil` for live.
    var catchup: WallTime?
    /// The device that the session was given to, where it goes on with one.
    var sessionClient: ClientID?
    /// Whether it may wait for a slot.
    var waited: SlotWait = .allowed

    private var credential: CredentialRow { self.candidate.credential }
    private var channel: ChannelID { self.candidate.channel.channel }

    func decide(_ state: LiveState, vault: Vault, now: WallTime) throws -> Decision<SlotAnswer> {
        let identity = ClientIdentity(vault: vault, customer: self.credential.customer, device: self.device, now: now)
        let (client, seen) = try identity.resolve(in: state, foreseen: self.foreseen)
        let entitlement = self.candidate.entitlement
        if let refusal = entitlement.refusal(of: self.candidate.channel, as: self.output.kind) {
            let event = self.rejection(of: client, rule: refusal.rawValue, limit: 0, holders: [])
            return Decision([seen, .limitRejected(event)].compactMap(\.self), reply: .denied(.forbidden(refusal)))
        }
        let check = LockCheck(locks: entitlement.locks, device: self.device, vault: vault)
        let lock = try check.outcome(for: self.credential.credential, in: state)
        if let rule = lock.refusal {
            let event = self.rejection(of: client, rule: rule.rawValue, limit: 0, holders: [])
            return Decision([seen, .limitRejected(event)].compactMap(\.self), reply: .denied(.forbidden(rule.reason)))
        }
        let week = vault.calendar.week(of: now)
        let network = try self.digests.network(in: week, with: vault)
        let live = try self.slots(state, network: network, week: week, vault: vault)
        let memory = try state.slotMemory(of: self.credential.credential)
        var clients = [client]
        if let earlier = try identity.earlier(in: state, live: live, memory: memory) { clients.append(earlier) }
        if let own = self.sessionClient, !clients.contains(own) { clients.append(own) }
        let machine = SlotMachine(
            clients: clients,
            hasDeviceID: self.device.deviceID != nil,
            network: network,
            channel: self.channel,
            output: self.output,
            limit: entitlement.maxConnections,
            policy: entitlement.onLimit,
            live: live,
            evictions: memory?.evictions.list ?? [],
            blocks: memory?.blocks.list ?? [],
            mayWait: self.waited == .allowed,
            now: now
        )
        switch machine.decide() {
        case .wait: return Decision([], reply: .wait(self.credential.credential))
        case .refuse(let refusal):
            let event = self.rejection(refusal, of: client, holders: live)
            let limit = Int(clamping: entitlement.maxConnections)
            let denial: Denial = refusal.rule == .kicked ? .forbidden(.kicked) : .limitReached(limit: limit)
            return Decision([seen, .limitRejected(event)].compactMap(\.self), reply: .denied(denial))
        case .admit(let evictions):
            let bound = lock.place?.bound(to: self.credential)
            let opening = self.opening(state.counters.nextConnection, client, network: network)
            return self.admit(opening, [seen, bound].compactMap(\.self), evictions, holders: live, week: week)
        }
    }

    /// The credential's slots, those on this network under what it is known by this week.
    private func slots(_ state: LiveState, network: String, week: KeyWeek, vault: Vault) throws -> [SlotRow] {
        var slots = try state.slots(of: self.credential.credential)
        for index in slots.indices where slots[index].openedAt < week.from {
            let slot = slots[index]
            if try self.digests.isNetwork(slot.network, at: slot.openedAt, with: vault) {
                slots[index].network = network
            }
        }
        return slots
    }

    private func admit(
        _ opening: ConnectionOpened,
        _ first: [Event],
        _ evictions: [SlotMachine.Eviction],
        holders: [SlotRow],
        week: KeyWeek
    ) -> Decision<SlotAnswer> {
        var events = first
        let held = holders.map(\.connection)
        events += evictions.map {
            .connectionEvicted(self.eviction($0, by: opening.connection, of: opening.client, holders: held))
        }
        events.append(.connectionOpened(opening))
        let grant = Grant(
            connection: opening.connection,
            credential: self.credential.credential,
            channel: self.channel,
            token: self.token
        )
        let holding = Holding(grant: grant, customer: self.credential.customer, week: week)
        return Decision(events, reply: .admitted(holding))
    }

    private func opening(
        _ connection: ConnectionID,
        _ client: ClientID,
        network: String
    ) -> ConnectionOpened {
        ConnectionOpened(
            connection: connection,
            credential: self.credential.credential,
            customer: self.credential.customer,
            channel: self.channel,
            client: client,
            output: self.output.kind,
            network: network,
            country: self.device.origin.country,
            asn: self.device.origin.asn,
            session: self.digests.session,
            deviceClass: self.digests.deviceClass.rawValue,
            catchup: self.catchup
        )
    }

    private func rejection(
        _ refusal: SlotMachine.Refusal,
        of client: ClientID,
        holders: [SlotRow]
    ) -> LimitRejected {
        let entitlement = self.candidate.entitlement
        var event = self.rejection(
            of: client,
            rule: refusal.rule.rawValue,
            limit: entitlement.maxConnections,
            holders: holders
        )
        event.policy = entitlement.onLimit.rawValue
        event.winner = refusal.winner
        event.waited = self.waited == .over ? Milliseconds(SlotWait.lengthMs) : nil
        event.blockedUntil = refusal.blockedUntil
        return event
    }

    private func rejection(
        of client: ClientID,
        rule: String,
        limit: Int64,
        holders: [SlotRow]
    ) -> LimitRejected {
        LimitRejected(
            credential: self.credential.credential,
            customer: self.credential.customer,
            channel: self.channel,
            client: client,
            output: self.output.kind,
            rule: rule,
            limit: limit,
            holders: holders.map(\.connection)
        )
    }

    private func eviction(
        _ eviction: SlotMachine.Eviction,
        by connection: ConnectionID,
        of client: ClientID,
        holders: [ConnectionID]
    ) -> ConnectionEvicted {
        ConnectionEvicted(
            connection: eviction.slot.connection,
            credential: eviction.slot.credential,
            customer: eviction.slot.customer,
            why: eviction.rule.rawValue,
            by: connection,
            client: eviction.slot.client,
            winner: client,
            holders: holders,
            limit: self.candidate.entitlement.maxConnections,
            policy: eviction.rule.isTakeover ? nil : self.candidate.entitlement.onLimit.rawValue,
            blockedUntil: eviction.blockedUntil
        )
    }
}

/// Whether it is worth waiting for a slot that is just being freed.
enum SlotWait: Hashable, Sendable {
    case allowed
    /// It was waited for as long as may be.
    case over
    /// Too many wait already.
    case crowded

    /// How long a start waits for a slot, in milliseconds: what a player takes to close what it leaves.
    static let lengthMs: Int64 = 2_000
}
