/// The PAT and PMT of an output stream, made anew only when their content changes.
struct OutputTables: Hashable, Sendable {
    /// PIDs below are reserved (ISO/IEC 13818-1, Table 2-3).
    static let firstPID: UInt16 = 0x10
    /// Where the PMT is, unless a track has that PID.
    static let usualPMTPID: UInt16 = 0x1000
    /// `registration_descriptor` of a programme with SCTE 35 cues (SCTE 35, 8.1).
    private static let cueRegistration: [UInt8] = [0x05, 0x04, 0x43, 0x55, 0x45, 0x49]

    private(set) var tracks: [Track]
    private(set) var pmtPID = Self.usualPMTPID
    private(set) var clockPID: UInt16
    private(set) var pmtVersion: UInt8 = 0
    private(set) var patSection: [UInt8] = []
    private(set) var pmtSection: [UInt8] = []

    private let programNumber: UInt16
    private let transportStreamID: UInt16
    private var patVersion: UInt8 = 0

    init(tracks: [Track], programNumber: UInt16, transportStreamID: UInt16) {
        self.programNumber = programNumber
        self.transportStreamID = transportStreamID
        self.tracks = Self.usable(tracks)
        self.clockPID = Self.clockPID(of: self.tracks)
        self.pmtPID = Self.pmtPID(self.pmtPID, besides: self.tracks)
        self.patSection = self.pat.section
        self.pmtSection = self.pmt.section
    }

    /// Takes other tracks; answers whether PAT or PMT changed.
    mutating func change(tracks: [Track]) -> Bool {
        let before = self.pmt
        let pidBefore = self.pmtPID
        self.tracks = Self.usable(tracks)
        self.clockPID = Self.clockPID(of: self.tracks)
        self.pmtPID = Self.pmtPID(self.pmtPID, besides: self.tracks)
        guard self.pmt != before || self.pmtPID != pidBefore else { return false }
        self.renew()
        if self.pmtPID != pidBefore {
            self.patVersion = (self.patVersion + 1) & 0x1F
            self.patSection = self.pat.section
        }
        return true
    }

    /// Says the same PMT with another version.
    mutating func renew() {
        self.pmtVersion = (self.pmtVersion + 1) & 0x1F
        self.pmtSection = self.pmt.section
    }

    private var pat: PAT {
        PAT(
            transportStreamID: self.transportStreamID,
            version: self.patVersion,
            programs: [.init(number: self.programNumber, pmtPID: self.pmtPID)]
        )
    }

    private var pmt: PMT {
        PMT(
            programNumber: self.programNumber,
            version: self.pmtVersion,
            pcrPID: self.clockPID,
            descriptors: self.tracks.contains { $0.codec == .scte35 } ? Self.cueRegistration : [],
            streams: self.tracks.map { PMT.Stream(type: $0.streamType, pid: $0.pid, descriptors: $0.descriptors) }
        )
    }

    /// The tracks that can be written, their descriptors clear and as many as fit one section.
    private static func usable(_ tracks: [Track]) -> [Track] {
        var taken: Set<UInt16> = []
        var kept = tracks.filter { track in
            (Self.firstPID..<PacketHeader.nullPID).contains(track.pid) && taken.insert(track.pid).inserted
        }
        kept = Array(kept.prefix(Demuxer.tracksMax))
        let fixed = SectionHeader.size + 4 + Self.cueRegistration.count + 5 * kept.count + CRC32MPEG2.size
        var room = PMT.sectionSizeMax - fixed
        for index in kept.indices {
            let clear = Descriptors.clear(kept[index].descriptors)
            kept[index].descriptors = clear.count <= room ? clear : []
            room -= kept[index].descriptors.count
        }
        return kept
    }

    private static func clockPID(of tracks: [Track]) -> UInt16 {
        let track = tracks.first { $0.codec.isVideo } ?? tracks.first { $0.codec.isAudio }
        return track?.pid ?? PacketHeader.nullPID
    }

    /// The PID the PMT had, or the next that no track has.
    private static func pmtPID(_ current: UInt16, besides tracks: [Track]) -> UInt16 {
        var pid = current
        while tracks.contains(where: { $0.pid == pid }) {
            pid = pid + 1 < PacketHeader.nullPID ? pid + 1 : Self.usualPMTPID
        }
        return pid
    }
}
