/// Decides which programme of a transport stream is read.
///
/// The first of the PAT is preferred. Another is taken only when its PMT came ``patience`` times and the first one's
/// never did, so that a connection that joins between two PMTs chooses as every other does.
struct ProgramChoice: Hashable, Sendable {
    /// Sightings of another programme's PMT before the first programme is given up: PMTs come every 0.1 to 0.5 s.
    static let patience = 6

    private let wanted: UInt16?
    /// Programmes by section of the PAT, so that a table of several sections can be put together.
    private var sections: [UInt8: [PAT.Program]] = [:]
    private var version: UInt8?
    private var transportStreamID: UInt16?
    private var sightings: [UInt16: Int] = [:]

    /// Programmes that may be chosen, in the order of the PAT.
    private(set) var candidates: [PAT.Program] = []
    private(set) var selected: UInt16?

    init(wanted: UInt16?) {
        self.wanted = wanted
    }

    /// PIDs on which PMTs are awaited: those of all candidates, or of the chosen one.
    var pmtPIDs: [UInt16] {
        var seen: Set<UInt16> = []
        return self.candidates
            .filter { self.selected == nil || $0.number == self.selected }
            .map(\.pmtPID)
            .filter { seen.insert($0).inserted }
    }

    /// Takes a section of the PAT; answers whether anything changed.
    mutating func received(_ pat: PAT) -> Bool {
        guard pat.isCurrent else { return false }
        if pat.version != self.version || pat.transportStreamID != self.transportStreamID {
            self.sections = [:]
            self.version = pat.version
            self.transportStreamID = pat.transportStreamID
        }
        guard self.sections[pat.sectionNumber] != pat.programs else { return false }
        self.sections[pat.sectionNumber] = pat.programs
        let all = self.sections.sorted { $0.key < $1.key }.flatMap(\.value)
        let found = all.filter {
            (self.wanted == nil || $0.number == self.wanted) && $0.pmtPID != PAT.pid
                && $0.pmtPID != PacketHeader.nullPID
        }
        let candidates = Array(found.prefix(Demuxer.programsMax))
        guard candidates != self.candidates else { return false }
        self.candidates = candidates
        // Sections of a new version come one after the other: only a whole table can say that a programme is gone.
        let isWhole = self.sections.count > Int(pat.lastSectionNumber)
        if isWhole, !candidates.contains(where: { $0.number == self.selected }) {
            self.selected = nil
            self.sightings = [:]
        }
        return true
    }

    /// Takes a PMT that came on `pid`; answers whether it is that of the chosen programme.
    mutating func received(_ pmt: PMT, pid: UInt16) -> Bool {
        guard pmt.isCurrent, self.candidates.contains(.init(number: pmt.programNumber, pmtPID: pid)) else {
            return false
        }
        if let selected = self.selected { return pmt.programNumber == selected }
        let count = (self.sightings[pmt.programNumber] ?? 0) + 1
        self.sightings[pmt.programNumber] = count
        guard pmt.programNumber == self.candidates.first?.number || count >= Self.patience else { return false }
        self.selected = pmt.programNumber
        return true
    }
}
