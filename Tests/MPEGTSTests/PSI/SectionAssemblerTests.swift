import MPEGTS
import TestSupport
import Testing

struct SectionAssemblerTests {
    static func section(_ size: Int, fill: UInt8) -> [UInt8] {
        [0x42, 0x70 | UInt8((size - 3) >> 8), UInt8((size - 3) & 0xFF)] + Array(repeating: fill, count: size - 3)
    }

    static func events(_ payloads: [(start: Bool, bytes: [UInt8])]) -> [SectionAssembler.Event] {
        var assembler = SectionAssembler()
        var events: [SectionAssembler.Event] = []
        for payload in payloads {
            payload.bytes.withUnsafeBytes { assembler.push($0, start: payload.start) { events.append($0) } }
        }
        return events
    }

    @Test func `takes sections that share, fill and span packets`() {
        let (first, second, third) = (Self.section(20, fill: 1), Self.section(300, fill: 2), Self.section(3, fill: 3))
        let all = first + second
        let payloads: [(Bool, [UInt8])] = [
            (true, [0] + all[..<183]),
            (true, [UInt8(all.count - 183)] + all[183...] + third + [0xFF, 0xFF]),
            // After stuffing nothing counts before the next start.
            (false, first),
        ]
        #expect(Self.events(payloads) == [.section(first), .section(second), .section(third)])
    }

    @Test func `waits for a start, and drops a section that the next one cuts`() {
        let section = Self.section(300, fill: 9)
        #expect(Self.events([(false, section), (true, [0] + section[..<180])]) == [])
        #expect(
            Self.events([(true, [0] + section[..<180]), (true, [0] + Self.section(10, fill: 1))])
                == [.truncated, .section(Self.section(10, fill: 1))]
        )
    }

    @Test func `takes 4096 bytes and not one more`() {
        let largest = Self.section(4_096, fill: 5)
        #expect(Self.events([(true, [0] + largest)]) == [.section(largest)])
        #expect(
            Self.events([(true, [0, 0x42, 0x7F, 0xFE] + Array(repeating: 0, count: 5_000))]) == [.oversized(4_097)]
        )
        #expect(Self.events([(true, [0, 0x42, 0x7F, 0xFF])]) == [.oversized(4_098)])
    }

    @Test func `a pointer outside the packet is malformed`() {
        #expect(Self.events([(true, [10, 1, 2])]) == [.malformed])
        #expect(Self.events([(true, [])]) == [.malformed])
    }
}
