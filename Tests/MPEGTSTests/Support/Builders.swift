import MPEGTS
import Model
import TestSupport

/// One packet of 188 bytes; everything has a default but what the test is about.
func packet(
    pid: UInt16 = 0x100,
    start: Bool = false,
    counter: UInt8 = 0,
    scrambling: UInt8 = 0,
    transportError: Bool = false,
    discontinuity: Bool = false,
    payload: [UInt8] = Array(repeating: 0xAA, count: 184)
) -> [UInt8] {
    let room = 184 - payload.count
    precondition(room >= (discontinuity ? 2 : 0), "room for the payload")
    var bytes: [UInt8] = [
        0x47, (transportError ? 0x80 : 0) | (start ? 0x40 : 0) | UInt8(pid >> 8), UInt8(pid & 0xFF),
        scrambling << 6 | (room > 0 ? 0x30 : 0x10) | counter,
    ]
    if room > 0 { bytes.append(UInt8(room - 1)) }
    if room > 1 { bytes.append(discontinuity ? 0x80 : 0) }
    if room > 2 { bytes += Array(repeating: 0xFF, count: room - 2) }
    return bytes + payload
}

/// The packets of one section, with counters from `counter` on.
func sectionPackets(_ section: [UInt8], pid: UInt16, counter: UInt8 = 0) -> [UInt8] {
    var rest = [0] + section
    var bytes: [UInt8] = []
    var count = counter
    var isFirst = true
    while !rest.isEmpty {
        var payload = Array(rest.prefix(184))
        rest.removeFirst(payload.count)
        payload += Array(repeating: 0xFF, count: 184 - payload.count)
        bytes += packet(pid: pid, start: isFirst, counter: count & 0x0F, payload: payload)
        count += 1
        isFirst = false
    }
    return bytes
}

/// A PES packet of `data` as packets; `length` overrides what its header says.
func pesPackets(
    _ data: [UInt8],
    pid: UInt16 = 0x100,
    streamID: UInt8 = 0xE0,
    pts: Int64 = 90_000,
    length: Int = 0,
    counter: UInt8 = 0
) -> [[UInt8]] {
    var header = PESHeader(streamID: streamID, pts: MediaTime(ticks: pts), dts: nil, dataSize: data.count)
    header.packetLength = length
    var rest: [UInt8] = []
    header.write(to: &rest)
    rest += data
    var packets: [[UInt8]] = []
    while !rest.isEmpty {
        let payload = Array(rest.prefix(184))
        rest.removeFirst(payload.count)
        let count = (counter + UInt8(packets.count & 0x0F)) & 0x0F
        packets.append(packet(pid: pid, start: packets.isEmpty, counter: count, payload: payload))
    }
    return packets
}

/// PAT and PMT of one programme whose PMT is on 0x1000.
func tables(_ streams: [PMT.Stream], pcrPID: UInt16 = 0x100, version: UInt8 = 0, counter: UInt8 = 0) -> [UInt8] {
    let pat = PAT(transportStreamID: 1, version: 0, programs: [.init(number: 1, pmtPID: 0x1000)])
    let pmt = PMT(programNumber: 1, version: version, pcrPID: pcrPID, streams: streams)
    return sectionPackets(pat.section, pid: 0, counter: counter)
        + sectionPackets(pmt.section, pid: 0x1000, counter: counter)
}

let h264Track = Track(pid: 0x100, streamType: 0x1B, descriptors: [])
let aacTrack = Track(pid: 0x101, streamType: 0x0F, descriptors: [0x0A, 0x04, 0x64, 0x65, 0x75, 0x00])
let ac3Track = Track(pid: 0x102, streamType: 0x06, descriptors: [0x6A, 0x01, 0x00])
let teletextTrack = Track(pid: 0x103, streamType: 0x06, descriptors: [0x56, 0x05, 0x65, 0x6E, 0x67, 0x09, 0x00])
let cueTrack = Track(pid: 0x104, streamType: 0x86, descriptors: [])
let privateTrack = Track(pid: 0x105, streamType: 0x06, descriptors: [])
let allTracks = [h264Track, aacTrack, ac3Track, teletextTrack, cueTrack, privateTrack]

/// A time_signal cue, as in SCTE 35, 14.1.
let cueSection: [UInt8] = [
    0xFC, 0x30, 0x34, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xF0, 0x05, 0x06, 0xFE, 0x72, 0xBD, 0x00, 0x50,
    0x00, 0x1E, 0x02, 0x1C, 0x43, 0x55, 0x45, 0x49, 0x48, 0x00, 0x00, 0x8E, 0x7F, 0xCF, 0x00, 0x01, 0xA5, 0x99, 0xB0,
    0x08, 0x08, 0x00, 0x00, 0x00, 0x00, 0x2C, 0xA0, 0xA1, 0x8A, 0x34, 0x02, 0x00, 0x9A, 0xC9, 0xD1, 0x7E,
]

/// An H.264 access unit that begins with a delimiter and one slice of random bytes.
func picture(isIDR: Bool, size: Int, random: inout SeededRandom) -> [UInt8] {
    let body = (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }
    return [0, 0, 0, 1, 0x09, 0xF0, 0, 0, 0, 1, isIDR ? 0x65 : 0x41] + body
}

func unit(
    pid: UInt16 = 0x100,
    pts: Int64? = 900_000,
    dts: Int64? = nil,
    isRandomAccessPoint: Bool = false,
    data: [UInt8] = [0, 0, 0, 1, 0x41, 0x9A],
    streamID: UInt8 = 0xE0
) -> AccessUnit {
    AccessUnit(
        pid: pid,
        pts: pts.map(MediaTime.init(ticks:)),
        dts: (dts ?? pts).map(MediaTime.init(ticks:)),
        isRandomAccessPoint: isRandomAccessPoint,
        data: data,
        streamID: streamID
    )
}

/// Units of all kinds of track in the order of their decoding times, from `base` on.
func randomUnits(pictures: Int, from base: Int64, sizeMax: Int = 3_000, random: inout SeededRandom) -> [AccessUnit] {
    var units: [AccessUnit] = []
    for index in 0..<pictures {
        let time = base + Int64(index) * 3_600
        let isIDR = index % 12 == 0
        let size = Int.random(in: 1...(isIDR ? 4 * sizeMax : sizeMax), using: &random)
        let delay = Int64.random(in: 0...3, using: &random) * 3_600
        let data = picture(isIDR: isIDR, size: size, random: &random)
        units.append(unit(pts: time + delay, dts: time, isRandomAccessPoint: isIDR, data: data))
        for (pid, step, streamID) in [
            (UInt16(0x101), 1, UInt8(0xC0)), (0x102, 2, 0xBD), (0x103, 4, 0xBD), (0x105, 7, 0xBD),
        ]
        where index % step == 0 {
            let bytes = (0..<Int.random(in: 1...900, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            let isAudio = pid == 0x101 || pid == 0x102
            let isTimed = isAudio || Bool.random(using: &random)
            units.append(
                unit(
                    pid: pid,
                    pts: isTimed ? time + Int64(pid) : nil,
                    isRandomAccessPoint: isAudio,
                    data: bytes,
                    streamID: streamID
                )
            )
        }
        if index % 10 == 5 {
            units.append(unit(pid: 0x104, pts: nil, data: cueSection, streamID: 0))
        }
    }
    return units
}

/// Everything muxed into one stream; every unit must be accepted.
func muxed(_ units: [AccessUnit], tracks: [Track] = allTracks) -> (bytes: [UInt8], outcomes: [Muxer.Outcome]) {
    var muxer = Muxer(tracks: tracks)
    var bytes: [UInt8] = []
    let outcomes = units.map { muxer.write($0, into: &bytes) }
    return (bytes, outcomes)
}

/// A demuxer's outputs for `bytes`, cut into chunks of the sizes that `chunk` gives; the file ends after them.
func demuxed(_ bytes: [UInt8], chunk: () -> Int = { Int.max }) -> [Demuxer.Output] {
    var demuxer = Demuxer()
    var outputs: [Demuxer.Output] = []
    var offset = 0
    while offset < bytes.count {
        let size = min(max(1, chunk()), bytes.count - offset)
        demuxer.push(Array(bytes[offset..<(offset + size)])) { outputs.append($0) }
        offset += size
    }
    demuxer.fileEnded { outputs.append($0) }
    return outputs
}

extension [Demuxer.Output] {
    var units: [AccessUnit] {
        self.compactMap { if case .unit(let unit) = $0 { unit } else { nil } }
    }
    var faults: [Demuxer.Fault] {
        self.compactMap { if case .fault(let fault) = $0 { fault } else { nil } }
    }
    var trackLists: [[Track]] {
        self.compactMap { if case .tracks(let tracks) = $0 { tracks } else { nil } }
    }
}

extension AccessUnit {
    /// The unit as a stream carries it: time stamps modulo 2^33.
    var onTheWire: AccessUnit {
        var unit = self
        unit.pts = self.pts.map { MediaTime(ticks: Int64($0.wrapped)) }
        unit.dts = self.pts == nil ? nil : self.dts.map { MediaTime(ticks: Int64($0.wrapped)) }
        return unit
    }
}
