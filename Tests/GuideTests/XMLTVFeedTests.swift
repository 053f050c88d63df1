@testable import Guide
import Model
import TestSupport
import Testing

@Suite struct XMLTVFeedTests {
    static let guide = """
        <?xml version="1.0" encoding="UTF-8"?>
        <!DOCTYPE tv SYSTEM "xmltv.dtd">
        <!-- a > comment -- of <sorts> -->
        <tv generator-info-name="a &quot;tool&quot;">
          <channel id="one.de"><display-name lang="de">Das  Eine</display-name><display-name>One</display-name>
            <icon src="http://pictures.invalid/1.png?a=1&amp;b=2"/><url>http://one.invalid</url></channel>
          <programme start="20261123060000 +0100" stop="20261123063000 +0100" channel="one.de">
            <title lang="de">Früh &amp; munter</title><title lang="en">Early &#x2014; <![CDATA[<bright> ]] ]]]></title>
            <desc lang="de">Eine Zeile
              und noch eine &nbsp; &bare AT&T</desc>
            <category>News</category><icon src='x'></icon><credits><actor>Nobody</actor></credits>
          </programme>
          <programme start="20261123053000 +0000" channel="one.de"><title>Next</title></programme>
          <programme start="yesterday" channel="one.de"><title>No time</title></programme>
          <programme start="20261123053000" channel="one.de"><title> </title></programme>
          <programme start="20261123053000" stop="20261123053000" channel="one.de"><title>No length</title></programme>
        </tv>
        """

    @Test func `reads channels and programmes, and leaves out what lacks a time or a title`() throws {
        let feed = XMLTVFeed()
        let items = try feed.items(Array(Self.guide.utf8))
        #expect(items.count == 3)
        #expect(feed.leftOut == 3)
        #expect(
            items.first
                == .channel(
                    GuideChannel(
                        epg: "one.de",
                        names: [GuideText(language: "de", text: "Das Eine"), GuideText(language: "", text: "One")],
                        icon: "http://pictures.invalid/1.png?a=1&b=2"
                    )
                )
        )
        guard case .programme(let first) = items[1], case .programme(let second) = items[2] else {
            Issue.record("expected two programmes")
            return
        }
        #expect(first.hasStop)
        #expect(first.programme.start == WallTime(seconds: 1_795_410_000))
        #expect(first.programme.stop == WallTime(seconds: 1_795_411_800))
        #expect(first.programme.offsetMinutes == 60)
        #expect(first.programme.title(in: "en").text == "Early — <bright> ]] ]")
        #expect(first.programme.title().text == "Früh & munter")
        #expect(first.programme.description()?.text == "Eine Zeile\nund noch eine &nbsp; &bare AT&T")
        #expect(first.programme.categories == [GuideText(language: "", text: "News")])
        #expect(first.programme.icon == "x")
        #expect(!second.hasStop)
        #expect(second.programme.start == first.programme.stop)
    }

    @Test func `one byte at a time gives the same, plain and compressed`() throws {
        let bytes = Array(Self.guide.utf8)
        let whole = try XMLTVFeed().items(bytes)
        #expect(try XMLTVFeed().items(bytes, pieceSize: 1) == whole)
        let packed = try gzip(bytes)
        #expect(packed.starts(with: [0x1f, 0x8b]))
        #expect(try XMLTVFeed().items(packed) == whole)
        #expect(try XMLTVFeed().items(packed, pieceSize: 1) == whole)
        // Two members in one file are one file.
        let half = bytes.count / 2
        #expect(try XMLTVFeed().items(try gzip(Array(bytes[..<half])) + gzip(Array(bytes[half...]))) == whole)
        #expect(try XMLTVFeed().items([0xef, 0xbb, 0xbf] + bytes, pieceSize: 1) == whole)
    }

    @Test func `reads ISO-8859-1 where it is declared`() throws {
        var bytes = Array("<?xml version='1.0' encoding='ISO-8859-1'?><tv><channel id='b\u{e4}r'><display-name>".utf8)
        bytes = bytes.filter { $0 != 0xc3 }.map { $0 == 0xa4 ? 0xe4 : $0 }
        bytes += [0x4b, 0xf6, 0x6c, 0x6e] + Array(" &#8364;</display-name></channel></tv>".utf8)
        let channel = GuideChannel(epg: "bär", names: [GuideText(language: "", text: "Köln €")])
        #expect(try XMLTVFeed().items(bytes) == [.channel(channel)])
        #expect(try XMLTVFeed().items(bytes, pieceSize: 1) == [.channel(channel)])
    }

    @Test(
        arguments: [
            #"<!DOCTYPE tv [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><tv/>"#,
            #"<!DOCTYPE tv [<!ENTITY x SYSTEM "file:///etc/passwd">]><tv>&x;</tv>"#,
            #"<!DOCTYPE tv SYSTEM "http://elsewhere.invalid/xmltv.dtd"><tv/>"#,
            #"<!DOCTYPE tv PUBLIC "a" "xmltv.dtd"><tv/>"#,
            #"<!DOCTYPE html><tv/>"#,
            #"<!doctype tv><tv/>"#,
            #"<tv><!ENTITY a "b"></tv>"#,
            #"<tv><!DOCTYPE tv SYSTEM "xmltv.dtd"></tv>"#,
            #"<!DOCTYPE tv SYSTEM "xmltv.dtd" [<!ENTITY a "b">]><tv/>"#,
        ]
    )
    func `documents that declare anything are refused`(document: String) {
        #expect {
            _ = try XMLTVFeed().items(Array(document.utf8))
        } throws: { error in
            if case XMLError.documentType = error { true } else { false }
        }
    }

    @Test(
        arguments: [
            ("", XMLError.truncated), ("<tv>", .truncated), ("<tv><channel id='1'/>", .truncated),
            ("<tv></tv", .truncated), ("<tv/><!-- ", .truncated),
            ("<html><body/></html>", .notXMLTV(root: "html")), ("<!-- x --><rss/>", .notXMLTV(root: "rss")),
            ("<?xml version='1.0' encoding='KOI8-R'?><tv/>", .encoding("KOI8-R")), ("\u{0}<", .encoding("UTF-16")),
            ("<tv></vt>", .malformed("the end of `vt` within `tv`", offset: 9)),
            ("not found", .malformed("text outside of the outermost element", offset: 0)),
            ("<tv/><tv/>", .malformed("a second outermost element `tv`", offset: 10)),
            ("<tv a=1/>", .malformed("the attributes of `tv`", offset: 9)),
            ("<tv><<b/></tv>", .malformed("`<` within a tag", offset: 6)),
            ("</tv>", .malformed("the end of `tv`, which is not open", offset: 5)),
        ]
    )
    func `what is not a whole guide is refused with the reason`(document: String, error: XMLError) {
        #expect(throws: error) { try XMLTVFeed().items(Array(document.utf8)) }
        #expect(throws: error) { try XMLTVFeed().items(Array(document.utf8), pieceSize: 1) }
    }

    @Test func `depth, attributes and tags have limits`() {
        let deep = "<tv>" + String(repeating: "<a>", count: XMLScanner.depthMax)
        let wide = "<tv " + (0...XMLScanner.attributesMax).map { "a\($0)='' " }.joined() + ">"
        let long = "<tv a='" + String(repeating: "x", count: XMLScanner.markupSizeMax) + "'>"
        #expect(throws: XMLError.tooDeep(allowed: 32, offset: Int64(deep.utf8.count))) {
            try XMLTVFeed().items(Array(deep.utf8))
        }
        #expect(throws: XMLError.tooManyAttributes(allowed: 32, offset: Int64(wide.utf8.count))) {
            try XMLTVFeed().items(Array(wide.utf8))
        }
        #expect(throws: XMLError.markupTooLong(allowed: 16_384, offset: 16_386)) {
            try XMLTVFeed().items(Array(long.utf8))
        }
    }

    @Test func `a long text is cut at a character, however long it is`() throws {
        let text = "a" + String(repeating: "ö", count: 100_000)
        let document = "<tv><channel id='1'><display-name>\(text)</display-name></channel></tv>"
        guard case .channel(let channel) = try XMLTVFeed().items(Array(document.utf8)).first else {
            Issue.record("expected a channel")
            return
        }
        #expect(channel.names.map(\.text) == ["a" + String(repeating: "ö", count: 255)])
    }

    @Test func `a bomb is stopped at the limit, having given its items a piece at a time`() throws {
        let line = "<programme start='20261123053000' channel='one'><title>x</title></programme>"
        let bomb = try gzip(Array("<tv>".utf8) + Array(String(repeating: line, count: 100_000).utf8))
        #expect(bomb.count < 60_000)
        let feed = XMLTVFeed(sizeMax: 4 << 20)
        var most = 0
        #expect(throws: XMLError.tooLarge(allowed: 4 << 20)) {
            try bomb.withUnsafeBufferPointer { try feed.append($0) { most = max(most, $0.count) } }
        }
        #expect(most > 0 && most < 65_536 / line.utf8.count + 2)
    }

    @Test func `a cut or damaged compressed guide is refused`() throws {
        let packed = try gzip(Array(Self.guide.utf8))
        #expect(throws: XMLError.truncated) { try XMLTVFeed().items(Array(packed.dropLast(9))) }
        var damaged = packed
        damaged[packed.count / 2] ^= 0xff
        #expect(throws: XMLError.self) { try XMLTVFeed().items(damaged) }
    }

    @Test func `mutated guides never trap, in any pieces`() throws {
        var random = SeededRandom(seed: 7)
        let plain = Array(Self.guide.utf8)
        let packed = try gzip(plain)
        var refused = 0
        for round in 0..<600 {
            var bytes = round % 4 == 0 ? packed : plain
            for _ in 0..<Int.random(in: 1...6, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                case 2:
                    bytes.insert(contentsOf: [0x3c, 0x21, 0x5b, 0x26, 0x5d, 0x3e].shuffled(using: &random), at: place)
                default: bytes.removeLast(min(bytes.count - 1, place))
                }
            }
            let whole = Result { try XMLTVFeed().items(bytes) }
            let pieces = Result { try XMLTVFeed().items(bytes, pieceSize: Int.random(in: 1...9, using: &random)) }
            switch (whole, pieces) {
            case (.success(let one), .success(let other)): #expect(one == other)
            case (.failure, .failure): refused += 1
            default: Issue.record("pieces and whole differ in round \(round)")
            }
        }
        #expect(refused > 20 && refused < 600)
    }
}
