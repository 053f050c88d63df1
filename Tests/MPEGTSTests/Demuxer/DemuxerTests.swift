import MPEGTS
import Model
import TestSupport
import Testing

struct DemuxerTests {
    static let video = PMT.Stream(type: 0x1B, pid: 0x100)

    static func units(_ bytes: [UInt8]) -> [[UInt8]] { demuxed(bytes).units.map(\.data) }

    /// Three pictures of 400 bytes, as packets of the video track after its tables.
    static func pictures() -> (datas: [[UInt8]], packets: [[[UInt8]]]) {
        var random = SeededRandom(seed: 3)
        var counter: UInt8 = 0
        var datas: [[UInt8]] = []
        var packets: [[[UInt8]]] = []
        for _ in 0..<3 {
            let data = picture(isIDR: true, size: 400, random: &random)
            let made = pesPackets(data, counter: counter)
            counter = (counter + UInt8(made.count)) & 15
            datas.append(data)
            packets.append(made)
        }
        return (datas, packets)
    }

    @Test func `gives tracks once and units whole`() {
        let (datas, packets) = Self.pictures()
        let bytes = tables([Self.video]) + packets[0].joined() + tables([Self.video], counter: 1) + packets[1].joined()
        let outputs = demuxed(Array(bytes))
        #expect(outputs.trackLists == [[h264Track]])
        #expect(outputs.units.map(\.data) == Array(datas[..<2]))
        #expect(
            outputs.units.allSatisfy {
                $0.isRandomAccessPoint && $0.pts == MediaTime(ticks: 90_000) && $0.dts == $0.pts
            }
        )
        #expect(outputs.faults == [])
    }

    @Test func `a new version with the same content is no change, other content is`() {
        let audio = PMT.Stream(type: 0x0F, pid: 0x101)
        let bytes =
            tables([Self.video]) + tables([Self.video], version: 1, counter: 1)
            + tables([Self.video, audio], version: 2, counter: 2)
        #expect(demuxed(bytes).trackLists.map { $0.map(\.pid) } == [[0x100], [0x100, 0x101]])
    }

    @Test func `a lost packet drops the unit it belonged to and no other`() {
        let (datas, packets) = Self.pictures()
        var second = packets[1]
        second.remove(at: 1)
        let outputs = demuxed(tables([Self.video]) + packets[0].joined() + second.joined() + packets[2].joined())
        #expect(outputs.units.map(\.data) == [datas[0], datas[2]])
        #expect(outputs.faults == [.continuity(pid: 0x100, expected: 4, found: 5), .truncated(pid: 0x100)])
    }

    @Test func `a packet sent twice counts once, a third time is a fault`() {
        let (datas, packets) = Self.pictures()
        var twice = packets[0]
        twice.insert(twice[1], at: 2)
        #expect(Self.units(tables([Self.video]) + twice.joined()) == [datas[0]])
        twice.insert(twice[1], at: 2)
        let outputs = demuxed(tables([Self.video]) + twice.joined() + packets[1].joined())
        #expect(outputs.faults.contains(.continuity(pid: 0x100, expected: 2, found: 1)))
        #expect(outputs.units.map(\.data) == [datas[1]])
    }

    @Test func `fifteen lost packets do not pass for one sent twice`() {
        var random = SeededRandom(seed: 5)
        let data = picture(isIDR: true, size: 184 * 20, random: &random)
        var packets = pesPackets(data)
        packets.removeSubrange(2..<17)
        let outputs = demuxed(tables([Self.video]) + packets.joined())
        #expect(outputs.units.isEmpty)
        #expect(outputs.faults.contains(.truncated(pid: 0x100)))
    }

    @Test func `a jump that the source announces drops what was begun, and is told`() {
        let (datas, packets) = Self.pictures()
        let announced = pesPackets(datas[1], counter: 9)
        var first = announced[0]
        // The flag needs an adaptation field, so that the first packet is written anew with two bytes less.
        let payload = Array(first[4...])
        first = packet(start: true, counter: 9, discontinuity: true, payload: Array(payload.prefix(182)))
        let second = packet(start: false, counter: 10, payload: Array(payload[182...]) + announced[1][4...].prefix(182))
        _ = second
        let outputs = demuxed(tables([Self.video]) + packets[0].joined() + first)
        #expect(outputs.units.map(\.data) == [Array(datas[1].prefix(182 - 14))])
        #expect(outputs.faults == [.discontinuity(pid: 0x100), .truncated(pid: 0x100)])
    }

    @Test func `scrambled packets give no unit and are told once`() {
        let (datas, packets) = Self.pictures()
        let scrambled = packets[1].map { packet in
            var packet = packet
            packet[3] |= 0x80
            return packet
        }
        let bytes = tables([Self.video]) + packets[0].joined() + scrambled.joined() + packets[2].joined()
        let outputs = demuxed(bytes)
        // The picture before was not known to be whole when scrambling began.
        #expect(outputs.units.map(\.data) == [datas[2]])
        #expect(outputs.faults == [.truncated(pid: 0x100), .scrambled(pid: 0x100)])
    }

    @Test func `nothing is joined across a reconnect, though the counters fit`() {
        let (datas, packets) = Self.pictures()
        var demuxer = Demuxer()
        var outputs: [Demuxer.Output] = []
        demuxer.push(tables([Self.video]) + packets[0][0] + packets[0][1]) { outputs.append($0) }
        demuxer.finish { outputs.append($0) }
        demuxer.push(packets[0][2] + packets[1].joined() + packets[2].joined()) { outputs.append($0) }
        demuxer.finish { outputs.append($0) }
        #expect(outputs.units.map(\.data) == [datas[1]])
        #expect(outputs.faults == [.truncated(pid: 0x100), .truncated(pid: 0x100)])
        #expect(demuxer.counters.truncated == 2 && demuxer.counters.units == 1)
    }

    @Test func `a file that ends within a packet was cut, and its last unit with it`() {
        let (datas, packets) = Self.pictures()
        let whole = tables([Self.video]) + packets[0].joined() + packets[1].joined()
        #expect(demuxed(whole).units.map(\.data) == [datas[0], datas[1]])
        let cut = demuxed(whole + packets[2][0] + packets[2][1].prefix(70))
        #expect(cut.units.map(\.data) == [datas[0], datas[1]])
        #expect(cut.faults == [.lostSync(skipped: 70), .truncated(pid: 0x100)])
    }

    @Test func `a damaged packet is left out`() {
        let (datas, packets) = Self.pictures()
        var bytes = tables([Self.video]) + packets[0].joined()
        bytes[2 * 188 + 188 + 1] |= 0x80
        let outputs = demuxed(bytes + packets[1].joined())
        #expect(outputs.units.map(\.data) == [datas[1]])
        #expect(outputs.faults.first == .transportError(pid: 0x100))
    }

    @Test func `the first programme of the PAT is read, another when its PMT never comes`() {
        let pat = PAT(
            transportStreamID: 1,
            version: 0,
            programs: [.init(number: 5, pmtPID: 0x500), .init(number: 6, pmtPID: 0x600)]
        )
        func pmt(_ number: UInt16, counter: UInt8) -> [UInt8] {
            let table = PMT(
                programNumber: number,
                version: 0,
                pcrPID: 0x1FFF,
                streams: [.init(type: 0x1B, pid: number + 1)]
            )
            return sectionPackets(table.section, pid: number << 8, counter: counter)
        }
        let start = sectionPackets(pat.section, pid: 0)
        let usual = start + pmt(6, counter: 0) + pmt(5, counter: 0) + pmt(6, counter: 1)
        #expect(demuxed(usual).trackLists.map { $0.map(\.pid) } == [[6]])
        let silent = start + (0..<8).flatMap { pmt(6, counter: $0) }
        #expect(demuxed(silent).trackLists.map { $0.map(\.pid) } == [[7]])
        var wanted = Demuxer(program: 6)
        wanted.push(usual) { _ in }
        wanted.finish { _ in }
        #expect(wanted.tracks.map(\.pid) == [7] && wanted.programNumber == 6)
    }

    @Test func `a cue is one unit with its section as data, a wrong one a fault`() {
        let cue = PMT.Stream(type: 0x86, pid: 0x104)
        var wrong = cueSection
        wrong[20] ^= 1
        let bytes =
            tables([cue], pcrPID: 0x1FFF) + sectionPackets(cueSection, pid: 0x104)
            + sectionPackets(wrong, pid: 0x104, counter: 1)
        let outputs = demuxed(bytes)
        #expect(outputs.units == [unit(pid: 0x104, pts: nil, data: cueSection, streamID: 0)])
        #expect(outputs.faults == [.badCRC(pid: 0x104)])
    }

    @Test func `tracks are bounded, and those beyond are told`() {
        let streams = (0..<150).map { PMT.Stream(type: 0x1B, pid: UInt16(0x20 + $0)) }
        let outputs = demuxed(tables(streams))
        #expect(outputs.trackLists.map(\.count) == [Demuxer.tracksMax])
        #expect(outputs.faults == [.tooManyTracks(found: 150)])
    }
}
