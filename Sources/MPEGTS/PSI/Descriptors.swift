/// The descriptors in a loop of a PMT, in order; ends at the first that does not fit.
///
/// Source: ISO/IEC 13818-1, 2.6.
package struct Descriptors: Sequence, IteratorProtocol, Sendable {
    package struct Descriptor: Hashable, Sendable {
        /// ISO/IEC 13818-1, Table 2-45; EN 300 468, Table 12.
        package var tag: UInt8
        package var body: ArraySlice<UInt8>
    }

    private var rest: ArraySlice<UInt8>

    /// Reads a descriptor loop, such as ``Track/descriptors``.
    package init(_ bytes: [UInt8]) {
        self.rest = bytes[...]
    }

    package mutating func next() -> Descriptor? {
        guard self.rest.count >= 2 else { return nil }
        let tag = self.rest[self.rest.startIndex]
        let size = Int(self.rest[self.rest.startIndex + 1])
        guard self.rest.count >= 2 + size else { return nil }
        let start = self.rest.startIndex + 2
        let body = self.rest[start..<(start + size)]
        self.rest = self.rest[(start + size)...]
        return Descriptor(tag: tag, body: body)
    }

    /// The loop without its conditional access descriptors and without a tail that does not parse.
    package static func clear(_ bytes: [UInt8]) -> [UInt8] {
        var kept: [UInt8] = []
        for descriptor in Descriptors(bytes) where descriptor.tag != DescriptorTag.conditionalAccess {
            kept += [descriptor.tag, UInt8(descriptor.body.count)]
            kept += descriptor.body
        }
        return kept
    }
}

/// The descriptor tags that say something to Baton.
enum DescriptorTag {
    static let registration: UInt8 = 0x05
    static let conditionalAccess: UInt8 = 0x09
    static let language: UInt8 = 0x0A
    static let vbiTeletext: UInt8 = 0x46
    static let teletext: UInt8 = 0x56
    static let subtitling: UInt8 = 0x59
    static let ac3: UInt8 = 0x6A
    static let enhancedAC3: UInt8 = 0x7A
    static let aac: UInt8 = 0x7C
}
