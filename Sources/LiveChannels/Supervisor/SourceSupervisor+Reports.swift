import Continuity
import Events
import Ingest
import Model
package import NIOCore

/// What the output tells.
extension SourceSupervisor {
    package mutating func reported(_ report: ContinuityReport, now: NIODeadline) -> [Action] {
        var actions: [Action] = []
        switch report {
        case .suspect(let cause):
            self.suspected(cause: cause, now: now)
        case .fine:
            self.outputSuspects = nil
            if let run = self.currentRun { self.update(run.number) { $0.corrupt = nil } }
        case .ready(let run):
            self.update(run) { $0.isReady = true }
        case .heldLong:
            self.isHeldLong = true
        case .entered(let run, let gap):
            self.isHeldLong = false
            actions = self.entered(run, gap: gap)
        case .corrupt(let run, let cause):
            actions = self.corrupted(run, cause: cause, now: now)
        case .patched(let run, let method, let length, let visibility, let bytes):
            let patch = FreezePatch(
                channel: self.channel,
                method: method,
                source: self.source(ofRun: run)?.id,
                length: length,
                visibility: visibility,
                viewers: Int64(self.viewers),
                bytes: bytes
            )
            return [.record(.freezePatch(patch))]
        case .overlapDropped(let run, let units, let length):
            return self.source(ofRun: run).map { [.record(self.overlap(of: $0, units: units, length: length))] } ?? []
        }
        return actions + self.settle(now: now)
    }

    private func source(ofRun run: Int) -> SourceSpecification? {
        self.remembered.last { $0.run == run }?.source
    }

    private func overlap(of source: SourceSpecification, units: Int64, length: Milliseconds) -> Event {
        .overlapDropped(
            OverlapDropped(
                channel: self.channel,
                source: source.id,
                supplier: source.supplier,
                units: units,
                length: length
            )
        )
    }

    private mutating func suspected(cause: String, now: NIODeadline) {
        guard self.current != nil else { return }
        self.outputSuspects = cause
        guard let run = self.currentRun, run.number == self.entered else { return }
        // The output knows better than the sums how long what came will last.
        self.update(run.number) { $0.lastsUntil = min($0.lastsUntil, now) }
        // Media that are too slow ended when what was kept began to be used up.
        let end = cause == ChannelContinuity.slow ? now - self.configuration.slowFor : now
        self.mediaEnd = self.mediaEnd.map { min($0, end) }
    }

    private mutating func entered(_ number: Int, gap: Milliseconds) -> [Action] {
        guard let source = self.source(ofRun: number) else { return [] }
        self.entered = number
        if let run = self.runs.first(where: { $0.number == number }) { self.mediaEnd = run.lastsUntil }
        self.outputSuspects = nil
        defer { self.delivered = source.id }
        var actions: [Action] = []
        if let delivered = self.delivered, delivered != source.id {
            let switched = FailoverSwitch(
                channel: self.channel,
                from: delivered,
                to: source.id,
                why: self.whySwitched,
                gap: gap
            )
            actions.append(.record(.failoverSwitch(switched)))
        }
        return actions + self.manualEntered(source.id)
    }

    private mutating func corrupted(_ number: Int, cause: String, now: NIODeadline) -> [Action] {
        guard let run = self.runs.first(where: { $0.number == number }), run.corrupt == nil else { return [] }
        guard run.source.id == self.current || number == self.entered else {
            // Nobody sees it: it is no standby and no better source.
            return [.close(run: number)] + self.failed(run, cause: cause, isRefused: false, now: now)
        }
        self.update(number) {
            $0.corrupt = cause
            $0.lastsUntil = min($0.lastsUntil, now)
            $0.goodSince = nil
        }
        return []
    }
}
