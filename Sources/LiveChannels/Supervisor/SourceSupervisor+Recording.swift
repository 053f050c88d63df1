import Events
import Ingest
package import Model
package import NIOCore

extension SourceSupervisor {
    /// What the first media of a run means: a start, a blip that is over, a recovery, a switch.
    mutating func firstMedia(of run: Run, now: NIODeadline) -> [Action] {
        let source = self.sources[run.index]
        defer {
            self.outage = nil
            self.lastDelivered = source.id
        }
        var actions: [Action] = []
        if let since = self.downSince.removeValue(forKey: source.id) {
            let recovered = IngestRecovered(
                channel: self.channel,
                source: source.id,
                supplier: source.supplier,
                down: (now - since).milliseconds
            )
            actions.append(.record(.ingestRecovered(recovered)))
        } else if let outage = self.outage, outage.source == source.id {
            var blip = self.blip(run, cause: outage.cause, since: outage.since, now: now)
            blip.bytes = ByteCount(outage.bytes)
            actions.append(.record(.ingestBlip(blip)))
        } else {
            let started = IngestStarted(
                channel: self.channel,
                source: source.id,
                supplier: source.supplier,
                after: (now - run.openedAt).milliseconds,
                tracks: self.tracks
            )
            actions.append(.record(.ingestStarted(started)))
        }
        if let outage = self.outage, (self.lastDelivered ?? outage.source) != source.id {
            let switched = FailoverSwitch(
                channel: self.channel,
                from: self.lastDelivered ?? outage.source,
                to: source.id,
                why: outage.cause,
                gap: (now - outage.since).milliseconds
            )
            actions.append(.record(.failoverSwitch(switched)))
        }
        return actions
    }

    /// Segments of the source never came, and the media go on behind them.
    package mutating func lost(_ length: MediaTime, now: NIODeadline) -> [Action] {
        guard case .running(let run) = self.state, run.firstMediaAt != nil else { return [] }
        self.lostSegments.length += length
        if let toldAt = self.lostSegments.toldAt, now - toldAt < Self.lossesTold { return [] }
        var blip = self.blip(run, cause: "segments-lost", since: now, now: now)
        blip.gap = Milliseconds(self.lostSegments.length.milliseconds)
        self.lostSegments = (.zero, now)
        return [.record(.ingestBlip(blip))]
    }

    func blip(_ run: Run, cause: String, since: NIODeadline, now: NIODeadline) -> IngestBlip {
        let source = self.sources[run.index]
        return IngestBlip(
            channel: self.channel,
            source: source.id,
            supplier: source.supplier,
            cause: cause,
            gap: (now - since).milliseconds,
            bytes: ByteCount(run.bytes)
        )
    }
}

extension SourceSupervisor.Run {
    /// Since when no media has come that would still be playing; `nil` while there is some or the silence is short.
    func silentSince(now: NIODeadline) -> NIODeadline? {
        now - self.lastsUntil >= SourceSupervisor.silence ? self.lastsUntil : nil
    }
}

extension TimeAmount {
    /// Whole milliseconds, as events carry them.
    var milliseconds: Milliseconds { Milliseconds(self.nanoseconds / 1_000_000) }
}

extension SourceFailure.Cause {
    /// Whether asking the same source once more may help; a refusal that says why will stand.
    var mayPass: Bool {
        switch self {
        case .refused, .unreachable, .closed, .reset, .timedOut, .transfer, .rtmp, .unresolved: true
        case .badURL, .httpStatus, .notMedia, .tooManyRedirects, .forbiddenScheme, .forbiddenAddress, .tls, .tooLarge,
            .playlist, .decryption, .unsupported, .slotUnavailable, .cancelled:
            false
        }
    }
}
