/// What is wrong with a tag; the tag is dropped and the stream goes on.
package enum FLVFault: Error, Hashable, Sendable {
    /// A tag shorter than its own header.
    case truncatedTag(FLVTag.Kind)
    /// A video codec that is not carried on: an FLV codec id, or a FourCC. Said once until it changes.
    case unsupportedVideo(codec: UInt32)
    /// An audio codec that is not carried on: an FLV sound format. Said once until it changes.
    case unsupportedAudio(format: UInt8)
    /// An avcC or hvcC record that can't be read or has not the parameter sets a decoder needs.
    case badVideoConfiguration
    /// An AudioSpecificConfig that can't be read or that ADTS can't say.
    case badAudioConfiguration
    /// A NAL unit that is longer than its tag, or too many of them.
    case badNALUnits
    /// An AAC frame that is longer than ADTS can say, or an MP3 frame without a header.
    case badAudioFrame
}
