import Model
import PlayerAPI
import Testing

struct ListTests {
    private static let writer = ChannelListWriter(
        base: "http://tv.example:8080",
        username: "ada",
        password: "secret",
        form: .plus,
        format: .ts
    )

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test func `a list with everything is byte for byte what players expect`() {
        let expected = """
            #EXTM3U x-tvg-url="http://tv.example:8080/xmltv.php?username=ada&password=secret"
            #EXTINF:-1 timeshift="3" catchup="xc" catchup-days="3" tvg-id="news.one" tvg-name="News One" \
            tvg-logo="http://tv.example:8080/logo/101" group-title="News",News One
            http://tv.example:8080/ada/secret/101.ts

            """
        #expect(Self.text(Self.writer.list([.example])) == expected)
    }

    @Test func `a plain list has names and addresses`() {
        var writer = Self.writer
        writer.form = .plain
        writer.format = .hls
        let expected = "#EXTM3U\n#EXTINF:-1,News One\nhttp://tv.example:8080/ada/secret/101.m3u8\n"
        #expect(Self.text(writer.list([.example])) == expected)
        #expect(writer.fileName == "playlist_ada.m3u")
        #expect(Self.writer.fileName == "playlist_ada_plus.m3u")
    }

    @Test func `a list with a token tells neither name nor password`() {
        var writer = Self.writer
        writer.token = "To-k_en"
        let expected = """
            #EXTM3U x-tvg-url="http://tv.example:8080/xmltv.php?token=To-k_en"
            #EXTINF:-1 timeshift="3" catchup="shift" catchup-days="3" tvg-id="news.one" tvg-name="News One" \
            tvg-logo="http://tv.example:8080/logo/101" group-title="News",News One
            http://tv.example:8080/live/To-k_en/101.ts

            """
        #expect(Self.text(writer.list([.example])) == expected)
        writer.form = .plain
        writer.format = .hls
        #expect(Self.text(writer.list([.example])).hasSuffix("\nhttp://tv.example:8080/live/To-k_en/101.m3u8\n"))
    }

    @Test func `names can't break a list`() {
        var channel = PlayerChannel.example
        channel.archiveDays = 0
        channel.name = "A \"B\"\r\n#EXTINF:-1,evil\nhttp://evil/\u{2028}\u{85}C, D"
        channel.category = CategoryAnswer(id: 1, name: "x\" tvg-id=\"y\n")
        channel.guide = "g\"\n"
        let lines = Self.text(Self.writer.list([channel])).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 4)
        #expect(
            lines[1]
                == ##"#EXTINF:-1 tvg-id="g'" tvg-name="A 'B'#EXTINF:-1,evilhttp://evil/C, D" tvg-logo="http://tv.example:8080/logo/101" group-title="x' tvg-id='y",A "B"#EXTINF:-1,evilhttp://evil/C, D"##
        )
        #expect(lines[2] == "http://tv.example:8080/ada/secret/101.ts")
        #expect(lines[3].isEmpty)
    }

    @Test func `names and passwords are encoded in addresses`() {
        var writer = Self.writer
        writer.username = "a&b+c"
        writer.password = "\"=;@:"
        let text = Self.text(writer.list([.example]))
        #expect(text.contains("username=a%26b%2Bc&password=%22%3D%3B%40%3A\""))
        #expect(text.contains("\nhttp://tv.example:8080/a%26b%2Bc/%22%3D%3B%40%3A/101.ts\n"))
        #expect(writer.fileName == "playlist_abc_plus.m3u")
    }

    @Test func `a guide is byte for byte what players expect`() {
        var writer = GuideWriter(source: "My TV")
        writer.channel(guide: "news.one", name: "News One", logo: "http://tv.example/logo/101")
        writer.programme(.example)
        let expected = """
            <?xml version="1.0" encoding="UTF-8"?>
            <tv generator-info-name="My TV">
              <channel id="news.one"><display-name>News One</display-name><icon src="http://tv.example/logo/101"/></channel>
              <programme start="20261123070000 +0000" stop="20261123073000 +0000" channel="news.one">\
            <title lang="en">Evening News</title><desc lang="en">What happened today.</desc></programme>
            </tv>

            """
        #expect(Self.text(writer.finished()) == expected)
    }

    @Test func `names can't break a guide`() {
        var writer = GuideWriter(source: "<\"&>")
        var listing = Listing.example
        listing.title = "</title><x a=\"b\">&amp;\u{1}\u{FFFE}\n]]>"
        listing.about = ""
        listing.language = ""
        writer.programme(listing)
        let text = Self.text(writer.finished())
        #expect(text.contains("<title>&lt;/title&gt;&lt;x a=&quot;b&quot;&gt;&amp;amp; ]]&gt;</title></programme>"))
        #expect(text.contains("generator-info-name=\"&lt;&quot;&amp;&gt;\""))
    }
}
