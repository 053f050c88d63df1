/// What the first bytes of an answer are.
package enum SniffedContent: String, Hashable, Sendable, CaseIterable {
    case transportStream = "mpeg-ts"
    case playlist = "playlist"
    /// Error and login pages.
    case html = "html"
    case xml = "xml"
    case json = "json"
    /// Text that is none of the above.
    case text = "text"
    /// Not one byte.
    case empty = "empty"
    case flv = "flv"
    /// An ISO base media file or fragment.
    case fragmentedMP4 = "mp4"
    /// ADTS, MP3 or ICY audio without a container.
    case packedAudio = "packed-audio"
    case matroska = "matroska"
    /// Compressed once more than was announced.
    case compressed = "compressed"
    case unrecognised = "unrecognised"
}
