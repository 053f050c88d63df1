import MPEGTS
import Testing

@testable import Continuity

/// Silent frames of every kind of stream, also of those that no encoder at hand makes.
struct SilentFrameTests {
    /// The silent frame for a stream whose frames begin with `head` and are zeros else.
    private func silent(_ head: [UInt8], _ codec: Track.Codec) throws -> [UInt8] {
        var frame = head
        let header = try #require(AudioFrameHeader(parsing: (head + [0, 0, 0, 0])[...], codec: codec))
        frame += [UInt8](repeating: 0, count: max(0, header.frameSize - head.count))
        var silent = SilentFrame(codec: codec)
        silent.passed(frame[...], header: header)
        return try silent.bytes()
    }

    @Test func `MPEG audio keeps its header and its size, without a checksum`() throws {
        let cases: [(live: [UInt8], silent: [UInt8], size: Int)] = [
            ([0xFF, 0xFC, 0xA4, 0x00], [0xFF, 0xFD, 0xA4, 0x00], 576),
            ([0xFF, 0xFD, 0xA2, 0x44], [0xFF, 0xFD, 0xA2, 0x44], 627),
            ([0xFF, 0xFE, 0x94, 0xC0], [0xFF, 0xFF, 0x94, 0xC0], 288),
            ([0xFF, 0xF2, 0x84, 0x00], [0xFF, 0xF3, 0x84, 0x00], 192),
        ]
        for testCase in cases {
            let frame = try self.silent(testCase.live, .mpegAudio)
            #expect(frame == testCase.silent + [UInt8](repeating: 0, count: testCase.size - 4))
        }
    }

    /// Every mode, with and without low frequencies, at each rate and at the smallest and a usual size.
    static let ac3Heads: [[UInt8]] = (0..<3).flatMap { (rate: UInt8) in
        (0..<16).flatMap { (mode: UInt8) in
            [UInt8(0), 1, 20, 37].map { size in
                let channels = mode >> 1
                var writer = BitWriter()
                writer.append([0x0B, 0x77, 0xAA, 0xBB, rate << 6 | size])
                writer.bits(size == 20 ? 6 : 8, 5)
                writer.bits(0, 3)
                writer.bits(UInt32(channels), 3)
                if channels & 1 != 0, channels != 1 { writer.bits(1, 2) }
                if channels & 4 != 0 { writer.bits(1, 2) }
                if channels == 2 { writer.bits(0, 2) }
                writer.bits(UInt32(mode & 1), 1)
                // dialnorm 27; then compr, langcod and audprodi that are not taken over.
                writer.bits(27, 5)
                for bits in [8, 8, 7] {
                    writer.bit(1)
                    writer.bits(0x55, bits)
                }
                if channels == 0 { writer.bits(26 << 3, 8) }
                writer.bits(0, 24)
                return writer.bytes
            }
        }
    }

    @Test func `AC-3 of every mode decodes without complaint, its checksums right`() throws {
        var bytes: [UInt8] = []
        var samples = 0
        for head in Self.ac3Heads {
            let frame = try self.silent(head, .ac3)
            let before = try #require(AudioFrameHeader(parsing: head[...], codec: .ac3))
            let header = try #require(AudioFrameHeader(parsing: frame[...], codec: .ac3))
            #expect(header == before && header.frameSize == frame.count)
            let middle = (frame.count / 4 + frame.count / 16) * 2
            #expect(CRC16.checksum(frame[2..<middle]) == 0)
            #expect(CRC16.checksum(frame[2...]) == 0)
            bytes += frame
            samples += header.samples
        }
        #expect(try SoundJudge.complaints(about: bytes, format: "ac3") == "")
        #expect(samples == 192 * 1_536)
    }

    @Test func `AC-3 of half rates is an obstacle`() {
        #expect(throws: SilenceObstacle.bitStreamID) {
            try self.silent([0x0B, 0x77, 0, 0, 0x08, 0x48, 0x40, 0, 0, 0, 0, 0], .ac3)
        }
    }

    /// Every mode, with and without low frequencies, at each rate and number of blocks.
    static let enhancedHeads: [[UInt8]] = (0..<4).flatMap { (rate: UInt8) in
        (0..<4).flatMap { (code: UInt8) in
            (0..<16).map { (mode: UInt8) in
                [0x0B, 0x77, 0x00, 0x7F, rate << 6 | (rate == 3 ? code % 3 : code) << 4 | mode, 0x84, 0xD8, 0, 0, 0, 0]
            }
        }
    }

    @Test func `E-AC-3 of every mode decodes without complaint, its checksum right`() throws {
        var bytes: [UInt8] = []
        for head in Self.enhancedHeads {
            let frame = try self.silent(head, .eac3)
            let before = try #require(AudioFrameHeader(parsing: head[...], codec: .eac3))
            let header = try #require(AudioFrameHeader(parsing: frame[...], codec: .eac3))
            #expect(header.sampleRate == before.sampleRate && header.samples == before.samples)
            #expect(header.channels == before.channels && header.frameSize == frame.count)
            #expect(CRC16.checksum(frame[2...]) == 0)
            #expect(frame.count <= 140)
            // Half rates are beyond the judge.
            if head[4] >> 6 != 3 { bytes += frame }
        }
        #expect(try SoundJudge.complaints(about: bytes, format: "eac3") == "")
    }

    @Test func `dependent substreams are left out`() throws {
        let head = Self.enhancedHeads[7]
        var dependent = head
        dependent[2] |= 0x40
        var silent = SilentFrame(codec: .eac3)
        for bytes in [head, dependent] {
            let header = try #require(AudioFrameHeader(parsing: bytes[...], codec: .eac3))
            silent.passed(bytes[...], header: header)
        }
        let frame = try silent.bytes()
        #expect(frame == (try self.silent(head, .eac3)))
        #expect(AudioFrameHeader(parsing: frame[...], codec: .eac3)?.samples == 256)
    }

    @Test func `a program config element is told again, unless it has coupling channels`() throws {
        // Two pairs, front and back, with a comment of two bytes; then the first bits of a pair.
        var writer = BitWriter()
        for (value, bits) in [(5, 3), (0, 4), (1, 2), (3, 4), (1, 4), (0, 4), (1, 4), (0, 2), (0, 3), (0, 4), (0, 3)] {
            writer.bits(UInt32(value), bits)
        }
        for tag in [0, 1] { writer.bits(0x10 | UInt32(tag), 5) }
        writer.align(with: 0)
        writer.append([2, 0x68, 0x69])
        let told = writer.bytes
        let element = try #require(ProgramConfigElement(rawDataBlock: told + [0x21, 0x00]))
        #expect(element.bytes == told)
        #expect(element.elements == [.pair(0), .pair(1)])
        for size in 0..<told.count { #expect(ProgramConfigElement(rawDataBlock: Array(told.prefix(size))) == nil) }
        let head: [UInt8] = [0xFF, 0xF1, 0x4C, 0x00, 0x10, 0x1F, 0xFC]
        let header = try #require(AudioFrameHeader(parsing: head[...], codec: .aac))
        let frame = try SilentAAC.adts(like: head, header: header, configuration: element)
        #expect(Array(frame[7..<(7 + told.count)]) == told)
        #expect(AudioFrameHeader(parsing: frame[...], codec: .aac)?.frameSize == frame.count)
        var coupled = element
        coupled.elements = nil
        #expect(throws: SilenceObstacle.programConfigElement) {
            try SilentAAC.adts(like: head, header: header, configuration: coupled)
        }
    }

    /// useSameStreamMux 0, audioMuxVersion, same framing, subframes − 1, programmes − 1, layers − 1; then object type,
    /// rate, channels, GASpecificConfig; then frame length type, fullness, other data, checksum.
    private func multiplex(_ fields: [(UInt32, Int)]) -> [UInt8] {
        var writer = BitWriter()
        for (value, bits) in fields { writer.bits(value, bits) }
        return [0x56, 0xE0, UInt8(writer.bytes.count)] + writer.bytes
    }

    @Test func `LATM tells its configuration again and has a block for each subframe`() throws {
        let configuration: [(UInt32, Int)] = [
            (0, 1), (0, 1), (1, 1), (1, 6), (0, 4), (0, 3), (2, 5), (3, 4), (2, 4), (0, 3), (0, 3), (0xFF, 8), (0, 1),
            (1, 1), (0x5A, 8),
        ]
        let frame = try self.silent(self.multiplex(configuration + [(1, 8), (0xFF, 8), (1, 8), (0xFF, 8)]), .latm)
        let block = SilentAAC.rawDataBlock([.pair(0)])
        let payload = (0..<2).flatMap { _ in [(UInt32(block.count), 8)] + block.map { (UInt32($0), 8) } }
        #expect(frame == self.multiplex(configuration + payload))
    }

    @Test func `LATM of another kind is an obstacle`() throws {
        let usual: [(UInt32, Int)] = [
            (0, 1), (0, 1), (1, 1), (0, 6), (0, 4), (0, 3), (2, 5), (3, 4), (2, 4), (0, 3), (0, 3), (0xFF, 8), (0, 1),
            (0, 1), (0, 32),
        ]
        #expect(throws: Never.self) { try self.silent(self.multiplex(usual), .latm) }
        // Its framing, programmes, layers, object type, channels, 960 samples, frame length type, other data.
        for (index, value) in [(2, 0), (4, 1), (5, 1), (6, 23), (8, 0), (9, 4), (10, 1), (12, 1)] {
            var fields = usual
            fields[index].0 = UInt32(value)
            #expect(throws: SilenceObstacle.streamMuxConfiguration, "field \(index)") {
                try self.silent(self.multiplex(fields), .latm)
            }
        }
    }

    @Test func `layer III frames that reach back into the silence keep their bytes and say nothing`() throws {
        // MPEG-1, 128 kbit/s, 48 kHz, stereo, with and without a checksum; main_data_begin in the first 9 bits.
        for (second, headerSize) in [(UInt8(0xFB), 4), (0xFA, 6)] {
            let reaches = [400, 511, 300, 0]
            let frames = reaches.map { reach in
                var frame: [UInt8] = [0xFF, second, 0x94, 0x00] + [UInt8](repeating: 0x5A, count: 380)
                frame[headerSize] = UInt8(reach >> 1)
                frame[headerSize + 1] = UInt8(reach & 1) << 7 | 0x2A
                return frame
            }
            let header = try #require(AudioFrameHeader(parsing: frames[0][...], codec: .mpegAudio))
            var reservoir = BitReservoir()
            let fitted = frames.map { reservoir.fitted($0, header: header) }
            let side = headerSize..<(headerSize + 32)
            for index in 0..<2 {
                #expect(fitted[index][side].allSatisfy { $0 == 0 })
                #expect(fitted[index].prefix(4) == frames[index].prefix(4))
                #expect(fitted[index][side.upperBound...] == frames[index][side.upperBound...])
            }
            #expect(Array(fitted[2...]) == Array(frames[2...]))
            #expect(reservoir.isFilled)
            guard headerSize == 6 else { continue }
            let covered = Array(fitted[0][2..<4] + fitted[0][side])
            #expect(CRC16.checksum(covered + fitted[0][4..<6], start: 0xFFFF) == 0)
        }
    }
}
