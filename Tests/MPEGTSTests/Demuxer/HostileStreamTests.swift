import MPEGTS
import TestSupport
import Testing

/// What a supplier could send to bring a parser down.
struct HostileStreamTests {
    static func isBounded(_ outputs: [Demuxer.Output], _ bytes: [UInt8]) -> Bool {
        // No output can carry more than came in.
        outputs.units.reduce(0) { $0 + $1.data.count } <= bytes.count
            && outputs.trackLists.allSatisfy { $0.count <= Demuxer.tracksMax }
    }

    @Test func `never traps on random packets, and the cut does not matter`() {
        for seed in UInt64(0)..<30 {
            var random = SeededRandom(seed: seed)
            var bytes: [UInt8] = tables([.init(type: 0x1B, pid: 0x100), .init(type: 0x86, pid: 0x101)])
            for _ in 0..<150 {
                var packet = (0..<188).map { _ in UInt8.random(in: 0...255, using: &random) }
                packet[0] = 0x47
                // Few PIDs and clear packets, so that what is behind the first checks is reached.
                packet[1] = packet[1] & 0x40 | UInt8.random(in: 0...1, using: &random)
                packet[2] = UInt8.random(in: 0...1, using: &random)
                packet[3] = packet[3] & 0x3F
                if Bool.random(using: &random) { packet[3] = packet[3] & 0x0F | 0x10 }
                bytes += packet
            }
            let whole = demuxed(bytes)
            #expect(whole == demuxed(bytes, chunk: { Int.random(in: 1...400, using: &random) }), "seed \(seed)")
            #expect(Self.isBounded(whole, bytes), "seed \(seed)")
        }
    }

    @Test func `never traps on a valid stream with bytes changed`() {
        var random = SeededRandom(seed: 11)
        let units = randomUnits(pictures: 12, from: 900_000, sizeMax: 600, random: &random)
        let original = muxed(units).bytes
        for seed in UInt64(0)..<60 {
            var random = SeededRandom(seed: seed)
            var bytes = original
            for _ in 0..<Int.random(in: 1...80, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = .random(in: 0...255, using: &random)
            }
            if seed % 3 == 0 { bytes.removeSubrange(5_000..<Int.random(in: 5_001...6_000, using: &random)) }
            let outputs = demuxed(bytes)
            #expect(Self.isBounded(outputs, bytes), "seed \(seed)")
        }
    }

    @Test func `a burst of lost packets costs units, and never joins or shortens one`() {
        var random = SeededRandom(seed: 12)
        let units = randomUnits(pictures: 25, from: 900_000, sizeMax: 1_500, random: &random)
        let original = muxed(units).bytes
        let known = Set(units.map(\.onTheWire))
        var lost = 0
        for seed in UInt64(0)..<60 {
            var random = SeededRandom(seed: seed)
            // Up to 15 packets: 16 of one PID leave its counter in step, which nobody can see.
            let count = Int.random(in: 1...15, using: &random)
            // The end is left whole: that a file was cut short there, nothing in it says.
            let first = Int.random(in: 4...(original.count / 188 - 60), using: &random)
            var bytes = original
            bytes.removeSubrange((first * 188)..<((first + count) * 188))
            let outputs = demuxed(bytes)
            #expect(outputs.units.allSatisfy { known.contains($0) }, "seed \(seed)")
            // At most one unit for each packet, and the one before that they cut short.
            #expect(outputs.units.count >= units.count - count - allTracks.count, "seed \(seed)")
            lost += units.count - outputs.units.count
        }
        #expect(lost > 60)
    }

    @Test func `never traps on tables that lie under a right checksum`() {
        let streams = [
            PMT.Stream(type: 0x1B, pid: 0x100, descriptors: [0x05, 0x04, 0x41, 0x42, 0x43, 0x44, 0x6A, 1, 0])
        ]
        let pat = PAT(transportStreamID: 1, version: 0, programs: [.init(number: 1, pmtPID: 0x1000)]).section
        let pmt = PMT(programNumber: 1, version: 0, pcrPID: 0x100, descriptors: [0x0A, 1, 2], streams: streams).section
        var reached = 0
        for seed in UInt64(0)..<400 {
            var random = SeededRandom(seed: seed)
            func changed(_ section: [UInt8]) -> [UInt8] {
                var section = Array(section.dropLast(4))
                for _ in 0..<Int.random(in: 0...3, using: &random) {
                    section[Int.random(in: 1..<section.count, using: &random)] = .random(in: 0...255, using: &random)
                }
                // The length is left to lie in one case of four only, so that the loops inside are reached.
                if seed % 4 != 0 {
                    section[1] = 0xB0
                    section[2] = UInt8(section.count + 1)
                }
                CRC32MPEG2.append(to: &section)
                return section
            }
            var bytes: [UInt8] = []
            for counter in UInt8(0)..<8 {
                bytes += sectionPackets(counter < 2 ? pat : changed(pat), pid: 0, counter: counter)
                bytes += sectionPackets(changed(pmt), pid: 0x1000, counter: counter)
                bytes += packet(pid: 0x100, start: true, counter: counter)
            }
            let outputs = demuxed(bytes)
            #expect(Self.isBounded(outputs, bytes), "seed \(seed)")
            if outputs.trackLists.count > 1 || outputs.faults.contains(.malformed(pid: 0x1000)) { reached += 1 }
        }
        // Most of the lies pass the checksum and are judged by what they say.
        #expect(reached > 200)
    }

    @Test func `all 8192 PIDs in use change nothing for the tracks`() {
        var random = SeededRandom(seed: 2)
        var bytes = tables([.init(type: 0x1B, pid: 0x100)])
        for pid in UInt16(0)..<8_192 where pid != 0 && pid != 0x1000 && pid != 0x100 {
            bytes += packet(pid: pid, start: true, counter: UInt8(pid & 15), payload: Array(repeating: 0, count: 184))
        }
        let data = picture(isIDR: true, size: 100, random: &random)
        bytes += pesPackets(data).joined()
        let outputs = demuxed(bytes)
        #expect(outputs.units.map(\.data) == [data])
        #expect(outputs.faults == [])
    }

    @Test func `adaptation lengths of 184 to 255 are malformed`() {
        for length in UInt8(184)...255 {
            var lying = packet(pid: 0x100, payload: Array(repeating: 0, count: 100))
            lying[4] = length
            let outputs = demuxed(tables([.init(type: 0x1B, pid: 0x100)]) + lying + lying + lying)
            #expect(outputs.faults == Array(repeating: .malformed(pid: 0x100), count: 3))
        }
    }

    @Test func `a picture that never ends is dropped at the limit`() {
        var demuxer = Demuxer()
        var faults: [Demuxer.Fault] = []
        var units = 0
        func take(_ output: Demuxer.Output) {
            switch output {
            case .fault(let fault): faults.append(fault)
            case .unit: units += 1
            case .tracks: break
            }
        }
        demuxer.push(tables([.init(type: 0x1B, pid: 0x100)]) + pesPackets([1, 2, 3])[0], take)
        let filler = (1...16).flatMap { packet(counter: UInt8($0 & 15)) }
        for _ in 0..<(PESAssembler.videoSizeMax / (16 * 184) + 2) { demuxer.push(filler, take) }
        demuxer.fileEnded(take)
        #expect(faults == [.oversized(pid: 0x100)])
        #expect(units == 0)
    }
}
