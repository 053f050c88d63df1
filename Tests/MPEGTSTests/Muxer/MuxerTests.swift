import MPEGTS
import Model
import TestSupport
import Testing

struct MuxerTests {
    static func outcomes(_ units: [AccessUnit]) -> [Muxer.Outcome] { muxed(units).outcomes }

    static func time(_ ticks: Int64) -> MediaTime { MediaTime(ticks: ticks) }

    @Test func `refuses what would break the timeline, and writes nothing of it`() {
        var muxer = Muxer(tracks: allTracks)
        var bytes: [UInt8] = []
        #expect(muxer.write(unit(pts: 900_000), into: &bytes) == .written)
        let size = bytes.count
        let refused: [(AccessUnit, Muxer.Refusal)] = [
            (unit(pts: 900_000), .decodingTimeNotAfter(found: Self.time(900_000), last: Self.time(900_000))),
            (unit(pts: 950_000, dts: 1), .decodingTimeNotAfter(found: Self.time(1), last: Self.time(900_000))),
            (
                unit(pts: 900_001, dts: 900_002),
                .presentedBeforeDecoded(presentation: Self.time(900_001), decoding: Self.time(900_002))
            ),
            (unit(pts: nil), .missingTimestamp),
            (unit(pid: 0x101, pts: nil), .missingTimestamp),
            (unit(pts: 910_000, data: []), .empty),
            (unit(pid: 0x1FF), .unknownTrack(pid: 0x1FF)),
            (unit(pid: 0x104, pts: nil, data: cueSection + [0]), .notASection),
            (
                unit(pts: 910_000, data: Array(repeating: 0, count: Muxer.unitSizeMax + 1)),
                .oversized(found: Muxer.unitSizeMax + 1, allowed: Muxer.unitSizeMax)
            ),
        ]
        for (unit, refusal) in refused {
            #expect(muxer.write(unit, into: &bytes) == .refused(refusal))
        }
        #expect(bytes.count == size)
        #expect(muxer.write(unit(pts: 903_600), into: &bytes) == .written)
        #expect(StreamHealth(bytes).complaints == [])
    }

    @Test func `tables come before every picture that decoding can start at`() {
        var random = SeededRandom(seed: 1)
        var muxer = Muxer(tracks: [h264Track])
        for index in Int64(0)..<20 {
            var bytes: [UInt8] = []
            let isIDR = index % 5 == 0
            let data = picture(isIDR: isIDR, size: 10, random: &random)
            #expect(
                muxer.write(unit(pts: 900_000 + index * 3_600, isRandomAccessPoint: isIDR, data: data), into: &bytes)
                    == .written
            )
            let pids = stride(from: 0, to: bytes.count, by: 188).map {
                Int(bytes[$0 + 1] & 0x1F) << 8 | Int(bytes[$0 + 2])
            }
            #expect(pids.first == (isIDR ? 0 : 0x100), "picture \(index)")
            // random_access_indicator and PCR in the first packet of the picture.
            let last = bytes.count - 188
            #expect(bytes[last + 5] & 0xF0 == (isIDR ? 0x50 : 0x10), "picture \(index)")
        }
    }

    @Test func `tables asked for are not repeated before the unit that follows`() {
        var muxer = Muxer(tracks: [h264Track])
        var bytes: [UInt8] = []
        muxer.tables(into: &bytes)
        #expect(bytes.count == 2 * 188)
        #expect(muxer.write(unit(isRandomAccessPoint: true), into: &bytes) == .written)
        #expect(bytes.count == 3 * 188)
        muxer.tables(into: &bytes)
        #expect(muxer.write(unit(pts: 903_600), into: &bytes) == .written)
        #expect(bytes.count == 6 * 188)
        #expect(StreamHealth(bytes).complaints == [])
    }

    @Test func `the clock is 0.7 s behind the pictures, and bridges slow ones`() {
        var muxer = Muxer(tracks: [h264Track])
        var bytes: [UInt8] = []
        for index in Int64(0)..<4 {
            #expect(muxer.write(unit(pts: 900_000 + index * 90_000), into: &bytes) == .written)
        }
        let health = StreamHealth(bytes)
        #expect(health.complaints == [])
        #expect(health.clockSpacing <= 3_600)
        // One a picture, and 24 more for each second between two.
        #expect(health.clockCount == 4 + 3 * 24)
        let first = Array(bytes[(2 * 188)..<(3 * 188)])
        let field = try? first.withUnsafeBytes { try AdaptationField(parsing: $0) }
        #expect(field?.pcr == UInt64(900_000 - 63_000) * 300)
    }

    @Test func `audio keeps the clock going when pictures stop`() {
        var muxer = Muxer(tracks: [h264Track, aacTrack])
        var bytes: [UInt8] = []
        #expect(muxer.write(unit(pts: 900_000), into: &bytes) == .written)
        for index in Int64(0)..<200 {
            let audio = unit(pid: 0x101, pts: 900_000 + index * 1_920, isRandomAccessPoint: true, data: [1])
            #expect(muxer.write(audio, into: &bytes) == .written)
        }
        let health = StreamHealth(bytes)
        #expect(health.complaints == [])
        #expect(health.clockCount > 75)
        // A picture that comes back in time finds the clock not ahead of it.
        #expect(muxer.write(unit(pts: 900_000 + 201 * 1_920), into: &bytes) == .written)
        #expect(StreamHealth(bytes).complaints == [])
    }

    @Test func `a long jump of the timeline is not bridged packet by packet`() {
        var muxer = Muxer(tracks: [h264Track])
        var bytes: [UInt8] = []
        #expect(muxer.write(unit(pts: 900_000), into: &bytes) == .written)
        #expect(muxer.write(unit(pts: 900_000_000_000), into: &bytes) == .written)
        #expect(bytes.count < 350 * 188)
    }

    @Test func `other parameters of the same tracks are another version`() {
        let tracks = [Track(pid: 0x100, streamType: 0x1B, codec: .h264, descriptors: [])]
        var muxer = Muxer(tracks: tracks)
        muxer.changedParameters()
        #expect(muxer.pmtVersion == 1)
        let changed = muxer.change(tracks: tracks)
        #expect(!changed)
        for _ in 0..<31 { muxer.changedParameters() }
        #expect(muxer.pmtVersion == 0)
    }

    @Test func `two streams that were one go on in one another's counters`() {
        let track = Track(pid: 0x100, streamType: 0x1B, codec: .h264, descriptors: [])
        let unit = { (time: Int64, size: Int) in
            AccessUnit(
                pid: 0x100,
                pts: MediaTime(ticks: time),
                dts: MediaTime(ticks: time),
                isRandomAccessPoint: time % 36_000 == 0,
                data: [UInt8](repeating: 1, count: size),
                streamID: 0xE0
            )
        }
        var live = Muxer(tracks: [track])
        var packets: [UInt8] = []
        _ = live.write(unit(900_000, 700), into: &packets)
        var other = live
        #expect(other.counters(aheadOf: live).isNone)
        // One says much where the other says little.
        var unused: [UInt8] = []
        _ = live.write(unit(903_600, 20), into: &unused)
        other.tables(into: &packets)
        _ = other.write(unit(903_600, 3_000), into: &packets)
        let shift = other.counters(aheadOf: live)
        #expect(!shift.isNone)
        var next: [UInt8] = []
        for time in 2...20 { _ = live.write(unit(900_000 + Int64(time) * 3_600, 500), into: &next) }
        shift.apply(to: &next)
        var demuxer = Demuxer()
        var faults = 0
        demuxer.push(packets + next) { if case .fault = $0 { faults += 1 } }
        #expect(faults == 0)
        // And the other one goes on where they left.
        var third = live
        third.advanceCounters(by: shift)
        #expect(third.counters(aheadOf: live) == shift)
        var short: [UInt8] = [0x47, 1]
        shift.apply(to: &short)
        #expect(short == [0x47, 1])
    }

    @Test func `the version goes up only when the tables change, and wraps at 32`() {
        var muxer = Muxer(tracks: [h264Track])
        var bytes: [UInt8] = []
        let same = muxer.change(tracks: [h264Track])
        #expect(!same)
        #expect(muxer.pmtVersion == 0)
        var pts: Int64 = 900_000
        for index in 1...33 {
            let changed = muxer.change(tracks: index % 2 == 1 ? [h264Track, aacTrack] : [h264Track])
            #expect(changed)
            #expect(muxer.pmtVersion == UInt8(index % 32))
            #expect(muxer.write(unit(pts: pts), into: &bytes) == .written)
            pts += 3_600
        }
        let health = StreamHealth(bytes)
        #expect(health.complaints == [])
        #expect(health.pmtVersions == (1...33).map { UInt8($0 % 32) })
    }

    @Test func `a track that comes back goes on counting, and its time still only grows`() {
        var muxer = Muxer(tracks: [h264Track, aacTrack])
        var bytes: [UInt8] = []
        #expect(muxer.write(unit(pid: 0x101, pts: 900_000), into: &bytes) == .written)
        muxer.change(tracks: [h264Track])
        #expect(muxer.write(unit(pid: 0x101, pts: 903_600), into: &bytes) == .refused(.unknownTrack(pid: 0x101)))
        muxer.change(tracks: [h264Track, aacTrack])
        #expect(muxer.write(unit(pid: 0x101, pts: 900_000), into: &bytes) != .written)
        #expect(muxer.write(unit(pid: 0x101, pts: 903_600), into: &bytes) == .written)
        #expect(StreamHealth(bytes).complaints == [])
    }

    @Test func `impossible tracks are left out, scrambling is not claimed, and the PMT moves out of the way`() {
        let tracks = [
            Track(pid: 0x1000, streamType: 0x1B, descriptors: [0x09, 0x04, 1, 2, 3, 4, 0x0A, 0x01, 9]),
            Track(pid: 0x1001, streamType: 0x0F, descriptors: [0x0A, 0x50]),
            Track(pid: 0x1000, streamType: 0x0F, descriptors: []),
            Track(pid: 0, streamType: 0x0F, descriptors: []),
            Track(pid: 0x1FFF, streamType: 0x0F, descriptors: []),
        ]
        let muxer = Muxer(tracks: tracks)
        #expect(muxer.tracks.map(\.pid) == [0x1000, 0x1001])
        #expect(muxer.tracks.map(\.descriptors) == [[0x0A, 0x01, 9], []])
        #expect(muxer.pmtPID == 0x1002)
        #expect(muxer.clockPID == 0x1000)
        var bytes: [UInt8] = []
        var writer = muxer
        writer.tables(into: &bytes)
        #expect(demuxed(bytes).trackLists == [muxer.tracks])
    }

    @Test func `as many descriptors as fit one section are written`() {
        let tracks = (0..<64).map {
            Track(
                pid: UInt16(0x100 + $0),
                streamType: 0x0F,
                descriptors: [0x05, 0x20] + Array(repeating: 1, count: 32)
            )
        }
        var muxer = Muxer(tracks: tracks)
        var bytes: [UInt8] = []
        muxer.tables(into: &bytes)
        let found = demuxed(bytes)
        #expect(found.faults == [])
        #expect(found.trackLists.map { $0.map(\.pid) } == [tracks.map(\.pid)])
        #expect(found.trackLists == [muxer.tracks])
    }

    @Test func `keep-alive is tables and a null packet`() {
        var muxer = Muxer(tracks: [h264Track])
        var bytes: [UInt8] = []
        muxer.keepAlive(into: &bytes)
        muxer.keepAlive(into: &bytes)
        #expect(bytes.count == 6 * 188)
        #expect(Array(bytes[(2 * 188)..<(2 * 188 + 3)]) == [0x47, 0x1F, 0xFF])
        #expect(StreamHealth(bytes).complaints == [])
    }

    @Test func `the judge of streams sees what is wrong with one`() {
        var random = SeededRandom(seed: 9)
        let units = randomUnits(pictures: 30, from: 900_000, random: &random)
        let bytes = muxed(units).bytes
        #expect(StreamHealth(bytes).complaints == [])
        var missing = bytes
        missing.removeSubrange((5 * 188)..<(6 * 188))
        #expect(StreamHealth(missing).complaints.count == 1)
        // Without its tables a stream of 1.2 s breaks the interval of both.
        var tableless: [UInt8] = []
        for index in stride(from: 0, to: bytes.count, by: 188) {
            let pid = Int(bytes[index + 1] & 0x1F) << 8 | Int(bytes[index + 2])
            if index < 10 * 188 || (pid != 0 && pid != 0x1000) { tableless += bytes[index..<(index + 188)] }
        }
        #expect(!StreamHealth(tableless).complaints.isEmpty)
    }
}
