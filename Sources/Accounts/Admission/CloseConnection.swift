import Events
import Ledger
import Model
import Projections

/// Records that a connection ended; its slot is free from then on.
struct CloseConnection: Command {
    typealias Reply = Void

    let closing: Closing
    let holding: Holding

    var durability: Durability { .connection }

    func decide(_ state: LiveState, now: WallTime) throws -> Decision<Void> {
        let closed = ConnectionClosed(
            connection: self.closing.connection,
            credential: self.holding.grant.credential,
            customer: self.holding.customer,
            channel: self.holding.grant.channel,
            reason: self.closing.reason.rawValue,
            bytes: ByteCount(self.closing.bytes),
            watched: Milliseconds(self.closing.watchedMs),
            patched: Milliseconds(self.closing.patchedMs),
            stalls: self.closing.stalls,
            stalled: Milliseconds(self.closing.stalledMs),
            slate: Milliseconds(self.closing.slateMs)
        )
        return Decision([.connectionClosed(closed)], reply: ())
    }
}
