import Events
import Ledger
import Model
import Projections
import Vault

/// The slot rule: whether a checked credential gets one more connection, and at whose expense.
///
/// Reads `live_connection` inside the transaction that its own event is part of, so that simultaneous starts can't overrun
/// the limit. A device takes its own slot over: asking for the same channel again at once, changing channels when the
/// limit is reached. Anyone else is refused, and the event names who holds the slots.
struct SlotRequest {
    /// How the event of a refusal calls this rule.
    static let limitRule = "max-connections"

    let candidate: Candidate
    let output: Output
    let device: Device
    let token: SessionToken
    let digests: ViewerDigests
    let foreseen: ForeseenDigests?
    /// Where in the channel's archive it begins; `nil` for live.
    var catchup: WallTime?

    private var credential: CredentialRow { self.candidate.credential }
    private var channel: ChannelID { self.candidate.channel.channel }

    func decide(_ state: LiveState, vault: Vault, now: WallTime) throws -> Decision<Result<Holding, Denial>> {
        let identity = ClientIdentity(vault: vault, customer: self.credential.customer, device: self.device, now: now)
        let (client, seen) = try identity.resolve(in: state, foreseen: self.foreseen)
        var events = [seen].compactMap(\.self)
        if let refusal = self.candidate.entitlement.refusal(of: self.candidate.channel, as: self.output.kind) {
            events.append(.limitRejected(self.rejection(client, rule: refusal.rawValue, limit: 0, holders: [])))
            return Decision(events, reply: .failure(.forbidden(refusal)))
        }
        let live = try state.slots(of: self.credential.credential)
        let limit = self.candidate.entitlement.maxConnections
        guard let replaced = self.replaced(live, by: client, limit: limit) else {
            events.append(.limitRejected(self.rejection(client, rule: Self.limitRule, limit: limit, holders: live)))
            return Decision(events, reply: .failure(.limitReached(limit: Int(limit))))
        }
        let connection = state.counters.nextConnection
        events += replaced.map { .connectionEvicted(self.eviction($0, by: connection)) }
        events.append(.connectionOpened(self.opening(connection, client)))
        let grant = Grant(
            connection: connection,
            credential: self.credential.credential,
            channel: self.channel,
            token: self.token
        )
        let holding = Holding(grant: grant, customer: self.credential.customer, day: now.day)
        return Decision(events, reply: .success(holding))
    }

    /// The connections that make room; `nil` when there is none to be had.
    ///
    /// A playlist that is asked for again is its session going on. Two sockets of boxes that look alike may be two boxes
    /// of one house, so one makes room for the other only when the limit is reached.
    func replaced(_ live: [SlotRow], by client: ClientID, limit: Int64) -> [SlotRow]? {
        if live.isEmpty { return limit > 0 ? [] : nil }
        let own = live.filter { $0.client == client }
        let same = own.filter { $0.channel == self.channel && $0.output == self.output.kind }
        let always = self.output == .hls ? same : []
        let missing = max(Int64(live.count - always.count) + 1 - limit, 0)
        let candidates = (same + own.filter { !same.contains($0) }).filter { !always.contains($0) }
        guard Int64(candidates.count) >= missing else { return nil }
        return always + candidates.prefix(Int(missing))
    }

    private func opening(_ connection: ConnectionID, _ client: ClientID) -> ConnectionOpened {
        ConnectionOpened(
            connection: connection,
            credential: self.credential.credential,
            customer: self.credential.customer,
            channel: self.channel,
            client: client,
            output: self.output.kind,
            network: self.digests.network,
            session: self.digests.session,
            deviceClass: DeviceClass(userAgent: self.device.userAgent).rawValue,
            catchup: self.catchup
        )
    }

    private func rejection(_ client: ClientID, rule: String, limit: Int64, holders: [SlotRow]) -> LimitRejected {
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

    private func eviction(_ row: SlotRow, by connection: ConnectionID) -> ConnectionEvicted {
        ConnectionEvicted(
            connection: row.connection,
            credential: row.credential,
            customer: row.customer,
            why: "same-device",
            by: connection
        )
    }
}
