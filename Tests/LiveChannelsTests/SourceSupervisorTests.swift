import Events
import Ingest
import Model
import NIOCore
import Testing

@testable import LiveChannels

/// Gives the middle of every range, so that jitter is none.
struct MiddleGenerator: RandomNumberGenerator, Sendable {
    mutating func next() -> UInt64 { 1 << 63 }
}

/// Source `id` of channel 1, of a supplier of its own.
func source(_ id: Int64, url: String = "http://192.0.2.1/live.ts") -> SourceSpecification {
    SourceSpecification(
        id: SourceID(id),
        channel: ChannelID(1),
        supplier: SupplierID(rawValue: "s\(id)"),
        url: Redacted(url),
        allowsPrivateNetwork: true
    )
}

/// A supervisor with its clock, told as a transcript of words.
struct Play {
    var machine: SourceSupervisor
    private var base = NIODeadline.uptimeNanoseconds(1_000_000_000_000)
    private(set) var milliseconds: Int64 = 0

    init(_ keep: ChannelKeep = .always, sources: Int64 = 1) {
        self.machine = SourceSupervisor(
            channel: ChannelID(1),
            keep: keep,
            sources: (1...sources).map { source($0) },
            random: MiddleGenerator()
        )
    }

    var now: NIODeadline { self.base + .milliseconds(self.milliseconds) }

    mutating func start() -> [String] { Self.words(self.machine.started(now: self.now)) }
    mutating func join() -> [String] { Self.words(self.machine.viewerJoined(now: self.now)) }
    mutating func leave() -> [String] { Self.words(self.machine.viewerLeft(now: self.now)) }
    mutating func remove() -> [String] { Self.words(self.machine.removed(now: self.now)) }

    mutating func change(_ keep: ChannelKeep, _ sources: [SourceSpecification]) -> [String] {
        Self.words(self.machine.changed(keep: keep, sources: sources, now: self.now))
    }

    /// 100 bytes that last `length` ms.
    mutating func media(_ length: Int64 = 100) -> [String] {
        Self.words(self.machine.received(bytes: 100, lasting: .milliseconds(length), now: self.now))
    }

    /// Segments of `length` ms that never came.
    mutating func lose(_ length: Int64) -> [String] {
        Self.words(self.machine.lost(MediaTime(milliseconds: length), now: self.now))
    }

    mutating func end(_ cause: SourceFailure.Cause, bytes: Int64 = 0) -> [String] {
        Self.words(self.machine.ended(SourceFailure(cause: cause, bytes: bytes), now: self.now))
    }

    /// Ticks of 100 ms; what happened, each with the time since the start of the wait.
    mutating func wait(_ length: Int64) -> [String] {
        let start = self.milliseconds
        var words: [String] = []
        while self.milliseconds < start + length {
            self.milliseconds += 100
            let told = Self.words(self.machine.timePassed(now: self.now))
            words += told.map { "+\(self.milliseconds - start) \($0)" }
        }
        return words
    }

    /// Live media for so long.
    mutating func run(_ length: Int64) -> [String] {
        let end = self.milliseconds + length
        var words: [String] = []
        while self.milliseconds < end { words += self.media() + self.wait(100) }
        return words
    }

    private static func words(_ actions: [SourceSupervisor.Action]) -> [String] {
        actions.map { action in
            switch action {
            case .open(let source, let run): "open \(source.id) #\(run)"
            case .close(let run): "close #\(run)"
            case .rest: "rest"
            case .record(let event): Self.word(event)
            }
        }
    }

    private static func word(_ event: Event) -> String {
        switch event {
        case .ingestStarted(let it): "started \(it.source) after \(it.after.rawValue)"
        case .ingestBlip(let it): "blip \(it.source) \(it.cause) \(it.gap.rawValue) \(it.bytes.rawValue)B"
        case .ingestRecovered(let it): "recovered \(it.source) \(it.down.rawValue)"
        case .ingestDown(let it): "down \(it.source) \(it.cause) retry \(it.retryIn.rawValue)"
        case .ingestStopped(let it): "stopped \(it.source) \(it.why) \(it.bytes.rawValue)B \(it.ran.rawValue)"
        case .failoverSwitch(let it):
            "switch \(it.from.map(\.description) ?? "-")>\(it.to) \(it.why) \(it.gap.rawValue)"
        default: "\(event.kind.rawValue)"
        }
    }
}

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
        #expect(play.leave() == [])
        #expect(play.run(4_900) == [])
        // Somebody comes back within the five seconds.
        #expect(play.join() == [])
        #expect(play.run(6_000) == [])
        #expect(play.leave() == [])
        #expect(play.run(4_900) == [])
        #expect(play.wait(100) == ["+100 close #1", "+100 stopped 1 no-viewers 25900B 25900", "+100 rest"])
        #expect(play.machine.phase == .idle)
        #expect(play.join() == ["open 1 #2"])
    }

    @Test func `after a long run the same source is asked again at once, once`() {
        var play = Play()
        _ = play.start()
        _ = play.run(31_000)
        #expect(play.end(.closed, bytes: 31_000) == ["open 1 #2"])
        #expect(play.machine.phase == .down)
        _ = play.wait(200)
        #expect(play.media() == ["blip 1 closed 200 31000B"])
        #expect(play.machine.phase == .live)
        _ = play.run(31_000)
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
            while play.machine.run == nil { _ = play.wait(100) }
            waits.append(play.milliseconds - before)
            #expect(play.machine.run == attempt + 1)
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

    @Test func `a supplier that closes every ten seconds costs half a second each time`() {
        var play = Play()
        _ = play.start()
        _ = play.run(10_000)
        for round in 2...6 {
            #expect(play.end(.closed, bytes: 7) == [])
            #expect(play.wait(500) == ["+500 open 1 #\(round)"])
            #expect(play.media() == ["blip 1 closed 500 10\(round == 2 ? "000" : "100")B"])
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
        var play = Play()
        _ = play.start()
        for _ in 0..<10 {
            _ = play.media(6_000)
            #expect(play.wait(6_000) == [])
        }
        #expect(play.media(6_000) == [])
        #expect(play.wait(6_900) == [])
        #expect(play.wait(200) == [])
        #expect(play.media(6_000) == ["blip 1 stall 1100 1100B"])
    }

    @Test func `the only source is opened anew after five seconds of silence`() {
        var play = Play()
        _ = play.start()
        _ = play.run(40_000)
        #expect(play.wait(6_000) == ["+5000 close #1", "+5000 open 1 #2"])
        #expect(play.media() == ["blip 1 stall 6000 40000B"])
    }

    @Test func `a silent source gives way to the next after three seconds`() {
        var play = Play(sources: 2)
        _ = play.start()
        _ = play.run(40_000)
        #expect(
            play.wait(3_100) == ["+3000 close #1", "+3000 down 1 stall retry 0", "+3000 open 2 #2"]
        )
        #expect(play.media() == ["started 2 after 100", "switch 1>2 stall 3100"])
        #expect(play.machine.source?.id == SourceID(2))
    }

    @Test func `a dead first source leaves the channel to the second`() {
        var play = Play(sources: 2)
        #expect(play.start() == ["open 1 #1"])
        #expect(play.end(.refused) == ["down 1 refused retry 500"])
        #expect(play.wait(500) == ["+500 open 1 #2"])
        #expect(play.end(.refused) == ["open 2 #3"])
        #expect(play.wait(400) == [])
        #expect(play.media() == ["started 2 after 400", "switch 1>2 refused 900"])
    }

    @Test func `a refusal that will stand is not asked twice`() {
        var play = Play(sources: 2)
        _ = play.start()
        #expect(play.end(.httpStatus(403)) == ["down 1 http-403 retry 0", "open 2 #2"])
        #expect(play.end(.slotUnavailable) == ["down 2 slot-unavailable retry 500"])
        #expect(play.wait(500) == ["+500 open 1 #3"])
    }

    @Test func `a first source that says nothing leaves the channel to the second`() {
        var play = Play(sources: 2)
        _ = play.start()
        #expect(
            play.wait(2_500) == ["+2500 close #1", "+2500 down 1 timed-out-first-media retry 0", "+2500 open 2 #2"]
        )
        #expect(play.media() == ["started 2 after 0", "switch 1>2 timed-out-first-media 2500"])
    }

    @Test func `a source that answered has three seconds more`() {
        var play = Play(sources: 2)
        _ = play.start()
        #expect(play.wait(2_000) == [])
        play.machine.connected(now: play.now)
        #expect(play.wait(2_900) == [])
        #expect(play.media() == ["started 1 after 4900"])
    }

    @Test func `all dead sources are asked in turn, ever more patiently`() {
        var play = Play(sources: 3)
        var opened = play.start()
        for _ in 0..<12 {
            if play.machine.run != nil { opened += play.end(.httpStatus(500)) }
            while play.machine.run == nil { opened += play.wait(100) }
        }
        let order = opened.filter { $0.contains("open") }.compactMap { $0.split(separator: " ").dropLast().last }
        #expect(order == ["1", "2", "3", "1", "2", "3", "1", "2", "3", "1", "2", "3", "1"])
        #expect(opened.filter { $0.hasPrefix("down") }.count == 3)
        #expect(play.machine.phase == .down)
    }

    @Test func `a slot that is taken is asked for again`() {
        var play = Play()
        _ = play.start()
        #expect(play.end(.slotUnavailable) == ["down 1 slot-unavailable retry 500"])
        #expect(play.wait(500) == ["+500 open 1 #2"])
        #expect(play.media() == ["recovered 1 500"])
    }

    @Test func `a source that is down is told recovered when its media comes again`() {
        var play = Play(sources: 2)
        _ = play.start()
        _ = play.run(40_000)
        #expect(play.end(.closed) == ["open 1 #2"])
        #expect(play.end(.httpStatus(503)) == ["down 1 http-503 retry 0", "open 2 #3"])
        #expect(play.media() == ["started 2 after 0", "switch 1>2 closed 0"])
        _ = play.run(40_000)
        #expect(play.end(.closed) == ["open 2 #4"])
        #expect(play.end(.notMedia(.html)) == ["down 2 not-media-html retry 0", "open 1 #5"])
        #expect(play.media() == ["recovered 1 40000", "switch 2>1 closed 0"])
    }

    @Test func `the catalogue may change under a running source`() {
        var play = Play(sources: 2)
        _ = play.start()
        _ = play.run(1_000)
        // Another order: the running one runs on.
        #expect(play.change(.always, [source(2), source(1)]) == [])
        #expect(play.machine.source?.id == SourceID(1))
        // Another address of it: it is opened anew, from the top of the list.
        #expect(
            play.change(.always, [source(2), source(1, url: "http://192.0.2.9/")])
                == ["close #1", "stopped 1 changed 1000B 1000", "open 2 #2"]
        )
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
        #expect(play.wait(10_000) == [])
        play.machine.connected(now: play.now)
        #expect(play.machine.phase == .idle)
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
            guard
                case .record(.ingestDown(let down))? = machine.ended(
                    SourceFailure(cause: .refused, bytes: 0),
                    now: now
                ).first
            else {
                Issue.record("not told that it is down")
                return
            }
            #expect(down.retryIn.rawValue == (value == .min ? 400 : 600))
        }
    }
}
