/// Why no silent frame can be made of what was seen of a track.
enum SilenceObstacle: String, Error, CaseIterable, Sendable {
    /// No whole frame of the codec was seen.
    case noFrameSeen = "no-frame-seen"
    /// The channels are in a program config element that was not seen, or names coupling channels.
    case programConfigElement = "program-config-element"
    /// An AAC object type that is not Main, LC or LTP.
    case objectType = "aac-object-type"
    /// AC-3 with a `bsid` above 8: half and quarter sampling rates.
    case bitStreamID = "ac3-bit-stream-id"
    /// A frame that does not hold the header it should, or is too small for a silent one.
    case unreadableFrame = "unreadable-frame"
    /// LATM with more than one programme or layer, other data, or a configuration that was not seen.
    case streamMuxConfiguration = "stream-mux-configuration"
}
