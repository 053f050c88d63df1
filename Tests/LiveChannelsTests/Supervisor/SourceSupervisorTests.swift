import Events
import Ingest
import Model
import NIOCore
import Testing

@testable import LiveChannels

/// A channel and the source it has: on demand, reconnects, what is recorded.
struct SourceSupervisorTests {
    @Test func `a channel kept always opens at once`() {
        var play = Play(.always)
        #expect(play.start() == ["open 1 #1"])
        #expect(play.machine.phase == .starting)
        #expect(play.wait(300) == [])
        #expect(play.media() == ["started 1 after 300"])
        #expect(play.machine.phase == .live)
        #expect(play.run(60_000) == [])
        #expect(play.remove() == ["close #1", "stopped 1 removed 60100B 60000", "rest"])
        #expect(play.join() == [])
        #expect(play.machine.isActive == false)
    }

    @Test func `lost segments are blips, told together when they are many`() {
        var play = Play(.always)
        #expect(play.start() == ["open 1 #1"])
        #expect(play.lose(2_000) == [])
        #expect(play.media() == ["started 1 after 0"])
        #expect(play.lose(2_000) == ["blip 1 segments-lost 2000 100B"])
        #expect(play.run(4_000) == [])
        #expect(play.lose(2_000) == [])
        #expect(play.run(6_000) == [])
        #expect(play.lose(4_000) == ["blip 1 segments-lost 6000 10100B"])
    }

    @Test func `a channel on demand opens with the first viewer and lingers after the last`() {
        var play = Play(.onDemand)
        #expect(play.start() == [])
        #expect(play.join() == ["open 1 #1"])
        #expect(play.join() == [])
        #expect(play.media() == ["started 1 after 0"])
        #expect(play.leave() == [])
        #expect(play.run(10_000) == [])
        #expect(play.leave() == ["lend #1"])
        #expect(play.run(4_900) == [])
        // Somebody comes back within the five seconds.
        #expect(play.join() == ["keep #1"])
        #expect(play.run(6_000) == [])
        #expect(play.leave() == ["lend #1"])
        #expect(play.run(4_900) == [])
        #expect(play.wait(100) == ["+100 close #1", "+100 stopped 1 no-viewers 25900B 25900", "+100 rest"])
        #expect(play.machine.phase == .idle)
        #expect(play.join() == ["open 1 #2"])
    }

    @Test func `a channel that only lingers leaves its connection to whoever waits`() {
        var play = Play(.onDemand)
        _ = play.join()
        _ = play.run(3_000)
        #expect(play.slotWanted(1) == [], "somebody watches")
        _ = play.leave()
        #expect(play.slotWanted(1) == ["close #1", "stopped 1 slot-wanted 3000B 3000", "rest"])
        #expect(play.machine.isActive == false)
        #expect(play.join() == ["open 1 #2"])
    }

    @Test func `a channel kept always keeps its connection`() {
        var play = Play(.always)
        _ = play.start()
        _ = play.join()
        _ = play.run(3_000)
        #expect(play.leave() == [])
        #expect(play.slotWanted(1) == [])
    }

    @Test func `after a useful run the same source is asked again at once, once`() {
        var play = Play()
        _ = play.start()
        _ = play.run(9_000)
        #expect(play.end(.closed, bytes: 31_000) == ["open 1 #2"])
        #expect(play.machine.phase == .down)
        _ = play.wait(200)
        #expect(play.media() == ["blip 1 closed 200 31000B"])
        #expect(play.machine.phase == .live)
        _ = play.run(9_000)
        #expect(play.end(.closed) == ["open 1 #3"])
        #expect(play.end(.refused) == ["down 1 refused retry 500"])
        #expect(play.wait(500) == ["+500 open 1 #4"])
        #expect(play.media() == ["recovered 1 500"])
    }

    @Test func `failures wait longer and longer`() {
        var play = Play()
        #expect(play.start() == ["open 1 #1"])
        var waits: [Int64] = []
        for attempt in 1...7 {
            _ = play.end(.refused)
            let before = play.milliseconds
            while play.machine.currentRun == nil { _ = play.wait(100) }
            waits.append(play.milliseconds - before)
            #expect(play.machine.currentRun?.number == attempt + 1)
        }
        #expect(waits == [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000])
        #expect(play.media() == ["recovered 1 45500"])
    }

    @Test func `an outage is told once, however many attempts it takes`() {
        var play = Play()
        _ = play.start()
        #expect(play.end(.httpStatus(404)) == ["down 1 http-404 retry 500"])
        #expect(play.wait(500) == ["+500 open 1 #2"])
        #expect(play.end(.httpStatus(404)) == [])
        #expect(play.wait(1_000) == ["+1000 open 1 #3"])
        #expect(play.end(.httpStatus(502)) == [])
    }

    @Test func `a supplier that closes every ten seconds costs nothing but the way there`() {
        var play = Play(sources: 2)
        _ = play.start()
        _ = play.run(10_000)
        for round in 2...6 {
            #expect(play.end(.closed, bytes: 7) == ["open 1 #\(round)"])
            #expect(play.wait(400) == [])
            #expect(play.media() == ["blip 1 closed 400 10\(round == 2 ? "000" : "100")B"])
            #expect(play.run(10_000) == [])
        }
    }

    @Test func `a silence of a second and more is a blip`() {
        var play = Play()
        _ = play.start()
        _ = play.run(5_000)
        #expect(play.wait(900) == [])
        #expect(play.machine.phase == .live)
        #expect(play.media() == [])
        #expect(play.wait(100) == [])
        #expect(play.wait(1_500) == [])
        #expect(play.machine.phase == .down)
        #expect(play.media() == ["blip 1 stall 1500 5100B"])
        #expect(play.machine.phase == .live)
    }

    @Test func `segments that come in time are no silence`() {
        var play = Play(sources: 2)
        _ = play.start()
        for _ in 0..<10 {
            _ = play.media(6_000)
            #expect(play.wait(6_000) == [])
        }
        #expect(play.media(6_000) == [])
        #expect(play.wait(6_400) == [])
        #expect(play.media(6_000) == [])
    }

    @Test func `the only source is opened anew after two seconds of silence`() {
        var play = Play()
        _ = play.start()
        _ = play.run(40_000)
        #expect(play.wait(3_000) == ["+2000 close #1", "+2000 open 1 #2"])
        #expect(play.media() == ["blip 1 stall 3000 40000B"])
    }

    @Test func `a slot that is taken is asked for again`() {
        var play = Play()
        _ = play.start()
        #expect(play.end(.slotUnavailable) == ["down 1 slot-unavailable retry 500"])
        #expect(play.wait(500) == ["+500 open 1 #2"])
        #expect(play.media() == ["recovered 1 500"])
    }

    @Test func `a connection that goes to a more watched channel is told as down at once, and asked for again`() {
        var play = Play()
        _ = play.start()
        _ = play.run(20_000)
        let told = play.end(.slotTaken(by: ChannelID(7)))
        #expect(told.first?.hasPrefix("down 1 slot-taken") ?? false, "\(told)")
        #expect(told.contains("open 1 #2"), "\(told)")
        #expect(play.media() == ["recovered 1 0"])
    }

    @Test func `the catalogue may change under a running source`() {
        var play = Play(sources: 2)
        _ = play.start()
        _ = play.run(1_000)
        // Its address changes: it is opened anew, from the top of the list.
        #expect(
            play.change(.always, [source(2), source(1, url: "http://192.0.2.9/")])
                == ["close #1", "stopped 1 changed 1000B 1000", "open 2 #2"]
        )
        // Others come and go: it runs on.
        #expect(play.change(.always, [source(2), source(3)]) == [])
        #expect(play.change(.onDemand, [source(2)]) == ["close #2", "stopped 2 no-viewers 0B 0", "rest"])
        #expect(play.change(.always, []) == [])
        #expect(play.change(.always, [source(3)]) == ["open 3 #3"])
        #expect(play.change(.always, []) == ["close #3", "stopped 3 changed 0B 0", "rest"])
    }

    @Test func `nothing that comes late from a source confuses an idle channel`() {
        var play = Play(.onDemand)
        _ = play.start()
        #expect(play.media() == [])
        #expect(play.end(.closed) == [])
        #expect(play.leave() == [])
        #expect(play.slotWanted(1) == [])
        #expect(play.report(.entered(run: 1, gap: Milliseconds(0))) == [])
        #expect(play.report(.suspect(cause: "stall")) == [])
        #expect(play.wait(10_000) == [])
        play.machine.connected(run: 1, now: play.now)
        #expect(play.machine.phase == .idle)
    }

    @Test func `what the output did is recorded with the source and the viewers`() {
        var play = Play()
        _ = play.start()
        _ = play.run(9_000)
        for _ in 0..<3 { _ = play.join() }
        _ = play.end(.closed)
        let length = Milliseconds(400)
        let patched = play.machine.reported(
            .patched(run: 1, method: "skip-pictures", length: length, visibility: .hidden, bytes: ByteCount(90)),
            now: play.now
        )
        let patch = FreezePatch(
            channel: ChannelID(1),
            method: "skip-pictures",
            source: SourceID(1),
            length: length,
            visibility: .hidden,
            viewers: 3,
            bytes: ByteCount(90)
        )
        #expect(patched == [.record(.freezePatch(patch))])
        let dropped = play.machine.reported(.overlapDropped(run: 2, units: 25, length: length), now: play.now)
        let overlap = OverlapDropped(
            channel: ChannelID(1),
            source: SourceID(1),
            supplier: SupplierID(rawValue: "s1"),
            units: 25,
            length: length
        )
        #expect(dropped == [.record(.overlapDropped(overlap))])
        #expect(play.report(.overlapDropped(run: 99, units: 1, length: length)) == [])
    }

    @Test func `jitter stays within a fifth`() {
        for value in [UInt64.min, .max] {
            struct Fixed: RandomNumberGenerator, Sendable {
                var value: UInt64
                mutating func next() -> UInt64 { self.value }
            }
            var machine = SourceSupervisor(
                channel: ChannelID(1),
                keep: .always,
                sources: [source(1)],
                random: Fixed(value: value)
            )
            let now = NIODeadline.uptimeNanoseconds(5)
            _ = machine.started(now: now)
            let actions = machine.ended(SourceFailure(cause: .refused, bytes: 0), run: 1, now: now)
            guard case .record(.ingestDown(let down))? = actions.first else {
                Issue.record("not told that it is down")
                return
            }
            #expect(down.retryIn.rawValue == (value == .min ? 400 : 600))
        }
    }
}
