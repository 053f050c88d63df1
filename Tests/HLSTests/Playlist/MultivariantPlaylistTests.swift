import HLS
import Testing

struct MultivariantPlaylistTests {
    static let text = """
        #EXTM3U
        #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac",NAME="English, main",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES
        #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac",NAME="Deutsch",AUTOSELECT=YES,URI="main/de.m3u8"
        #EXT-X-MEDIA:TYPE=HOLOGRAM,GROUP-ID="h",NAME="x"
        #EXT-X-MEDIA:TYPE=SUBTITLES,NAME="of no group"
        #EXT-X-STREAM-INF: BANDWIDTH=1280000 , AVERAGE-BANDWIDTH=1000000, RESOLUTION = 640x360 ,AUDIO="aac"

        # where it is
        low/audio-video.m3u8
        #EXT-X-STREAM-INF:BANDWIDTH=7680000.0,CODECS="avc1.640028, mp4a.40.2",RESOLUTION=wide
        hi/audio-video.m3u8
        stray.m3u8
        #EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=86000,URI="low/iframe.m3u8"
        #EXT-X-STREAM-INF:PROGRAM-ID=1
        only.m3u8
        """

    static let playlist = MultivariantPlaylist(
        version: 1,
        variants: [
            .init(
                uri: "low/audio-video.m3u8",
                bandwidth: 1_280_000,
                resolution: .init(width: 640, height: 360),
                audioGroup: "aac"
            ),
            .init(uri: "hi/audio-video.m3u8", bandwidth: 7_680_000, codecs: ["avc1.640028", "mp4a.40.2"]),
            .init(uri: "only.m3u8", bandwidth: 0),
        ],
        renditions: [
            .init(
                kind: .audio,
                groupID: "aac",
                name: "English, main",
                language: "en",
                isDefault: true,
                isAutoselected: true
            ),
            .init(kind: .audio, groupID: "aac", name: "Deutsch", uri: "main/de.m3u8", isAutoselected: true),
        ]
    )

    @Test func `reads variants and renditions, and leaves out what it cannot use`() throws {
        #expect(try Playlist(parsing: Self.text) == .multivariant(Self.playlist))
    }

    @Test func `writes what it reads`() throws {
        var bytes: [UInt8] = []
        try Self.playlist.write(into: &bytes)
        #expect(try Playlist(parsing: bytes) == .multivariant(Self.playlist))
    }

    @Test func `is for our one variant what players expect`() throws {
        let playlist = MultivariantPlaylist(variants: [
            .init(
                uri: "/hls/0f/live.m3u8",
                bandwidth: 5_600_000,
                codecs: ["avc1.640028", "mp4a.40.2"],
                resolution: .init(width: 1_920, height: 1_080)
            )
        ])
        var bytes: [UInt8] = []
        try playlist.write(into: &bytes)
        try Golden.compare(bytes, with: "MultivariantPlaylist/one-variant.m3u8")
    }
}

struct VariantChoiceTests {
    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var variants: [MultivariantPlaylist.Variant]
        var bandwidthMax: Int?
        var chosen: String?
    }

    static let cases = [
        Case(
            testDescription: "the highest",
            variants: [.init(uri: "a", bandwidth: 1), .init(uri: "b", bandwidth: 3), .init(uri: "c", bandwidth: 2)],
            chosen: "b"
        ),
        Case(
            testDescription: "of equals the first",
            variants: [.init(uri: "a", bandwidth: 3), .init(uri: "b", bandwidth: 3)],
            chosen: "a"
        ),
        Case(
            testDescription: "the highest within the cap",
            variants: [.init(uri: "a", bandwidth: 1), .init(uri: "b", bandwidth: 3), .init(uri: "c", bandwidth: 2)],
            bandwidthMax: 2,
            chosen: "c"
        ),
        Case(
            testDescription: "the lowest when all are above the cap",
            variants: [.init(uri: "a", bandwidth: 9), .init(uri: "b", bandwidth: 7)],
            bandwidthMax: 2,
            chosen: "b"
        ),
        Case(
            testDescription: "codecs that cannot be ingested are left out",
            variants: [
                .init(uri: "a", bandwidth: 1, codecs: ["avc1.4d401f", "mp4a.40.2"]),
                .init(uri: "b", bandwidth: 3, codecs: ["av01.0.05M.08", "mp4a.40.2"]),
            ],
            chosen: "a"
        ),
        Case(
            testDescription: "none",
            variants: [.init(uri: "b", bandwidth: 3, codecs: ["vp09.00.10.08"])],
            chosen: nil
        ),
        Case(
            testDescription: "pictures go before sound alone, even above the cap",
            variants: [
                .init(uri: "radio", bandwidth: 1, codecs: ["mp4a.40.2"]),
                .init(uri: "video", bandwidth: 3, codecs: ["avc1.4d401f", "mp4a.40.2"]),
            ],
            bandwidthMax: 2,
            chosen: "video"
        ),
        Case(
            testDescription: "a radio channel has sound alone",
            variants: [.init(uri: "radio", bandwidth: 1, codecs: ["mp4a.40.2"])],
            chosen: "radio"
        ),
        Case(
            testDescription: "own sound goes before separate sound",
            variants: [
                .init(uri: "mute", bandwidth: 9, audioGroup: "separate"),
                .init(uri: "muxed", bandwidth: 3, audioGroup: "muxed"),
            ],
            chosen: "muxed"
        ),
        Case(
            testDescription: "separate sound is better than nothing",
            variants: [.init(uri: "mute", bandwidth: 9, audioGroup: "separate")],
            chosen: "mute"
        ),
    ]

    @Test(arguments: cases)
    func `chooses`(_ testCase: Case) {
        let playlist = MultivariantPlaylist(
            variants: testCase.variants,
            renditions: [
                .init(kind: .audio, groupID: "separate", name: "en", uri: "en.m3u8"),
                .init(kind: .audio, groupID: "muxed", name: "en"),
                .init(kind: .audio, groupID: "muxed", name: "de", uri: "de.m3u8"),
            ]
        )
        #expect(playlist.preferredVariant(bandwidthMax: testCase.bandwidthMax)?.uri == testCase.chosen)
    }
}
