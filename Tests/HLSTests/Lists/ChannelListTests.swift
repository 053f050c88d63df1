import HLS
import Model
import TestSupport
import Testing

struct ChannelListTests {
    private struct Read: Equatable {
        var entries: [ChannelListEntry] = []
        var counts = ChannelListCounts()
        var guide: Redacted<String>?
        var error: ChannelListError?
    }

    private static func read(_ text: [UInt8], step: Int = .max) -> Read {
        var reader = ChannelListReader()
        var read = Read()
        do throws(ChannelListError) {
            var start = 0
            while start < text.count {
                let end = step == .max ? text.count : min(start + step, text.count)
                let piece = Array(text[start..<end])
                try reader.read(piece.span) { read.entries.append($0) }
                start = end
            }
            try reader.finish { read.entries.append($0) }
        } catch {
            read.error = error
        }
        read.counts = reader.counts
        read.guide = reader.guide
        return read
    }

    private static func entries(_ lines: String...) -> [ChannelListEntry] {
        Self.read(Array((["#EXTM3U"] + lines).joined(separator: "\n").utf8)).entries
    }

    @Test func `reads what panels write`() {
        let text = """
            \u{FEFF}#EXTM3U x-tvg-url="http://a/xmltv.php?username=u&password=p"\r
            #EXTINF:-1 tvg-id="news.one" tvg-name="News, One" tvg-logo="http://a/n.png" tvg-chno="12" group-title="News",News One: "HD", live\r
            http://a:8080/u/p/101.ts\r
            \r
            #EXTINF:0,Plain\r
            #EXTVLCOPT:http-user-agent=x\r
            #EXTGRP:Sport\r
            http://a/2.m3u8
            """
        let read = Self.read(Array(text.utf8))
        #expect(
            read.entries == [
                ChannelListEntry(
                    name: #"News One: "HD", live"#,
                    url: Redacted("http://a:8080/u/p/101.ts"),
                    guide: "news.one",
                    logo: Redacted("http://a/n.png"),
                    group: "News",
                    number: 12
                ),
                ChannelListEntry(name: "Plain", url: Redacted("http://a/2.m3u8"), group: "Sport"),
            ]
        )
        #expect(read.guide == Redacted("http://a/xmltv.php?username=u&password=p"))
        #expect(read.counts.entries == 2 && read.counts.incomplete == 0)
        for step in [1, 2, 7, 100] { #expect(Self.read(Array(text.utf8), step: step) == read) }
    }

    @Test(
        arguments: [
            (#"#EXTINF:-1 tvg-name="The "Best" Show" group-title="A",X"#, "X", "A"),
            (#"#EXTINF:-1 group-title="A"#, "", "A"),
            (#"#EXTINF:-1 group-title=A tvg-name=B,"#, "B", "A"),
            (#"#EXTINF:-1 what is this group-title="A",X"#, "X", "A"),
            (#"#EXTINF:-1 group-title="",X"#, "X", nil),
            (#"#EXTINF:-1,X,Y"#, "X,Y", nil),
            (#"#EXTINF:-1 GROUP-TITLE="A, B",X"#, "X", "A, B"),
            ("#EXTINF:-1\tgroup-title=\"A\"\t,\tX\t", "X", "A"),
            ("#EXTINF:", "", nil),
        ] as [(String, String, String?)]
    )
    func `reads what was written badly`(line: String, name: String, group: String?) {
        let entries = Self.entries(line, "http://a/1")
        #expect(entries.map(\.name) == [name])
        #expect(entries.map(\.group) == [group])
    }

    @Test func `what has no address is left out and counted`() {
        let text = "#EXTM3U\n#EXTINF:-1,A\n#EXTINF:-1,B\nhttp://b\nhttp://c\n#EXTINF:-1,D\n"
        let read = Self.read(Array(text.utf8))
        #expect(read.entries.map(\.name) == ["B"])
        #expect(read.counts.incomplete == 3)
    }

    @Test func `a line that is too long is left out, and what belongs to it`() {
        let long = String(repeating: "x", count: ChannelListReader.lineSizeMax + 1)
        let text = "#EXTM3U\n#EXTINF:-1,A\nhttp://\(long)\n#EXTINF:-1,\(long)\nhttp://b\n#EXTINF:-1,C\nhttp://c"
        let read = Self.read(Array(text.utf8))
        #expect(read.entries.map(\.name) == ["C"])
        #expect(read.counts.tooLong == 2)
    }

    @Test(arguments: ["", "<html>", "http://a/1.ts", "#comment\n#EXTM3U", "{\"user_info\":{}}"])
    func `what is no list is refused`(text: String) {
        #expect(Self.read(Array(text.utf8)).error == .notAList)
    }

    @Test(arguments: [
        ("http://a/live/u/p/101.ts", "stream 101"), ("http://b:80/v/q/101", "stream 101"),
        ("http://a/live/u/p/101.m3u8?token=1", "stream 101"), ("http://a/u/p/news.ts", "http://a/u/p/news.ts"),
        ("http://a/x.m3u8?token=1", "http://a/x.m3u8"), ("rtmp://a/app/x", "rtmp://a/app/x"),
    ])
    func `an address is known again without its password`(url: String, key: String) {
        #expect(ChannelListEntry.key(of: url) == key)
    }

    @Test(arguments: [
        ("http://a/movie/u/p/1.mkv", true), ("http://a/series/u/p/1", true), ("http://a/u/p/1.MP4?x", true),
        ("http://a/live/u/p/1.ts", false), ("http://a/x.m3u8?f=1.mp4", false),
    ])
    func `films are told from channels`(url: String, isRecording: Bool) {
        #expect(ChannelListEntry(name: "", url: Redacted(url)).isRecording == isRecording)
    }

    @Test func `never traps on mutated lists, and gives clean names`() {
        let seeds = [
            "#EXTM3U x-tvg-url=\"u\"\n#EXTINF:-1 tvg-id=\"a\" group-title=\"b\",c\nhttp://d/e\n#EXTGRP:f\n#EXTINF:-1,g\nh\n"
        ].map { Array($0.utf8) }
        var random = SeededRandom(seed: 0x3A55)
        for _ in 0..<3_000 {
            var bytes = seeds[0]
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: index)
                default: bytes.insert(contentsOf: bytes[index...].prefix(9), at: index)
                }
            }
            let whole = Self.read(bytes)
            #expect(whole == Self.read(bytes, step: 3))
            for entry in whole.entries {
                #expect(!entry.name.unicodeScalars.contains { $0.value < 0x20 })
            }
        }
    }
}
