import Foundation
import MPEGTS
import Model
import Testing

@testable import TestKit

/// Each fault, read back from outside.
@Suite(.serialized)
struct SupplierTests {
    /// Plays the transport stream for some seconds with one fault after the first.
    private static func play(_ fault: Fault, seconds: Double, first: [Fault] = []) async throws -> Played {
        let script = Script(first.map { Script.Step(at: 0, $0) } + [Script.Step(at: 1, fault)])
        let other = try await ReelWorkshop.shared.reel(ReelSpec(.main, .mp2))
        let supplier = try await ScriptedSupplier(
            try await ReelWorkshop.shared.reel(),
            script: script,
            others: [other]
        )
        let download = try await Download(supplier.transportURL)
        try await Download.listen(seconds)
        let played = Played(state: download.state.now, supplier: supplier)
        return played
    }

    /// The same for each fault, all at once.
    private static func playAll(_ faults: [Fault], seconds: Double) async throws -> [Played] {
        try await withThrowingTaskGroup(of: (Int, Played).self) { group in
            for (index, fault) in faults.enumerated() {
                group.addTask { (index, try await Self.play(fault, seconds: seconds)) }
            }
            var played: [Int: Played] = [:]
            for try await (index, one) in group { played[index] = one }
            return faults.indices.compactMap { played[$0] }
        }
    }

    struct Played: Sendable {
        var state: Download.State
        var supplier: ScriptedSupplier
        var check = StreamCheck()
        var units: [AccessUnit] = []

        init(state: Download.State, supplier: ScriptedSupplier) {
            (self.state, self.supplier) = (state, supplier)
            var demuxer = Demuxer()
            demuxer.push(state.body) { if case .unit(let unit) = $0 { self.units.append(unit) } }
            self.check.received(state.body, at: 0)
        }

        /// Longest pause between two arrivals, in seconds.
        var silence: Double { zip(state.arrivals.dropFirst(), state.arrivals).map { $0.at - $1.at }.max() ?? 0 }
        /// Seconds of pictures.
        var media: Double { Double(units.count { Self.isPicture($0) }) * 0.04 }
        /// The largest step of decoding times of pictures, in milliseconds, either way.
        var step: Int64 {
            let times = units.filter(Self.isPicture).compactMap(\.dts)
            return zip(times.dropFirst(), times).map { ($0 - $1).milliseconds }.max { abs($0) < abs($1) } ?? 0
        }
        static func isPicture(_ unit: AccessUnit) -> Bool { unit.streamID >= 0xE0 && unit.streamID < 0xF0 }
    }

    @Test func `without a fault it plays at its pace, whole and in order`() async throws {
        let played = try await Self.play(.entry(.live), seconds: 4)
        #expect(played.state.status == 200)
        #expect(played.check.faults == [])
        #expect((3.2...4.2).contains(played.media), "\(played.media)")
        #expect(played.silence < 0.3)
        #expect(played.step == 40)
    }

    @Test func `stalls send nothing, and then all of it or none`() async throws {
        let played = try await Self.playAll(
            [
                .stall(seconds: 2, .burst),
                .stall(seconds: 2, .lost),
                .slow(seconds: 2, percent: 10),
            ],
            seconds: 4
        )
        let (burst, lost, slow) = (played[0], played[1], played[2])
        #expect((1.8...2.4).contains(burst.silence), "\(burst.silence)")
        #expect(burst.media > 3.2 && burst.step == 40)
        #expect((1.8...2.4).contains(lost.silence))
        #expect(lost.media < 2.4)
        #expect((1_800...2_300).contains(lost.step), "\(lost.step)")
        #expect(slow.media > 3.2 && slow.step == 40)
        // In the two seconds a fifth of one came.
        let arrivals = slow.state.arrivals
        let start = try #require(arrivals.first?.at)
        func count(at: Double) -> Int { arrivals.last { $0.at <= start + at }?.count ?? 0 }
        #expect(count(at: 2.7) - count(at: 1.2) < count(at: 1.0) / 2)
    }

    @Test func `connections end in order, by reset, and within a packet`() async throws {
        let played = try await Self.playAll(
            [
                .close,
                .reset,
                .closeInPacket,
            ],
            seconds: 2
        )
        let (close, reset, torn) = (played[0], played[1], played[2])
        #expect(close.state.hasEnded && close.state.failure.isEmpty)
        #expect(close.state.body.count % 188 == 0)
        #expect(reset.state.failure == "reset")
        #expect(torn.state.hasEnded && torn.state.failure.isEmpty)
        #expect(torn.state.body.count % 188 == 100)
    }

    @Test(arguments: Fault.Replay.allCases)
    func `a new connection begins with seconds that were sent before`(_ replay: Fault.Replay) async throws {
        let script = Script([Script.Step(at: 0, .entry(.replay(seconds: 10, replay))), Script.Step(at: 1, .close)])
        let supplier = try await ScriptedSupplier(try await ReelWorkshop.shared.reel(), script: script)
        let first = try await Download(supplier.transportURL).whole()
        let second = try await Download(supplier.transportURL).body(of: first.body.count)
        func units(_ bytes: [UInt8]) -> [AccessUnit] {
            var units: [AccessUnit] = []
            var demuxer = Demuxer()
            demuxer.push(bytes) { if case .unit(let unit) = $0, Played.isPicture(unit) { units.append(unit) } }
            return units
        }
        let (before, after) = (units(first.body), units(second.body))
        #expect(Double(before.count) * 0.04 > 10)
        let shared = Set(before.map(\.data)).intersection(after.map(\.data)).count
        #expect(Double(shared) * 0.04 > 8, "\(shared) pictures came again")
        let sentAt = Dictionary(before.map { ($0.data, $0.dts) }) { first, _ in first }
        let times = after.count { sentAt[$0.data] == $0.dts }
        #expect(replay == .restarted ? times == 0 : times == shared, "\(times) of \(shared) at the same time")
        let packets = Set(stride(from: 0, to: first.body.count - 187, by: 188).map { first.body[$0..<($0 + 188)] })
        let again = stride(from: 0, to: second.body.count - 187, by: 188).count {
            packets.contains(second.body[$0..<($0 + 188)])
        }
        #expect(replay == .identical ? again > packets.count / 2 : again < packets.count / 10)
        if replay == .restarted { #expect(after.first?.dts?.milliseconds == 1_000) }
    }

    @Test func `bytes are damaged as told, and nothing else`() async throws {
        let played = try await Self.playAll(
            [
                .garbage(bytes: 10_000),
                .bitErrors(seconds: 2, perMillion: 20),
                .packets(.missing, seconds: 1, oneIn: 50),
                .packets(.duplicated, seconds: 1, oneIn: 50),
                .packets(.reordered, seconds: 1, oneIn: 50),
            ],
            seconds: 3
        )
        let (garbage, bits, missing, twice, swapped) = (played[0], played[1], played[2], played[3], played[4])
        #expect(garbage.check.counters.skippedBytes == 10_000)
        #expect(garbage.check.counters.continuity == 0)
        #expect(bits.check.counters.faults > 0)
        #expect(missing.check.counters.continuity > 0)
        // A packet sent twice is allowed: ISO/IEC 13818-1, 2.4.3.3.
        #expect(twice.check.counters.faults == 0)
        #expect(swapped.check.counters.continuity > 0)
    }

    @Test func `time stamps restart, jump and wrap`() async throws {
        let played = try await Self.playAll(
            [
                .times(.restart),
                .times(.jump(seconds: 3_600)),
                .times(.jump(seconds: -3_600)),
                .times(.wrap),
            ],
            seconds: 5
        )
        let (restart, ahead, back, wrap) = (played[0], played[1], played[2], played[3])
        #expect((-60_000 ... -30_000).contains(restart.step), "\(restart.step)")
        #expect(ahead.step == 3_600_040)
        #expect(abs(back.step) > 3_500_000)
        let times = wrap.units.compactMap(\.dts?.ticks)
        #expect(times.contains { $0 > MediaTime.wrap - 90_000 } && (times.last ?? .max) < 5 * 90_000)
        #expect(wrap.check.counters.faults == 0)
    }

    @Test func `the PCR stops, PIDs and codecs change`() async throws {
        let played = try await Self.playAll(
            [
                .missingClock(seconds: 2),
                .changePIDs,
                .changeReel(ReelSpec(.main, .mp2)),
            ],
            seconds: 4
        )
        let (clock, pids, codec) = (played[0], played[1], played[2])
        let packets = clock.state.body
        let clocks = stride(from: 0, to: packets.count - 187, by: 188).filter { offset in
            let field = packets[(offset + 3)...]
            return field[offset + 3] & 0x20 != 0 && field[offset + 4] > 0 && field[offset + 5] & 0x10 != 0
        }
        let pause = zip(clocks.dropFirst(), clocks).map { $0 - $1 }.max() ?? 0
        #expect(Double(pause) > Double(packets.count) * 0.3)
        #expect(Set(pids.units.map(\.pid)) == [0x100, 0x101, 0x140, 0x141])
        // The last picture on the old PID has no end that a reader could see.
        #expect(pids.step <= 80)
        #expect(codec.check.tracks.map(\.codec).contains(.mpegAudio))
        #expect(codec.check.counters.faults == 0)
    }

    @Test(arguments: [Fault.Answer.status(403), .status(404), .status(503), .redirectLoop, .page, .empty, .silence])
    func `requests are refused as told, for as long as told`(_ answer: Fault.Answer) async throws {
        let script = Script([Script.Step(at: 0, .answer(answer, seconds: 1.5))])
        let supplier = try await ScriptedSupplier(try await ReelWorkshop.shared.reel(), script: script)
        let download = try await Download(supplier.transportURL)
        switch answer {
        case .status(let code): #expect(try await download.whole().status == code)
        case .redirectLoop: #expect(try await download.whole().field("Location") == "/live.ts")
        case .page: #expect(try await download.whole().text.contains("<html>"))
        case .empty:
            let state = try await download.whole()
            #expect((state.status, state.body) == (200, []))
        case .silence: #expect(download.state.now.head.isEmpty)
        }
        try await Download.listen(2)
        let later = try await Download(supplier.transportURL).body(of: 10_000)
        #expect(later.body.first == 0x47)
    }
}
