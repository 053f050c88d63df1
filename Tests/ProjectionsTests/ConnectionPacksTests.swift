import Events
import Model
import TestSupport
import Testing

@testable import Projections

struct ConnectionPacksTests {
    private static func random(_ random: inout SeededRandom) -> PackedConnection {
        let seq = Int64.random(in: 1...(1 << 40), using: &random)
        let from = Int64.random(in: -10_000_000_000...4_000_000_000_000, using: &random)
        return PackedConnection(
            openedSeq: seq,
            closedSeq: seq + Int64.random(in: 0...(1 << 30), using: &random),
            connection: Int64.random(in: 1...(1 << 36), using: &random),
            client: Int64.random(in: 1...(1 << 36), using: &random),
            channel: Int64.random(in: -5...70_000, using: &random),
            from: from,
            to: from + Int64.random(in: 0...4_000_000_000, using: &random),
            end: PackedConnection.End.allCases.randomElement(using: &random) ?? .left
        )
    }

    private static func unpacked(_ bytes: [UInt8], week: Int64) -> (all: [PackedConnection], isWhole: Bool) {
        var all: [PackedConnection] = []
        let isWhole = bytes.withUnsafeBytes { PackedConnection.forEach(in: $0, week: week) { all.append($0) } }
        return (all, isWhole)
    }

    @Test func `what was packed is what is unpacked`() {
        var random = SeededRandom(seed: 0xBEEF)
        for _ in 0..<200 {
            let week = Int64.random(in: 0...5_000, using: &random)
            let connections = (0..<Int.random(in: 0...20, using: &random)).map { _ in Self.random(&random) }
            var bytes: [UInt8] = []
            for connection in connections { connection.append(to: &bytes, week: week) }
            let found = Self.unpacked(bytes, week: week)
            #expect(found.all == connections && found.isWhole)
        }
    }

    @Test func `a damaged pack is noticed or read as another, and never traps`() {
        var random = SeededRandom(seed: 0xD0E)
        for _ in 0..<5_000 {
            var bytes: [UInt8] = []
            for _ in 0..<3 { Self.random(&random).append(to: &bytes, week: 2_950) }
            bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            if Bool.random(using: &random) { bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random)) }
            _ = Self.unpacked(bytes, week: 2_950)
        }
        #expect(!Self.unpacked([0x80], week: 0).isWhole)
        #expect(!Self.unpacked([UInt8](repeating: 0xFF, count: 40), week: 0).isWhole)
    }

    static let weeks: [(String, Int64)] = [
        ("1970-01-01T00:00:00Z", 0), ("1970-01-04T23:59:59Z", 0), ("1970-01-05T00:00:00Z", 1),
        ("1969-12-28T23:59:59Z", -1), ("2026-11-09T00:00:00Z", 2_967),
    ]

    @Test(arguments: weeks)
    func `a pack's week begins on Monday in Greenwich`(_ time: String, _ week: Int64) throws {
        let ms = try #require(WallTime(time)).microseconds.floored(by: 1_000)
        #expect(PackWeek.of(ms: ms) == week)
        #expect(PackWeek.of(ms: PackWeek.start(week)) == week && PackWeek.of(ms: PackWeek.start(week) - 1) == week - 1)
    }
}
