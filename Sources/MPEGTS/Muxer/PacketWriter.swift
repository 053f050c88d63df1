import Model

/// Cuts PES packets and sections into transport-stream packets, with a continuity counter for each PID.
///
/// Source: ISO/IEC 13818-1, 2.4.3.
struct PacketWriter: Sendable {
    private static let payloadSize = PacketHeader.packetSize - PacketHeader.size
    /// `PES_header_data_length` of teletext (ETSI EN 300 472, 4.2).
    private static let teletextHeaderSize = 36

    /// The next counter of each PID; kept for PIDs that come back.
    private var counters = [UInt8](repeating: 0, count: PacketHeader.pidCount)
    /// The PES header being written, kept for its memory.
    private var head: [UInt8] = []

    /// By how much this one's counters are ahead of another's.
    func ahead(of other: PacketWriter) -> CounterShift {
        CounterShift(ahead: zip(self.counters, other.counters).map { ($0 &- $1) & 0x0F })
    }

    mutating func advance(by shift: CounterShift) {
        guard !shift.isNone else { return }
        for pid in self.counters.indices {
            self.counters[pid] = (self.counters[pid] &+ shift.ahead[pid]) & 0x0F
        }
    }

    /// Whether `bytes` are one section of a length that a section can have.
    static func isSection(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= 3, bytes.count <= SectionAssembler.sizeMax, bytes[0] != 0xFF else { return false }
        return 3 + (Int(bytes[1] & 0x0F) << 8 | Int(bytes[2])) == bytes.count
    }

    /// Writes one unit as a PES packet; `reference` is the PCR of its first packet.
    mutating func unit(
        _ unit: AccessUnit,
        track: Track,
        decodingTime: MediaTime?,
        reference: MediaTime?,
        into output: inout [UInt8]
    ) {
        let header = PESHeader(
            streamID: unit.streamID >= StreamID.least ? unit.streamID : Self.streamID(for: track.codec),
            pts: unit.pts,
            dts: decodingTime,
            dataSize: unit.data.count,
            isUnbounded: track.codec.isVideo,
            dataAlignment: track.codec == .teletext || track.codec == .dvbSubtitles,
            stuffedTo: track.codec == .teletext ? Self.teletextHeaderSize : 0
        )
        var head: [UInt8] = []
        swap(&head, &self.head)
        head.removeAll(keepingCapacity: true)
        header.write(to: &head)
        let startsDecoding = unit.isRandomAccessPoint && (track.codec.isVideo || track.codec.isAudio)
        head.withUnsafeBytes { head in
            unit.data.withUnsafeBytes { data in
                self.write(
                    head,
                    data,
                    pid: unit.pid,
                    randomAccess: startsDecoding,
                    pcrBase: reference?.wrapped,
                    into: &output
                )
            }
        }
        swap(&head, &self.head)
    }

    /// Writes one section; the last packet is filled with 0xFF.
    mutating func section(_ section: [UInt8], pid: UInt16, into output: inout [UInt8]) {
        var offset = 0
        while offset < section.count {
            let isFirst = offset == 0
            // The first packet begins with pointer_field 0.
            let room = Self.payloadSize - (isFirst ? 1 : 0)
            let size = min(room, section.count - offset)
            let header = PacketHeader(
                pid: pid,
                payloadUnitStart: isFirst,
                continuityCounter: self.nextCounter(pid)
            )
            let bytes = header.bytes
            output.append(bytes.0)
            output.append(bytes.1)
            output.append(bytes.2)
            output.append(bytes.3)
            if isFirst { output.append(0) }
            output.append(contentsOf: section[offset..<(offset + size)])
            output.append(contentsOf: repeatElement(0xFF, count: room - size))
            offset += size
        }
    }

    /// Writes a packet that carries the clock alone; it does not count.
    func clock(_ time: MediaTime, pid: UInt16, into output: inout [UInt8]) {
        // The counter stays at the value of the last packet with payload (ISO/IEC 13818-1, 2.4.3.3).
        let header = PacketHeader(
            pid: pid,
            hasAdaptationField: true,
            hasPayload: false,
            continuityCounter: (self.counters[Int(pid)] &- 1) & 0x0F
        )
        Self.packet(into: &output) { packet in
            Self.put(header, to: packet)
            AdaptationField.write(
                size: Self.payloadSize,
                randomAccess: false,
                pcrBase: time.wrapped,
                to: packet + PacketHeader.size
            )
        }
    }

    /// Writes a packet that carries nothing.
    func null(into output: inout [UInt8]) {
        Self.packet(into: &output) { packet in
            Self.put(PacketHeader(pid: PacketHeader.nullPID), to: packet)
            UnsafeMutableRawBufferPointer(start: packet + PacketHeader.size, count: Self.payloadSize)
                .initializeMemory(as: UInt8.self, repeating: 0xFF)
        }
    }

    private mutating func write(
        _ head: UnsafeRawBufferPointer,
        _ data: UnsafeRawBufferPointer,
        pid: UInt16,
        randomAccess: Bool,
        pcrBase: UInt64?,
        into output: inout [UInt8]
    ) {
        var counter = self.counters[Int(pid)]
        var offset = 0
        var isFirst = true
        withUnsafeTemporaryAllocation(byteCount: PacketHeader.packetSize, alignment: 8) { packet in
            guard let start = packet.baseAddress else { return }
            while isFirst || offset < data.count {
                let headSize = isFirst ? head.count : 0
                let needed =
                    isFirst ? AdaptationField.sizeNeeded(randomAccess: randomAccess, pcr: pcrBase != nil) : 0
                let size = min(Self.payloadSize - needed - headSize, data.count - offset)
                let fieldSize = Self.payloadSize - headSize - size
                let header = PacketHeader(
                    pid: pid,
                    payloadUnitStart: isFirst,
                    hasAdaptationField: fieldSize > 0,
                    continuityCounter: counter
                )
                Self.put(header, to: start)
                var place = start + PacketHeader.size
                AdaptationField.write(
                    size: fieldSize,
                    randomAccess: isFirst && randomAccess,
                    pcrBase: isFirst ? pcrBase : nil,
                    to: place
                )
                place += fieldSize
                if headSize > 0, let bytes = head.baseAddress {
                    place.copyMemory(from: bytes, byteCount: headSize)
                    place += headSize
                }
                if size > 0, let bytes = data.baseAddress {
                    place.copyMemory(from: bytes + offset, byteCount: size)
                }
                output.append(contentsOf: UnsafeRawBufferPointer(packet).assumingMemoryBound(to: UInt8.self))
                counter = (counter &+ 1) & 0x0F
                offset += size
                isFirst = false
            }
        }
        self.counters[Int(pid)] = counter
    }

    private mutating func nextCounter(_ pid: UInt16) -> UInt8 {
        let counter = self.counters[Int(pid)]
        self.counters[Int(pid)] = (counter &+ 1) & 0x0F
        return counter
    }

    private static func packet(into output: inout [UInt8], _ fill: (UnsafeMutableRawPointer) -> Void) {
        withUnsafeTemporaryAllocation(byteCount: PacketHeader.packetSize, alignment: 8) { packet in
            guard let start = packet.baseAddress else { return }
            fill(start)
            output.append(contentsOf: UnsafeRawBufferPointer(packet).assumingMemoryBound(to: UInt8.self))
        }
    }

    private static func put(_ header: PacketHeader, to packet: UnsafeMutableRawPointer) {
        let bytes = header.bytes
        packet.storeBytes(of: bytes.0, as: UInt8.self)
        packet.storeBytes(of: bytes.1, toByteOffset: 1, as: UInt8.self)
        packet.storeBytes(of: bytes.2, toByteOffset: 2, as: UInt8.self)
        packet.storeBytes(of: bytes.3, toByteOffset: 3, as: UInt8.self)
    }

    /// The `stream_id` of a unit that came without one.
    private static func streamID(for codec: Track.Codec) -> UInt8 {
        switch codec {
        case .h264, .hevc, .mpeg2Video: StreamID.video
        case .aac, .latm, .mpegAudio: StreamID.audio
        case .ac3, .eac3, .dvbSubtitles, .teletext, .scte35, .id3, .other: StreamID.privateStream1
        }
    }
}
