import Accounts
import HTTP
import LiveChannels
import NIOCore
import Synchronization

/// A HLS session with what it plays, as all event loops share it.
final class HLSViewer: Sendable {
    let grant: Grant
    let channel: any ViewableChannel
    private let session: Mutex<HLSSession>
    private let standInsBefore: StandIns
    /// How often the channel had given up when it came.
    private let givenUp: Int

    init(grant: Grant, channel: any ViewableChannel, address: PeerAddress, at now: NIODeadline) {
        self.grant = grant
        self.channel = channel
        self.standInsBefore = channel.standIns
        self.givenUp = channel.segments.givenUp
        self.session = Mutex(HLSSession(connection: grant.connection, address: address, at: now))
    }

    var hasEnded: Bool { self.session.withLock { $0.hasEnded } }

    func asked(from address: PeerAddress, at now: NIODeadline) -> HLSSession.Verdict {
        let standIns = self.standIns
        return self.session.withLock { $0.asked(from: address, standIns: standIns, at: now) }
    }

    /// What stood in place of the sources' media since the viewer began.
    private var standIns: StandIns { self.channel.standIns - self.standInsBefore }

    /// Where it was used from.
    var addresses: [PeerAddress] { self.session.withLock { $0.addresses } }

    func permitted(_ address: PeerAddress) {
        self.session.withLock { $0.permitted(address) }
    }

    func sent(_ segment: SegmentStore.Item, at now: NIODeadline) {
        self.session.withLock {
            $0.sent(segment.number, bytes: segment.bytes.readableBytes, lasting: segment.duration, at: now)
        }
    }

    func checked(silenceMin: TimeAmount, at now: NIODeadline) -> Closing? {
        if self.isGivenUp { return self.ended(.noSource, at: now) }
        let target = self.channel.segments.targetDurationSeconds
        return self.session.withLock {
            $0.checked(targetDurationSeconds: target, silenceMin: silenceMin, at: now)
        }
    }

    /// Whether the channel has had nothing to show for too long, and closed those who watched.
    var isGivenUp: Bool { self.channel.segments.givenUp != self.givenUp }

    func ended(_ reason: Closing.Reason, at now: NIODeadline) -> Closing? {
        let standIns = self.standIns
        return self.session.withLock { $0.ended(reason, standIns: standIns, at: now) }
    }
}
