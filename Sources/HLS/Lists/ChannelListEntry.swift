package import Model

/// One channel of an M3U list.
///
/// There is no standard: `#EXTINF:-1 name="value" …,NAME`, then an address, is what panels write and players read.
package struct ChannelListEntry: Hashable, Sendable {
    /// What viewers read; empty when the list doesn't say.
    package var name: String
    /// Where its media are, as the list says it.
    package var url: Redacted<String>
    /// `tvg-id`: its id in programme guides.
    package var guide: String?
    /// `tvg-logo`.
    package var logo: Redacted<String>?
    /// `group-title`, or the line `#EXTGRP`.
    package var group: String?
    /// `tvg-chno` or `channel-number`: its place in lists.
    package var number: Int64?

    package init(
        name: String,
        url: Redacted<String>,
        guide: String? = nil,
        logo: Redacted<String>? = nil,
        group: String? = nil,
        number: Int64? = nil
    ) {
        self.name = name
        self.url = url
        self.guide = guide
        self.logo = logo
        self.group = group
        self.number = number
    }
}

extension ChannelListEntry {
    /// Whether the address is that of a film or an episode, by the folders and endings that panels use.
    package var isRecording: Bool {
        let path = self.url.clear.prefix { $0 != "?" && $0 != "#" }.lowercased()
        let endings = [".mp4", ".mkv", ".avi", ".mov", ".m4v", ".wmv", ".flv"]
        return path.contains("/movie/") || path.contains("/series/") || endings.contains { path.hasSuffix($0) }
    }

    /// What stays the same of the address when a supplier gives a new password: the stream's number in the forms that
    /// panels use, else the address without its query.
    package var key: String { Self.key(of: self.url.clear) }

    /// The same for any address.
    package static func key(of url: String) -> String {
        let path = url.prefix { $0 != "?" && $0 != "#" }
        let parts = path.split(separator: "/").dropFirst(2)
        let isPanelForm = parts.count == 3 || (parts.count == 4 && parts.first == "live")
        guard isPanelForm, let last = parts.last else { return String(path) }
        let digits = last.prefix { $0.isASCII && $0.isNumber }
        let ending = last[digits.endIndex...]
        guard !digits.isEmpty, ["", ".ts", ".m3u8"].contains(ending) else { return String(path) }
        return "stream \(digits)"
    }
}

/// What is left out of a list, and why.
package struct ChannelListCounts: Hashable, Sendable {
    package var entries = 0
    /// `#EXTINF` without an address behind it, or addresses without one before.
    package var incomplete = 0
    /// Lines longer than ``ChannelListReader/lineSizeMax``.
    package var tooLong = 0

    package init() {}
}

/// Why a list can't be read on.
package enum ChannelListError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The first line is not `#EXTM3U`, nor an entry or an address.
    case notAList
    case tooLarge(allowed: Int)
    case tooManyEntries(allowed: Int)

    package var description: String {
        switch self {
        case .notAList: "this is not an M3U list: it begins with neither #EXTM3U nor #EXTINF"
        case .tooLarge(let allowed): "the list has more than \(allowed >> 20) MiB"
        case .tooManyEntries(let allowed): "the list has more than \(allowed) entries"
        }
    }
}
