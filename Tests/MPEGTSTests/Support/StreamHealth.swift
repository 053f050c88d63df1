/// What TR 101 290 and this project ask of an output stream, judged by a reader of its own.
///
/// It shares no code with what it judges.
struct StreamHealth {
    static let tablesSpacingMax: Int64 = 400 * 90
    static let clockSpacingMax: Int64 = 100 * 90

    private(set) var complaints: [String] = []
    private(set) var clockCount = 0
    private(set) var clockSpacing: Int64 = 0
    private(set) var tablesSpacing: Int64 = 0
    private(set) var pmtVersions: [UInt8] = []

    private var counters: [Int: UInt8] = [:]
    private var clock: Int64?
    private var tablesAt: [Int: Int64] = [:]
    private var tablesSeen: Set<Int> = []
    private var decodingTimes: [Int: Int64] = [:]
    private var pmtPID = -1

    init(_ bytes: [UInt8]) {
        if bytes.count % 188 != 0 { self.complaints.append("\(bytes.count) bytes are not whole packets") }
        var index = 0
        while index + 188 <= bytes.count {
            self.judge(Array(bytes[index..<(index + 188)]), number: index / 188)
            index += 188
        }
        if !bytes.isEmpty, self.tablesSeen.count < 2 { self.complaints.append("no tables") }
        for (pid, time) in self.tablesAt {
            guard let clock = self.clock else { continue }
            let gap = Self.difference(clock, time)
            if gap > Self.tablesSpacingMax {
                self.complaints.append("table \(pid) missing for \(gap) ticks at the end")
            }
        }
    }

    private mutating func judge(_ packet: [UInt8], number: Int) {
        guard packet[0] == 0x47 else { return self.complaints.append("packet \(number): no sync byte") }
        let pid = Int(packet[1] & 0x1F) << 8 | Int(packet[2])
        guard pid != 0x1FFF else { return }
        let hasPayload = packet[3] & 0x10 != 0
        let counter = packet[3] & 0x0F
        if let last = self.counters[pid], counter != (hasPayload ? (last + 1) & 0x0F : last) {
            self.complaints.append("packet \(number): pid \(pid) counts \(counter) after \(last)")
        }
        if hasPayload || self.counters[pid] != nil { self.counters[pid] = counter }
        if packet[3] & 0xC0 != 0 { self.complaints.append("packet \(number): scrambled") }
        var payload = 4
        if packet[3] & 0x20 != 0 {
            payload += 1 + Int(packet[4])
            if packet[4] > 0 { self.judgeAdaptation(packet, number: number) }
        }
        guard hasPayload, packet[1] & 0x40 != 0, payload < 188 else { return }
        if pid == 0 || pid == self.pmtPID {
            self.judgeTable(Array(packet[payload...]), pid: pid, number: number)
        } else if packet[payload] == 0, packet[payload + 1] == 0, packet[payload + 2] == 1 {
            self.judgePES(Array(packet[payload...]), pid: pid, number: number)
        }
    }

    private mutating func judgeAdaptation(_ packet: [UInt8], number: Int) {
        if packet[5] & 0x80 != 0 { self.complaints.append("packet \(number): discontinuity_indicator") }
        guard packet[5] & 0x10 != 0 else { return }
        let base = packet[6...9].reduce(Int64(0)) { $0 << 8 | Int64($1) } << 1 | Int64(packet[10] >> 7)
        if self.clock == nil {
            // Tables before the first clock count from it.
            for pid in self.tablesSeen { self.tablesAt[pid] = base }
        }
        if let last = self.clock {
            let step = Self.difference(base, last)
            self.clockSpacing = max(self.clockSpacing, step)
            if step <= 0 || step > Self.clockSpacingMax {
                self.complaints.append("packet \(number): clock steps \(step) ticks")
            }
        }
        self.clock = base
        self.clockCount += 1
    }

    private mutating func judgeTable(_ payload: [UInt8], pid: Int, number: Int) {
        if pid == 0 { self.pmtPID = Int(payload[11] & 0x1F) << 8 | Int(payload[12]) }
        if pid == self.pmtPID {
            let version = payload[6] >> 1 & 0x1F
            if self.pmtVersions.last != version { self.pmtVersions.append(version) }
        }
        self.tablesSeen.insert(pid)
        guard let clock = self.clock else { return }
        if let last = self.tablesAt[pid] {
            let gap = Self.difference(clock, last)
            self.tablesSpacing = max(self.tablesSpacing, gap)
            if gap > Self.tablesSpacingMax {
                self.complaints.append("packet \(number): table on \(pid) after \(gap) ticks")
            }
        }
        self.tablesAt[pid] = clock
    }

    private mutating func judgePES(_ payload: [UInt8], pid: Int, number: Int) {
        let stamps = payload[7] >> 6
        guard stamps >= 2 else { return }
        let pts = Self.stamp(payload, 9)
        let dts = stamps == 3 ? Self.stamp(payload, 14) : pts
        if Self.difference(pts, dts) < 0 { self.complaints.append("packet \(number): presented before decoded") }
        if let last = self.decodingTimes[pid], Self.difference(dts, last) <= 0 {
            self.complaints.append("packet \(number): pid \(pid) decodes at \(dts) after \(last)")
        }
        self.decodingTimes[pid] = dts
        if let clock = self.clock, Self.difference(dts, clock) <= 0 {
            self.complaints.append("packet \(number): pid \(pid) arrives after its decoding time")
        }
    }

    private static func stamp(_ bytes: [UInt8], _ at: Int) -> Int64 {
        Int64(bytes[at] >> 1 & 7) << 30 | Int64(bytes[at + 1]) << 22 | Int64(bytes[at + 2] >> 1) << 15
            | Int64(bytes[at + 3]) << 7 | Int64(bytes[at + 4] >> 1)
    }

    /// The signed way from `second` to `first`, modulo 2^33.
    private static func difference(_ first: Int64, _ second: Int64) -> Int64 {
        let ring: Int64 = 1 << 33
        let difference = ((first - second) % ring + ring) % ring
        return difference > ring / 2 ? difference - ring : difference
    }
}
