import Model

/// Which faults last at a time; the part of a supplier's state that script steps set.
///
/// Pure: times are media times of the broadcast, which go with the wall clock.
struct LineState: Sendable {
    private(set) var entry = Fault.Entry.live
    private(set) var sequenceShift = 0
    private var stall: Lasting<Fault.Backlog>?
    private var slow: (from: MediaTime, until: MediaTime, percent: Int)?
    private var bitErrors: Lasting<Int>?
    private var packets: Lasting<Line>?
    private var answer: Lasting<Fault.Answer>?
    private var segments: Lasting<Fault.SegmentFault>?
    private var frozen: Lasting<MediaTime>?
    private var clockless: Lasting<Bool>?
    private var keyless: Lasting<Bool>?

    /// Something that is so until a time.
    private struct Lasting<Value: Sendable>: Sendable {
        var value: Value
        var until: MediaTime

        func at(_ now: MediaTime) -> Value? { now < self.until ? self.value : nil }
    }

    /// Takes a fault that lasts or stays.
    mutating func begin(_ fault: Fault, at now: MediaTime) {
        let until = now + MediaTime(milliseconds: Int64(fault.seconds * 1_000))
        switch fault {
        case .stall(_, let backlog): self.stall = Lasting(value: backlog, until: until)
        case .slow(_, let percent): self.slow = (now, until, percent)
        case .bitErrors(_, let count): self.bitErrors = Lasting(value: count, until: until)
        case .packets(let damage, _, let count):
            self.packets = Lasting(value: Line(damage: damage, damageOneIn: count), until: until)
        case .answer(let answer, _): self.answer = Lasting(value: answer, until: until)
        case .segments(let fault, _): self.segments = Lasting(value: fault, until: until)
        case .frozenPlaylist: self.frozen = Lasting(value: now, until: until)
        case .missingClock: self.clockless = Lasting(value: true, until: until)
        case .missingKey: self.keyless = Lasting(value: true, until: until)
        case .entry(let entry): self.entry = entry
        case .sequence(let step): self.sequenceShift += step
        case .close, .reset, .closeInPacket, .garbage, .times, .changeReel, .changePIDs: break
        }
    }

    func stall(at now: MediaTime) -> Fault.Backlog? { self.stall?.at(now) }
    func answer(at now: MediaTime) -> Fault.Answer? { self.answer?.at(now) }
    func segmentFault(at now: MediaTime) -> Fault.SegmentFault? { self.segments?.at(now) }
    func hasClock(at now: MediaTime) -> Bool { self.clockless?.at(now) == nil }
    func isKeyMissing(at now: MediaTime) -> Bool { self.keyless?.at(now) != nil }
    /// The time a playlist shows.
    func playlistTime(at now: MediaTime) -> MediaTime { self.frozen?.at(now) ?? now }

    /// Media up to this is sent.
    func limit(at now: MediaTime) -> MediaTime {
        guard let slow = self.slow, now < slow.until else { return now }
        return MediaTime(ticks: slow.from.ticks + (now - slow.from).ticks * Int64(slow.percent) / 100)
    }

    func line(at now: MediaTime) -> Line {
        let damage = self.packets?.at(now)
        return Line(
            bitErrorsPerMillion: self.bitErrors?.at(now) ?? 0,
            damage: damage?.damage,
            damageOneIn: damage?.damageOneIn ?? 0
        )
    }
}
