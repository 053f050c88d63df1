package import Model
package import NIOCore
import Synchronization

/// One channel: its sources, its timeline, its outputs; every member is callable from any thread.
///
/// All work is done on one event loop, by a pipeline that only this class knows; what viewers read on other loops are
/// ``segments``, ``ring`` and a snapshot under a lock.
package final class LiveChannel: Sendable {
    package let id: ChannelID
    /// What HLS viewers take.
    package let segments: SegmentStore
    /// What viewers of live MPEG-TS take.
    package let ring: LiveRing
    private let board: StatusBoard
    private let pipeline: ChannelPipeline

    /// Makes the channel, whose work will all be done on `loop`; nothing runs before ``start()``.
    init(_ specification: ChannelSpecification, on loop: any EventLoop, with services: ChannelServices) {
        self.id = specification.id
        let output = ChannelOutput(specification.id, services)
        self.segments = output.segments
        self.ring = output.ring
        self.board = StatusBoard(name: specification.name)
        self.pipeline = ChannelPipeline(
            specification,
            on: loop,
            with: services,
            output: output,
            board: self.board
        )
    }

    /// What the channel is called now.
    package var name: String { self.board.name }

    /// The codecs as a multivariant playlist names them (RFC 6381), in the order of the tracks; empty until known.
    package var codecs: [String] { self.board.codecs }

    /// Bits a second of the transport stream, the most of any segment of late; a default until one was made.
    package var bandwidth: Int { self.board.bandwidth }

    /// What stood in place of the sources' media since the channel was made.
    package var standIns: StandIns { self.board.standIns }

    /// The channel as status pages show it.
    package var status: Status { self.board.status(now: .now()) }

    /// A viewer (HLS session or TS socket) begins: a channel on demand opens with the first one.
    package func viewerJoined() {
        self.board.addViewers(1)
        self.pipeline.viewerJoined()
    }

    /// A viewer ends; a channel on demand lingers 5 s after the last one.
    package func viewerLeft() {
        self.board.addViewers(-1)
        self.pipeline.viewerLeft()
    }

    /// Goes to a source of the channel as soon as it can be entered, and stays until it fails; `nil` lets Baton choose again.
    package func switchSource(to source: SourceID?) -> EventLoopFuture<SwitchAnswer> {
        self.pipeline.switchSource(to: source)
    }

    func start() {
        self.pipeline.start()
    }

    func change(to specification: ChannelSpecification) {
        self.board.rename(specification.name)
        self.pipeline.change(to: specification)
    }

    /// Ends the sources and all viewers.
    func end(why: String) -> EventLoopFuture<Void> {
        self.pipeline.end(why: why)
    }
}
