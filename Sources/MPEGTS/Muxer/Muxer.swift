package import Model

/// Access units on the output timeline in; packets of one programme out.
///
/// Continuity counters, tables and clock are made anew, whatever the source's were: the PCR is the decoding time of the
/// picture it comes with less ``lead``, at least every 40 ms, and PAT and PMT come at least every 400 ms and before every
/// picture a decoder can start at. What would break the timeline is refused and never written. Everything it writes is
/// one stream: all of it goes to every viewer, in order.
/// Source: ISO/IEC 13818-1, 2.4 and annex D; ETSI TR 101 290, 5.2 (intervals of tables and clock).
package struct Muxer: Sendable {
    /// What became of a unit.
    package enum Outcome: Hashable, Sendable {
        case written
        case refused(Refusal)
    }

    /// Why a unit was not written.
    package enum Refusal: Error, Hashable, Sendable {
        /// Its PID is none of the tracks'.
        case unknownTrack(pid: UInt16)
        /// A picture or audio frame without time.
        case missingTimestamp
        /// Decoding times of a PID only grow.
        case decodingTimeNotAfter(found: MediaTime, last: MediaTime)
        case presentedBeforeDecoded(presentation: MediaTime, decoding: MediaTime)
        case empty
        /// Neither one section nor of a length that a section can have.
        case notASection
        case oversized(found: Int, allowed: Int)
    }

    /// What the clock is behind the decoding time: 0.7 s, more than any encoder's reordering, less than players hold.
    package static let lead = MediaTime(milliseconds: 700)
    /// Time between two PCRs: 40 ms, so that one lost still keeps within the 100 ms of TR 101 290.
    package static let clockSpacing = MediaTime(milliseconds: 40)
    /// Time after which the tables are due: 350 ms, which with the clock's 40 ms stays under 400.
    package static let tablesSpacing = MediaTime(milliseconds: 350)
    /// PCR packets written to bridge a jump of the timeline: 10 s of them; a longer jump is left as it is.
    static let clockFillMax: Int64 = 250
    /// Bytes in the longest unit: what the demuxer lets through.
    package static let unitSizeMax = PESAssembler.videoSizeMax

    /// The tracks written; those of ``init(tracks:programNumber:transportStreamID:)`` without impossible PIDs.
    package var tracks: [Track] { self.tables.tracks }
    /// The PID of the PMT; differs from every track's.
    package var pmtPID: UInt16 { self.tables.pmtPID }
    /// The PID that carries the clock: the first video track, else the first audio track.
    package var clockPID: UInt16 { self.tables.clockPID }
    /// `version_number` of the PMT.
    package var pmtVersion: UInt8 { self.tables.pmtVersion }

    private var tables: OutputTables
    private var lanes: [Lane]
    private var packets = PacketWriter()
    private var clock = OutputClock()

    private struct Lane: Hashable, Sendable {
        var track: Track
        var lastDecodingTime: MediaTime?
        /// Whether the track is among those of the PMT; times are kept for one that may come back.
        var isActive = true
    }

    /// Lanes kept for tracks that are gone; beyond it all of them are forgotten.
    private static let lanesMax = 4 * Demuxer.tracksMax

    /// Makes a muxer for a programme of `tracks`.
    ///
    /// Tracks keep their PIDs. A track whose PID is reserved (below 16, or 0x1FFF) or taken, or beyond the 64th, is left
    /// out; conditional access descriptors are taken out, since what is written is clear.
    package init(tracks: [Track], programNumber: UInt16 = 1, transportStreamID: UInt16 = 1) {
        self.tables = OutputTables(
            tracks: tracks,
            programNumber: programNumber,
            transportStreamID: transportStreamID
        )
        self.lanes = self.tables.tracks.map { Lane(track: $0) }
    }

    /// Writes another set of tracks from the next unit on; answers whether the PMT says something else now.
    ///
    /// Its version goes up by one, modulo 32, only then.
    @discardableResult
    package mutating func change(tracks: [Track]) -> Bool {
        guard self.tables.change(tracks: tracks) else { return false }
        if self.lanes.count > Self.lanesMax { self.lanes.removeAll { !$0.isActive } }
        for index in self.lanes.indices { self.lanes[index].isActive = false }
        for track in self.tables.tracks {
            if let index = self.lanes.firstIndex(where: { $0.track.pid == track.pid }) {
                self.lanes[index].track = track
                self.lanes[index].isActive = true
            } else {
                self.lanes.append(Lane(track: track))
            }
        }
        self.clock.tablesChanged()
        return true
    }

    /// What the tracks are told by has changed within them: the version of the PMT goes up by one, modulo 32.
    ///
    /// Players that know a stream by its PMT alone look at its parameters anew then.
    package mutating func changedParameters() {
        self.tables.renew()
        self.clock.tablesChanged()
    }

    /// By how much the continuity counters are ahead of those of another muxer.
    package func counters(aheadOf other: Muxer) -> CounterShift {
        self.packets.ahead(of: other.packets)
    }

    /// Goes on with other continuity counters.
    package mutating func advanceCounters(by shift: CounterShift) {
        self.packets.advance(by: shift)
    }

    /// Writes PAT and PMT, as a segment begins; they are not repeated before a unit that follows at once.
    package mutating func tables(into output: inout [UInt8]) {
        self.packets.section(self.tables.patSection, pid: PAT.pid, into: &output)
        self.packets.section(self.tables.pmtSection, pid: self.tables.pmtPID, into: &output)
        self.clock.tablesWritten()
    }

    /// Writes tables and one null packet: what keeps a connection open when there is nothing to show.
    package mutating func keepAlive(into output: inout [UInt8]) {
        self.tables(into: &output)
        self.packets.null(into: &output)
    }

    /// Writes one unit, with the tables and clock that are due before it.
    ///
    /// Appends to `output`; appends nothing when it refuses.
    package mutating func write(_ unit: AccessUnit, into output: inout [UInt8]) -> Outcome {
        guard let index = self.lanes.firstIndex(where: { $0.track.pid == unit.pid && $0.isActive }) else {
            return .refused(.unknownTrack(pid: unit.pid))
        }
        let track = self.lanes[index].track
        if let refusal = Self.refusal(of: unit, track: track, after: self.lanes[index].lastDecodingTime) {
            return .refused(refusal)
        }
        if track.carriesSections {
            if self.clock.tablesAreDue(at: nil) { self.tables(into: &output) }
            self.packets.section(unit.data, pid: unit.pid, into: &output)
            self.clock.unitWritten()
            return .written
        }
        let decodingTime = unit.pts == nil ? nil : unit.dts ?? unit.pts
        if let decodingTime { self.lanes[index].lastDecodingTime = decodingTime }
        let time = self.advance(to: decodingTime, track: track, into: &output)
        let startsDecoding = unit.isRandomAccessPoint && track.codec.isVideo
        if startsDecoding ? self.clock.tablesAreWanted : self.clock.tablesAreDue(at: time) {
            self.tables(into: &output)
        }
        var reference: MediaTime?
        if track.pid == self.clockPID, let time, self.clock.accepts(time) {
            reference = time
            self.clock.written(time)
        }
        self.packets.unit(unit, track: track, decodingTime: decodingTime, reference: reference, into: &output)
        self.clock.unitWritten()
        return .written
    }

    /// Writes the clock packets that are due before a unit, and the tables due among them; answers the unit's clock time.
    private mutating func advance(
        to decodingTime: MediaTime?,
        track: Track,
        into output: inout [UInt8]
    ) -> MediaTime? {
        guard let decodingTime, track.codec.isVideo || track.codec.isAudio else { return nil }
        let time = decodingTime - Self.lead
        let steps = track.pid == self.clockPID ? self.clock.steps(to: time) : self.clock.steps(besides: time)
        for step in steps {
            if self.clock.tablesAreDue(at: step) { self.tables(into: &output) }
            self.packets.clock(step, pid: self.clockPID, into: &output)
            self.clock.written(step)
            self.clock.unitWritten()
        }
        return track.pid == self.clockPID ? time : self.clock.last ?? time
    }

    private static func refusal(of unit: AccessUnit, track: Track, after last: MediaTime?) -> Refusal? {
        guard !unit.data.isEmpty else { return .empty }
        guard unit.data.count <= Self.unitSizeMax else {
            return .oversized(found: unit.data.count, allowed: Self.unitSizeMax)
        }
        guard !track.carriesSections else { return PacketWriter.isSection(unit.data) ? nil : .notASection }
        guard let presentation = unit.pts else {
            return track.codec.isVideo || track.codec.isAudio || unit.dts != nil ? .missingTimestamp : nil
        }
        let decoding = unit.dts ?? presentation
        if presentation < decoding {
            return .presentedBeforeDecoded(presentation: presentation, decoding: decoding)
        }
        if let last, decoding <= last { return .decodingTimeNotAfter(found: decoding, last: last) }
        return nil
    }
}
