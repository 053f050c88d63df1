import Events
import Ingest
import Model
import NIOCore
import Testing

@testable import LiveChannels

/// Switches that an operator asks for.
struct ManualSwitchTests {
    private static func playing(_ returns: ReturnPolicy = .better, supplier: String? = nil) -> Play {
        var play = Play(sources: 2, returns: returns, supplier: supplier)
        _ = play.start()
        _ = play.run(40_000)
        return play
    }

    @Test func `goes over when the source is ready, and stays`() {
        var play = Self.playing()
        #expect(play.ask(2) == ["queue 2 #2"])
        #expect(play.run(400) == [])
        #expect(play.media(of: 2) == ["started 2 after 400", "lend #1", "feed #2"])
        #expect(play.media(of: 2) == ["switch 1>2 manual 100", "answer 1 switched"])
        #expect(play.run(5_000, [1, 2]) == ["+5000 close #1", "+5000 stopped 1 not-needed 45400B 45400"])
        #expect(play.run(120_000) == [], "no probe, no return")
        #expect(play.ask(nil, request: 2) == ["answer 2 automatic", "spare 1 #3"])
    }

    @Test func `a chosen source that fails is left`() {
        var play = Self.playing()
        _ = play.ask(2)
        _ = play.media(of: 2)
        _ = play.media(of: 2)
        _ = play.run(10_000, [1, 2])
        #expect(play.end(.httpStatus(404)) == ["down 2 http-404 retry 2000", "open 1 #3"])
        #expect(play.media() == ["started 1 after 0", "switch 2>1 http-404 100"])
    }

    @Test func `says in one word why not`() {
        var idle = Play(.onDemand)
        #expect(idle.ask(1) == ["answer 1 notRunning"])
        var play = Self.playing()
        #expect(play.ask(9) == ["answer 1 unknownSource"])
        #expect(play.ask(1) == ["answer 1 switched"], "it is there already")
        #expect(play.ask(2, request: 2) == ["queue 2 #2"])
        #expect(play.end(.httpStatus(403), of: 2) == ["down 2 http-403 retry 2000", "answer 2 failed(\"http-403\")"])
        #expect(play.ask(2, request: 3) == ["queue 2 #3"])
        #expect(play.ask(2, request: 4) == ["answer 3 superseded"])
        #expect(play.remove().first == "answer 4 notRunning")
    }

    @Test func `takes ten seconds at most`() {
        var play = Self.playing()
        _ = play.ask(2)
        play.machine.connected(run: 2, now: play.now)
        #expect(play.run(2_900) == [])
        // Media, but nothing to begin with.
        var words: [String] = []
        for _ in 0..<80 {
            _ = play.machine.received(bytes: 1, lasting: .milliseconds(100), run: 2, now: play.now)
            words += play.run(100)
        }
        #expect(words.contains { $0.hasSuffix("answer 1 tooSlow") })
        #expect(play.machine.source?.id == SourceID(1))
    }

    @Test func `sources that share one connection are switched by closing the one first`() {
        var play = Self.playing(supplier: "one")
        #expect(play.ask(2) == ["spare 2 #2"])
        #expect(
            play.end(.slotUnavailable, of: 2) == ["close #1", "stopped 1 manual 40000B 40000", "open 2 #3"]
        )
        #expect(play.media() == ["started 2 after 0", "switch 1>2 manual 100", "answer 1 switched"])
    }
}
