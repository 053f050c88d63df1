import Foundation
import Testing

@testable import TestKit

/// The faults of playlists and segments, read back from outside.
@Suite(.serialized)
struct HLSSupplierTests {
    private static func supplier(_ faults: Fault...) async throws -> ScriptedSupplier {
        let script = Script(faults.map { Script.Step(at: 0, $0) })
        return try await ScriptedSupplier(try await ReelWorkshop.shared.reel(), script: script)
    }

    private static func playlist(
        _ supplier: ScriptedSupplier
    ) async throws -> (sequence: Int, segments: [String], text: String) {
        let text = try await Download(supplier.playlistURL).whole().text
        let lines = text.split(separator: "\n").map(String.init)
        let tag = "#EXT-X-MEDIA-SEQUENCE:"
        let sequence = lines.first { $0.hasPrefix(tag) }.flatMap { Int($0.dropFirst(tag.count)) }
        return (try #require(sequence), lines.filter { !$0.hasPrefix("#") }, text)
    }

    private static func segment(_ supplier: ScriptedSupplier, _ path: String) async throws -> Download.State {
        try await Download("http://127.0.0.1:\(supplier.port)\(path)").whole(within: .seconds(20))
    }

    @Test func `the playlist moves on, and its segments are one stream`() async throws {
        let supplier = try await Self.supplier()
        let recorder = try PlaylistRecorder(supplier.playlistURL)
        try await Download.listen(5)
        let state = recorder.state.now
        recorder.leave()
        #expect(state.segments >= 7 && state.refusals == [] && state.sequenceFaults == [])
        #expect(state.ageMax < 3 && state.check.faults == [])
        let seen = try await Screening(file: recorder.file)
        #expect(seen.errors == [] && seen.skipped == 0 && seen.repeated == 0, "\(seen.summary)")
    }

    @Test func `playlists freeze, go back and forward, and name a key that isn't there`() async throws {
        let frozen = try await Self.supplier(.frozenPlaylist(seconds: 30))
        let before = try await Self.playlist(frozen)
        try await Download.listen(2.5)
        #expect(try await Self.playlist(frozen) == before)
        let plain = try await Self.playlist(try await Self.supplier())
        for step in [-5, 1_000] {
            let moved = try await Self.playlist(try await Self.supplier(.sequence(step)))
            #expect(abs(moved.sequence - plain.sequence - step) <= 1)
        }
        let key = try await Self.supplier(.missingKey(seconds: 30))
        #expect(try await Self.playlist(key).text.contains("#EXT-X-KEY:METHOD=AES-128,URI=\"/missing.key\""))
        #expect(try await Self.segment(key, "/missing.key").status == 404)
    }

    @Test func `segments are missing, cut and oversize`() async throws {
        let whole = try await Self.supplier()
        let path = try #require(try await Self.playlist(whole).segments.last)
        let size = try await Self.segment(whole, path).body.count
        #expect(size % 188 == 0 && size > 100_000)
        for fault in Fault.SegmentFault.allCases {
            let supplier = try await Self.supplier(.segments(fault, seconds: 30))
            let answer = try await Self.segment(supplier, try #require(try await Self.playlist(supplier).segments.last))
            switch fault {
            case .missing: #expect(answer.status == 404)
            case .truncated: #expect(answer.body.count % 188 == 70 && answer.body.count < size)
            case .oversize: #expect(answer.body.count > 48_000_000)
            }
        }
    }

    @Test func `requests wait as long as a stall lasts`() async throws {
        let supplier = try await Self.supplier(.stall(seconds: 1.5, .burst))
        let began = Download.now
        #expect(try await Self.playlist(supplier).segments.count == 6)
        #expect((1.3...2.5).contains(Download.now - began))
    }
}
