/// One PID of the programme: from packets to units.
struct TrackReader: Sendable {
    private(set) var track: Track
    private var continuity = ContinuityCheck()
    private var pes: PESAssembler
    private var sections = SectionAssembler()
    private var isScrambled = false
    private let carriesSections: Bool

    init(_ track: Track) {
        self.track = track
        self.carriesSections = track.carriesSections
        self.pes = PESAssembler(
            sizeMax: track.codec.isVideo ? PESAssembler.videoSizeMax : PESAssembler.otherSizeMax
        )
    }

    /// Whether `track` is this one with at most other descriptors.
    func isContinued(by track: Track) -> Bool {
        track.pid == self.track.pid && track.streamType == self.track.streamType && track.codec == self.track.codec
    }

    /// This reader with what it is assembling, under the track's new description.
    func described(as track: Track) -> TrackReader {
        var reader = self
        reader.track = track
        return reader
    }

    /// Takes the next packet of this PID; `payload` lies in it.
    mutating func received(
        _ header: PacketHeader,
        packet: UnsafeRawBufferPointer,
        payload: UnsafeRawBufferPointer,
        discontinuity: Bool,
        _ emit: (Demuxer.Output) -> Void
    ) {
        if discontinuity {
            emit(.fault(.discontinuity(pid: self.track.pid)))
            self.drop(emit)
            self.continuity.reset()
        }
        guard header.hasPayload else { return }
        switch self.continuity.received(header, packet: packet, discontinuity: discontinuity) {
        case .follows: break
        case .duplicate: return
        case .broken(let expected):
            emit(.fault(.continuity(pid: self.track.pid, expected: expected, found: header.continuityCounter)))
            self.drop(emit)
        }
        let isScrambled = header.scramblingControl != 0
        if isScrambled != self.isScrambled {
            self.isScrambled = isScrambled
            self.drop(emit)
            if isScrambled { emit(.fault(.scrambled(pid: self.track.pid))) }
        }
        guard !isScrambled else { return }
        let track = self.track
        if self.carriesSections {
            self.sections.push(payload, start: header.payloadUnitStart) { Self.give($0, of: track, emit) }
        } else {
            self.pes.push(payload, start: header.payloadUnitStart) { Self.give($0, of: track, emit) }
        }
    }

    /// What was being assembled can't be trusted any more.
    mutating func drop(_ emit: (Demuxer.Output) -> Void) {
        let hadPES = self.pes.reset()
        let hadSection = self.sections.reset()
        if hadPES || hadSection { emit(.fault(.truncated(pid: self.track.pid))) }
    }

    /// The connection is over: the next packet may have any counter.
    mutating func disconnected(_ emit: (Demuxer.Output) -> Void) {
        self.drop(emit)
        self.continuity.reset()
    }

    /// The file is over: what has no stated length is whole.
    mutating func fileEnded(_ emit: (Demuxer.Output) -> Void) {
        let track = self.track
        self.pes.end { Self.give($0, of: track, emit) }
    }

    private static func give(_ event: PESAssembler.Event, of track: Track, _ emit: (Demuxer.Output) -> Void) {
        switch event {
        case .truncated: emit(.fault(.truncated(pid: track.pid)))
        case .oversized: emit(.fault(.oversized(pid: track.pid)))
        case .malformed: emit(.fault(.malformed(pid: track.pid)))
        case .packet(let header, _) where header.streamID == StreamID.padding: break
        case .packet(let header, _) where header.isScrambled: emit(.fault(.scrambled(pid: track.pid)))
        case .packet(let header, let data):
            let unit = AccessUnit(
                pid: track.pid,
                pts: header.pts,
                dts: header.dts ?? header.pts,
                isRandomAccessPoint: RandomAccess.isPoint(data, codec: track.codec),
                data: data,
                streamID: header.streamID
            )
            emit(.unit(unit))
        }
    }

    private static func give(_ event: SectionAssembler.Event, of track: Track, _ emit: (Demuxer.Output) -> Void) {
        switch event {
        case .truncated: emit(.fault(.truncated(pid: track.pid)))
        case .oversized: emit(.fault(.oversized(pid: track.pid)))
        case .malformed: emit(.fault(.malformed(pid: track.pid)))
        case .section(let section):
            // Short private sections need not end with a CRC; those of SCTE 35 always do, encrypted or not.
            let hasCRC = track.codec == .scte35 || section[1] & 0x80 != 0
            guard !hasCRC || CRC32MPEG2.isValid(section) else {
                emit(.fault(.badCRC(pid: track.pid)))
                return
            }
            let unit = AccessUnit(
                pid: track.pid,
                pts: nil,
                dts: nil,
                isRandomAccessPoint: false,
                data: section,
                streamID: 0
            )
            emit(.unit(unit))
        }
    }
}

/// Values of `stream_id` that Baton writes or leaves out.
///
/// Source: ISO/IEC 13818-1, Table 2-22.
enum StreamID {
    static let privateStream1: UInt8 = 0xBD
    static let padding: UInt8 = 0xBE
    static let audio: UInt8 = 0xC0
    static let video: UInt8 = 0xE0
    /// The least value of a PES packet's `stream_id`.
    static let least: UInt8 = 0xBC
}
