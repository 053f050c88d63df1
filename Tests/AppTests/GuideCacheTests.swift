import Foundation
import Model
import NIOCore
import PlayerAPI
import TestSupport
import Testing

@testable import App

struct GuideCacheTests {
    private static func key(_ version: Int64 = 1, channels: [Int64] = [1]) -> GuideCache.Key {
        GuideCache.Key(
            programmes: version,
            catalogue: 1,
            name: "TV",
            site: Site(scheme: "http", host: "a", port: 80),
            language: "",
            channels: GuideCache.Key.digest(channels.map { ChannelID($0) })
        )
    }

    private static let start = WallTime(seconds: 1_795_417_200)

    @Test func `a guide is written once until something in it changes`() throws {
        let cache = GuideCache()
        func ask(_ key: GuideCache.Key, after seconds: Int64 = 0, isCompressed: Bool = false) throws -> String {
            let now = WallTime(seconds: Self.start.seconds + seconds)
            return String(buffer: try cache.document(key, isCompressed: isCompressed, at: now) { Array("guide".utf8) })
        }
        for _ in 0..<3 { #expect(try ask(Self.key()) == "guide") }
        #expect(cache.writtenCount == 1)
        _ = try ask(Self.key(), isCompressed: true)
        #expect(cache.writtenCount == 1)
        _ = try ask(Self.key(channels: [1, 2]))
        #expect(cache.writtenCount == 2)
        _ = try ask(Self.key(2))
        #expect(cache.writtenCount == 3)
        _ = try ask(Self.key(2), after: 5 * 3_600)
        #expect(cache.writtenCount == 3)
        _ = try ask(Self.key(2), after: 7 * 3_600)
        #expect(cache.writtenCount == 4)
    }

    @Test(arguments: [0, 1, 1_000, 3_000_000])
    func `what is compressed is what was there, by gunzip`(size: Int) throws {
        var random = SeededRandom(seed: UInt64(size))
        let bytes = (0..<size).map { _ in UInt8.random(in: 60...75, using: &random) }
        let folder = try ScratchDirectory()
        try folder.write(try Gzip.compress(bytes.span), to: "a.gz")
        let gunzip = Process()
        gunzip.executableURL = URL(filePath: "/bin/gunzip")
        gunzip.arguments = [folder.file("a.gz")]
        try gunzip.run()
        gunzip.waitUntilExit()
        #expect(gunzip.terminationStatus == 0)
        #expect(try Data(contentsOf: URL(filePath: folder.file("a"))) == Data(bytes))
    }
}
