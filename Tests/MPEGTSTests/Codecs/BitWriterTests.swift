import MPEGTS
import TestSupport
import Testing

struct BitWriterTests {
    @Test func `writes what the reader reads`() {
        var random = SeededRandom(seed: 9)
        for _ in 0..<200 {
            let unsigned =
                UInt32.random(in: 0...(.max - 1), using: &random) >> UInt32.random(in: 0...31, using: &random)
            let signed = Int32(truncatingIfNeeded: random.next()) >> Int32.random(in: 1...31, using: &random)
            let count = Int.random(in: 0...32, using: &random)
            var writer = BitWriter()
            writer.flag(true)
            writer.unsignedExpGolomb(unsigned)
            writer.signedExpGolomb(signed)
            writer.bits(unsigned, count)
            writer.append([0xAB])
            writer.trailingBits()
            #expect(writer.isAligned && writer.bytes.count * 8 == writer.bitCount)
            var reader = BitReader(writer.bytes)
            let first = reader.flag()
            #expect(first)
            #expect(reader.unsignedExpGolomb() == unsigned)
            #expect(reader.signedExpGolomb() == signed)
            #expect(reader.bits(count) == (count == 32 ? unsigned : unsigned & (1 << UInt32(count) - 1)))
            #expect(reader.bits(8) == 0xAB)
            let stop = reader.flag()
            #expect(stop && reader.isValid && reader.bitsLeft < 8)
        }
    }

    @Test func `aligns, copies and escapes`() {
        var writer = BitWriter()
        writer.bits(0, 3)
        writer.align(with: 1)
        writer.align(with: 1)
        #expect(writer.bytes == [0x1F])
        var reader = BitReader([0x00, 0x00, 0x01])
        writer.copy(24, from: &reader)
        writer.trailingBits()
        #expect(writer.bytes == [0x1F, 0, 0, 1, 0x80])
        #expect(writer.nalUnit(header: [0x21]) == [0x21, 0x1F, 0, 0, 3, 1, 0x80])
    }
}
