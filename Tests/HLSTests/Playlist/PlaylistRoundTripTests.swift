import HLS
import Model
import TestSupport
import Testing

struct PlaylistRoundTripTests {
    /// Texts a hostile operator or supplier might give a channel, among harmless ones.
    static let texts = [
        "a", "seg 1.ts", "http://h/p?q=1,2&r=\"x\"", "News\n#EXT-X-ENDLIST", "x\r\ny", "\u{7F}", "\u{0}", "", " lead",
        "trail ",
        "#EXTINF:1,", "\t", "Ünïcödé 频道", "a,b=c", "quote\"inside", "\u{FEFF}bom", "\u{2028}", "\\", "'",
    ]

    private static func text(_ random: inout SeededRandom) -> String {
        let one = Self.texts[Int.random(in: 0..<Self.texts.count, using: &random)]
        // Mostly harmless, or no playlist of several segments would ever be written.
        return Int.random(in: 0..<12, using: &random) == 0 ? one : "s\(UInt16.random(in: 0...999, using: &random))"
    }

    private static func segment(_ random: inout SeededRandom) -> MediaPlaylist.Segment {
        let isKeyed = Bool.random(using: &random)
        let key = SegmentKey(
            uri: Self.text(&random),
            iv: Bool.random(using: &random)
                ? InitializationVector(rawValue: .random(in: 0 ... .max, using: &random)) : nil
        )
        return MediaPlaylist.Segment(
            uri: Self.text(&random),
            duration: MediaTime(ticks: .random(in: 0...1_000_000, using: &random)),
            title: Bool.random(using: &random) ? Self.text(&random) : "",
            byteRange: Bool.random(using: &random)
                ? ByteRange(
                    offset: .random(in: 0...9_999, using: &random),
                    length: .random(in: 1...9_999, using: &random)
                ) : nil,
            key: isKeyed ? key : nil,
            isDiscontinuity: Bool.random(using: &random),
            programDateTime: Bool.random(using: &random)
                ? WallTime(microseconds: .random(in: 0...4_000_000_000_000_000, using: &random)) : nil
        )
    }

    @Test func `a media playlist that can be written is read back equal`() throws {
        var random = SeededRandom(seed: 0xBA70)
        var written = 0
        for round in 0..<1_500 {
            let playlist = MediaPlaylist(
                version: .random(in: 1...7, using: &random),
                targetDurationSeconds: .random(in: 0...3_600, using: &random),
                mediaSequence: .random(in: 0...MediaPlaylist.sequenceMax, using: &random),
                discontinuitySequence: .random(in: 0...99, using: &random),
                endList: Bool.random(using: &random),
                segments: (0..<Int.random(in: 0...5, using: &random)).map { _ in Self.segment(&random) }
            )
            var bytes: [UInt8] = []
            do { try playlist.write(into: &bytes) } catch {
                #expect(bytes.isEmpty, "nothing is written of what is refused, round \(round)")
                continue
            }
            written += 1
            #expect(try Playlist(parsing: bytes) == .media(playlist), "round \(round)")
        }
        #expect(written > 500 && written < 1_450)
    }

    @Test func `a multivariant playlist that can be written is read back equal`() throws {
        var random = SeededRandom(seed: 0xBA71)
        var written = 0
        for round in 0..<1_000 {
            let side = Int.random(in: 0...65_535, using: &random)
            let playlist = MultivariantPlaylist(
                version: 3,
                variants: (0..<Int.random(in: 1...3, using: &random)).map { _ in
                    MultivariantPlaylist.Variant(
                        uri: Self.text(&random),
                        bandwidth: .random(in: 0...Int.max, using: &random),
                        codecs: (0..<Int.random(in: 0...2, using: &random)).map { _ in Self.text(&random) },
                        resolution: Bool.random(using: &random) ? .init(width: side, height: side / 2) : nil,
                        audioGroup: Bool.random(using: &random) ? Self.text(&random) : nil
                    )
                },
                renditions: (0..<Int.random(in: 0...2, using: &random)).map { _ in
                    MultivariantPlaylist.Rendition(
                        kind: .audio,
                        groupID: Self.text(&random),
                        name: Self.text(&random),
                        language: Bool.random(using: &random) ? Self.text(&random) : nil,
                        uri: Bool.random(using: &random) ? Self.text(&random) : nil,
                        isDefault: Bool.random(using: &random),
                        isAutoselected: Bool.random(using: &random)
                    )
                }
            )
            var bytes: [UInt8] = []
            do { try playlist.write(into: &bytes) } catch { continue }
            written += 1
            #expect(try Playlist(parsing: bytes) == .multivariant(playlist), "round \(round)")
        }
        #expect(written > 300 && written < 990)
    }

    struct Injection: CustomTestStringConvertible {
        var testDescription: String
        var playlist: MediaPlaylist
        var error: PlaylistWriteError
    }

    static let injections = [
        Injection(
            testDescription: "a line end in a title",
            playlist: MediaPlaylist(
                targetDurationSeconds: 4,
                segments: [.init(uri: "a", duration: .zero, title: "x\nhttp://evil/")]
            ),
            error: .forbiddenCharacter(field: "title", found: 0x0A)
        ),
        Injection(
            testDescription: "a carriage return in a URI",
            playlist: MediaPlaylist(targetDurationSeconds: 4, segments: [.init(uri: "a\rb", duration: .zero)]),
            error: .forbiddenCharacter(field: "uri", found: 0x0D)
        ),
        Injection(
            testDescription: "a quote in a key URI",
            playlist: MediaPlaylist(
                targetDurationSeconds: 4,
                segments: [.init(uri: "a", duration: .zero, key: .init(uri: "k\",METHOD=NONE,X=\""))]
            ),
            error: .forbiddenCharacter(field: "key", found: 0x22)
        ),
        Injection(
            testDescription: "a URI that is a tag",
            playlist: MediaPlaylist(
                targetDurationSeconds: 4,
                segments: [.init(uri: "#EXT-X-ENDLIST", duration: .zero)]
            ),
            error: .unwritable(field: "uri", found: "#EXT-X-ENDLIST")
        ),
        Injection(
            testDescription: "a negative duration",
            playlist: MediaPlaylist(targetDurationSeconds: 4, segments: [.init(uri: "a", duration: .init(ticks: -1))]),
            error: .outOfRange(field: "duration", found: "-1", allowed: "0 to 324000000")
        ),
        Injection(
            testDescription: "more lines than are read",
            playlist: MediaPlaylist(
                targetDurationSeconds: 4,
                segments: Array(repeating: .init(uri: "a", duration: .zero), count: 10_000)
            ),
            error: .tooLarge(found: 20_005, allowed: 20_000)
        ),
    ]

    @Test(arguments: injections)
    func `refuses to write what would be read as something else`(_ injection: Injection) {
        var bytes: [UInt8] = []
        #expect(throws: injection.error) { try injection.playlist.write(into: &bytes) }
        #expect(bytes.isEmpty)
    }

    @Test func `every tick comes back from six digits`() throws {
        let segments = (0..<4_000).map {
            MediaPlaylist.Segment(uri: "a", duration: MediaTime(ticks: 89_900 + Int64($0) * 7))
        }
        let playlist = MediaPlaylist(targetDurationSeconds: 2, segments: segments)
        var bytes: [UInt8] = []
        try playlist.write(into: &bytes)
        #expect(try Playlist(parsing: bytes) == .media(playlist))
    }
}
