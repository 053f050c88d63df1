import MPEGTS

/// A demuxer's outputs as a source's: units in batches, faults as counted notices.
struct TransportReader: Sendable {
    private var demuxer = Demuxer()

    /// What the next bytes bring.
    mutating func received(_ bytes: UnsafeRawBufferPointer) -> [SourceOutput] {
        var batch = OutputBatch()
        self.demuxer.push(bytes) { batch.add($0) }
        return batch.finish()
    }

    /// A segment is over, and with it its last units.
    mutating func fileEnded() -> [SourceOutput] {
        var batch = OutputBatch()
        self.demuxer.fileEnded { batch.add($0) }
        return batch.finish()
    }

    /// Bytes are missing here: nothing is joined over the gap.
    mutating func interrupted() -> [SourceOutput] {
        var batch = OutputBatch()
        self.demuxer.finish { batch.add($0) }
        return batch.finish()
    }
}

/// Collects what one delivery brought, so that a handler is called some times per delivery, not per picture.
struct OutputBatch {
    private var outputs: [SourceOutput] = []
    private var units: [AccessUnit] = []

    mutating func add(_ output: Demuxer.Output) {
        switch output {
        case .tracks(let tracks): self.tracks(tracks)
        case .unit(let unit): self.unit(unit)
        case .fault(let fault): self.fault(fault)
        }
    }

    /// Recognised media began.
    mutating func connected() {
        self.flushUnits()
        self.outputs.append(.connected)
    }

    mutating func tracks(_ tracks: [Track]) {
        self.flushUnits()
        self.outputs.append(.tracks(tracks))
    }

    mutating func unit(_ unit: AccessUnit) {
        self.units.append(unit)
    }

    /// A new epoch may begin; one word for all tracks of a moment.
    mutating func discontinuity() {
        self.flushUnits()
        if self.outputs.last != .discontinuity { self.outputs.append(.discontinuity) }
    }

    /// Something of the media was left out before what comes next; one word for all of a place.
    mutating func corrupt() {
        self.flushUnits()
        guard case .notice(.corruptUnits(let count)) = self.outputs.last else {
            return self.outputs.append(.notice(.corruptUnits(1)))
        }
        self.outputs[self.outputs.count - 1] = .notice(.corruptUnits(count + 1))
    }

    private mutating func continuityError() {
        self.flushUnits()
        guard case .notice(.continuityErrors(let count)) = self.outputs.last else {
            return self.outputs.append(.notice(.continuityErrors(1)))
        }
        self.outputs[self.outputs.count - 1] = .notice(.continuityErrors(count + 1))
    }

    mutating func notice(_ notice: SourceNotice) {
        self.flushUnits()
        self.outputs.append(.notice(notice))
    }

    /// The outputs; what was lost stands where it is missing.
    mutating func finish() -> [SourceOutput] {
        self.flushUnits()
        return self.outputs
    }

    private mutating func fault(_ fault: Demuxer.Fault) {
        switch fault {
        case .continuity: self.continuityError()
        case .lostSync, .transportError, .badCRC, .oversized, .truncated, .malformed, .tooManyTracks:
            self.corrupt()
        case .scrambled(let pid): self.notice(.scrambled(pid: pid))
        case .discontinuity: self.discontinuity()
        }
    }

    private mutating func flushUnits() {
        guard !self.units.isEmpty else { return }
        self.outputs.append(.units(self.units))
        self.units = []
    }
}
