import MPEGTS

/// The arithmetic encoder of CABAC, the same in H.264 and HEVC.
///
/// Writes what belongs to one slice (HEVC: to one row where rows are coded side by side): begin with a new encoder, keep
/// the contexts outside, end with ``encodeTerminate(_:)`` of `true`, take ``bytes``. Bypass bins are not needed here.
/// Source: ITU-T H.264, 9.3.4.2 to 9.3.4.5; ITU-T H.265, 9.3.5.
struct ArithmeticEncoder: Sendable {
    /// What is known of one kind of bin: how probable its more probable value is, and which that is.
    struct Context: Hashable, Sendable {
        /// `pStateIdx`, 0…62.
        fileprivate(set) var state: UInt8
        /// `valMPS`.
        fileprivate(set) var isLikely: Bool

        /// The context at the start of a slice, from H.264's m and n.
        ///
        /// Source: ITU-T H.264, 9.3.1.1.
        init(slope: Int, offset: Int, qp: Int) {
            let start = min(max(((slope &* min(max(qp, 0), 51)) >> 4) &+ offset, 1), 126)
            self.isLikely = start > 63
            self.state = UInt8(start > 63 ? start - 64 : 63 - start)
        }

        /// The context at the start of a slice, from HEVC's initValue.
        ///
        /// Source: ITU-T H.265, 9.3.2.2.
        init(initialValue: UInt8, qp: Int) {
            self.init(slope: Int(initialValue >> 4) * 5 - 45, offset: Int(initialValue & 15) * 8 - 16, qp: qp)
        }
    }

    private var low: UInt32 = 0
    private var range: UInt32 = 510
    private var outstanding = 0
    private var isFirstBit = true
    private var writer = BitWriter()

    init() {}

    /// What was written: whole bytes, without emulation prevention.
    ///
    /// After the last bin its stop bit is among them (rbsp_stop_one_bit of a slice; HEVC also alignment_bit_equal_to_one
    /// of a row), and zeros follow it up to the end of the byte; nothing is to be added.
    var bytes: [UInt8] { self.writer.bytes }

    /// One bin, and what it teaches the context.
    mutating func encode(_ bin: Bool, context: inout Context) {
        let row = Int(min(context.state, 63))
        let less = UInt32(Self.lessLikelyRange[row * 4 + Int(self.range >> 6 & 3)])
        self.range -= less
        if bin == context.isLikely {
            context.state = min(context.state + 1, 62)
        } else {
            self.low += self.range
            self.range = less
            if context.state == 0 { context.isLikely.toggle() }
            context.state = Self.stateAfterLessLikely[row]
        }
        self.renormalize()
    }

    /// The bin that says whether the slice (HEVC: or row) ends here; `true` writes everything that was kept back.
    mutating func encodeTerminate(_ bin: Bool) {
        self.range -= 2
        guard bin else { return self.renormalize() }
        self.low += self.range
        self.range = 2
        self.renormalize()
        self.put(self.low >> 9 & 1)
        self.writer.bits(self.low >> 7 & 3 | 1, 2)
    }

    private mutating func renormalize() {
        while self.range < 256 {
            if self.low < 256 {
                self.put(0)
            } else if self.low >= 512 {
                self.low -= 512
                self.put(1)
            } else {
                self.low -= 256
                self.outstanding += 1
            }
            self.range <<= 1
            self.low <<= 1
        }
    }

    private mutating func put(_ bit: UInt32) {
        if self.isFirstBit { self.isFirstBit = false } else { self.writer.bit(bit) }
        for _ in 0..<self.outstanding { self.writer.bit(1 - bit) }
        self.outstanding = 0
    }
}

extension ArithmeticEncoder {
    /// `rangeTabLPS`: four ranges for each `pStateIdx`.
    ///
    /// Source: ITU-T H.264, Table 9-44.
    private static let lessLikelyRange: [UInt8] = [
        128, 176, 208, 240, 128, 167, 197, 227, 128, 158, 187, 216, 123, 150, 178, 205,
        116, 142, 169, 195, 111, 135, 160, 185, 105, 128, 152, 175, 100, 122, 144, 166,
        95, 116, 137, 158, 90, 110, 130, 150, 85, 104, 123, 142, 81, 99, 117, 135,
        77, 94, 111, 128, 73, 89, 105, 122, 69, 85, 100, 116, 66, 80, 95, 110,
        62, 76, 90, 104, 59, 72, 86, 99, 56, 69, 81, 94, 53, 65, 77, 89,
        51, 62, 73, 85, 48, 59, 69, 80, 46, 56, 66, 76, 43, 53, 63, 72,
        41, 50, 59, 69, 39, 48, 56, 65, 37, 45, 54, 62, 35, 43, 51, 59,
        33, 41, 48, 56, 32, 39, 46, 53, 30, 37, 43, 50, 29, 35, 41, 48,
        27, 33, 39, 45, 26, 31, 37, 43, 24, 30, 35, 41, 23, 28, 33, 39,
        22, 27, 32, 37, 21, 26, 30, 35, 20, 24, 29, 33, 19, 23, 27, 31,
        18, 22, 26, 30, 17, 21, 25, 28, 16, 20, 23, 27, 15, 19, 22, 25,
        14, 18, 21, 24, 14, 17, 20, 23, 13, 16, 19, 22, 12, 15, 18, 21,
        12, 14, 17, 20, 11, 14, 16, 19, 11, 13, 15, 18, 10, 12, 15, 17,
        10, 12, 14, 16, 9, 11, 13, 15, 9, 11, 12, 14, 8, 10, 12, 14,
        8, 9, 11, 13, 7, 9, 11, 12, 7, 9, 10, 12, 7, 8, 10, 11,
        6, 8, 9, 11, 6, 7, 9, 10, 6, 7, 8, 9, 2, 2, 2, 2,
    ]

    /// `transIdxLPS`: the state after the less probable value, by `pStateIdx`.
    ///
    /// Source: ITU-T H.264, Table 9-45.
    private static let stateAfterLessLikely: [UInt8] = [
        0, 0, 1, 2, 2, 4, 4, 5, 6, 7, 8, 9, 9, 11, 11, 12,
        13, 13, 15, 15, 16, 16, 18, 18, 19, 19, 21, 21, 22, 22, 23, 24,
        24, 25, 26, 26, 27, 27, 28, 29, 29, 30, 30, 30, 31, 32, 32, 33,
        33, 33, 34, 34, 35, 35, 35, 36, 36, 36, 37, 37, 37, 38, 38, 63,
    ]
}
