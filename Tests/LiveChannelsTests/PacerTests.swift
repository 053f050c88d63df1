import Model
import TestSupport
import Testing

@testable import LiveChannels

struct PacerTests {
    private func milliseconds(_ value: Int64) -> MediaTime { MediaTime(milliseconds: value) }

    @Test func `a steady source passes straight through`() {
        var pacer = Pacer<Int64>()
        for time in stride(from: Int64(0), to: 20_000, by: 40) {
            pacer.arrived(time, due: milliseconds(time), now: milliseconds(time))
            #expect(pacer.due(now: milliseconds(time)) == [time])
        }
    }

    @Test func `what has no time before the first media says nothing about where they begin`() {
        var pacer = Pacer<Int64>()
        pacer.arrived(-1, due: nil, now: .zero)
        #expect(pacer.due(now: .zero) == [-1])
        // Two seconds of waiting for a random access point, then media that begin at ten.
        for time in stride(from: Int64(10_000), to: 12_000, by: 40) {
            let now = milliseconds(time - 8_000)
            pacer.arrived(time, due: milliseconds(time), now: now)
            #expect(pacer.due(now: now) == [time])
        }
    }

    @Test func `a first buffer of a steady source goes at once`() {
        var pacer = Pacer<Int64>()
        for time in stride(from: Int64(0), to: 15_000, by: 40) {
            pacer.arrived(time, due: milliseconds(time), now: .zero)
        }
        #expect(pacer.due(now: .zero).count == 375)
    }

    /// Segments of `length` ms that arrive whole; what goes out in each 100 ms.
    private func play(_ pacer: inout Pacer<Int64>, segments: Int64, length: Int64, first: Int64 = 1) -> [[Int64]] {
        var ticks: [[Int64]] = []
        var media: Int64 = 0
        for now in stride(from: Int64(0), to: (segments - first) * length, by: 100) {
            if now % length == 0 {
                let end = media + length * (now == 0 ? first : 1)
                for time in stride(from: media, to: end, by: 40) {
                    pacer.arrived(time, due: milliseconds(time), now: milliseconds(now))
                }
                media = end
            }
            ticks.append(pacer.due(now: milliseconds(now)))
        }
        return ticks
    }

    @Test func `segments go at the pace they play`() {
        var pacer = Pacer<Int64>(isBursty: true)
        let ticks = play(&pacer, segments: 12, length: 6_000)
        for (index, tick) in ticks.enumerated().dropFirst() {
            #expect((2...3).contains(tick.count), "at \(index) × 100 ms: \(tick.count)")
        }
        #expect(ticks.flatMap { $0 } == ticks.flatMap { $0 }.sorted())
    }

    @Test func `at most ten seconds are held back`() {
        var pacer = Pacer<Int64>(isBursty: true)
        let ticks = play(&pacer, segments: 12, length: 6_000, first: 3)
        #expect(ticks[0].last == 7_960)
        #expect(ticks.dropFirst().allSatisfy { $0.count <= 4 })
    }

    @Test func `a source that turns out to burst is paced from its second segment on`() {
        var pacer = Pacer<Int64>()
        let ticks = play(&pacer, segments: 8, length: 6_000)
        #expect(ticks[0].count == 150)
        for (index, tick) in ticks.enumerated() where index >= 60 {
            #expect(tick.count <= 4, "at \(index) × 100 ms: \(tick.count)")
        }
        #expect(ticks[60...].flatMap { $0 }.count >= 36 * 25)
    }

    @Test func `a source that runs fast does not pile up`() {
        var pacer = Pacer<Int64>(isBursty: true)
        var media: Int64 = 0
        var out = 0
        for now in stride(from: Int64(0), to: 1_800_000, by: 100) {
            // 2,020 ms of media every 2 s.
            if now % 2_000 == 0 {
                for _ in 0..<50 {
                    pacer.arrived(media, due: milliseconds(media), now: milliseconds(now))
                    media += 40
                }
                media += 20
            }
            out += pacer.due(now: milliseconds(now)).count
            #expect(pacer.count <= 4 * 50 + 50)
        }
        #expect(out + pacer.count == 900 * 50)
    }

    @Test func `elements without a time go with the ones before`() {
        var pacer = Pacer<String>(isBursty: true)
        pacer.arrived("a", due: milliseconds(0), now: .zero)
        pacer.arrived("b", due: nil, now: .zero)
        pacer.arrived("c", due: milliseconds(500), now: .zero)
        pacer.arrived("d", due: nil, now: .zero)
        #expect(pacer.due(now: .zero) == ["a", "b"])
        #expect(pacer.due(now: milliseconds(499)) == [])
        #expect(pacer.due(now: milliseconds(501)) == ["c", "d"])
    }

    @Test func `nothing is lost, repeated or reordered`() {
        var random = SeededRandom(seed: 0x5EED)
        var pacer = Pacer<Int>(isBursty: true)
        var now: Int64 = 0
        var media: Int64 = 0
        var sent = 0
        var got: [Int] = []
        for _ in 0..<5_000 {
            now += Int64.random(in: 0...3_000, using: &random)
            for _ in 0..<Int.random(in: 0...100, using: &random) {
                media += Int64.random(in: -50...100, using: &random)
                pacer.arrived(sent, due: milliseconds(media), now: milliseconds(now))
                sent += 1
            }
            if Int.random(in: 0..<300, using: &random) == 0 {
                pacer.sourceChanged(isBursty: Bool.random(using: &random))
            }
            got += pacer.due(now: milliseconds(now))
        }
        #expect(got == Array(0..<got.count))
        #expect(sent - got.count == pacer.count)
        #expect(got.count > sent * 9 / 10)
    }
}
