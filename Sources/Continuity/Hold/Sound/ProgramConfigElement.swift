import MPEGTS

/// The channels of an AAC stream whose `channel_configuration` is 0, as the stream itself tells them.
///
/// Source: ISO/IEC 14496-3, 4.4.1.1 (program_config_element) and 4.5.1.2.
struct ProgramConfigElement: Hashable, Sendable {
    /// The element from its id on, at the beginning of a raw data block; it ends at a byte.
    var bytes: [UInt8]
    /// What sounds, in the order of front, side, back, low frequencies; `nil` with coupling channels, which can't be left out.
    var elements: [SilentAAC.Element]?

    /// Bytes read at most: the fields of 48 elements and a comment of 255 bytes.
    private static let sizeMax = 320
    /// `id_syn_ele` of this element.
    private static let id: UInt32 = 5

    /// The element that a live frame begins with; `nil` when it begins with another.
    init?(adts frame: ArraySlice<UInt8>, header: AudioFrameHeader) {
        let head = Array(frame.prefix(header.headerSize))
        guard head.count == header.headerSize, head.count >= 7, head[2] & 1 == 0, head[3] >> 6 == 0 else { return nil }
        // With checksums and several raw data blocks the first stands behind a table of their places.
        guard header.samples == SilentAAC.samples || head[1] & 1 == 1 else { return nil }
        self.init(rawDataBlock: Array(frame.dropFirst(header.headerSize).prefix(Self.sizeMax)))
    }

    /// The element that `block`, which may be cut off behind it, begins with.
    init?(rawDataBlock block: [UInt8]) {
        var reader = BitReader(block)
        guard reader.bits(3) == Self.id else { return nil }
        // element_instance_tag, object_type, sampling_frequency_index
        reader.skip(4 + 2 + 4)
        let channels = (0..<3).map { _ in Int(reader.bits(4)) }
        let lowFrequency = Int(reader.bits(2))
        let associated = Int(reader.bits(3))
        let coupling = Int(reader.bits(4))
        // Mixdowns to mono and stereo by element, and the matrix of one.
        for bits in [4, 4, 3] where reader.flag() { reader.skip(bits) }
        var elements: [SilentAAC.Element] = []
        for _ in 0..<channels.reduce(0, +) {
            let isPair = reader.flag()
            let tag = reader.bits(4)
            elements.append(isPair ? .pair(tag) : .single(tag))
        }
        for _ in 0..<lowFrequency { elements.append(.lowFrequency(reader.bits(4))) }
        reader.skip(4 * associated + 5 * coupling)
        reader.skip((8 - reader.position & 7) & 7)
        reader.skip(8 * Int(reader.bits(8)))
        guard reader.isValid else { return nil }
        self.bytes = Array(block.prefix(reader.position / 8))
        self.elements = coupling == 0 ? elements : nil
    }
}
