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
    private var continuityErrors = 0
    private var corruptUnits = 0

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

    mutating func corrupt() { self.corruptUnits += 1 }

    mutating func notice(_ notice: SourceNotice) {
        self.flushUnits()
        self.outputs.append(.notice(notice))
    }

    /// The outputs, counts last.
    mutating func finish() -> [SourceOutput] {
        self.flushUnits()
        if self.continuityErrors > 0 { self.outputs.append(.notice(.continuityErrors(self.continuityErrors))) }
        if self.corruptUnits > 0 { self.outputs.append(.notice(.corruptUnits(self.corruptUnits))) }
        return self.outputs
    }

    private mutating func fault(_ fault: Demuxer.Fault) {
        switch fault {
        case .continuity: self.continuityErrors += 1
        case .lostSync, .transportError, .badCRC, .oversized, .truncated, .malformed, .tooManyTracks:
            self.corruptUnits += 1
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
