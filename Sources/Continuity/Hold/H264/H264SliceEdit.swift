import MPEGTS

/// Gives a coded slice other numbers, its pictures' contents untouched.
///
/// Numbers of fixed length are changed where they stand. Where the length of the header changes, arithmetically coded
/// data move by whole bytes and others bit by bit. Source: ITU-T H.264, 7.3.3, 7.3.4 (cabac_alignment_one_bit).
struct H264SliceEdit: Sendable {
    /// The header as it is; its places count.
    var old: H264SliceHeader
    /// The header as it is to be.
    var new: H264SliceHeader
    var layout: H264ParameterSets.Layout

    /// The slice's NAL unit with the new header.
    func apply(to unit: ArraySlice<UInt8>) -> [UInt8] {
        guard self.old != self.new else { return Array(unit) }
        return self.keepsLength ? self.inPlace(unit) : self.rewritten(unit)
    }

    private var keepsLength: Bool {
        self.old.idrID == self.new.idrID && self.old.orderDelta == self.new.orderDelta
            && self.old.marking == self.new.marking
    }

    private func inPlace(_ unit: ArraySlice<UInt8>) -> [UInt8] {
        // Up to a byte after the header that is not zero: there, emulation prevention of what follows does not
        // depend on what stands before.
        let enough = self.old.places.end / 8 + 2
        var head: [UInt8] = []
        var zeros = 0
        var rest = unit.startIndex
        while rest < unit.endIndex, head.count < enough || head.last == 0 {
            let byte = unit[rest]
            rest += 1
            if zeros >= 2, byte == 3 {
                zeros = 0
                continue
            }
            zeros = byte == 0 ? zeros + 1 : 0
            head.append(byte)
        }
        Self.set(self.new.frameNum, self.layout.sps.frameNumBits, at: self.old.places.frameNum, in: &head)
        if self.layout.sps.pictureOrderType == 0 {
            Self.set(self.new.orderLSB, self.layout.sps.pictureOrderBits, at: self.old.places.orderLSB, in: &head)
        }
        return NALUnits.escaped(head) + unit[rest...]
    }

    private static func set(_ value: UInt32, _ count: UInt32, at place: Int, in bytes: inout [UInt8]) {
        for index in 0..<Int(count) {
            let bit = place + index
            guard bit / 8 < bytes.count else { return }
            let mask: UInt8 = 0x80 >> UInt8(bit & 7)
            let isSet = value >> (count - 1 - UInt32(index)) & 1 == 1
            bytes[bit / 8] = isSet ? bytes[bit / 8] | mask : bytes[bit / 8] & ~mask
        }
    }

    private func rewritten(_ unit: ArraySlice<UInt8>) -> [UInt8] {
        let bytes = NALUnits.unescaped(unit)
        var reader = BitReader(bytes)
        var writer = BitWriter()
        self.header(from: &reader, into: &writer)
        let end = Self.end(of: bytes)
        if self.layout.pps.isCABAC {
            reader.skip(-reader.position & 7)
            writer.align(with: 1)
            writer.append(Array(bytes[min(reader.position / 8, bytes.count)...]))
        } else {
            while reader.isValid, end - reader.position >= 32 { writer.bits(reader.bits(32), 32) }
            writer.copy(end - reader.position, from: &reader)
            writer.align(with: 0)
        }
        return NALUnits.escaped(writer.bytes)
    }

    private func header(from reader: inout BitReader, into writer: inout BitWriter) {
        let places = self.old.places
        writer.copy(places.frameNum, from: &reader)
        let frameNumBits = Int(self.layout.sps.frameNumBits)
        writer.bits(self.new.frameNum, frameNumBits)
        reader.skip(frameNumBits)
        if self.old.isIDR {
            writer.copy(places.idrID.lowerBound - reader.position, from: &reader)
            writer.unsignedExpGolomb(self.new.idrID)
            reader.skip(places.idrID.count)
        }
        if self.layout.sps.pictureOrderType == 0 {
            let orderBits = Int(self.layout.sps.pictureOrderBits)
            writer.copy(places.orderLSB - reader.position, from: &reader)
            writer.bits(self.new.orderLSB, orderBits)
            reader.skip(orderBits)
        } else if !places.orderDelta.isEmpty {
            writer.copy(places.orderDelta.lowerBound - reader.position, from: &reader)
            writer.signedExpGolomb(self.new.orderDelta)
            reader.skip(places.orderDelta.count)
        }
        if self.old.isReference, !self.old.isIDR {
            writer.copy(places.marking.lowerBound - reader.position, from: &reader)
            self.new.marking.write(into: &writer)
            reader.skip(places.marking.count)
        }
        writer.copy(places.end - reader.position, from: &reader)
    }

    /// Bits up to and with the stop bit.
    private static func end(of bytes: [UInt8]) -> Int {
        guard let last = bytes.lastIndex(where: { $0 != 0 }) else { return bytes.count * 8 }
        return last * 8 + 8 - bytes[last].trailingZeroBitCount
    }
}
