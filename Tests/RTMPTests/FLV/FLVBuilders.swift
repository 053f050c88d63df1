import MPEGTS
import RTMP

/// NAL units and tags as encoders send them, small.
enum FLV {
    static let sps: [UInt8] = [0x67, 0x42, 0xC0, 0x1E, 0xAB]
    static let pps: [UInt8] = [0x68, 0xCE, 0x3C, 0x80]
    static let idr: [UInt8] = [0x65, 0x88, 0x84]
    static let slice: [UInt8] = [0x41, 0x9A, 0x02]
    static let hevcVPS: [UInt8] = [0x40, 0x01, 0x0C]
    static let hevcSPS: [UInt8] = [0x42, 0x01, 0x01]
    static let hevcPPS: [UInt8] = [0x44, 0x01, 0xC1]

    static func avcC(sps: [[UInt8]] = [sps], pps: [[UInt8]] = [pps], lengthSize: Int = 4) -> [UInt8] {
        var bytes: [UInt8] = [1, 0x42, 0xC0, 0x1E, 0xFC | UInt8(lengthSize - 1), 0xE0 | UInt8(sps.count)]
        bytes += sps.flatMap { self.sized($0, 2) } + [UInt8(pps.count)] + pps.flatMap { self.sized($0, 2) }
        return bytes
    }

    static func hvcC(
        _ arrays: [(UInt8, [[UInt8]])] = [(32, [hevcVPS]), (33, [hevcSPS]), (34, [hevcPPS])],
        lengthSize: Int = 4
    ) -> [UInt8] {
        var bytes: [UInt8] = [1] + [UInt8](repeating: 0, count: 20) + [UInt8(lengthSize - 1), UInt8(arrays.count)]
        for (type, units) in arrays {
            bytes += [0x80 | type, 0, UInt8(units.count)] + units.flatMap { self.sized($0, 2) }
        }
        return bytes
    }

    /// NAL units with their lengths before them.
    static func sized(_ unit: [UInt8], _ size: Int = 4) -> [UInt8] {
        (0..<size).map { UInt8(truncatingIfNeeded: unit.count >> (8 * (size - 1 - $0))) } + unit
    }

    static func avcHeader(_ timestamp: UInt32 = 0, _ record: [UInt8] = avcC()) -> FLVTag {
        FLVTag(kind: .video, timestamp: timestamp, payload: [0x17, 0, 0, 0, 0] + record)
    }

    static func avc(
        _ timestamp: UInt32,
        _ units: [[UInt8]] = [idr],
        compositionTime: Int32 = 0,
        lengthSize: Int = 4
    ) -> FLVTag {
        let payload = [0x17, 1] + self.si24(compositionTime) + units.flatMap { self.sized($0, lengthSize) }
        return FLVTag(kind: .video, timestamp: timestamp, payload: payload)
    }

    static func si24(_ value: Int32) -> [UInt8] {
        [
            UInt8(truncatingIfNeeded: value >> 16), UInt8(truncatingIfNeeded: value >> 8),
            UInt8(truncatingIfNeeded: value),
        ]
    }

    static func aacHeader(_ timestamp: UInt32 = 0, _ config: [UInt8] = [0x11, 0x90]) -> FLVTag {
        FLVTag(kind: .audio, timestamp: timestamp, payload: [0xAF, 0] + config)
    }

    static func aac(_ timestamp: UInt32, _ frame: [UInt8] = [0x21, 0x10, 0x04]) -> FLVTag {
        FLVTag(kind: .audio, timestamp: timestamp, payload: [0xAF, 1] + frame)
    }

    static func metadata(_ names: String..., value: AMF0Value = .number(7), zero: String? = nil) -> FLVTag {
        let values =
            names.map { AMF0Value.Property($0, value) }
            + [zero].compactMap { $0 }.map { AMF0Value.Property($0, .number(0)) }
        return FLVTag(
            kind: .data,
            timestamp: 0,
            payload: AMF0Value.string("onMetaData").bytes + AMF0Value.ecmaArray(values).bytes
        )
    }

    /// Annex B bytes of NAL units.
    static func annexB(_ units: [UInt8]...) -> [UInt8] { units.flatMap { [0, 0, 0, 1] + $0 } }
}

extension FLVDemuxer {
    /// What many tags bring.
    mutating func received(_ tags: [FLVTag]) -> [Output] { tags.flatMap { self.received($0) } }
}

extension [FLVDemuxer.Output] {
    var units: [AccessUnit] {
        self.compactMap { output in
            guard case .unit(let unit) = output else { return nil }
            return unit
        }
    }

    var tracks: [[Track]] {
        self.compactMap { output in
            guard case .tracks(let tracks) = output else { return nil }
            return tracks
        }
    }

    var faults: [FLVFault] {
        self.compactMap { output in
            guard case .fault(let fault) = output else { return nil }
            return fault
        }
    }
}

extension [AccessUnit] {
    func of(_ pid: UInt16) -> [AccessUnit] { self.filter { $0.pid == pid } }
}
