import MPEGTS
import Testing

struct PESAssemblerTests {
    enum Outcome: Equatable {
        case packet([UInt8])
        case truncated, oversized, malformed
    }

    static func outcomes(
        _ payloads: [(start: Bool, bytes: [UInt8])],
        sizeMax: Int = 1_000,
        end: Bool = false
    ) -> [Outcome] {
        var assembler = PESAssembler(sizeMax: sizeMax)
        var outcomes: [Outcome] = []
        func take(_ event: PESAssembler.Event) {
            switch event {
            case .packet(_, let data): outcomes.append(.packet(data))
            case .truncated: outcomes.append(.truncated)
            case .oversized: outcomes.append(.oversized)
            case .malformed: outcomes.append(.malformed)
            }
        }
        for payload in payloads {
            payload.bytes.withUnsafeBytes { assembler.push($0, start: payload.start, take) }
        }
        if end { assembler.end(take) }
        return outcomes
    }

    static func header(length: Int = 0) -> [UInt8] {
        [0, 0, 1, 0xE0, UInt8(length >> 8), UInt8(length & 0xFF), 0x80, 0x80, 5, 0x21, 0, 1, 0, 1]
    }

    @Test func `a packet with a length is given out when it is reached`() {
        let data = Array(UInt8(0)..<200)
        let first = Self.header(length: 208) + data[..<150]
        #expect(Self.outcomes([(true, first), (false, data[150...] + [9, 9])]) == [.packet(data)])
        #expect(Self.outcomes([(true, first)]) == [])
    }

    @Test func `a packet without a length is given out when the next begins, or the file ends`() {
        let payloads = [(start: true, bytes: Self.header() + [1, 2]), (false, [3]), (true, Self.header() + [4])]
        #expect(Self.outcomes(payloads) == [.packet([1, 2, 3])])
        #expect(Self.outcomes(payloads, end: true) == [.packet([1, 2, 3]), .packet([4])])
    }

    @Test func `a packet that misses bytes is dropped`() {
        let payloads = [(start: true, bytes: Self.header(length: 100) + [1]), (true, Self.header() + [2])]
        #expect(Self.outcomes(payloads, end: true) == [.truncated, .packet([2])])
        #expect(Self.outcomes([(true, Self.header(length: 100) + [1])], end: true) == [.truncated])
    }

    @Test func `a header may lie over several packets`() {
        let header = Self.header(length: 10)
        for cut in 1..<header.count {
            let payloads = [(start: true, bytes: Array(header[..<cut])), (false, header[cut...] + [7, 8])]
            #expect(Self.outcomes(payloads) == [.packet([7, 8])], "cut at \(cut)")
        }
    }

    @Test func `a packet past the limit is dropped, and the next start begins anew`() {
        let payloads = [
            (start: true, bytes: Self.header() + Array(repeating: 1, count: 60)),
            (false, Array(repeating: 1, count: 41)),
            (false, [1]),
            (true, Self.header() + [2]),
        ]
        #expect(Self.outcomes(payloads, sizeMax: 100, end: true) == [.oversized, .packet([2])])
    }

    @Test func `what is no PES packet is malformed`() {
        #expect(Self.outcomes([(true, Array(repeating: 0, count: 184)), (false, [1])], end: true) == [.malformed])
        #expect(Self.outcomes([(false, Self.header() + [1])], end: true) == [])
    }
}
