package import Model

/// What a request to `player_api.php` asks for.
package enum PlayerAction: Hashable, Sendable {
    case account
    case liveCategories
    /// With a category's number, only its channels.
    case liveStreams(category: Int64?)
    /// A list of films or series: there are none.
    case emptyList
    case film
    case series
    case shortListings(Channels, limit: Int)
    case table(Channels)
    /// The newer form; with `fromNow`, nothing that is over.
    case listings(Channels, fromNow: Bool)

    /// Whose programmes are asked for.
    package struct Channels: Hashable, Sendable {
        package var ids: [ChannelID]
        /// Whether the answer is keyed by number.
        package var isMany: Bool

        package init(ids: [ChannelID], isMany: Bool) {
            self.ids = ids
            self.isMany = isMany
        }
    }

    /// Programmes of `get_short_epg` when none are said.
    package static let shortLimitDefault = 4
    /// Programmes of `get_short_epg` at most; a week of one channel.
    package static let shortLimitMax = 336
    /// Channels of one question; apps ask for what a screen shows.
    package static let channelsMax = 200

    /// Reads the parameters of a query or a form; what isn't known is a question for the account, as panels answer it.
    package init(_ parameter: (String) -> String?) {
        switch parameter("action") ?? "" {
        case "get_live_categories", "201": self = .liveCategories
        case "get_live_streams", "202": self = .liveStreams(category: Self.category(parameter("category_id")))
        case "get_vod_categories", "get_vod_streams", "get_series_categories", "get_series", "200", "203", "206", "208":
            self = .emptyList
        case "get_vod_info", "209": self = .film
        case "get_series_info", "204": self = .series
        case "get_short_epg", "205":
            let limit = parameter("limit").flatMap { Int($0) } ?? Self.shortLimitDefault
            self = .shortListings(Self.channels(parameter), limit: min(max(limit, 1), Self.shortLimitMax))
        case "get_simple_data_table", "get_simple_date_table", "207": self = .table(Self.channels(parameter))
        case "get_epg":
            let fromNow = parameter("from_now").map { $0 != "0" && $0 != "false" } ?? false
            self = .listings(Self.channels(parameter), fromNow: fromNow)
        default: self = .account
        }
    }

    /// Some apps ask for category 0, or `all`, and mean every one.
    private static func category(_ text: String?) -> Int64? {
        guard let text, !text.isEmpty, text != "0", text != "all" else { return nil }
        return Int64(text) ?? -1
    }

    private static func channels(_ parameter: (String) -> String?) -> Channels {
        let text = parameter("stream_id") ?? parameter("multi") ?? ""
        let ids = text.split(separator: ",").prefix(Self.channelsMax).compactMap { Int64($0).map { ChannelID($0) } }
        return Channels(ids: ids, isMany: text.contains(",") || parameter("multi").map { $0 != "0" } ?? false)
    }
}
