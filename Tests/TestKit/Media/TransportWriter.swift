import MPEGTS
import Model

/// Access units to packets, as a supplier's multiplexer does it; written for these tests alone, so that what is wrong
/// in the project's own muxer isn't wrong here, too.
///
/// Source: ISO/IEC 13818-1, 2.4.3 (packets, PES) and 2.4.4 (tables).
struct TransportWriter: Sendable {
    /// How the packets are made; two styles make different bytes of the same units.
    enum Style: Sendable {
        case usual
        /// Other counters, and stuffing in front of each unit.
        case other
    }

    /// Lead of decoding times before the clock, of a buffer of half a second.
    private static let clockLead = MediaTime(milliseconds: 500)
    /// Pictures between two PATs.
    private static let tablePeriod = 5

    /// Whether packets carry the PCR.
    var hasClock = true
    /// Added to the PIDs of tables and tracks but the PAT's.
    private(set) var pidShift: UInt16 = 0
    private let style: Style
    private var video: Track
    private var audio: Track
    private var version: UInt8 = 0
    private var counters: [UInt16: UInt8] = [:]
    private var picturesSinceTables = 0

    init(_ reel: Reel, style: Style = .usual) {
        self.video = reel.video
        self.audio = reel.audio
        self.style = style
    }

    var videoPID: UInt16 { 0x100 + self.pidShift }
    var audioPID: UInt16 { 0x101 + self.pidShift }
    private var tablePID: UInt16 { 0x1000 + self.pidShift }

    /// From the next unit on, the units are of another reel.
    mutating func change(to reel: Reel) {
        self.video = reel.video
        self.audio = reel.audio
        self.version = (self.version + 1) & 0x1F
        self.picturesSinceTables = Self.tablePeriod
    }

    /// From the next unit on, the tracks have other PIDs.
    mutating func changePIDs() {
        self.pidShift = self.pidShift == 0 ? 0x40 : 0
        self.version = (self.version + 1) & 0x1F
        self.picturesSinceTables = Self.tablePeriod
    }

    /// The packets of a unit, with the tables before it where they are due.
    mutating func write(_ unit: Reel.Unit) -> [UInt8] {
        var packets: [UInt8] = []
        packets.reserveCapacity(unit.data.count + unit.data.count / 32 + 4 * PacketHeader.packetSize)
        if unit.isVideo {
            self.picturesSinceTables += 1
            if unit.isRandomAccessPoint || self.picturesSinceTables >= Self.tablePeriod {
                self.picturesSinceTables = 0
                self.writeTables(to: &packets)
            }
        }
        self.writePES(unit, to: &packets)
        return packets
    }

    private mutating func writePES(_ unit: Reel.Unit, to packets: inout [UInt8]) {
        var pes = Self.header(unit)
        pes += unit.data
        let pid = unit.isVideo ? self.videoPID : self.audioPID
        var field: [UInt8] = []
        if unit.isVideo {
            field = [unit.isRandomAccessPoint ? 0x40 : 0]
            if self.hasClock { Self.appendClock((unit.dts - Self.clockLead).wrapped, to: &field) }
        }
        if self.style == .other {
            if field.isEmpty { field = [0] }
            field += [UInt8](repeating: 0xFF, count: 1 + Int(unit.dts.wrapped / 1_800 % 40))
        }
        var offset = 0
        while offset < pes.count {
            offset += self.appendPacket(pid, field, pes[offset...], isStart: offset == 0, to: &packets)
            field = []
        }
    }

    /// Appends one packet; how much of the payload it took.
    private mutating func appendPacket(
        _ pid: UInt16,
        _ field: [UInt8],
        _ payload: ArraySlice<UInt8>,
        isStart: Bool,
        to packets: inout [UInt8]
    ) -> Int {
        let room = PacketHeader.packetSize - PacketHeader.size
        // An adaptation field is a length, and that many bytes: flags, their fields, stuffing.
        var fieldSize = field.isEmpty ? 0 : field.count + 1
        let taken = min(payload.count, room - fieldSize)
        let stuffing = room - fieldSize - taken
        fieldSize += stuffing
        let counter = self.counters[pid] ?? (self.style == .usual ? 0 : 7)
        self.counters[pid] = (counter + 1) & 0x0F
        packets.append(0x47)
        packets.append((isStart ? 0x40 : 0) | UInt8(pid >> 8))
        packets.append(UInt8(pid & 0xFF))
        packets.append((fieldSize > 0 ? 0x30 : 0x10) | counter)
        if fieldSize > 0 {
            packets.append(UInt8(fieldSize - 1))
            if fieldSize > 1 {
                let content = field.isEmpty ? [0] : field
                packets += content
                packets.append(contentsOf: repeatElement(0xFF, count: fieldSize - 1 - content.count))
            }
        }
        packets += payload.prefix(taken)
        return taken
    }

    private static func appendClock(_ base: UInt64, to field: inout [UInt8]) {
        field[0] |= 0x10
        for shift in [25, 17, 9, 1] { field.append(UInt8(truncatingIfNeeded: base >> UInt64(shift))) }
        field.append(UInt8(base & 1) << 7 | 0x7E)
        field.append(0)
    }

    private static func header(_ unit: Reel.Unit) -> [UInt8] {
        let hasDTS = unit.dts != unit.pts
        let size = hasDTS ? 10 : 5
        let length = unit.isVideo ? 0 : unit.data.count + 3 + size
        var header: [UInt8] = [0, 0, 1, unit.streamID, UInt8(length >> 8 & 0xFF), UInt8(length & 0xFF)]
        header += [0x84, hasDTS ? 0xC0 : 0x80, UInt8(size)]
        Self.appendTime(unit.pts.wrapped, mark: hasDTS ? 3 : 2, to: &header)
        if hasDTS { Self.appendTime(unit.dts.wrapped, mark: 1, to: &header) }
        return header
    }

    private static func appendTime(_ time: UInt64, mark: UInt8, to header: inout [UInt8]) {
        header.append(mark << 4 | UInt8(time >> 30 & 7) << 1 | 1)
        header.append(UInt8(time >> 22 & 0xFF))
        header.append(UInt8(time >> 15 & 0x7F) << 1 | 1)
        header.append(UInt8(time >> 7 & 0xFF))
        header.append(UInt8(time & 0x7F) << 1 | 1)
    }

    private mutating func writeTables(to packets: inout [UInt8]) {
        let association = Self.section(0x00, id: 1, self.version, [0, 1] + Self.field(0xE000, self.tablePID))
        var streams: [UInt8] = Self.field(0xE000, self.videoPID) + [0xF0, 0]
        for (track, pid) in [(self.video, self.videoPID), (self.audio, self.audioPID)] {
            streams.append(track.streamType)
            streams += Self.field(0xE000, pid) + Self.field(0xF000, UInt16(track.descriptors.count))
            streams += track.descriptors
        }
        let map = Self.section(0x02, id: 1, self.version, streams)
        for (pid, section) in [(0, association), (self.tablePID, map)] {
            // A section is followed by stuffing bytes, not by an adaptation field: 2.4.4.
            let padding = [UInt8](
                repeating: 0xFF,
                count: PacketHeader.packetSize - PacketHeader.size - section.count - 1
            )
            _ = self.appendPacket(pid, [], ([0] + section + padding)[...], isStart: true, to: &packets)
        }
    }

    private static func field(_ mark: UInt16, _ value: UInt16) -> [UInt8] {
        [UInt8((mark | value) >> 8), UInt8((mark | value) & 0xFF)]
    }

    private static func section(_ table: UInt8, id: UInt8, _ version: UInt8, _ content: [UInt8]) -> [UInt8] {
        let length = content.count + 9
        var section: [UInt8] = [
            table, 0xB0 | UInt8(length >> 8), UInt8(length & 0xFF), 0, id, 0xC1 | version << 1, 0, 0,
        ]
        section += content
        CRC32MPEG2.append(to: &section)
        return section
    }
}
