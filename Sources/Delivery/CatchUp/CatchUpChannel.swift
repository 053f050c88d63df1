import LiveChannels
import Model

/// A channel's archive in place of the channel, for viewers who catch up: they neither open a source nor count as watching it.
final class CatchUpChannel: ViewableChannel {
    /// A player of an archive fetches a minute ahead and is silent meanwhile; three of these end its session.
    private static let patienceSeconds = 40

    let segments = SegmentStore(targetDurationSeconds: CatchUpChannel.patienceSeconds)
    let ring = LiveRing()
    private let channel: any ViewableChannel

    init(_ channel: any ViewableChannel) {
        self.channel = channel
    }

    var codecs: [String] { self.channel.codecs }
    var bandwidth: Int { self.channel.bandwidth }
    /// What was held or a slate then was told then.
    var standIns: StandIns { StandIns() }
    func viewerJoined() {}
    func viewerLeft() {}
}
