import MPEGTS
import Model

/// A broadcast of H.264 and AAC as FLV tag bodies: what goes out on one RTMP connection.
///
/// Source: Adobe's Flash Video File Format Specification 10.1, annex E.4.2 (audio) and E.4.3 (video);
/// ISO/IEC 14496-15, 5.3.3.1 (decoder configuration).
struct TagTape {
    struct Message {
        var isVideo: Bool
        /// Milliseconds.
        var time: UInt32
        var body: [UInt8]
    }

    private var cursor: Int
    /// The stream's time that is 0 here.
    private var zero: MediaTime
    private var isConfigured = false

    init(_ broadcast: Broadcast, entry: Fault.Entry) {
        var isRestarted = false
        switch entry {
        // A server of RTMP begins with a random access point.
        case .live, .randomAccess: self.cursor = broadcast.start(before: .zero)
        case .replay(let seconds, let replay):
            self.cursor = broadcast.start(before: MediaTime(seconds: Int64(seconds)))
            isRestarted = replay == .restarted
        }
        let first = broadcast.chunks(from: self.cursor)?.first?.unit.dts ?? .zero
        self.zero = isRestarted ? first : .zero
    }

    mutating func skip(_ broadcast: Broadcast) { self.cursor = broadcast.next }

    mutating func due(_ broadcast: Broadcast, upTo limit: MediaTime) -> [Message] {
        var messages: [Message] = []
        for chunk in broadcast.chunks(from: self.cursor) ?? [] {
            guard chunk.due <= limit else { break }
            self.cursor = chunk.number + 1
            messages += self.tags(of: chunk.unit)
        }
        return messages
    }

    private mutating func tags(of unit: Reel.Unit) -> [Message] {
        let time = UInt32(truncatingIfNeeded: (unit.dts - self.zero).milliseconds)
        var messages: [Message] = []
        if unit.isVideo {
            if unit.isRandomAccessPoint, let configuration = Self.configuration(unit.data) {
                if !self.isConfigured {
                    messages.append(Message(isVideo: true, time: time, body: [0x17, 0, 0, 0, 0] + configuration))
                }
                self.isConfigured = true
            }
            guard self.isConfigured else { return [] }
            let offset = (unit.pts - unit.dts).milliseconds
            var body: [UInt8] = [unit.isRandomAccessPoint ? 0x17 : 0x27, 1]
            body += [16, 8, 0].map { UInt8(truncatingIfNeeded: offset >> $0) }
            for nal in Self.units(unit.data) where ![7, 8, 9].contains(nal[nal.startIndex] & 0x1F) {
                body += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: nal.count >> $0) } + nal
            }
            messages.append(Message(isVideo: true, time: time, body: body))
        } else if self.isConfigured, unit.data.count > 7 {
            // ADTS's fields make the AudioSpecificConfig: ISO/IEC 14496-3, 1.6.2.1 and 1.A.2.2.
            let (two, three) = (unit.data[2], unit.data[3])
            let (profile, rate, channels) = (two >> 6 + 1, two >> 2 & 0x0F, (two & 1) << 2 | three >> 6)
            if unit.dts.ticks / 90_000 != self.configuredSecond {
                self.configuredSecond = unit.dts.ticks / 90_000
                let configuration = [profile << 3 | rate >> 1, rate << 7 | channels << 3]
                messages.append(Message(isVideo: false, time: time, body: [0xAF, 0] + configuration))
            }
            messages.append(Message(isVideo: false, time: time, body: [0xAF, 1] + unit.data[7...]))
        }
        return messages
    }

    /// The second of the last audio header, so that one comes first and then now and again.
    private var configuredSecond: Int64 = -1

    private static func units(_ data: [UInt8]) -> [ArraySlice<UInt8>] {
        NALUnits(data).map { data[$0] }.filter { !$0.isEmpty }
    }

    private static func configuration(_ data: [UInt8]) -> [UInt8]? {
        let units = Self.units(data)
        guard let sps = units.first(where: { $0[$0.startIndex] & 0x1F == 7 }), sps.count > 4,
            let pps = units.first(where: { $0[$0.startIndex] & 0x1F == 8 })
        else { return nil }
        func sized(_ unit: ArraySlice<UInt8>) -> [UInt8] {
            [UInt8(unit.count >> 8), UInt8(unit.count & 0xFF)] + unit
        }
        let profile = Array(sps[(sps.startIndex + 1)..<(sps.startIndex + 4)])
        return [1] + profile + [0xFF, 0xE1] + sized(sps) + [1] + sized(pps)
    }
}
