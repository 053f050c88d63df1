package import Continuity
package import HLS
package import MPEGTS
package import Model
import NIOCore

/// Units on the timeline in; chunks for viewers of live MPEG-TS and segments for HLS viewers out, of the same packets.
///
/// ```text
/// units ─► Muxer ─► packets ─┬─► chunks: at most 100 ms (the caller flushes), a new one at each random access point
///                            └─► SegmentBranch ─► Segmenter ─► segments, tables first
///                                in a long hold: packets of its own
/// ```
package struct Packager: Sendable {
    package enum Output: Sendable {
        /// `at` is the decoding time it begins at.
        case chunk(LiveChunk, at: MediaTime)
        case segment(Segment<[UInt8]>)
        /// A unit that may not be written.
        case refused(Muxer.Refusal)
        /// What follows is in another video codec than what was before.
        case codecChanged
    }

    /// Bytes at which a chunk goes without waiting for the flush: 100 ms at 80 Mbit/s, or a burst.
    package static let chunkSizeMax = 1 << 20
    /// How often a channel without pictures marks where a viewer may enter.
    static let audioEntryEvery = MediaTime(seconds: 1)

    private var muxer: Muxer
    private var branch: SegmentBranch
    private var parameters: [UInt16: ParameterSets] = [:]
    private var hasVideo = false
    private var hasTracks = false
    /// Whether the next segment needs EXT-X-DISCONTINUITY.
    private var owesDiscontinuity: Bool
    /// The version of the PMT that is to change there, since parameters do.
    private var staleVersion: UInt8?
    /// Tracks whose parameters may differ in this segment, since a discontinuity stands before it.
    private var renewed: Set<UInt16> = []
    private var chunk: [UInt8] = []
    private var chunkIsEntry = false
    private var chunkTime = MediaTime.zero
    private var lastEntry: MediaTime?
    private var lastTime = MediaTime.zero

    /// Makes a packager without tracks.
    ///
    /// `initialMediaSequence` must be larger than any number this channel ever gave; `startsDiscontinuous` says that a
    /// player may hold segments of an earlier process.
    package init(
        segments: Segmenter.Configuration = Segmenter.Configuration(),
        initialMediaSequence: UInt64,
        startsDiscontinuous: Bool = true
    ) {
        self.muxer = Muxer(tracks: [])
        self.branch = SegmentBranch(
            segmenter: Segmenter(configuration: segments, initialMediaSequence: initialMediaSequence)
        )
        self.owesDiscontinuity = startsDiscontinuous
    }

    /// `EXT-X-TARGETDURATION` for the channel's life.
    package var targetDurationSeconds: Int { self.branch.segmenter.targetDurationSeconds }
    /// The media time at which the running segment must be over, so that no playlist stands for longer than its target
    /// duration; `nil` when none runs.
    package var segmentDue: MediaTime? { self.branch.segmenter.due }

    /// The codecs seen (RFC 6381), in the order of the tracks.
    package var codecs: [String] {
        self.muxer.tracks.compactMap { self.parameters[$0.pid]?.codecString }
    }

    /// The next units have these tracks.
    ///
    /// Other codecs or PIDs are a discontinuity for HLS; other descriptors are not.
    package mutating func changed(tracks: [Track]) {
        let before = self.muxer.tracks.map(Identity.init)
        self.branch.changed(tracks: tracks, muxer: self.muxer)
        self.muxer.change(tracks: tracks)
        let after = self.muxer.tracks.map(Identity.init)
        if self.hasTracks, before != after { self.owesDiscontinuity = true }
        self.hasTracks = true
        self.hasVideo = tracks.contains { $0.codec.isVideo }
        self.parameters = self.parameters.filter { pid, _ in tracks.contains { $0.pid == pid } }
        for track in tracks where self.parameters[track.pid] == nil {
            self.parameters[track.pid] = ParameterSets(codec: track.codec)
        }
    }

    /// Takes the next unit on the output timeline; `wallTime` is when it is sent out, `step` how a picture came about.
    package mutating func received(_ unit: AccessUnit, step: PictureStep? = nil, wallTime: WallTime) -> [Output] {
        guard let track = self.muxer.tracks.first(where: { $0.pid == unit.pid }) else {
            return [.refused(.unknownTrack(pid: unit.pid))]
        }
        self.watchParameters(of: unit)
        let isPoint = track.codec.isVideo && unit.isRandomAccessPoint
        var live = self.live(unit, track: track, step: step, isPoint: isPoint, wallTime: wallTime)
        var outputs: [Output] = []
        let isEntry = isPoint || live.isTimed && self.audioEntryIsDue(at: live.time)
        if isEntry { outputs += self.flush() }
        let cuts = self.branch.cuts(before: live, muxer: self.muxer)
        if live.isTimed, live.discontinuity { self.renewTables() }
        var bytes: [UInt8] = []
        // A viewer and a segment both begin with the tables, so that they can be decoded alone.
        if cuts || isEntry { self.muxer.tables(into: &bytes) }
        if case .refused(let refusal) = self.muxer.write(unit, into: &bytes) {
            outputs.append(.refused(refusal))
            live.isTimed = false
        } else if live.isTimed {
            if cuts || self.branch.isForked && live.discontinuity { self.began(discontinuity: live.discontinuity) }
        }
        self.append(bytes, at: live.time, isEntry: isEntry && live.isTimed)
        for case .publish(let segment) in self.branch.append(live, packets: bytes) { outputs.append(.segment(segment)) }
        if self.chunk.count >= Self.chunkSizeMax { outputs += self.flush() }
        return outputs
    }

    private mutating func live(
        _ unit: AccessUnit,
        track: Track,
        step: PictureStep?,
        isPoint: Bool,
        wallTime: WallTime
    ) -> SegmentBranch.Live {
        let isTimed = unit.dts != nil && (track.codec.isVideo || track.codec.isAudio)
        let time = isTimed ? unit.dts ?? self.lastTime : self.lastTime
        self.lastTime = max(self.lastTime, time)
        var start = track.codec.isVideo || !self.hasVideo ? Segmenter.Start.picture : .other
        if case .filled = step { start = .other }
        return SegmentBranch.Live(
            unit: unit,
            step: step,
            time: time,
            isTimed: isTimed,
            start: isPoint ? .randomAccessPoint : start,
            discontinuity: self.owesDiscontinuity && (isPoint || !self.hasVideo),
            wallTime: wallTime
        )
    }

    /// Ends the chunk that is being collected, if there is one.
    package mutating func flush() -> [Output] {
        guard !self.chunk.isEmpty else { return [] }
        let chunk = LiveChunk(bytes: ByteBuffer(bytes: self.chunk), startsAtRandomAccessPoint: self.chunkIsEntry)
        self.chunk.removeAll(keepingCapacity: true)
        self.chunkIsEntry = false
        return [.chunk(chunk, at: self.chunkTime)]
    }

    /// Ends chunk and segment, because the channel rests; it may go on later.
    package mutating func finish() -> [Output] {
        var outputs = self.flush()
        for case .publish(let segment) in self.branch.finish(muxer: self.muxer) { outputs.append(.segment(segment)) }
        return outputs
    }

    private mutating func append(_ bytes: [UInt8], at time: MediaTime, isEntry: Bool) {
        guard !bytes.isEmpty else { return }
        if self.chunk.isEmpty {
            self.chunkTime = time
            self.chunkIsEntry = isEntry
            if isEntry { self.lastEntry = time }
        }
        self.chunk += bytes
    }

    /// Whether a viewer of a channel without pictures may enter here: at the next chunk, a second after the last entry.
    private func audioEntryIsDue(at time: MediaTime) -> Bool {
        guard !self.hasVideo else { return false }
        guard let lastEntry = self.lastEntry else { return true }
        return time - lastEntry >= Self.audioEntryEvery
    }

    private mutating func began(discontinuity: Bool) {
        guard discontinuity else {
            self.renewed = []
            return
        }
        self.owesDiscontinuity = false
        self.staleVersion = nil
        self.renewed = Set(self.muxer.tracks.map(\.pid))
    }

    /// Owes a discontinuity when the stream says other parameters than before, unless one stands there already.
    private mutating func watchParameters(of unit: AccessUnit) {
        guard let sets = self.parameters[unit.pid] else { return }
        let wasKnown = sets.isComplete
        guard self.parameters[unit.pid]?.observe(unit.data) == true else {
            if self.renewed.contains(unit.pid), wasKnown, unit.isRandomAccessPoint { self.renewed.remove(unit.pid) }
            return
        }
        guard wasKnown, self.renewed.remove(unit.pid) == nil else { return }
        self.owesDiscontinuity = true
        self.staleVersion = self.staleVersion ?? self.muxer.pmtVersion
    }

    /// Where parameters change the PMT gets another version, unless it has one already since other things changed too.
    private mutating func renewTables() {
        guard let version = self.staleVersion else { return }
        self.staleVersion = nil
        guard self.muxer.pmtVersion == version else { return }
        self.muxer.changedParameters()
        self.branch.changedParameters()
    }

    /// What players tell tracks by.
    private struct Identity: Equatable {
        var pid: UInt16
        var codec: Track.Codec

        init(_ track: Track) {
            self.pid = track.pid
            self.codec = track.codec
        }
    }
}
