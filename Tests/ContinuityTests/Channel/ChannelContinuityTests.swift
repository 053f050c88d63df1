import MPEGTS
import Model
import Testing

@testable import Continuity

struct ChannelContinuityTests {
    @Test func `a well source goes out whole, a cushion later`() {
        var show = Broadcast()
        show.open()
        show.play(250)
        #expect(show.machine.state == .live)
        #expect(show.live == Array(0..<show.live.count))
        #expect(show.heldCount == 0)
        #expect(show.isGapless)
        // 1.5 s behind.
        #expect((210...214).contains(show.pictures.count))
        #expect(show.reports == ["1 entered 0"])
    }

    @Test func `a short stall costs nothing`() {
        var show = Broadcast()
        show.open()
        show.play(100)
        for _ in 0..<40 { show.pass(3_600) }
        show.burst(show.number..<(show.number + 40))
        show.play(100)
        #expect(show.live == Array(0..<show.live.count))
        #expect(show.heldCount == 0)
        #expect(show.isGapless)
        #expect(show.reports == ["1 entered 0", "1 suspect stall", "1 fine"])
    }

    @Test func `a long stall is held, and the live edge comes back`() {
        var show = Broadcast()
        show.open()
        show.play(100)
        // Five seconds; then the backlog in a burst.
        let from = show.number
        show.silence(125)
        #expect(show.machine.state == .patch)
        show.burst(from..<show.number)
        show.play(150)
        #expect(show.machine.state == .live)
        #expect(show.isGapless)
        #expect(
            show.live == Array(show.live[0..<100]) + Array((show.live[100])..<(show.live[100] + show.live.count - 100))
        )
        // As much was held as was left out.
        #expect(show.heldCount == show.live[100] - 100)
        #expect(show.live[100] % 25 == 0)
        #expect(show.sounds.contains { $0.isHeld })
        #expect(show.soundGap <= 13_500)
        #expect(show.reports.count { $0.hasPrefix("patched") } == 1)
        // The output is where it would be without the stall.
        #expect((show.live.last.map { show.number - $0 } ?? 0) <= 42)
    }

    @Test func `nothing is silent for longer than half a second past the cushion`() {
        var show = Broadcast()
        show.open()
        show.play(100)
        show.silence(500)
        let steps = zip(show.sentAt, show.sentAt.dropFirst()).map { $1 - $0 }
        #expect((steps.max() ?? 0) <= 45_000 + 9_000)
        #expect(show.isGapless)
    }

    @Test func `a hold is told to be long once, after two seconds of it`() {
        var show = Broadcast()
        show.open()
        show.play(100)
        show.silence(75)
        #expect(!show.reports.contains("held long"))
        show.silence(100)
        #expect(show.reports.count { $0 == "held long" } == 1)
        show.play(100)
        show.silence(200)
        #expect(show.reports.count { $0 == "held long" } == 2)
    }

    @Test func `what a supplier sends again is dropped`() {
        var show = Broadcast()
        show.open()
        show.play(300)
        for _ in 0..<4 {
            // It closes; 0.4 s later it sends its last 10 s again, and goes on.
            show.close()
            show.silence(10)
            show.open()
            show.burst((show.number - 250)..<show.number)
            show.play(375)
        }
        #expect(show.heldCount == 0)
        #expect(show.live == Array(0..<show.live.count))
        #expect(show.isGapless)
        #expect(show.reports.count { $0.contains("overlap") } == 4)
        // Three pictures in a row are needed to know them.
        #expect(show.reports.contains("2 overlap 238 9520"))
    }

    @Test func `what is sent again with other time stamps is known by its pictures`() {
        var show = Broadcast()
        show.open()
        show.play(300)
        for round in 0..<4 {
            show.close()
            show.silence(10)
            show.base = 5_000_000 + Int64(round) * 777_777_777
            show.open()
            show.burst((show.number - 250)..<show.number)
            show.play(375)
        }
        #expect(show.heldCount == 0)
        #expect(show.live == Array(0..<show.live.count))
        #expect(show.isGapless)
        #expect(show.reports.count { $0.contains("overlap") } == 4)
    }

    @Test func `what is sent again on a clock that goes on by chance is known by its pictures`() {
        var show = Broadcast()
        show.open()
        show.play(250)
        show.close()
        show.silence(5)
        // The last five seconds again, and they claim to be what comes next.
        show.base += 125 * 3_600
        show.open()
        show.burst(125..<255)
        show.number = 255
        show.play(100)
        #expect(Set(show.live).count == show.live.count)
        #expect(show.live == show.live.sorted())
        #expect(show.isGapless)
        #expect(show.reports.contains { $0.contains("overlap") })
    }

    @Test func `a programme that plays its pictures again in due time is not taken for a buffer`() {
        var show = Broadcast()
        show.open()
        show.play(1_500)
        // It is silent for six seconds, is asked again after two, and sends from there on at last: pictures that were
        // sent 56 s ago, at the times that follow.
        show.close()
        show.silence(50)
        show.open()
        show.silence(100)
        show.repeats = 1_440
        show.burst(1_540..<1_650)
        show.play(200)
        #expect(show.isGapless)
        #expect(!show.reports.contains { $0.contains("overlap") }, "\(show.reports)")
        // What was due meanwhile is left out, and no more.
        let held = show.heldCount
        #expect((125...155).contains(held), "\(held) held")
        #expect((show.live.last.map { show.number % show.repeats - $0 } ?? 0) <= 42)
    }

    @Test func `a buffer that begins with what was never sent is known all the same`() {
        var show = Broadcast()
        show.open()
        show.play(300)
        // Four seconds are lost on the way, but not to the supplier.
        show.silence(100)
        show.play(75)
        show.close()
        show.silence(10)
        show.open()
        show.burst((show.number - 250)..<show.number)
        show.play(200)
        #expect(show.isGapless)
        #expect(zip(show.live, show.live.dropFirst()).allSatisfy { $0 < $1 }, "no picture twice")
        #expect(show.live.contains(475))
    }

    @Test func `a file that is played again is a programme, not a buffer`() {
        var show = Broadcast()
        show.open()
        show.play(250)
        show.close()
        show.number = 0
        show.open()
        show.play(250)
        let again = show.live.dropFirst(250)
        #expect(again.count > 60)
        #expect(show.isGapless)
        #expect(!show.reports.contains { $0.contains("overlap") })
    }

    @Test func `a source that comes back with the same clock keeps its place`() {
        var show = Broadcast()
        show.open()
        show.play(300)
        show.close()
        show.silence(20)
        show.open()
        show.play(200)
        #expect(show.isGapless)
        // 20 pictures were lost, and those up to the next random access point.
        #expect(show.live.first { $0 >= 300 } == 325)
        #expect(show.heldCount == 25)
        #expect(show.reports.contains("patched skip 1000"))
        #expect(show.reports.contains("2 entered 1000"))
    }

    @Test func `a source that comes back with another clock is entered soon`() {
        var show = Broadcast()
        show.open()
        show.play(300)
        show.close()
        show.silence(20)
        show.base = 7_000_000_000
        show.open()
        show.play(200)
        #expect(show.isGapless)
        #expect(show.live.first { $0 >= 300 } == 325)
        #expect(show.heldCount <= 25)
    }

    @Test func `a backup is entered at its last random access point`() {
        var show = Broadcast()
        show.open()
        show.play(300)
        let main = show.run
        show.open(2, feeds: false)
        let backup = show.run
        // The main one is silent, the backup goes on.
        show.base = 3_333_333
        show.play(75)
        #expect(show.reports.contains("\(backup) ready"))
        _ = show.machine.feed(run: backup, now: show.now)
        show.play(100)
        #expect(show.isGapless)
        #expect(show.machine.fed == backup)
        _ = show.machine.closed(run: main, cause: "stall", now: show.now)
        show.play(25)
        #expect(show.machine.state == .live)
        #expect((show.live.first { $0 >= 300 } ?? 0) % 25 == 0)
    }

    @Test func `after a long outage a decoder begins where it can, too`() {
        var show = Broadcast()
        show.open()
        show.play(100)
        show.silence(510)
        show.play(100)
        #expect(show.isGapless)
        #expect(show.live.first { $0 >= 100 } == 625)
    }

    @Test func `lost pictures are held until a decoder can begin again`() {
        var show = Broadcast()
        show.open()
        show.play(110)
        show.machine.continuityErrors(1, run: show.run, now: show.now)
        show.number += 3
        show.now += MediaTime(ticks: 3 * 3_600)
        show.play(100)
        #expect(show.isGapless)
        #expect(show.live.first { $0 >= 110 } == 125)
        #expect(show.heldCount == 15)
        // The sound of those pictures was well.
        #expect(!show.sounds.contains { $0.isHeld } || show.sounds.count { $0.isHeld } <= 2)
    }

    @Test func `a hold between lost pictures and the next place to begin sends no subtitles`() {
        var show = Broadcast()
        show.pointEvery = 150
        show.open()
        show.play(60)
        show.send([picture(show.base + 60 * 3_600, label: [1], pid: subtitlePID)])
        show.machine.continuityErrors(1, run: show.run, now: show.now)
        show.number += 3
        show.now += MediaTime(ticks: 3 * 3_600)
        show.play(70)
        #expect(show.machine.state == .patch)
        show.send([picture(show.base + Int64(show.number) * 3_600, label: [2], pid: subtitlePID)])
        show.play(60)
        #expect(show.subtitles == [[1]])
        #expect(show.isGapless)
    }

    @Test func `a viewer who comes late in a long hold gets a picture`() {
        var show = Broadcast()
        show.open()
        show.play(100)
        show.silence(1_000)
        #expect(show.machine.state == .dead)
        #expect(show.reports.contains("exhausted"))
        #expect(show.isGapless)
        // Every ten seconds the last random access point once more, counted from when it was sent.
        #expect(show.pictures.count { $0 == -76 } > 2)
        #expect(show.pictures.firstIndex(of: -76) == 75 + 250)
    }

    @Test func `a gap in front of a place to begin is held as every other`() {
        var show = Broadcast()
        show.open()
        show.play(100)
        // Less than is kept, and the media that follow begin a group of pictures.
        show.silence(25)
        show.play(150)
        #expect(show.isGapless)
        #expect(show.heldCount == 25)
        #expect(show.live == Array(0..<100) + Array(125..<(25 + show.live.count)))
        #expect(show.soundGap <= 13_500)
    }

    @Test(arguments: [-10, 0, 10])
    func `another source of the same programme shows nothing twice, and nothing is held for it`(lead: Int) {
        var show = Broadcast()
        show.open()
        show.play(100)
        let main = show.run
        show.open(2, feeds: false)
        let backup = show.run
        var other = Broadcast()
        other.base = 77_777_777
        let sendBoth = { (count: Int) in
            for _ in 0..<count {
                show.send(show.units(show.number), run: main)
                show.send(other.units(show.number + lead), run: backup)
                show.number += 1
                show.pass(3_600)
            }
        }
        // Over and back, each time in the middle of a group of pictures.
        for run in [backup, main, backup, main] {
            sendBoth(83)
            _ = show.machine.feed(run: run, now: show.now)
            sendBoth(83)
            #expect(show.machine.fed == run)
        }
        #expect(show.isGapless)
        #expect(show.heldCount == 0)
        #expect(zip(show.live, show.live.dropFirst()).allSatisfy { $0 < $1 }, "\(show.live)")
        let skipped = zip(show.live, show.live.dropFirst()).reduce(0) { $0 + $1.1 - $1.0 - 1 }
        #expect(skipped == 0, "\(skipped) left out")
    }

    @Test func `a standby that lost pictures is not entered at the place to begin in front of them`() {
        var show = Broadcast()
        show.open()
        show.play(100)
        show.close()
        show.base = 55_555_555
        show.open(2, feeds: false)
        show.play(10)
        show.machine.continuityErrors(1, run: show.run, now: show.now)
        show.number += 3
        show.play(5)
        _ = show.machine.feed(run: show.run, now: show.now)
        show.play(100)
        #expect(show.isGapless)
        #expect(show.live.first { $0 >= 100 } == 125)
    }

    @Test func `two hundred blips leave sound and picture together`() {
        var show = Broadcast()
        show.open()
        show.play(100)
        for _ in 0..<200 {
            let from = show.number
            show.silence(60)
            show.burst(from..<show.number)
            show.play(75)
        }
        #expect(show.isGapless)
        let video = show.times.last ?? 0
        let audio = show.sounds.last?.start ?? 0
        #expect(abs(video - audio) <= 40 * 90 + 7_200)
        #expect((show.live.last.map { show.number - $0 } ?? 0) <= 65)
    }

    @Test func `sound alone starts when no picture came for ten seconds`() {
        var show = Broadcast()
        show.open()
        for step in 0..<350 {
            show.send([sound(show.base + Int64(step) * 3_600)])
            show.pass(3_600)
        }
        #expect(show.sounds.count > 50)
        show.number = 350
        show.play(50)
        #expect(show.live.first == 350)
    }

    @Test func `bytes without pictures, and clocks that stand, are told once`() {
        var show = Broadcast()
        show.open()
        show.play(50)
        for step in 0..<50 {
            show.send([sound(show.base + Int64(200 + step) * 3_600)])
            show.pass(3_600)
        }
        #expect(show.reports.count { $0 == "1 corrupt no-pictures" } == 1)
        show.machine.continuityErrors(30, run: 1, now: show.now)
        show.play(2)
        #expect(show.reports.contains("1 corrupt continuity-errors"))
    }
}
