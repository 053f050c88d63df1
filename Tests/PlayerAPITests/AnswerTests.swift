import Model
import PlayerAPI
import Testing

struct AnswerTests {
    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test func `the account is byte for byte what apps expect`() {
        let expected = #"""
            {"user_info":{"username":"ada","password":"secret","message":"welcome","auth":1,"status":"Active",\#
            "exp_date":"1829952000","is_trial":"0","active_cons":"1","created_at":"1795417200","max_connections":"2",\#
            "allowed_output_formats":["ts","m3u8"]},"server_info":{"url":"tv.example","port":"8080","https_port":"443",\#
            "server_protocol":"http","rtmp_port":"0","timezone":"UTC","timestamp_now":1795417200,\#
            "time_now":"2026-11-23 07:00:00","process":true}}
            """#
        #expect(Self.text(AnswerWriter.document(AccountAnswer.example)) == expected)
    }

    @Test func `a credential without an end says null, and a trial says so`() {
        var user = UserInfo.example
        user.expires = nil
        user.isTrial = true
        user.standing = .disabled
        let text = Self.text(AnswerWriter.document(user))
        #expect(text.contains(#""exp_date":null"#))
        #expect(text.contains(#""is_trial":"1""#))
        #expect(text.contains(#""auth":1,"status":"Disabled""#))
    }

    @Test func `a denied login says nothing but that`() {
        #expect(Self.text(AnswerWriter.document(DeniedAnswer())) == #"{"user_info":{"auth":0}}"#)
    }

    @Test func `a channel is byte for byte what apps expect`() {
        let expected = #"""
            [{"num":1,"name":"News One","stream_type":"live","stream_id":101,\#
            "stream_icon":"http://tv.example:8080/logo/101","epg_channel_id":"news.one","added":"1795417200",\#
            "is_adult":"0","category_id":"7","category_ids":[7],"custom_sid":"","tv_archive":1,"direct_source":"",\#
            "tv_archive_duration":3}]
            """#
        #expect(Self.text(AnswerWriter.document([LiveStreamAnswer.example])) == expected)
        var bare = PlayerChannel.example
        bare.guide = nil
        bare.archiveDays = 0
        bare.logo = ""
        let text = Self.text(AnswerWriter.document([LiveStreamAnswer(number: 2, channel: bare)]))
        #expect(text.contains(#""epg_channel_id":null"#))
        #expect(text.contains(#""tv_archive":0"#))
        #expect(text.contains(#""stream_icon":"""#))
    }

    @Test func `a category is byte for byte what apps expect`() {
        let expected = #"[{"category_id":"7","category_name":"News","parent_id":0}]"#
        #expect(Self.text(AnswerWriter.document([CategoryAnswer.example])) == expected)
        #expect(Self.text(AnswerWriter.document([CategoryAnswer]())) == "[]")
    }

    @Test func `the panel answers everything at once`() {
        let expected = #"""
            "categories":{"movie":[],"live":[{"category_id":"7","category_name":"News","parent_id":0}],"series":[]},\#
            "available_channels":{"101":{"num":1,"name":"News One","stream_type":"live","type_name":"Live Streams",\#
            "stream_id":101,"stream_icon":"http://tv.example:8080/logo/101","epg_channel_id":"news.one",\#
            "added":"1795417200","category_name":"News","category_id":"7","series_no":null,"live":"1",\#
            "container_extension":"ts","custom_sid":"","tv_archive":1,"direct_source":"","tv_archive_duration":3}}}
            """#
        let text = Self.text(AnswerWriter.document(PanelAnswer.example))
        #expect(text.hasPrefix(#"{"user_info":{"username":"ada""#))
        #expect(text.hasSuffix(expected))
    }

    @Test func `programmes are byte for byte what apps expect`() {
        let table = #"""
            {"epg_listings":[{"id":"4711","epg_id":"101","title":"RXZlbmluZyBOZXdz","lang":"en",\#
            "start":"2026-11-23 07:00:00","end":"2026-11-23 07:30:00","description":"V2hhdCBoYXBwZW5lZCB0b2RheS4=",\#
            "channel_id":"news.one","start_timestamp":"1795417200","stop_timestamp":"1795419000","stream_id":"101",\#
            "now_playing":1,"has_archive":1}]}
            """#
        #expect(Self.text(AnswerWriter.document(ListingsAnswer.example)) == table)
        var short = ListingsAnswer.example
        short.isTable = false
        let text = Self.text(AnswerWriter.document(short))
        #expect(text.hasSuffix(#""stream_id":"101","stop":"2026-11-23 07:30:00"}]}"#))
        #expect(!text.contains("now_playing"))
        short.isByChannel = true
        #expect(Self.text(AnswerWriter.document(short)).hasPrefix(#"{"epg_listings":{"101":[{"id":"4711""#))
        short.pages = []
        #expect(Self.text(AnswerWriter.document(short)) == #"{"epg_listings":{}}"#)
        short.isByChannel = false
        #expect(Self.text(AnswerWriter.document(short)) == #"{"epg_listings":[]}"#)
    }

    @Test func `the newer form of programmes has numbers for times and no wrapper`() {
        let row = #"""
            {"id":"4711","epg_id":"101","title":"RXZlbmluZyBOZXdz","lang":"en","start":1795417200,"end":1795419000,\#
            "description":"V2hhdCBoYXBwZW5lZCB0b2RheS4=","channel_id":"news.one"}
            """#
        #expect(Self.text(AnswerWriter.document([NewListingAnswer.example])) == "[\(row)]")
        #expect(
            Self.text(AnswerWriter.document(byNumber: [(101, [NewListingAnswer.example])])) == #"{"101":[\#(row)]}"#
        )
    }

    @Test func `films and series are empty and never an error`() {
        #expect(Self.text(AnswerWriter.document(NoFilmAnswer())) == #"{"info":[]}"#)
        #expect(Self.text(AnswerWriter.document(NoSeriesAnswer())) == #"{"seasons":[],"info":[],"episodes":[]}"#)
    }

    @Test func `texts are escaped as JSON wants it`() {
        var channel = PlayerChannel.example
        channel.name = "\"A\\B\"\n\u{1}\u{1F}é😀/"
        let text = Self.text(AnswerWriter.document([LiveStreamAnswer(number: 1, channel: channel)]))
        #expect(text.contains(##""name":"\"A\\B\"\n\u0001\u001fé😀/""##))
    }

    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"), ("Nachrichten für alle", "TmFjaHJpY2h0ZW4gZsO8ciBhbGxl"),
    ])
    func `titles are padded base64`(title: String, encoded: String) {
        var listing = Listing.example
        listing.title = title
        var answer = ListingsAnswer.example
        answer.pages = [ListingPage(channel: ChannelID(1), listings: [listing])]
        let text = Self.text(AnswerWriter.document(answer))
        #expect(text.contains("\"title\":\"\(encoded)\""))
    }

    @Test func `times are in the server's zone`() {
        // An hour east in winter, two in summer, as Berlin in 2026.
        let clock = ServerClock(zone: "Europe/Berlin") { (1_774_746_000..<1_792_890_000).contains($0) ? 7_200 : 3_600 }
        #expect(clock.text(WallTime(seconds: 1_795_417_200)) == "2026-11-23 08:00:00")
        #expect(clock.text(WallTime(seconds: 1_783_000_799)) == "2026-07-02 15:59:59")
        #expect(clock.text(WallTime(seconds: -1)) == "1970-01-01 00:59:59")
        #expect(ServerClock.utc.text(WallTime(seconds: 0)) == "1970-01-01 00:00:00")
    }

    @Test func `what is kept can be watched again, what comes can't`() {
        let now = WallTime(seconds: 1_795_417_200)
        let starts: [(Int64, String)] = [
            (-4 * 86_400, #""now_playing":0,"has_archive":0"#), (-3_600, #""now_playing":0,"has_archive":1"#),
            (-60, #""now_playing":1,"has_archive":1"#), (60, #""now_playing":0,"has_archive":0"#),
        ]
        for (offset, expected) in starts {
            var listing = Listing.example
            listing.start = WallTime(seconds: now.seconds + offset)
            listing.end = WallTime(seconds: now.seconds + offset + 600)
            let page = ListingPage(channel: ChannelID(1), listings: [listing], archiveDays: 3)
            let answer = ListingsAnswer(pages: [page], isByChannel: false, isTable: true, clock: .utc, now: now)
            #expect(Self.text(AnswerWriter.document(answer)).contains(expected), "\(offset)")
        }
    }

    @Test func `a category keeps its number whatever else there is`() {
        let few = CategoryAnswer.numbered(["News", "Sport"])
        let many = CategoryAnswer.numbered(["Film", "Kids", "News", "Sport"])
        #expect(few["News"] == many["News"])
        #expect(few["Sport"] == many["Sport"])
        let numbers = CategoryAnswer.numbered(Set((0..<20_000).map { "group \($0)" })).values
        #expect(Set(numbers).count == 20_000)
        #expect(numbers.allSatisfy { (1...Int64(Int32.max)).contains($0) })
    }

    @Test func `a programme keeps its number and it fits 32 bits`() {
        let one = Listing.number(guide: "a", start: WallTime(seconds: 1))
        #expect(one == Listing.number(guide: "a", start: WallTime(seconds: 1)))
        #expect(one != Listing.number(guide: "a", start: WallTime(seconds: 2)))
        for second in 0..<1_000 {
            let number = Listing.number(guide: "x", start: WallTime(seconds: Int64(second)))
            #expect((0...Int64(Int32.max)).contains(number))
        }
    }

    @Test(arguments: [
        ("http://tv.example", "tv.example", 80, "http://tv.example"),
        ("http://tv.example:8080", "tv.example", 8_080, "http://tv.example:8080"),
        ("https://tv.example/x", "tv.example", 443, "https://tv.example"),
        ("http://[::1]:81", "[::1]", 81, "http://[::1]:81"),
        ("http://[::1]", "[::1]", 80, "http://[::1]"),
    ])
    func `a site is read from its address`(url: String, host: String, port: Int, back: String) throws {
        let site = try #require(Site(url))
        #expect(site.host == host)
        #expect(site.port == port)
        #expect(site.url == back)
    }

    @Test(arguments: ["", "ftp://x", "http://", "http://x:0", "http://x:99999", "http://x:y", "x"])
    func `what is no address is not read`(url: String) {
        #expect(Site(url) == nil)
    }

    @Test func `https is said with its port, and http with its own`() {
        var server = ServerInfo.example
        server.site = Site(scheme: "https", host: "tv.example", port: 8_443)
        let text = Self.text(AnswerWriter.document(server))
        #expect(text.contains(#""port":"80","https_port":"8443","server_protocol":"https""#))
    }
}
