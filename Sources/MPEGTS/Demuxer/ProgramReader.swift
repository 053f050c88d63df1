/// Follows one programme of a transport stream through PAT and PMT, and reads its tracks.
struct ProgramReader: Sendable {
    /// What the packets of a PID are for.
    private enum Role {
        case nothing
        case pat
        case pmt(Int)
        case track(Int)
        /// The clock alone; only its jumps are of interest.
        case clock
    }

    private(set) var tracks: [Track]?
    private var choice: ProgramChoice
    private var patReader = TableReader(pid: PAT.pid)
    private var pmtReaders: [TableReader] = []
    private var trackReaders: [TrackReader] = []
    private var clockPID = PacketHeader.nullPID
    /// One byte for each PID, read by ``role(of:)``.
    private var roles = [UInt8](repeating: 0, count: PacketHeader.pidCount)

    init(wanted: UInt16?) {
        self.choice = ProgramChoice(wanted: wanted)
        self.assignRoles()
    }

    var selected: UInt16? { self.choice.selected }

    mutating func received(_ event: PacketReader.Event, _ emit: (Demuxer.Output) -> Void) {
        switch event {
        case .packet(let packet): self.received(packet, emit)
        case .skipped(let count): emit(.fault(.lostSync(skipped: count)))
        case .lostSync:
            // Whole packets may be among the skipped bytes, and one in 16 such losses leaves the counters in step.
            self.patReader.reset()
            for index in self.pmtReaders.indices { self.pmtReaders[index].reset() }
            for index in self.trackReaders.indices { self.trackReaders[index].drop(emit) }
        }
    }

    /// The connection is over.
    mutating func disconnected(_ emit: (Demuxer.Output) -> Void) {
        self.patReader.reset()
        for index in self.pmtReaders.indices { self.pmtReaders[index].reset() }
        for index in self.trackReaders.indices { self.trackReaders[index].disconnected(emit) }
    }

    /// The file is over, and whole.
    mutating func fileEnded(_ emit: (Demuxer.Output) -> Void) {
        for index in self.trackReaders.indices { self.trackReaders[index].fileEnded(emit) }
    }

    private mutating func received(_ packet: UnsafeRawBufferPointer, _ emit: (Demuxer.Output) -> Void) {
        guard let header = try? PacketHeader(parsing: packet) else { return }
        let role = self.role(of: header.pid)
        if case .nothing = role { return }
        guard !header.transportError else { return emit(.fault(.transportError(pid: header.pid))) }
        var payloadOffset = PacketHeader.size
        var discontinuity = false
        if header.hasAdaptationField {
            guard let field = try? AdaptationField(parsing: packet) else {
                return emit(.fault(.malformed(pid: header.pid)))
            }
            payloadOffset += field.size
            discontinuity = field.discontinuity
        }
        let payload = UnsafeRawBufferPointer(rebasing: packet[payloadOffset...])
        switch role {
        case .nothing: break
        case .clock: if discontinuity { emit(.fault(.discontinuity(pid: header.pid))) }
        case .track(let index):
            self.trackReaders[index].received(
                header,
                packet: packet,
                payload: payload,
                discontinuity: discontinuity,
                emit
            )
        case .pat:
            let sections = self.patReader.received(header, packet: packet, payload: payload, discontinuity, emit)
            for section in sections { self.patReceived(section, emit) }
        case .pmt(let index):
            let sections = self.pmtReaders[index].received(
                header,
                packet: packet,
                payload: payload,
                discontinuity,
                emit
            )
            for section in sections { self.pmtReceived(section, pid: header.pid, emit) }
        }
    }

    private mutating func patReceived(_ section: [UInt8], _ emit: (Demuxer.Output) -> Void) {
        do throws(PSIError) {
            if self.choice.received(try PAT(section: section)) { self.assignRoles() }
        } catch {
            emit(.fault(error.fault(pid: PAT.pid)))
        }
    }

    private mutating func pmtReceived(_ section: [UInt8], pid: UInt16, _ emit: (Demuxer.Output) -> Void) {
        // Other tables may share the PID (ISO/IEC 13818-1, 2.4.4.9).
        guard section[0] == PMT.tableID else { return }
        do throws(PSIError) {
            let pmt = try PMT(section: section)
            let selected = self.choice.selected
            guard self.choice.received(pmt, pid: pid) else { return }
            self.follow(pmt, emit)
            if selected != self.choice.selected { self.assignRoles() }
        } catch {
            emit(.fault(error.fault(pid: pid)))
        }
    }

    private mutating func follow(_ pmt: PMT, _ emit: (Demuxer.Output) -> Void) {
        var taken: Set<UInt16> = [PAT.pid, PacketHeader.nullPID]
        taken.formUnion(self.choice.pmtPIDs)
        let all = pmt.streams
            .filter { taken.insert($0.pid).inserted }
            .map { Track(pid: $0.pid, streamType: $0.type, descriptors: $0.descriptors) }
        let tracks = Array(all.prefix(Demuxer.tracksMax))
        guard tracks != self.tracks || pmt.pcrPID != self.clockPID else { return }
        self.clockPID = pmt.pcrPID
        self.trackReaders = tracks.map { track in
            // A track that only changed its description goes on with the unit it is in.
            self.trackReaders.first { $0.isContinued(by: track) }?.described(as: track) ?? TrackReader(track)
        }
        self.assignRoles()
        guard tracks != self.tracks else { return }
        self.tracks = tracks
        emit(.tracks(tracks))
        if all.count > tracks.count { emit(.fault(.tooManyTracks(found: all.count))) }
    }

    private static let firstPMT: UInt8 = 3
    private static let firstTrack = Self.firstPMT + UInt8(Demuxer.programsMax)

    /// Writes down what each PID is for; where two claims meet, the table wins.
    private mutating func assignRoles() {
        let pids = self.choice.pmtPIDs
        if pids != self.pmtReaders.map(\.pid) {
            self.pmtReaders = pids.map { pid in self.pmtReaders.first { $0.pid == pid } ?? TableReader(pid: pid) }
        }
        for index in self.roles.indices { self.roles[index] = 0 }
        if self.clockPID != PacketHeader.nullPID { self.roles[Int(self.clockPID)] = 2 }
        for (index, reader) in self.trackReaders.enumerated() {
            self.roles[Int(reader.track.pid)] = Self.firstTrack + UInt8(index)
        }
        for (index, reader) in self.pmtReaders.enumerated() {
            self.roles[Int(reader.pid)] = Self.firstPMT + UInt8(index)
        }
        self.roles[Int(PAT.pid)] = 1
    }

    private func role(of pid: UInt16) -> Role {
        switch self.roles[Int(pid)] {
        case 0: .nothing
        case 1: .pat
        case 2: .clock
        case let value where value < Self.firstTrack: .pmt(Int(value - Self.firstPMT))
        case let value: .track(Int(value - Self.firstTrack))
        }
    }
}

extension PSIError {
    /// The fault this is when a source sent the section.
    fileprivate func fault(pid: UInt16) -> Demuxer.Fault {
        switch self {
        case .badCRC: .badCRC(pid: pid)
        case .truncated, .wrongTable, .overrun: .malformed(pid: pid)
        }
    }
}
