import Guide
import Model
import TestSupport
import Testing

@Suite struct GuideMatcherTests {
    @Test(
        arguments: [
            ("Das Erste HD", "daserste"), ("DE: Das Erste (FHD)", "daserste"), ("[UK] BBC One 1080p", "bbcone"),
            ("|FR| TF1 HEVC", "|fr|tf1"), ("Canal+ Sport", "canal+sport"), ("HD", "hd"), ("", ""), ("UK: ", "uk"),
            ("News: Live", "newslive"), ("FR | TF1", "tf1"),
        ]
    )
    func `names are compared without what tells no channels apart`(name: String, key: String) {
        #expect(ChannelNameKey.of(name) == key.filter { $0 != "|" })
    }

    @Test func `what the operator set holds, and of the rest only what is unambiguous`() {
        func guide(_ epg: String, _ names: String...) -> GuideChannel {
            GuideChannel(epg: epg, names: names.map { GuideText(language: "", text: $0) })
        }
        func channel(_ id: Int64, _ name: String, _ epg: String? = nil) -> GuideMatcher.Channel {
            GuideMatcher.Channel(id: ChannelID(id), name: name, epg: epg)
        }
        let matcher = GuideMatcher([
            guide("DasErste.de", "Erstes"), guide("x1", "Sport One"), guide("x2", "SPORT ONE HD"), guide("x3", "Kino"),
            guide("x3", "Kino HD"), guide("arte.de", "arte"), guide("arte.fr", "arte"),
        ])
        #expect(matcher.match(channel(1, "DE: Das Erste HD")) == GuideMatch(epg: "DasErste.de", how: .id))
        #expect(matcher.match(channel(2, "erstes")) == GuideMatch(epg: "DasErste.de", how: .name))
        #expect(matcher.match(channel(3, "Sport One")) == nil)
        #expect(matcher.match(channel(4, "Kino")) == GuideMatch(epg: "x3", how: .name))
        #expect(matcher.match(channel(5, "arte")) == nil)
        #expect(matcher.match(channel(6, "arte", "arte.fr")) == GuideMatch(epg: "arte.fr", how: .set))
        #expect(matcher.match(channel(7, "Kino", "")) == nil)
        #expect(matcher.match(channel(8, "")) == nil)
    }

    @Test func `a book follows the catalogue and the guides`() throws {
        let scratch = try ScratchDirectory()
        let book = GuideBook(store: try GuideStore(path: scratch.file("guide.sqlite")))
        let channel = GuideMatcher.Channel(id: ChannelID(1), name: "One HD", epg: nil)
        try book.channels(are: [channel])
        #expect(book.match(of: ChannelID(1)) == nil)
        let version = book.version
        try book.store.take("a", at: GuideStoreTests.noon, GuideStoreTests.programme("one.de", 0, "x"))
        try book.rematch()
        #expect(book.match(of: ChannelID(1)) == GuideMatch(epg: "one.de", how: .id))
        #expect(try book.upcoming(of: ChannelID(1), at: GuideStoreTests.noon).map { $0.title().text } == ["x"])
        #expect(book.version > version)
        try book.channels(are: [GuideMatcher.Channel(id: ChannelID(1), name: "One HD", epg: "")])
        #expect(try book.upcoming(of: ChannelID(1), at: GuideStoreTests.noon).isEmpty)
    }
}
