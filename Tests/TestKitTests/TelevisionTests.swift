import Testing

@testable import TestKit

struct TelevisionTests {
    /// Lines of a player that shows a picture each 40 ms, sound against picture as `drift` says.
    private func lines(_ drift: (Int) -> Double) -> [String] {
        (0..<250).map { "AT \(Double($0) * 0.04) no \(drift($0)) 0" }
    }

    @Test func `a drift is what lasts, not a picture that came late`() {
        let late = Television.read(self.lines { (100..<120).contains($0) ? 0.2 : 0.01 }, seconds: 10)
        #expect(late.drift == 0.01)
        let apart = Television.read(self.lines { $0 < 150 ? 0.01 : -0.2 }, seconds: 10)
        #expect(apart.drift == 0.2)
        #expect(apart.errors == [] && apart.stalls == 0)
    }

    @Test func `a stall is counted once, and what is no status is an error`() {
        let stalled = ["AT 1 no 0 0", "AT 2 yes 0 0", "AT 2 yes 0 0", "AT 3 no 0 0", "[ffmpeg] no such thing"]
        let verdict = Television.read(stalled, seconds: 5)
        #expect(verdict.stalls == 1)
        #expect(verdict.stalledSeconds == 3)
        #expect(verdict.errors == ["[ffmpeg] no such thing"])
    }
}
