import Events
import Ingest
package import Model
package import NIOCore

/// What is recorded.
extension SourceSupervisor {
    /// What the first media of a run means: a start, a blip that is over, a recovery.
    mutating func firstMedia(of run: SourceRun, now: NIODeadline) -> [Action] {
        let source = run.source
        var line = self.lines[source.id] ?? SourceLine()
        defer {
            line.outage = nil
            line.downSince = nil
            line.hasFailed = false
            line.isRefused = false
            line.lacksSlot = false
            self.lines[source.id] = line
        }
        if let since = line.downSince {
            return [.record(.ingestRecovered(self.recovered(source, since: since, now: now)))]
        }
        if let outage = line.outage {
            var blip = self.blip(run, cause: outage.cause, since: outage.since, now: now)
            blip.bytes = ByteCount(outage.bytes)
            return [.record(.ingestBlip(blip))]
        }
        let started = IngestStarted(
            channel: self.channel,
            source: source.id,
            supplier: source.supplier,
            after: (now - run.openedAt).milliseconds,
            tracks: run.tracks
        )
        return [.record(.ingestStarted(started))]
    }

    /// What the end of a stall means, when the run went on.
    mutating func mediaAgain(of run: SourceRun, since: NIODeadline, before bytes: Int64, now: NIODeadline) -> Action {
        let downSince = self.lines[run.source.id]?.downSince
        self.lines[run.source.id]?.outage = nil
        self.lines[run.source.id]?.downSince = nil
        guard let downSince else {
            var blip = self.blip(run, cause: "stall", since: since, now: now)
            blip.bytes = ByteCount(bytes)
            return .record(.ingestBlip(blip))
        }
        return .record(.ingestRecovered(self.recovered(run.source, since: downSince, now: now)))
    }

    private func recovered(_ source: SourceSpecification, since: NIODeadline, now: NIODeadline) -> IngestRecovered {
        IngestRecovered(
            channel: self.channel,
            source: source.id,
            supplier: source.supplier,
            down: (now - since).milliseconds
        )
    }

    /// The source does not deliver: told once, until it does again.
    mutating func down(
        _ source: SourceSpecification,
        cause: String? = nil,
        bytes: Int64? = nil,
        winner: ChannelID? = nil,
        now: NIODeadline
    ) -> [Action] {
        guard var line = self.lines[source.id], let outage = line.outage, line.downSince == nil else { return [] }
        line.downSince = outage.since
        self.lines[source.id] = line
        let isOpen = self.runs.contains { $0.source.id == source.id }
        let wait = line.retryAt.map { max(.nanoseconds(0), $0 - now) } ?? .nanoseconds(0)
        let down = IngestDown(
            channel: self.channel,
            source: source.id,
            supplier: source.supplier,
            cause: cause ?? outage.cause,
            bytes: ByteCount(bytes ?? outage.bytes),
            retryIn: (isOpen ? .nanoseconds(0) : wait).milliseconds,
            winner: winner
        )
        return [.record(.ingestDown(down))]
    }

    /// Segments of the run never came, and the media go on behind them.
    package mutating func lost(_ length: MediaTime, run: Int, now: NIODeadline) -> [Action] {
        guard let run = self.runs.first(where: { $0.number == run }), run.source.id == self.current,
            run.firstMediaAt != nil
        else { return [] }
        self.lostSegments.length += length
        if let toldAt = self.lostSegments.toldAt, now - toldAt < Self.lossesTold { return [] }
        var blip = self.blip(run, cause: "segments-lost", since: now, now: now)
        blip.gap = Milliseconds(self.lostSegments.length.milliseconds)
        self.lostSegments = (.zero, now)
        return [.record(.ingestBlip(blip))]
    }

    func blip(_ run: SourceRun, cause: String, since: NIODeadline, now: NIODeadline) -> IngestBlip {
        IngestBlip(
            channel: self.channel,
            source: run.source.id,
            supplier: run.source.supplier,
            cause: cause,
            gap: (now - since).milliseconds,
            bytes: ByteCount(run.bytes)
        )
    }

    func stopped(_ run: SourceRun, why: String, now: NIODeadline) -> Event {
        let ran = run.firstMediaAt.map { (now - $0).milliseconds } ?? Milliseconds(0)
        return self.stopped(run.source, why: why, bytes: run.bytes, ran: ran)
    }

    func stopped(
        _ source: SourceSpecification,
        why: String,
        bytes: Int64 = 0,
        ran: Milliseconds = Milliseconds(0)
    ) -> Event {
        .ingestStopped(
            IngestStopped(
                channel: self.channel,
                source: source.id,
                supplier: source.supplier,
                why: why,
                bytes: ByteCount(bytes),
                ran: ran
            )
        )
    }
}

extension TimeAmount {
    /// Whole milliseconds, as events carry them.
    var milliseconds: Milliseconds { Milliseconds(self.nanoseconds / 1_000_000) }
}
