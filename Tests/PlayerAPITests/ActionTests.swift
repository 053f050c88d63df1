import Model
import PlayerAPI
import Testing

struct ActionTests {
    private static func action(_ parameters: [String: String]) -> PlayerAction { PlayerAction { parameters[$0] } }

    @Test(arguments: [
        ("", PlayerAction.account), ("get_account_info", .account), ("no_such_action", .account),
        ("get_live_categories", .liveCategories), ("201", .liveCategories),
        ("get_live_streams", .liveStreams(category: nil)), ("202", .liveStreams(category: nil)),
        ("get_vod_categories", .emptyList), ("get_vod_streams", .emptyList), ("get_series_categories", .emptyList),
        ("get_series", .emptyList), ("200", .emptyList), ("203", .emptyList), ("206", .emptyList), ("208", .emptyList),
        ("get_vod_info", .film), ("209", .film), ("get_series_info", .series), ("204", .series),
    ])
    func `an action is known by its name and its number`(name: String, action: PlayerAction) {
        #expect(Self.action(["action": name]) == action)
    }

    @Test func `without an action the account is meant`() {
        #expect(Self.action([:]) == .account)
    }

    @Test(arguments: [("", nil), ("0", nil), ("all", nil), ("7", 7), ("seven", -1)] as [(String, Int64?)])
    func `a category is a filter`(text: String, category: Int64?) {
        #expect(
            Self.action(["action": "get_live_streams", "category_id": text]) == .liveStreams(category: category)
        )
    }

    @Test func `programmes are asked for by one number or by many`() {
        let one = PlayerAction.Channels(ids: [ChannelID(5)], isMany: false)
        let two = PlayerAction.Channels(ids: [ChannelID(5), ChannelID(6)], isMany: true)
        #expect(Self.action(["action": "get_short_epg", "stream_id": "5"]) == .shortListings(one, limit: 4))
        #expect(Self.action(["action": "205", "stream_id": "5", "limit": "2"]) == .shortListings(one, limit: 2))
        #expect(Self.action(["action": "205", "stream_id": "5", "limit": "-9"]) == .shortListings(one, limit: 1))
        #expect(
            Self.action(["action": "205", "stream_id": "5", "limit": "99999999"])
                == .shortListings(one, limit: PlayerAction.shortLimitMax)
        )
        #expect(Self.action(["action": "get_simple_data_table", "stream_id": "5,6"]) == .table(two))
        #expect(Self.action(["action": "get_simple_date_table", "stream_id": "5"]) == .table(one))
        #expect(Self.action(["action": "207", "multi": "5,6"]) == .table(two))
        #expect(
            Self.action(["action": "get_epg", "stream_id": "5", "from_now": "1"]) == .listings(one, fromNow: true)
        )
        #expect(Self.action(["action": "get_epg", "stream_id": "5,x,6"]) == .listings(two, fromNow: false))
    }

    @Test func `a question for ten thousand channels is cut`() throws {
        let ids = (1...10_000).map(String.init).joined(separator: ",")
        guard case .table(let channels) = Self.action(["action": "207", "stream_id": ids]) else {
            Issue.record("no table")
            return
        }
        #expect(channels.ids.count == PlayerAction.channelsMax)
    }
}
