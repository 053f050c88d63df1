import HLS
import Model
import TestSupport
import Testing

struct PlaylistErrorTests {
    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var text: String
        var error: PlaylistError

        init(_ description: String, _ text: String, line: Int, _ reason: PlaylistError.Reason) {
            self.testDescription = description
            self.text = text
            self.error = PlaylistError(line: line, reason: reason)
        }
    }

    static let head = "#EXTM3U\n#EXT-X-TARGETDURATION:4\n"

    static let cases = [
        Case("nothing", "", line: 0, .notAPlaylist(found: "")),
        Case("blank lines", "\n \n", line: 2, .notAPlaylist(found: "")),
        Case("an error page", "<!DOCTYPE html>\n", line: 1, .notAPlaylist(found: "<!DOCTYPE html>")),
        Case("another tag that begins alike", "#EXTM3U8\n", line: 1, .notAPlaylist(found: "#EXTM3U8")),
        Case("a header alone", "#EXTM3U\n", line: 1, .missingTag("EXT-X-TARGETDURATION")),
        Case(
            "a channel list",
            "#EXTM3U\n#EXTINF:-1 tvg-id=\"a\",A\nhttp://a/\n",
            line: 2,
            .badValue(tag: "#EXTINF", found: "-1 tvg-id=\"a\"", allowed: "0 to 3600 seconds")
        ),
        Case("a URI out of nowhere", head + "a.ts\n", line: 3, .strayURI),
        Case(
            "both kinds",
            head + "#EXT-X-STREAM-INF:BANDWIDTH=1\na\n",
            line: 3,
            .mixedKinds(found: "#EXT-X-STREAM-INF")
        ),
        Case(
            "a variant without URI",
            "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n",
            line: 2,
            .missingTag("EXT-X-STREAM-INF")
        ),
        Case(
            "no number",
            "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:x\n",
            line: 2,
            .badValue(tag: "#EXT-X-MEDIA-SEQUENCE", found: "x", allowed: "0 to 9223372036854775807")
        ),
        Case(
            "a number beyond counting",
            "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:9223372036854775808\n",
            line: 2,
            .badValue(tag: "#EXT-X-MEDIA-SEQUENCE", found: "9223372036854775808", allowed: "0 to 9223372036854775807")
        ),
        Case(
            "a number beyond 64 bits",
            "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:99999999999999999999\n",
            line: 2,
            .badValue(tag: "#EXT-X-MEDIA-SEQUENCE", found: "99999999999999999999", allowed: "0 to 9223372036854775807")
        ),
        Case(
            "a segment of a day",
            head + "#EXTINF:86400,\na.ts\n",
            line: 3,
            .badValue(tag: "#EXTINF", found: "86400", allowed: "0 to 3600 seconds")
        ),
        Case(
            "just over an hour",
            head + "#EXTINF:3600.1,\na.ts\n",
            line: 3,
            .badValue(tag: "#EXTINF", found: "3600.1", allowed: "0 to 3600 seconds")
        ),
        Case(
            "no duration",
            head + "#EXTINF:,\na.ts\n",
            line: 3,
            .badValue(tag: "#EXTINF", found: "", allowed: "0 to 3600 seconds")
        ),
        Case(
            "a range of nothing before",
            head + "#EXTINF:4,\n#EXT-X-BYTERANGE:10\na.ts\n",
            line: 5,
            .badValue(
                tag: "#EXT-X-BYTERANGE",
                found: "10",
                allowed: "an offset, or a range of the same resource before it"
            )
        ),
        Case(
            "a range past the end of numbers",
            head + "#EXTINF:4,\n#EXT-X-BYTERANGE:10@9223372036854775800\na.ts\n",
            line: 5,
            .badValue(
                tag: "#EXT-X-BYTERANGE",
                found: "10",
                allowed: "an offset, or a range of the same resource before it"
            )
        ),
        Case(
            "an empty range",
            head + "#EXT-X-BYTERANGE:0@0\n",
            line: 3,
            .badValue(tag: "#EXT-X-BYTERANGE", found: "0@0", allowed: "<length>[@<offset>]")
        ),
        Case(
            "an open quote",
            head + "#EXT-X-KEY:METHOD=AES-128,URI=\"k\n",
            line: 3,
            .badValue(tag: "#EXT-X-KEY", found: "METHOD=AES-128,URI=\"k", allowed: "attributes with closed quotes")
        ),
        Case(
            "a key without URI",
            head + "#EXT-X-KEY:METHOD=AES-128\n",
            line: 3,
            .badValue(tag: "#EXT-X-KEY", found: "", allowed: "a quoted URI")
        ),
        Case(
            "a vector that is none",
            head + "#EXT-X-KEY:METHOD=AES-128,URI=\"k\",IV=17\n",
            line: 3,
            .badValue(tag: "#EXT-X-KEY", found: "17", allowed: "0x and 1 to 32 hex digits")
        ),
        Case(
            "SAMPLE-AES",
            head + "#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"skd://k\"\n",
            line: 3,
            .unsupportedEncryption(found: "SAMPLE-AES")
        ),
        Case(
            "a foreign key format",
            head + "#EXT-X-KEY:METHOD=AES-128,URI=\"k\",KEYFORMAT=\"com.example\"\n#EXTINF:4,\na.ts\n",
            line: 5,
            .unsupportedEncryption(found: "com.example")
        ),
        Case("fragmented MP4", head + "#EXT-X-MAP:URI=\"init.mp4\"\n", line: 3, .fragmentedMP4),
    ]

    @Test(arguments: cases)
    func `says what it found, where, and what it would take`(_ testCase: Case) {
        #expect(throws: testCase.error) { try Playlist(parsing: testCase.text) }
    }

    @Test func `only what the supplier offers for good is permanent`() {
        let permanent = Self.cases.filter(\.error.isPermanent).map(\.testDescription)
        #expect(permanent == ["SAMPLE-AES", "a foreign key format", "fragmented MP4"])
    }

    @Test func `a playlist over 4 MiB is refused before it is copied`() {
        let bytes = [UInt8](repeating: UInt8(ascii: "\n"), count: Playlist.sizeMax + 1)
        let error = PlaylistError(line: 0, reason: .tooLarge(found: bytes.count, allowed: Playlist.sizeMax))
        #expect(throws: error) { try Playlist(parsing: bytes) }
        #expect(throws: error) { try bytes.withUnsafeBufferPointer { try Playlist(parsing: $0) } }
    }

    @Test func `a line over 64 KiB is refused, one of 64 KiB is not`() throws {
        let line = String(repeating: "#", count: Playlist.lineSizeMax)
        _ = try Playlist(parsing: Self.head + line)
        let error = PlaylistError(
            line: 3,
            reason: .lineTooLong(found: Playlist.lineSizeMax + 1, allowed: Playlist.lineSizeMax)
        )
        #expect(throws: error) { try Playlist(parsing: Self.head + line + "#\n") }
    }

    @Test func `more than 20,000 lines are refused`() throws {
        let blank = String(repeating: "\n", count: Playlist.lineCountMax - 2)
        _ = try Playlist(parsing: Self.head + blank)
        let error = PlaylistError(
            line: Playlist.lineCountMax + 1,
            reason: .tooManyLines(allowed: Playlist.lineCountMax)
        )
        #expect(throws: error) { try Playlist(parsing: Self.head + blank + "#\n") }
    }

    @Test func `more than 256 variants or renditions are refused`() throws {
        let variant = "#EXT-X-STREAM-INF:BANDWIDTH=1\nv\n"
        let rendition = "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"n\"\n"
        let variants = "#EXTM3U\n" + String(repeating: variant, count: 256)
        let renditions = "#EXTM3U\n" + String(repeating: rendition, count: 256)
        _ = try Playlist(parsing: variants)
        _ = try Playlist(parsing: renditions + variant)
        #expect(throws: PlaylistError(line: 515, reason: .tooManyVariants(allowed: 256))) {
            try Playlist(parsing: variants + variant)
        }
        #expect(throws: PlaylistError(line: 258, reason: .tooManyRenditions(allowed: 256))) {
            try Playlist(parsing: renditions + rendition)
        }
    }

    @Test func `the attributes of a tag behind the 64th are left unread`() throws {
        let filler = String(repeating: "X=1,", count: 63)
        let read = try Playlist(parsing: "#EXTM3U\n#EXT-X-STREAM-INF:\(filler)BANDWIDTH=7\nv\n")
        #expect(read == .multivariant(MultivariantPlaylist(version: 1, variants: [.init(uri: "v", bandwidth: 7)])))
        let unread = try Playlist(parsing: "#EXTM3U\n#EXT-X-STREAM-INF:\(filler)X=1,BANDWIDTH=7\nv\n")
        #expect(unread == .multivariant(MultivariantPlaylist(version: 1, variants: [.init(uri: "v", bandwidth: 0)])))
    }

    @Test func `never traps on damaged playlists`() {
        var random = SeededRandom(seed: 0x0815)
        let seeds = MediaPlaylistTests.cases.map(\.text) + [MultivariantPlaylistTests.text] + Self.cases.map(\.text)
        let pieces = [
            "\"", ",", "=", "@", ":", "#", "\n", "0x", "99999999999999999999", "-1", ".", "\u{FEFF}", "T", "+",
        ]
        var read = 0
        for _ in 0..<3_000 {
            var bytes = Array(seeds[Int.random(in: 0..<seeds.count, using: &random)].utf8)
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let at = Int.random(in: 0...bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0 where at < bytes.count: bytes[at] = UInt8.random(in: 0...255, using: &random)
                case 1 where at < bytes.count: bytes.removeSubrange(at..<min(at + 9, bytes.count))
                case 2: bytes.insert(contentsOf: pieces[Int.random(in: 0..<pieces.count, using: &random)].utf8, at: at)
                default: bytes.insert(contentsOf: bytes.prefix(at).suffix(40), at: at)
                }
            }
            guard let playlist = try? Playlist(parsing: bytes) else { continue }
            read += 1
            // What was read is within the limits, so following it cannot overflow.
            if case .media(let media) = playlist {
                #expect(media.mediaSequence <= MediaPlaylist.sequenceMax)
                #expect(media.segments.allSatisfy { $0.duration <= MediaTime(seconds: 3_600) && $0.duration >= .zero })
            }
        }
        #expect(read > 300)
    }
}
