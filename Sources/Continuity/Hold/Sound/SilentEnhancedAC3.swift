import MPEGTS

/// E-AC-3 frames of an independent substream in which no mantissa has any bits.
///
/// They need not have the size of the live ones. Dependent substreams, which add channels, are left out.
/// Source: ETSI TS 102 366, E.1.2 (syntax) and E.1.3.
enum SilentEnhancedAC3 {
    /// encinfo and crc2 at the end, and auxdatae in front of them.
    private static let trailerBits = 18
    /// `numblkscod` of six blocks.
    private static let sixBlocks: UInt32 = 3

    private struct Parameters {
        var blocksCode: UInt32
        var mode: Int
        var hasLowFrequency: Bool
        var blocks: Int { self.blocksCode == SilentEnhancedAC3.sixBlocks ? 6 : Int(self.blocksCode) + 1 }
        var channels: Int { AudioFrameHeader.ac3Channels[self.mode] }
    }

    /// A frame with the parameters of a live one.
    static func frame(like head: [UInt8]) throws(SilenceObstacle) -> [UInt8] {
        var writer = BitWriter()
        let parameters = try Self.information(of: head, into: &writer)
        Self.audioFrame(parameters, into: &writer)
        for block in 0..<parameters.blocks { Self.block(block, parameters, into: &writer) }
        let words = (writer.bitCount + Self.trailerBits + 15) / 16
        var frame = writer.bytes + [UInt8](repeating: 0, count: max(0, words * 2 - writer.bytes.count))
        frame[2] = frame[2] & 0xF8 | UInt8(truncatingIfNeeded: (words - 1) >> 8) & 0x07
        frame[3] = UInt8(truncatingIfNeeded: words - 1)
        SilentAC3.put(CRC16.checksum(frame[2..<(frame.count - 2)]), at: frame.count - 2, into: &frame)
        return frame
    }

    /// syncinfo and bsi, without the optional fields; the size is put in later.
    private static func information(
        of head: [UInt8],
        into writer: inout BitWriter
    ) throws(SilenceObstacle) -> Parameters {
        var reader = BitReader(Array(head.dropFirst(2)))
        func copy(_ count: Int) -> UInt32 {
            let value = reader.bits(count)
            writer.bits(value, count)
            return value
        }
        writer.bits(0x0B77, 16)
        // strmtyp: independent
        reader.skip(2)
        writer.bits(0, 2)
        // substreamid, frmsiz
        _ = copy(3 + 11)
        let isHalfRate = copy(2) == 3
        // fscod2 stands where numblkscod would, and there are six blocks.
        let code = copy(2)
        let mode = Int(copy(3))
        let hasLowFrequency = copy(1) == 1
        // bsid, dialnorm, compre
        _ = copy(5 + 5)
        writer.bits(0, 1)
        if mode == 0 {
            if reader.flag() { reader.skip(8) }
            // dialnorm2, compr2e
            _ = copy(5)
            writer.bits(0, 1)
        }
        guard reader.isValid else { throw .unreadableFrame }
        let blocksCode = isHalfRate ? Self.sixBlocks : code
        // mixmdate, infomdate, convsync where there are fewer than six blocks, addbsie
        writer.bits(0, blocksCode == Self.sixBlocks ? 3 : 4)
        return Parameters(blocksCode: blocksCode, mode: mode, hasLowFrequency: hasLowFrequency)
    }

    /// audfrm: what holds for all blocks of the frame.
    private static func audioFrame(_ parameters: Parameters, into writer: inout BitWriter) {
        let isWhole = parameters.blocksCode == Self.sixBlocks
        // expstre 1, ahte 0: told only with six blocks, and the same without.
        if isWhole { writer.bits(0b10, 2) }
        // snroffststr 0, transproce 0, blkswe 0
        writer.bits(0, 2 + 1 + 1)
        // dithflage: the blocks say that there is no dither, which would be heard.
        writer.bits(1, 1)
        // bamode, frmfgaincode, dbaflde, skipflde, spxattene
        writer.bits(0, 5)
        // cplinu of the first block, cplstre of the others
        if parameters.mode > 1 { writer.bits(0, parameters.blocks) }
        for block in 0..<parameters.blocks {
            for _ in 0..<parameters.channels { writer.bits(block == 0 ? SilentAC3.sharedByFour : 0, 2) }
        }
        if parameters.hasLowFrequency {
            for block in 0..<parameters.blocks { writer.bits(block == 0 ? 1 : 0, 1) }
        }
        // Exponents for a converter to AC-3: always there with six blocks, else convexpstre says no.
        writer.bits(0, isWhole ? 5 * parameters.channels : 1)
        // frmcsnroffst, frmfsnroffst: nothing is allocated.
        writer.bits(0, 6 + 4)
        // blkstrtinfoe
        if parameters.blocks > 1 { writer.bits(0, 1) }
    }

    /// audblk.
    private static func block(_ block: Int, _ parameters: Parameters, into writer: inout BitWriter) {
        let isFirst = block == 0
        // dithflag
        writer.bits(0, parameters.channels)
        // dynrnge, dynrng2e
        writer.bits(0, parameters.mode == 0 ? 2 : 1)
        // spxinu of the first, spxstre of the others
        writer.bits(0, 1)
        // The flags of four bands in the first, rematstr in the others
        if parameters.mode == 2 { writer.bits(0, isFirst ? 4 : 1) }
        if isFirst {
            // chbwcod
            writer.bits(0, 6 * parameters.channels)
            SilentAC3.exponents(
                channels: parameters.channels,
                lowFrequency: parameters.hasLowFrequency,
                into: &writer
            )
        }
        // convsnroffste
        writer.bits(0, 1)
    }
}
