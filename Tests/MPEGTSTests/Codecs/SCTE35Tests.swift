import MPEGTS
import Model
import Testing

struct SCTE35Tests {
    @Test func `moves a cue, over the wrap too, and nothing else in it`() throws {
        let moved = try #require(SCTE35.adjusted(cueSection, by: MediaTime(ticks: 0x1_2345_6789)))
        #expect(CRC32MPEG2.isValid(moved))
        #expect(Array(moved[4..<9]) == [0x01, 0x23, 0x45, 0x67, 0x89])
        let back = try #require(SCTE35.adjusted(moved, by: MediaTime(ticks: -0x1_2345_6789)))
        #expect(back == cueSection)
        let before = try #require(SCTE35.adjusted(cueSection, by: MediaTime(ticks: -1)))
        #expect(Array(before[4..<9]) == [0x01, 0xFF, 0xFF, 0xFF, 0xFF])
        #expect(SCTE35.adjusted(before, by: MediaTime(ticks: 1)) == cueSection)
    }

    @Test func `keeps the encryption bits, and refuses what is no cue`() throws {
        var encrypted = Array(cueSection.dropLast(4))
        encrypted[4] = 0xFE
        CRC32MPEG2.append(to: &encrypted)
        #expect(try #require(SCTE35.adjusted(encrypted, by: MediaTime(ticks: 1 << 32)))[4] == 0xFF)
        #expect(SCTE35.adjusted(cueSection.dropLast() + [0], by: .zero) == nil)
        #expect(SCTE35.adjusted([0xFC, 0x30], by: .zero) == nil)
    }

    @Test func `tells a heartbeat from a cue`() {
        var null = cueSection
        null[13] = 0
        #expect(SCTE35.isNull(null) == true)
        #expect(SCTE35.isNull(cueSection) == false)
        #expect(SCTE35.isNull([0x02]) == nil)
    }
}
