import Model
import Testing

@testable import Ingest

struct HTTPSourceMachineTests {
    static func machine(_ path: String) throws -> HTTPSourceMachine {
        HTTPSourceMachine(
            url: try SourceURL(parsing: "http://example.org\(path)"),
            configuration: IngestConfiguration()
        )
    }

    static let head = TransferHead(status: 200, effectiveURL: Redacted("http://edge.example.org/a/b?c"))

    static func requests(_ actions: [SourceAction]) -> [TransferRequest] {
        actions.compactMap { if case .fetch(let request) = $0 { request } else { nil } }
    }

    static func causes(_ actions: [SourceAction]) -> [SourceFailure.Cause] {
        actions.compactMap { if case .end(let cause) = $0 { cause } else { nil } }
    }

    @Test func `a stream is asked for without limits, a playlist with them`() throws {
        var stream = try Self.machine("/1")
        let first = try #require(Self.requests(stream.started(now: .zero)).first)
        #expect(first.bytesMax == nil)
        #expect(first.totalMilliseconds == nil)
        #expect(!first.acceptsCompression)
        #expect(!first.keepsConnection)
        var playlist = try Self.machine("/1.M3U8?token=1")
        let second = try #require(Self.requests(playlist.started(now: .zero)).first)
        #expect(second.bytesMax == 4 << 20)
        #expect(second.totalMilliseconds == 20_000)
        #expect(second.acceptsCompression)
        #expect(second.keepsConnection)
    }

    @Test func `a stream is recognised, connected and ends as its connection does`() throws {
        var machine = try Self.machine("/1")
        _ = machine.started(now: .zero)
        #expect(machine.answered(Self.head, now: .zero) == [])
        let packets = ContentSnifferTests.packets(8)
        let first = packets[..<300].withUnsafeBytes { machine.received($0, now: .zero) }
        #expect(first == [])
        let second = packets[300...].withUnsafeBytes { machine.received($0, now: .zero) }
        #expect(second.first == .output(.connected))
        #expect(machine.finished(.reset, now: .zero) == [.end(.reset)])
        #expect(machine.finished(nil, now: .zero) == [])
    }

    @Test func `a playlist without a telling name is followed from where redirects led, without asking again`() throws {
        var machine = try Self.machine("/1")
        _ = machine.started(now: .zero)
        _ = machine.answered(Self.head, now: .zero)
        let text = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nseg/1.ts\n"
        let waits = Array(text.utf8).withUnsafeBytes { machine.received($0, now: .zero) }
        #expect(waits == [.wait(until: .seconds(20))])
        let requests = Self.requests(machine.finished(nil, now: .seconds(1)))
        #expect(requests.map(\.url.clear) == ["http://edge.example.org/a/seg/1.ts"])
        #expect(requests.first?.bytesMax == 64 << 20)
    }

    @Test func `a playlist that never ends is given up at its deadline or its size`() throws {
        var machine = try Self.machine("/1")
        _ = machine.started(now: .zero)
        let text = Array("#EXTM3U\n".utf8)
        _ = text.withUnsafeBytes { machine.received($0, now: .zero) }
        #expect(machine.timerFired(now: .seconds(19)) == [])
        #expect(machine.timerFired(now: .seconds(20)) == [.end(.timedOut(.total))])
        var large = try Self.machine("/1")
        _ = large.started(now: .zero)
        _ = text.withUnsafeBytes { large.received($0, now: .zero) }
        let much = [UInt8](repeating: 0x23, count: 4 << 20)
        let actions = much.withUnsafeBytes { large.received($0, now: .zero) }
        #expect(actions == [.end(.tooLarge(limit: 4 << 20))])
    }

    @Test func `a stream behind a playlist's name is asked for again as a stream`() throws {
        var machine = try Self.machine("/1.m3u8")
        _ = machine.started(now: .zero)
        let actions = ContentSnifferTests.packets(8).withUnsafeBytes { machine.received($0, now: .zero) }
        #expect(actions.first == .cancelFetch)
        #expect(Self.requests(actions).first?.bytesMax == nil)
    }

    @Test func `a playlist that names other schemes or private rules is refused before any request`() throws {
        for uri in ["file:///etc/passwd", "ftp://example.org/a.ts", "data:video/mp2t,x", "rtmp://example.org/live/x"] {
            var machine = try Self.machine("/1.m3u8")
            _ = machine.started(now: .zero)
            _ = machine.answered(Self.head, now: .zero)
            let text = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n\(uri)\n"
            _ = Array(text.utf8).withUnsafeBytes { machine.received($0, now: .zero) }
            let actions = machine.finished(nil, now: .zero)
            #expect(Self.requests(actions) == [])
            #expect(Self.causes(actions) == [.forbiddenScheme], "\(uri)")
        }
    }
}
