import TestSupport
import Testing

@testable import Ingest

struct ContentSnifferTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var bytes: [UInt8]
        var content: SniffedContent

        init(_ name: String, _ bytes: [UInt8], _ content: SniffedContent) {
            self.testDescription = name
            self.bytes = bytes
            self.content = content
        }

        init(_ name: String, _ text: String, _ content: SniffedContent) {
            self.init(name, Array(text.utf8), content)
        }
    }

    /// Packets of `size` bytes: a time stamp before or parity after, nothing that looks like a sync byte.
    static func packets(_ count: Int, size: Int = 188) -> [UInt8] {
        let before = [UInt8](repeating: 0x11, count: size == 192 ? 4 : 0)
        let after = [UInt8](repeating: 0x22, count: size == 204 ? 16 : 0)
        let packet = before + [0x47, 0x1F, 0xFF, 0x10] + [UInt8](repeating: 0xFF, count: 184) + after
        return (0..<count).flatMap { _ in packet }
    }

    static let page =
        "<!DOCTYPE html><html><head><title>Login</title></head><body>Your account has expired.</body></html>"

    static let cases = [
        Case("transport stream", packets(5), .transportStream),
        Case("transport stream with time stamps", packets(5, size: 192), .transportStream),
        Case("transport stream with parity", packets(5, size: 204), .transportStream),
        Case("transport stream from within a packet", Array(packets(6).dropFirst(100)), .transportStream),
        Case(
            "transport stream after a tail that begins like a page",
            Array("<html>".utf8) + packets(6),
            .transportStream
        ),
        Case(
            "transport stream after 2,000 bytes of zeros",
            [UInt8](repeating: 0, count: 2_000) + packets(6),
            .transportStream
        ),
        Case("two packets and an end", packets(2), .transportStream),
        Case("playlist", "#EXTM3U\n#EXT-X-VERSION:3\n", .playlist),
        Case("playlist with byte order mark and blank line", "\u{FEFF}\r\n#EXTM3U\r\n", .playlist),
        Case("page", page, .html),
        Case("short page", "<h1>403</h1>", .html),
        Case("page after white space", "\n\n   " + page, .html),
        Case("XML", "<?xml version=\"1.0\"?><error>no such stream, please call your dealer today</error>", .xml),
        Case(
            "JSON object",
            "{\"user_info\":{\"auth\":0},\"message\":\"expired and nobody renewed it for a while\"}",
            .json
        ),
        Case("JSON array", "[]", .json),
        Case("text", "Not found", .text),
        Case("nothing", "", .empty),
        Case("white space", "\n\n", .empty),
        Case("FLV", [0x46, 0x4C, 0x56, 1, 5, 0, 0, 0, 9] + [UInt8](repeating: 0, count: 80), .flv),
        Case(
            "fragmented MP4",
            [0, 0, 0, 24] + Array("ftypiso5".utf8) + [UInt8](repeating: 0, count: 80),
            .fragmentedMP4
        ),
        Case("MP4 segment", [0, 0, 0, 24] + Array("stypmsdh".utf8) + [UInt8](repeating: 0, count: 80), .fragmentedMP4),
        Case("ICY", "ICY 200 OK\r\nicy-name: x\r\n", .packedAudio),
        Case("ID3", Array("ID3".utf8) + [4, 0, 0] + [UInt8](repeating: 0, count: 80), .packedAudio),
        Case("ADTS", adtsFrame() + adtsFrame() + adtsFrame(), .packedAudio),
        Case("Matroska", [0x1A, 0x45, 0xDF, 0xA3] + [UInt8](repeating: 0, count: 80), .matroska),
        Case("gzip", [0x1F, 0x8B, 8, 0] + [UInt8](repeating: 3, count: 80), .compressed),
        Case("JPEG", [0xFF, 0xD8, 0xFF, 0xE0] + [UInt8](repeating: 7, count: 80), .unrecognised),
        Case("zeros", [UInt8](repeating: 0, count: 200), .unrecognised),
        Case("one packet and an end", packets(1), .unrecognised),
    ]

    static func adtsFrame() -> [UInt8] {
        [0xFF, 0xF1, 0x4C, 0x80, 0x01, 0xBF, 0xFC, 0x21, 0x00, 0x03, 0x20, 0x64, 0x1C]
    }

    @Test(arguments: Self.cases)
    func `the first bytes decide`(_ testCase: Case) {
        var sniffer = ContentSniffer()
        let content = sniffer.received(testCase.bytes) ?? sniffer.ended()
        #expect(content == testCase.content)
    }

    @Test(arguments: Self.cases)
    func `byte by byte it is the same, or was known sooner`(_ testCase: Case) {
        var sniffer = ContentSniffer()
        for byte in testCase.bytes {
            guard let content = sniffer.received([byte]) else { continue }
            // A tail that begins like a page is told apart by what follows, which has not come yet.
            #expect(content == testCase.content || testCase.testDescription.contains("tail"))
            return
        }
        #expect(sniffer.ended() == testCase.content)
    }

    @Test func `gives up after its window`() {
        var random = SeededRandom(seed: 0x5EED)
        let noise = (0..<ContentSniffer.windowBytes).map { _ in UInt8.random(in: 0x80...0xFF, using: &random) }
        var sniffer = ContentSniffer()
        let before = sniffer.received(noise.dropLast())
        let after = sniffer.received(noise.suffix(1))
        #expect(before == nil)
        #expect(after == .unrecognised)
    }

    @Test func `random bytes are not taken for media`() {
        var random = SeededRandom(seed: 0xBEEF)
        var mistakes = 0
        for _ in 0..<200 {
            let noise = (0..<4_096).map { _ in UInt8.random(in: 0...255, using: &random) }
            var sniffer = ContentSniffer()
            if let content = sniffer.received(noise), content != .unrecognised { mistakes += 1 }
        }
        #expect(mistakes == 0)
    }
}
