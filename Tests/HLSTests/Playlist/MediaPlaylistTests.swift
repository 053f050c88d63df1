import HLS
import Model
import Testing

struct MediaPlaylistTests {
    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var text: String
        var playlist: MediaPlaylist
    }

    static let cases = [
        Case(
            testDescription: "the live example of RFC 8216, 8.2",
            text: """
                #EXTM3U
                #EXT-X-VERSION:3
                #EXT-X-TARGETDURATION:8
                #EXT-X-MEDIA-SEQUENCE:2680

                #EXTINF:7.975,
                https://priv.example.com/fileSequence2680.ts
                #EXTINF:7.941,
                https://priv.example.com/fileSequence2681.ts
                """,
            playlist: MediaPlaylist(
                version: 3,
                targetDurationSeconds: 8,
                mediaSequence: 2_680,
                segments: [
                    .init(
                        uri: "https://priv.example.com/fileSequence2680.ts",
                        duration: MediaTime(milliseconds: 7_975)
                    ),
                    .init(
                        uri: "https://priv.example.com/fileSequence2681.ts",
                        duration: MediaTime(milliseconds: 7_941)
                    ),
                ]
            )
        ),
        Case(
            testDescription: "byte order mark, CRLF, blanks, unknown tags, no version, attributes behind the header",
            text:
                "\u{FEFF}\r\n#EXTM3U url-tvg=\"x\"\r\n\r\n  #EXT-X-TARGETDURATION: 10 \r\n#EXT-X-ALLOW-CACHE:NO\r\n# a remark\r\n"
                + "#EXTINF:10 ,News, at ten\r\n\t one two.ts \r\n",
            playlist: MediaPlaylist(
                version: 1,
                targetDurationSeconds: 10,
                segments: [.init(uri: "one two.ts", duration: MediaTime(seconds: 10), title: "News, at ten")]
            )
        ),
        Case(
            testDescription: "a target duration with a fraction counts up",
            text: "#EXTM3U\n#EXT-X-TARGETDURATION:9.6\n#EXT-X-ENDLIST",
            playlist: MediaPlaylist(version: 1, targetDurationSeconds: 10, endList: true)
        ),
        Case(
            testDescription: "duration without comma, discontinuity, dates with zones",
            text: """
                #EXTM3U
                #EXT-X-TARGETDURATION:4
                #EXT-X-DISCONTINUITY-SEQUENCE:3
                #EXT-X-PROGRAM-DATE-TIME:2026-11-23T08:00:00.5+01:00
                #EXTINF:4
                a.ts
                #EXT-X-DISCONTINUITY
                #EXT-X-PROGRAM-DATE-TIME:2026-11-23T02:00:04.000-0500
                #EXTINF:.5,
                b.ts
                #EXT-X-PROGRAM-DATE-TIME:yesterday
                #EXTINF:1.,
                c.ts
                """,
            playlist: MediaPlaylist(
                version: 1,
                targetDurationSeconds: 4,
                discontinuitySequence: 3,
                segments: [
                    .init(
                        uri: "a.ts",
                        duration: MediaTime(seconds: 4),
                        programDateTime: WallTime("2026-11-23T07:00:00.5")
                    ),
                    .init(
                        uri: "b.ts",
                        duration: MediaTime(milliseconds: 500),
                        isDiscontinuity: true,
                        programDateTime: WallTime("2026-11-23T07:00:04")
                    ),
                    .init(uri: "c.ts", duration: MediaTime(seconds: 1)),
                ]
            )
        ),
        Case(
            testDescription: "byte ranges follow each other",
            text: """
                #EXTM3U
                #EXT-X-TARGETDURATION:4
                #EXTINF:4,
                #EXT-X-BYTERANGE:1000@376
                all.ts
                #EXTINF:4,
                #EXT-X-BYTERANGE:2000
                all.ts
                #EXT-X-BYTERANGE:188@0
                #EXTINF:4,
                other.ts
                """,
            playlist: MediaPlaylist(
                version: 1,
                targetDurationSeconds: 4,
                segments: [
                    .init(uri: "all.ts", duration: .init(seconds: 4), byteRange: .init(offset: 376, length: 1_000)),
                    .init(uri: "all.ts", duration: .init(seconds: 4), byteRange: .init(offset: 1_376, length: 2_000)),
                    .init(uri: "other.ts", duration: .init(seconds: 4), byteRange: .init(offset: 0, length: 188)),
                ]
            )
        ),
        Case(
            testDescription: "keys last until the next one",
            text: """
                #EXTM3U
                #EXT-X-TARGETDURATION:4
                #EXTINF:4,
                clear.ts
                #EXT-X-KEY: METHOD = AES-128 , URI = "key?a=1,2" , IV=0X0A
                #EXTINF:4,
                a.ts
                #EXTINF:4,
                b.ts
                #EXT-X-KEY:METHOD=AES-128,URI="k2",KEYFORMAT="com.example",KEYFORMATVERSIONS="1"
                #EXT-X-KEY:METHOD=AES-128,URI="k3",KEYFORMAT="identity"
                #EXTINF:4,
                c.ts
                #EXT-X-KEY:METHOD=NONE
                #EXTINF:4,
                d.ts
                """,
            playlist: MediaPlaylist(
                version: 1,
                targetDurationSeconds: 4,
                segments: [
                    .init(uri: "clear.ts", duration: .init(seconds: 4)),
                    .init(
                        uri: "a.ts",
                        duration: .init(seconds: 4),
                        key: .init(uri: "key?a=1,2", iv: .init(rawValue: 10))
                    ),
                    .init(
                        uri: "b.ts",
                        duration: .init(seconds: 4),
                        key: .init(uri: "key?a=1,2", iv: .init(rawValue: 10))
                    ),
                    .init(uri: "c.ts", duration: .init(seconds: 4), key: .init(uri: "k3")),
                    .init(uri: "d.ts", duration: .init(seconds: 4)),
                ]
            )
        ),
    ]

    @Test(arguments: cases)
    func `reads what suppliers send`(_ testCase: Case) throws {
        #expect(try Playlist(parsing: testCase.text) == .media(testCase.playlist))
    }

    @Test(arguments: cases)
    func `writes what it reads`(_ testCase: Case) throws {
        var bytes: [UInt8] = []
        try testCase.playlist.write(into: &bytes)
        #expect(try Playlist(parsing: bytes) == .media(testCase.playlist))
    }

    @Test func `bytes that are no text come back percent-encoded in a URI`() throws {
        var bytes = Array("#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,".utf8)
        bytes += [0xE9, 0x0A] + Array("/t".utf8) + [0xE9] + Array("l\u{E9}.ts\n".utf8)
        guard case .media(let playlist) = try Playlist(parsing: bytes) else {
            throw PlaylistError(line: 0, reason: .strayURI)
        }
        #expect(playlist.segments.map(\.uri) == ["/t%E9l%C3%A9.ts"])
        #expect(playlist.segments.map(\.title) == ["\u{FFFD}"])
    }

    @Test func `reads from a borrowed buffer`() throws {
        let bytes = Array("#EXTM3U\n#EXT-X-TARGETDURATION:4\n".utf8)
        let playlist = try bytes.withUnsafeBufferPointer { try Playlist(parsing: $0) }
        #expect(playlist == .media(MediaPlaylist(version: 1, targetDurationSeconds: 4)))
    }

    @Test func `the vector is the written one or the media sequence, most significant byte first`() {
        let number: UInt64 = 0x0102_0304
        #expect(
            SegmentKey(uri: "k").initializationVector(mediaSequence: number).bytes == [UInt8](repeating: 0, count: 12)
                + [1, 2, 3, 4]
        )
        let written = InitializationVector(rawValue: 0x0011_2233_4455_6677_8899_AABB_CCDD_EEFF)
        let bytes = SegmentKey(uri: "k", iv: written).initializationVector(mediaSequence: number).bytes
        #expect(bytes == (0..<16).map { UInt8($0 * 0x11) })
    }
}
