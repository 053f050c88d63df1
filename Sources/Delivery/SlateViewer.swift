import HTTP
import LiveChannels
import Model
import NIOCore

/// One viewer of a slate as transport stream, in place of a refusal; touched on its connection's loop only.
final class SlateViewer: StreamOwner {
    /// How far ahead of its time a piece is sent, so that no player runs dry.
    private static let lead = TimeAmount.seconds(1)

    private let slates: LimitSlates
    private let clip: SlateClip
    private let connection: HTTPConnection
    private let loop: any EventLoop
    private var next = 0
    private var timer: Scheduled<Void>?
    private var hasEnded = false

    init(_ clip: SlateClip, of slates: LimitSlates, on connection: HTTPConnection, loop: any EventLoop) {
        self.slates = slates
        self.clip = clip
        self.connection = connection
        self.loop = loop
    }

    /// Takes the connection; its place among the viewers has been taken before.
    func start(_ head: ResponseHead) {
        self.connection.beginStream(self)
        self.connection.write(head.closing)
        self.play(from: self.loop.now)
    }

    private func play(from start: NIODeadline) {
        guard !self.hasEnded else { return }
        guard self.next < self.clip.pieces.count else { return self.end() }
        self.connection.write(self.clip.pieces[self.next])
        self.next += 1
        // What was written last has its time before the end.
        let length = TimeAmount.milliseconds(self.clip.pieceLength.milliseconds * Int64(self.next))
        let isLast = self.next == self.clip.pieces.count
        let bound = NIOLoopBound(self, eventLoop: self.loop)
        self.timer = self.loop.scheduleTask(deadline: start + length - (isLast ? .zero : Self.lead)) {
            bound.value.play(from: start)
        }
    }

    private func end() {
        guard !self.hasEnded else { return }
        self.hasEnded = true
        self.timer?.cancel()
        self.slates.leave()
        self.connection.close()
    }

    func streamClosed() {
        self.end()
    }

    /// It ends by itself soon, read or not.
    func streamSwept(written: Int64, queued: Int, at now: NIODeadline) {}
}
