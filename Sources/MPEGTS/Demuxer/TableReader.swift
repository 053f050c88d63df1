/// One PID that carries PAT or PMT sections.
struct TableReader: Sendable {
    let pid: UInt16
    private var continuity = ContinuityCheck()
    private var assembler = SectionAssembler()

    init(pid: UInt16) {
        self.pid = pid
    }

    /// Takes the next packet of this PID; answers the sections that are whole with it.
    mutating func received(
        _ header: PacketHeader,
        packet: UnsafeRawBufferPointer,
        payload: UnsafeRawBufferPointer,
        _ discontinuity: Bool,
        _ emit: (Demuxer.Output) -> Void
    ) -> [[UInt8]] {
        // Tables are never scrambled (ISO/IEC 13818-1, 2.4.4.1): such packets are not what they seem.
        guard header.hasPayload, header.scramblingControl == 0 else { return [] }
        switch self.continuity.received(header, packet: packet, discontinuity: discontinuity) {
        case .follows: break
        case .duplicate: return []
        case .broken(let expected):
            self.assembler.reset()
            emit(.fault(.continuity(pid: self.pid, expected: expected, found: header.continuityCounter)))
        }
        var sections: [[UInt8]] = []
        let pid = self.pid
        self.assembler.push(payload, start: header.payloadUnitStart) { event in
            switch event {
            case .section(let section): sections.append(section)
            case .oversized: emit(.fault(.oversized(pid: pid)))
            case .truncated: emit(.fault(.truncated(pid: pid)))
            case .malformed: emit(.fault(.malformed(pid: pid)))
            }
        }
        return sections
    }

    mutating func reset() {
        self.continuity.reset()
        self.assembler.reset()
    }
}
