import Events
import Ingest
import Model
import NIOCore
import Testing

@testable import LiveChannels

/// From one source to another and back.
struct FailoverTests {
    @Test func `a silent source gives way to the next after three seconds`() {
        var play = Play(sources: 2)
        _ = play.start()
        _ = play.run(40_000)
        #expect(play.wait(1_000) == ["+1000 spare 2 #2"])
        #expect(play.media(of: 2) == ["started 2 after 0"])
        // The first is asked again meanwhile, and says nothing.
        #expect(play.run(1_900, [2]) == ["+1000 close #1", "+1000 open 1 #3"])
        #expect(play.run(100, [2]) == ["+100 down 1 stall retry 0", "+100 lend #3", "+100 feed #2"])
        #expect(play.machine.source?.id == SourceID(2))
        #expect(play.media(of: 2) == ["switch 1>2 stall 3100"])
        #expect(play.machine.phase == .live)
    }

    @Test func `a picture that is held for long gives way sooner, and not before a standby is ready`() {
        var play = Play(sources: 2)
        _ = play.start()
        _ = play.run(40_000)
        #expect(play.wait(1_000) == ["+1000 spare 2 #2"])
        // Little was kept, and so the picture stands still for as long as nothing came.
        #expect(play.wait(900) == [])
        #expect(play.report(.heldLong) == [])
        #expect(play.media(of: 2) == ["started 2 after 900", "down 1 stall retry 0", "lend #1", "feed #2"])
        #expect(play.media(of: 2) == ["switch 1>2 stall 2000"])
        // It is told once a hold: the next one has its own time.
        #expect(play.run(5_000, [2]).allSatisfy { !$0.contains("feed") })
    }

    @Test func `a source that is back in time stays, and the standby is let go`() {
        var play = Play(sources: 2)
        _ = play.start()
        _ = play.run(40_000)
        #expect(play.wait(2_000) == ["+1000 spare 2 #2", "+2000 close #1", "+2000 open 1 #3"])
        #expect(play.media(of: 2) == ["started 2 after 1000"])
        #expect(play.media() == ["blip 1 stall 2000 40000B"])
        #expect(play.run(5_000, [2, 3]) == ["+5000 close #2", "+5000 stopped 2 not-needed 5100B 5000"])
        #expect(play.run(30_000) == [])
    }

    @Test func `a source that closes short of use has a standby beside it at once`() {
        var play = Play(sources: 2)
        _ = play.start()
        _ = play.run(2_000)
        #expect(play.end(.reset) == ["spare 2 #2"])
        #expect(play.wait(500) == ["+500 open 1 #3"])
        #expect(play.media() == ["blip 1 reset 500 2000B"])
    }

    @Test func `a dead first source leaves the channel to the second`() {
        var play = Play(sources: 2)
        #expect(play.start() == ["open 1 #1"])
        #expect(play.end(.refused) == ["down 1 refused retry 500", "open 2 #2"])
        _ = play.wait(400)
        #expect(play.media() == ["started 2 after 400", "switch 1>2 refused 400"])
    }

    @Test func `a first source that says nothing leaves the channel to the second`() {
        var play = Play(sources: 2)
        _ = play.start()
        #expect(play.wait(1_500) == ["+1500 spare 2 #2"])
        #expect(play.media(of: 2) == ["started 2 after 0"])
        #expect(
            play.run(1_000, [2]) == [
                "+1000 close #1", "+1000 down 1 timed-out-first-media retry 500", "+1000 feed #2",
            ]
        )
        #expect(play.media() == ["switch 1>2 timed-out-first-media 2500"])
    }

    @Test func `a source that answered has three seconds more, unless another is ready`() {
        var play = Play(sources: 2)
        _ = play.start()
        _ = play.wait(2_000)
        play.machine.connected(run: 1, now: play.now)
        #expect(
            play.wait(2_900)
                == ["+2000 close #2", "+2000 down 2 timed-out-first-media retry 2000"]
        )
        #expect(play.media() == ["started 1 after 4900"])
    }

    @Test func `a source that is refused for good is left at once`() {
        var play = Play(sources: 2)
        _ = play.start()
        _ = play.run(40_000)
        #expect(play.end(.closed) == ["open 1 #2"])
        #expect(play.end(.httpStatus(404)) == ["down 1 http-404 retry 500", "open 2 #3"])
        #expect(play.media() == ["started 2 after 0", "switch 1>2 closed 100"])
    }

    @Test func `a source that was left is probed, ever more patiently, and not fed`() {
        var play = Play(sources: 2)
        _ = play.start()
        _ = play.run(40_000)
        _ = play.end(.httpStatus(404))
        #expect(play.media() == ["started 2 after 0", "switch 1>2 http-404 100"])
        var waits: [Int64] = []
        for _ in 0..<5 {
            let before = play.milliseconds
            var words: [String] = []
            while words.isEmpty { words = play.run(100) }
            waits.append(play.milliseconds - before)
            #expect(words.map { $0.split(separator: " ")[1...2].joined(separator: " ") } == ["spare 1"])
            #expect(play.end(.httpStatus(404), of: play.machine.others.first?.number) == [])
        }
        #expect(waits == [2_000, 4_000, 8_000, 15_000, 15_000])
        #expect(play.machine.source?.id == SourceID(2))
    }

    @Test func `the better source is gone back to after thirty seconds without a stall`() {
        var play = Play(sources: 2)
        _ = play.start()
        _ = play.run(40_000)
        _ = play.end(.httpStatus(404))
        #expect(play.run(2_100) == ["+0 started 2 after 0", "+0 switch 1>2 http-404 100", "+2000 spare 1 #3"])
        #expect(play.run(20_000, [2, 3]) == ["+0 recovered 1 2100"])
        // It stalls once more: the thirty seconds begin anew.
        #expect(play.run(1_500, [2]) == [])
        #expect(play.run(30_000, [2, 3]) == ["+0 blip 1 stall 1500 20000B", "+30000 lend #2", "+30000 feed #3"])
        #expect(play.media(of: 3) == ["switch 2>1 returned 100"])
        #expect(play.run(5_000, [2, 3]) == ["+5000 close #2", "+5000 stopped 2 not-needed 58600B 58600"])
        #expect(play.run(60_000) == [])
    }

    @Test func `a channel that is sticky stays where it is`() {
        var play = Play(sources: 2, returns: .sticky)
        _ = play.start()
        _ = play.run(40_000)
        _ = play.end(.httpStatus(404))
        _ = play.media()
        #expect(play.run(300_000) == [])
        #expect(play.wait(1_100) == ["+1100 spare 1 #3"])
    }

    @Test func `sources that share one connection take turns`() {
        var play = Play(sources: 2, supplier: "one")
        _ = play.start()
        _ = play.run(40_000)
        #expect(play.wait(1_000) == ["+1000 spare 2 #2"])
        #expect(play.end(.slotUnavailable, of: 2) == [])
        #expect(play.wait(1_000) == ["+1000 close #1", "+1000 open 1 #3", "+1000 spare 2 #4"])
        #expect(play.end(.slotUnavailable, of: 4) == [])
        #expect(
            play.wait(1_000) == ["+1000 close #3", "+1000 down 1 timed-out-first-media retry 500", "+1000 open 2 #5"]
        )
        #expect(play.media() == ["started 2 after 0", "switch 1>2 stall 3100"])
        // A probe would take the one connection there is.
        #expect(play.run(2_000) == ["+2000 spare 1 #6"])
        #expect(play.end(.slotUnavailable, of: 6) == [])
        #expect(play.run(14_000) == [])
        #expect(play.machine.source?.id == SourceID(2))
    }

    @Test func `a standby leaves the connection that the first source needs`() {
        var play = Play(sources: 2, supplier: "one")
        _ = play.start()
        _ = play.run(2_000)
        #expect(play.end(.reset) == ["spare 2 #2 leaving 1"])
        #expect(play.end(.slotUnavailable, of: 2) == [])
        #expect(play.wait(500) == ["+500 open 1 #3"])
    }

    @Test func `a spare connection goes to whoever waits for it`() {
        var play = Play(sources: 2)
        _ = play.start()
        _ = play.run(40_000)
        _ = play.wait(1_000)
        _ = play.media(of: 2)
        #expect(play.slotWanted(2) == ["close #2", "stopped 2 slot-wanted 100B 0"])
    }

    @Test func `a source that flaps is left although it never stops for long`() {
        var play = Play(sources: 2)
        _ = play.start()
        _ = play.run(10_000)
        for round in 0..<2 {
            #expect(play.wait(1_200) == (round == 0 ? ["+1000 spare 2 #2"] : []))
            _ = play.media(of: 2)
            #expect(play.run(2_000, [1, 2]) == ["+0 blip 1 stall 1200 \(10_000 + round * 2_000)B"])
        }
        #expect(play.run(900, [2]) == [])
        #expect(play.run(100, [2]) == ["+100 down 1 stall retry 0", "+100 lend #1", "+100 feed #2"])
        #expect(play.run(1_000, [1, 2]).last == "+0 switch 1>2 stall 0")
        // And has to run twice as long before it is gone back to.
        #expect(play.run(58_900, [1, 2]) == [])
        #expect(play.run(100, [1, 2]) == ["+100 lend #2", "+100 feed #1"])
    }

    @Test func `sources that take turns at failing have to be well for ten seconds`() {
        var play = Play(sources: 2)
        _ = play.start()
        _ = play.run(10_000)
        _ = play.end(.httpStatus(404))
        _ = play.run(5_000)
        #expect(play.machine.others.map(\.source.id) == [SourceID(1)])
        _ = play.run(5_000, [2, 3])
        #expect(play.end(.httpStatus(404)).last == "feed #3")
        _ = play.run(4_000)
        #expect(play.end(.httpStatus(404)).last == "open 2 #4", "the third switch raises the guard")
        #expect(play.run(2_000).last == "+2000 spare 1 #5")
        _ = play.run(3_000, [4, 5])
        #expect(play.end(.httpStatus(404)).contains("feed #5") == false)
        #expect(play.run(6_900, [5]).contains { $0.hasSuffix("feed #5") } == false)
        #expect(play.run(200, [5]).contains { $0.hasSuffix("feed #5") })
        #expect(play.machine.source?.id == SourceID(1))
    }

    @Test func `all dead sources are asked in turn, ever more patiently`() {
        var play = Play(sources: 3)
        var opened = play.start()
        for _ in 0..<200 {
            for run in play.machine.runs { opened += play.end(.httpStatus(500), of: run.number) }
            opened += play.wait(500)
        }
        let order = opened.filter { $0.contains("open ") || $0.contains("spare ") }
        let asked = Dictionary(grouping: order) { $0.split(separator: " ").dropLast().last ?? "" }.mapValues(\.count)
        #expect(asked.keys.sorted() == ["1", "2", "3"])
        #expect(asked.values.allSatisfy { (5...20).contains($0) }, "\(asked)")
        #expect(opened.filter { $0.contains("down") }.count == 3)
        #expect(play.machine.phase == .down)
    }

    @Test func `a return that comes to nothing goes back to what still runs`() {
        var play = Play(sources: 2)
        _ = play.start()
        _ = play.run(40_000)
        _ = play.end(.httpStatus(404))
        _ = play.run(2_100)
        _ = play.run(30_000, [2, 3])
        #expect(play.fed == 3)
        #expect(play.end(.httpStatus(404), of: 3) == ["down 1 http-404 retry 2000", "feed #2"])
        #expect(play.media(of: 2) == [])
        #expect(play.machine.phase == .live)
    }

    @Test func `media that are no use are as good as none`() {
        var play = Play(sources: 2)
        _ = play.start()
        _ = play.run(40_000)
        #expect(play.report(.corrupt(run: 1, cause: "no-pictures")) == [])
        #expect(play.run(1_000) == ["+500 spare 2 #2"])
        #expect(
            play.run(2_000, [1, 2]) == [
                "+0 started 2 after 500", "+1000 close #1", "+1000 open 1 #3", "+2000 down 1 no-pictures retry 0",
                "+2000 lend #3", "+2000 feed #2",
            ]
        )
        #expect(play.media() == ["switch 1>2 no-pictures 1100"])
    }

    @Test func `the output may suspect a source before its silence does`() {
        var play = Play(sources: 2)
        _ = play.start()
        _ = play.run(40_000)
        #expect(play.report(.suspect(cause: "stall")) == [])
        #expect(play.wait(500) == ["+500 spare 2 #2"])
        #expect(play.report(.fine) == [])
        #expect(play.media() == [])
    }
}
