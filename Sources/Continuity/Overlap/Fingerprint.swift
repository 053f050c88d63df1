import MPEGTS

/// What tells two access units apart: 64 bits over the coded picture or the sound, without what a multiplexer may write
/// anew around it (delimiters, parameter sets, padding).
struct Fingerprint: Hashable, Sendable {
    let value: UInt64
    /// Bytes it was made of; small units (a still picture's) look alike.
    let sizeBytes: Int

    init(_ unit: AccessUnit, codec: Track.Codec) {
        let start = Self.codedStart(of: unit.data, codec: codec)
        var end = unit.data.count
        while end > start, unit.data[end - 1] == 0 { end -= 1 }
        self.sizeBytes = end - start
        self.value = unit.data.withUnsafeBytes { Self.hash(UnsafeRawBufferPointer(rebasing: $0[start..<end])) }
    }

    /// Where the first coded slice begins; 0 where that isn't known.
    private static func codedStart(of data: [UInt8], codec: Track.Codec) -> Int {
        guard codec == .h264 || codec == .hevc else { return 0 }
        var units = NALUnits(data)
        while let header = units.nextHeader() {
            let byte = data[header]
            let isCoded = codec == .h264 ? (1...5).contains(byte & 0x1F) : byte >> 1 & 0x3F < 32
            if isCoded { return header }
        }
        return 0
    }

    /// Multiplied and folded, eight bytes at a time; not for use against an adversary, who could only hide his own pictures.
    private static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var hash: UInt64 = 0x9E37_79B9_7F4A_7C15 ^ UInt64(bytes.count)
        var place = 0
        while place + 8 <= bytes.count {
            hash = Self.mix(hash, bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
            place += 8
        }
        var rest: UInt64 = 0
        while place < bytes.count {
            rest = rest << 8 | UInt64(bytes[place])
            place += 1
        }
        return Self.mix(hash, rest)
    }

    private static func mix(_ hash: UInt64, _ word: UInt64) -> UInt64 {
        let product = (hash ^ word).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        return product.high ^ product.low
    }
}
