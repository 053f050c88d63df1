import MPEGTS

/// The head of a video tag: what follows it, and how much later than decoded it is shown.
///
/// ```text
/// FLV       frame type(4) codec id(4) | packet type u8 | composition time SI24 | …
/// enhanced  1 frame type(3) packet type(4) | FourCC | composition time SI24 if packet type 1 and AVC or HEVC | …
/// ```
///
/// The frame type is not believed: NAL units say better where a decoder can start.
/// Source: Adobe Flash Video File Format Specification 10.1, E.4.3 (video tags); Veovera, Enhanced RTMP v1 (2023).
struct VideoTagBody: Hashable {
    enum Content: Hashable {
        /// avcC or hvcC.
        case configuration
        /// NAL units, shown this many milliseconds after they are decoded, or before.
        case frames(compositionTime: Int32)
        /// The end of a sequence, metadata, a seek command: nothing to show.
        case nothing
    }

    var codec: Track.Codec
    var content: Content
    /// Where what follows starts.
    var offset: Int

    /// The FourCC of HEVC.
    static let hvc1: UInt32 = 0x6876_6331
    /// The FourCC of H.264.
    static let avc1: UInt32 = 0x6176_6331
    /// The codec id of H.264.
    static let avcID: UInt8 = 7
    /// The codec id that encoders use for HEVC without a standard saying so.
    static let hevcID: UInt8 = 12
    /// The frame type of a tag that has a command for the player and no picture.
    private static let commandFrame: UInt8 = 5

    /// Reads the head of a payload.
    ///
    /// - Throws: ``FLVFault/truncatedTag(_:)`` or ``FLVFault/unsupportedVideo(codec:)``.
    init(parsing payload: [UInt8]) throws(FLVFault) {
        var reader = ByteReader(payload)
        let first = try Self.some(reader.u8())
        let isCommand = first >> 4 & 7 == Self.commandFrame
        if first & 0x80 != 0 {
            let fourCC = try Self.some(reader.u32())
            guard let codec = Self.codec(fourCC: fourCC) else { throw .unsupportedVideo(codec: fourCC) }
            self.codec = codec
            switch first & 0x0F {
            case _ where isCommand: self.content = .nothing
            case 0: self.content = .configuration
            case 1: self.content = .frames(compositionTime: try Self.compositionTime(&reader))
            case 3: self.content = .frames(compositionTime: 0)
            default: self.content = .nothing
            }
        } else {
            switch first & 0x0F {
            case Self.avcID: self.codec = .h264
            case Self.hevcID: self.codec = .hevc
            case let id: throw .unsupportedVideo(codec: UInt32(id))
            }
            switch try Self.some(reader.u8()) {
            case _ where isCommand: self.content = .nothing
            case 0:
                // A composition time stands there too, and means nothing.
                _ = try Self.some(reader.u24())
                self.content = .configuration
            case 1: self.content = .frames(compositionTime: try Self.compositionTime(&reader))
            default: self.content = .nothing
            }
        }
        self.offset = reader.position
    }

    private static func codec(fourCC: UInt32) -> Track.Codec? {
        switch fourCC {
        case Self.hvc1: .hevc
        case Self.avc1: .h264
        default: nil
        }
    }

    /// A signed number of 24 bits.
    private static func compositionTime(_ reader: inout ByteReader) throws(FLVFault) -> Int32 {
        Int32(bitPattern: try Self.some(reader.u24()) << 8) >> 8
    }

    private static func some<Value>(_ value: Value?) throws(FLVFault) -> Value {
        guard let value else { throw .truncatedTag(.video) }
        return value
    }
}
