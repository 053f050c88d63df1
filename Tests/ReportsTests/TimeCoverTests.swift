import TestSupport
import Testing

@testable import Reports

struct TimeCoverTests {
    @Test func `covers as much as counting the milliseconds one by one does`() {
        var random = SeededRandom(seed: 0xC0FE)
        for _ in 0..<300 {
            let bounds = Int64.random(in: -20...10, using: &random)..<Int64.random(in: 20...60, using: &random)
            let spans = (0..<Int.random(in: 0...8, using: &random)).map { _ in
                let from = Int64.random(in: -30...70, using: &random)
                return from..<(from + Int64.random(in: 0...15, using: &random))
            }
            let cover = TimeCover(spans, in: bounds)
            let covered = Set(bounds.filter { moment in spans.contains { $0.contains(moment) } })
            #expect(cover.total == Int64(covered.count) && cover.isEmpty == covered.isEmpty)
            let (from, to) = (Int64.random(in: -40...40, using: &random), Int64.random(in: -40...80, using: &random))
            #expect(cover.covered(from: from, to: to) == Int64(covered.count { $0 >= from && $0 < to }))
        }
    }
}
