import Ingest
package import Model
package import NIOCore

/// What became of a switch that an operator asked for.
package enum SwitchAnswer: Hashable, Sendable {
    /// The channel comes from the source now, and stays there until it fails.
    case switched
    /// Baton chooses the source again.
    case automatic
    /// Nothing runs.
    case notRunning
    /// The source is not one of the channel's.
    case unknownSource
    /// The source could not be opened; the cause is one word.
    case failed(String)
    /// The source had nothing to begin with in the time allowed.
    case tooSlow
    /// Another switch was asked for meanwhile.
    case superseded
}

/// Switches that an operator asks for.
extension SourceSupervisor {
    /// Goes to `source` as soon as it is ready, and stays; `nil` lets the supervisor choose again.
    ///
    /// One ``Action/answer(request:_:)`` with this number follows.
    package mutating func switchAsked(to source: SourceID?, request: Int, now: NIODeadline) -> [Action] {
        guard let current = self.source else { return [.answer(request: request, .notRunning)] }
        var actions: [Action] = []
        if let manual = self.manual { actions.append(.answer(request: manual.request, .superseded)) }
        self.manual = nil
        guard let source else {
            self.pinned = nil
            return actions + [.answer(request: request, .automatic)] + self.settle(now: now)
        }
        guard let target = self.sources.first(where: { $0.id == source }) else {
            return actions + [.answer(request: request, .unknownSource)]
        }
        let isThere = target.id == current.id && self.currentRun.map { $0.number == self.entered } ?? false
        guard !isThere else {
            self.pinned = target.id
            return actions + [.answer(request: request, .switched)] + self.settle(now: now)
        }
        self.manual = ManualSwitch(request: request, target: target.id, deadline: now + self.configuration.manualMax)
        for run in self.others where run.source.id != target.id && run.number != self.entered {
            actions += self.letGo(run, why: "not-needed", now: now)
        }
        if target.id != current.id, !self.runs.contains(where: { $0.source.id == target.id }) {
            let isShared = target.supplier == current.supplier
            actions += self.open(target, claim: isShared ? .spare(leaving: 0) : .queued, now: now)
        }
        return actions + self.settle(now: now)
    }

    /// Goes over when the source is ready, or gives up.
    mutating func settleManual(now: NIODeadline) -> [Action] {
        guard let manual = self.manual else { return [] }
        guard now < manual.deadline else {
            self.manual = nil
            return [.answer(request: manual.request, .tooSlow)]
        }
        guard manual.target != self.current,
            let run = self.runs.first(where: { $0.source.id == manual.target && $0.isReady }),
            self.isFlowing(run, now: now)
        else { return [] }
        self.pinned = manual.target
        return self.move(to: run.source, why: "manual", now: now)
    }

    /// The output comes from `source`: if that was asked for, it is done.
    mutating func manualEntered(_ source: SourceID) -> [Action] {
        guard let manual = self.manual, manual.target == source else { return [] }
        self.manual = nil
        self.pinned = source
        return [.answer(request: manual.request, .switched)]
    }

    /// The source that was asked for failed.
    mutating func manualFailed(_ run: SourceRun, cause: String) -> [Action] {
        guard let manual = self.manual, manual.target == run.source.id else { return [] }
        self.manual = nil
        self.pinned = nil
        return [.answer(request: manual.request, .failed(cause))]
    }

    /// Both sources share a connection: the operator's wish closes the one for the other.
    mutating func manualLacksSlot(_ target: SourceSpecification, now: NIODeadline) -> [Action] {
        guard let run = self.currentRun else { return [] }
        self.pinned = target.id
        return self.letGo(run, why: "manual", now: now) + self.move(to: target, why: "manual", now: now)
    }
}
