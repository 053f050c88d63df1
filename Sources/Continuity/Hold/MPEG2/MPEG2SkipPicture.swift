import MPEGTS

/// Writes MPEG-2 pictures that are a copy of one of their reference pictures.
///
/// A slice for each row of macroblocks: the first and the last are coded, with a vector of 0 and no coefficients, those
/// between them are skipped.
/// Source: ISO/IEC 13818-2, 6.2.3 to 6.2.5, 7.6.6 (skipped macroblocks), Tables B-1 to B-4 and B-10.
struct MPEG2SkipPicture: Sendable {
    /// What the picture copies.
    enum Copy: Sendable {
        /// The reference picture that was decoded last; shown after it.
        case last
        /// The same, shown before it: nothing is predicted from it.
        case following
        /// Of a field: the other field of its frame. Nothing can be skipped, since that is said in each macroblock.
        case otherField
    }

    /// Rows above which a slice's place needs three more bits (6.2.4).
    private static let shortHeightMax = 2_800

    let sequence: MPEG2Sequence

    /// The picture's bytes; `head` gives its place, structure and way of display.
    func bytes(_ head: MPEG2PictureHead, _ copy: Copy) -> [UInt8] {
        var writer = BitWriter()
        self.writeHeader(&writer, head, copy)
        self.writeCodingExtension(&writer, head, copy)
        let rows = head.structure == .frame ? self.sequence.rows : self.sequence.rows / 2
        for row in 0..<rows { self.writeSlice(&writer, row: row, head.structure, copy) }
        return writer.bytes
    }

    private func writeHeader(_ writer: inout BitWriter, _ head: MPEG2PictureHead, _ copy: Copy) {
        writer.append([0, 0, 1, MPEG2Video.StartCode.picture])
        writer.bits(head.temporalReference, 10)
        writer.bits(copy == .following ? 3 : 2, 3)
        // vbv_delay: not constant rate.
        writer.bits(0xFFFF, 16)
        // full_pel_forward_vector and forward_f_code as MPEG-2 has them, for B the same backward; extra_bit_picture.
        writer.bits(0b0111, 4)
        if copy == .following { writer.bits(0b0111, 4) }
        writer.flag(false)
        writer.align(with: 0)
    }

    private func writeCodingExtension(_ writer: inout BitWriter, _ head: MPEG2PictureHead, _ copy: Copy) {
        let isProgressive = self.sequence.isProgressive || (head.structure == .frame && head.isProgressive)
        writer.append([0, 0, 1, MPEG2Video.StartCode.extension])
        writer.bits(8, 4)
        // f_codes: vectors of one range forwards, and backwards where there are any.
        writer.bits(copy == .following ? 0x1111 : 0x11FF, 16)
        // intra_dc_precision
        writer.bits(0, 2)
        writer.bits(head.structure.rawValue, 2)
        // top_field_first, only of whole interlaced frames.
        writer.flag(head.topFieldFirst && !self.sequence.isProgressive && head.structure == .frame)
        // frame_pred_frame_dct: no choice of prediction within frames; there is none in fields.
        writer.flag(head.structure == .frame)
        // concealment_motion_vectors, q_scale_type, intra_vlc_format, alternate_scan, repeat_first_field
        writer.bits(0, 5)
        // chroma_420_type equals progressive_frame, composite_display_flag is 0.
        writer.flag(isProgressive)
        writer.flag(isProgressive)
        writer.flag(false)
        writer.align(with: 0)
    }

    private func writeSlice(
        _ writer: inout BitWriter,
        row: Int,
        _ structure: MPEG2PictureHead.Structure,
        _ copy: Copy
    ) {
        let hasExtension = self.sequence.height > Self.shortHeightMax
        let place = hasExtension ? row & 0x7F : row
        writer.append([0, 0, 1, UInt8(truncatingIfNeeded: place + 1)])
        if hasExtension { writer.bits(UInt32(row >> 7), 3) }
        // quantiser_scale_code 1, extra_bit_slice
        writer.bits(1, 5)
        writer.flag(false)
        self.writeMacroblock(&writer, structure, copy, increment: 1)
        let others = self.sequence.columns - 1
        if copy == .otherField {
            for _ in 0..<others { self.writeMacroblock(&writer, structure, copy, increment: 1) }
        } else if others > 0 {
            self.writeMacroblock(&writer, structure, copy, increment: others)
        }
        writer.align(with: 0)
    }

    /// A coded macroblock: predicted, vector 0, no coefficients.
    private func writeMacroblock(
        _ writer: inout BitWriter,
        _ structure: MPEG2PictureHead.Structure,
        _ copy: Copy,
        increment: Int
    ) {
        Self.writeIncrement(&writer, increment)
        // macroblock_type: forward (P) or backward (B), not coded.
        writer.bits(copy == .following ? 0b010 : 0b001, 3)
        if structure != .frame {
            // field_motion_type: field based; motion_vertical_field_select: which field is copied.
            writer.bits(0b01, 2)
            writer.flag((structure == .bottom) != (copy == .otherField))
        }
        // motion_code, across and down: 0.
        writer.bits(0b11, 2)
    }

    /// `macroblock_address_increment`.
    private static func writeIncrement(_ writer: inout BitWriter, _ increment: Int) {
        var rest = increment
        while rest > Self.increments.count {
            // macroblock_escape
            writer.bits(0b1000, 11)
            rest -= Self.increments.count
        }
        guard Self.increments.indices.contains(rest - 1) else { return }
        writer.bits(Self.increments[rest - 1].code, Self.increments[rest - 1].size)
    }

    /// Codes of the increments 1…33.
    ///
    /// Source: ISO/IEC 13818-2, Table B-1.
    private static let increments: [(code: UInt32, size: Int)] =
        [(1, 1), (3, 3), (2, 3), (3, 4), (2, 4), (3, 5), (2, 5), (7, 7), (6, 7)]
        + (0..<6).map { (11 - $0, 8) } + (0..<6).map { (23 - $0, 10) } + (0..<12).map { (35 - $0, 11) }
}
