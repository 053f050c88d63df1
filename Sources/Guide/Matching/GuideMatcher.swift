package import Model

/// Which id of the guides a channel has, and how that is known.
package struct GuideMatch: Hashable, Sendable {
    package enum How: String, Sendable {
        /// The operator said so.
        case set
        /// The channel's name is the id, but for what ``ChannelNameKey`` takes away.
        case id
        /// The channel's name is one of the names in the guide, in the same sense.
        case name
    }

    package var epg: String
    package var how: How

    package init(epg: String, how: How) {
        self.epg = epg
        self.how = how
    }
}

/// Finds channels in guides.
///
/// Pure. What the operator set holds; of the rest only what is unambiguous is taken: a key that two ids of the guides have
/// matches nobody.
package struct GuideMatcher: Sendable {
    /// A channel of the catalogue.
    package struct Channel: Hashable, Sendable {
        package var id: ChannelID
        package var name: String
        /// The id that the operator set; empty says that it has none.
        package var epg: String?

        package init(id: ChannelID, name: String, epg: String?) {
            self.id = id
            self.name = name
            self.epg = epg
        }
    }

    /// `nil` stands for several.
    private var ids: [String: String?] = [:]
    private var names: [String: String?] = [:]

    package init(_ channels: some Sequence<GuideChannel>) {
        for channel in channels {
            Self.add(channel.epg, under: ChannelNameKey.ofID(channel.epg), to: &self.ids)
            for name in channel.names { Self.add(channel.epg, under: ChannelNameKey.of(name.text), to: &self.names) }
        }
    }

    /// What the guides call this channel; `nil` when nothing is sure.
    package func match(_ channel: Channel) -> GuideMatch? {
        if let epg = channel.epg { return epg.isEmpty ? nil : GuideMatch(epg: epg, how: .set) }
        let key = ChannelNameKey.of(channel.name)
        if let epg = self.ids[key] ?? nil { return GuideMatch(epg: epg, how: .id) }
        if let epg = self.names[key] ?? nil { return GuideMatch(epg: epg, how: .name) }
        return nil
    }

    private static func add(_ epg: String, under key: String, to table: inout [String: String?]) {
        guard !key.isEmpty else { return }
        if let known = table[key], known != epg {
            table[key] = .some(nil)
        } else {
            table[key] = epg
        }
    }
}

/// A channel's name as far as it tells channels apart: no case, no punctuation, no words about quality, no country in front.
package enum ChannelNameKey {
    private static let quality: Set<String> = [
        "sd", "hd", "fhd", "uhd", "4k", "8k", "hq", "hevc", "h264", "h265", "1080p", "1080", "720p", "720", "raw",
        "backup",
    ]

    /// The key of a name such as `DE: Das Erste HD`.
    package static func of(_ name: String) -> String {
        var name = name[...]
        if let mark = name.prefix(6).firstIndex(where: { ":|]".contains($0) }) {
            let country = name[..<mark].filter(\.isLetter)
            let rest = name[name.index(after: mark)...]
            if (2...3).contains(country.count), rest.contains(where: \.isLetter) { name = rest }
        }
        let words = name.lowercased().split { !$0.isLetter && !$0.isNumber && $0 != "+" }
        let kept = words.filter { !self.quality.contains(String($0)) }
        return (kept.isEmpty ? words : kept).joined()
    }

    /// The key of an id such as `DasErste.de`: what stands before the country, if that is all there is.
    package static func ofID(_ epg: String) -> String {
        guard let dot = epg.lastIndex(of: "."), (2...3).contains(epg[dot...].count - 1) else { return self.of(epg) }
        return self.of(String(epg[..<dot]))
    }
}
