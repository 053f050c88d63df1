import Model
import NIOCore
import Synchronization

/// What other threads may read of a channel: written by its pipeline, copied out under a lock.
final class StatusBoard: Sendable {
    /// Bits a second announced until a segment was measured: an ordinary 1080p channel.
    static let bandwidthDefault = 6_000_000

    /// What the pipeline says.
    struct Report: Sendable {
        var state: LiveChannel.Status.State = .idle
        var source: SourceID?
        var bytesIn: Int64 = 0
        var lastUnitAt: NIODeadline?
        var unitsDropped: Int64 = 0
        var notices: Int64 = 0
        var liveSince: NIODeadline?
        var codecs: [String] = []
        var bandwidth = StatusBoard.bandwidthDefault
        /// What goes out, and since when; `nil` while nothing does.
        var picture: (LiveChannel.Status.Picture, since: NIODeadline)?
        var standIns = StandIns()
        var cushion = MediaTime.zero

        mutating func show(_ picture: LiveChannel.Status.Picture?, now: NIODeadline) {
            guard picture != self.picture?.0 else { return }
            self.picture = picture.map { ($0, since: now) }
        }
    }

    private struct State {
        var name: String
        var viewers = 0
        var report = Report()
    }

    private let state: Mutex<State>

    init(name: String) {
        self.state = Mutex(State(name: name))
    }

    var name: String { self.state.withLock { $0.name } }
    var codecs: [String] { self.state.withLock { $0.report.codecs } }
    var bandwidth: Int { self.state.withLock { $0.report.bandwidth } }
    var standIns: StandIns { self.state.withLock { $0.report.standIns } }

    func rename(_ name: String) {
        self.state.withLock { $0.name = name }
    }

    func addViewers(_ count: Int) {
        self.state.withLock { $0.viewers += count }
    }

    func post(_ report: Report) {
        self.state.withLock { $0.report = report }
    }

    func status(now: NIODeadline) -> LiveChannel.Status {
        let (report, viewers) = self.state.withLock { ($0.report, $0.viewers) }
        return LiveChannel.Status(
            state: report.state,
            source: report.source,
            viewers: viewers,
            bytesIn: report.bytesIn,
            lastUnitAge: report.lastUnitAt.map { now - $0 },
            unitsDropped: report.unitsDropped,
            notices: report.notices,
            uptime: report.liveSince.map { now - $0 },
            picture: report.picture?.0,
            pictureAge: report.picture.map { now - $0.since },
            standIns: report.standIns,
            cushion: report.cushion
        )
    }
}
