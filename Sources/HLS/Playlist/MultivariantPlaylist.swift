/// The versions of one presentation, of which a player takes one.
///
/// Source: RFC 8216, 4.3.4 (there "master playlist"); the name is that of its second edition.
package struct MultivariantPlaylist: Hashable, Sendable {
    /// Picture size in pixels.
    package struct Resolution: Hashable, Sendable {
        /// The largest width or height: 16 bits, more than any video level allows.
        package static let sideMax: UInt64 = 65_535

        package var width: Int
        package var height: Int

        package init(width: Int, height: Int) {
            self.width = width
            self.height = height
        }
    }

    /// One version of the presentation.
    package struct Variant: Hashable, Sendable {
        /// Relative to the playlist.
        package var uri: String
        /// Peak bits per second; 0 when the playlist does not say.
        package var bandwidth: Int
        /// RFC 6381 codec names; empty when the playlist does not say.
        package var codecs: [String]
        package var resolution: Resolution?
        /// The group of renditions that carry its sound.
        package var audioGroup: String?

        package init(
            uri: String,
            bandwidth: Int,
            codecs: [String] = [],
            resolution: Resolution? = nil,
            audioGroup: String? = nil
        ) {
            self.uri = uri
            self.bandwidth = bandwidth
            self.codecs = codecs
            self.resolution = resolution
            self.audioGroup = audioGroup
        }
    }

    /// An alternative of one kind of content, such as a language.
    package struct Rendition: Hashable, Sendable {
        package enum Kind: String, Hashable, Sendable {
            case audio = "AUDIO"
            case video = "VIDEO"
            case subtitles = "SUBTITLES"
            case closedCaptions = "CLOSED-CAPTIONS"
        }

        package var kind: Kind
        package var groupID: String
        package var name: String
        package var language: String?
        /// `nil` when the content is inside the variant itself.
        package var uri: String?
        package var isDefault: Bool
        package var isAutoselected: Bool

        package init(
            kind: Kind,
            groupID: String,
            name: String,
            language: String? = nil,
            uri: String? = nil,
            isDefault: Bool = false,
            isAutoselected: Bool = false
        ) {
            self.kind = kind
            self.groupID = groupID
            self.name = name
            self.language = language
            self.uri = uri
            self.isDefault = isDefault
            self.isAutoselected = isAutoselected
        }
    }

    /// EXT-X-VERSION; 1 when the playlist has none.
    package var version: Int
    package var variants: [Variant]
    package var renditions: [Rendition]

    package init(version: Int = 3, variants: [Variant], renditions: [Rendition] = []) {
        self.version = version
        self.variants = variants
        self.renditions = renditions
    }
}
