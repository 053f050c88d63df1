import Model
import Testing

@testable import Reports

/// The lines, the verdict and the sentences of a replay, from facts that a test lays down.
@Suite struct ReplayTests {
    @Test func `the evening of a failed match is told with its causes before its effects`() throws {
        let text = ReplayText(Evening.match, clock: try LocalClock(zone: "Europe/Berlin")).page
        #expect(text == Evening.matchText)
    }

    @Test func `seconds that two devices watched at once count once`() {
        var facts = Evening.quiet
        facts.playbacks = [
            Evening.playback(1, device: Evening.tv, from: 0, to: 3_600),
            Evening.playback(2, device: Evening.phone, from: 0, to: 3_600),
        ]
        facts.pictures = [Evening.span(.frozen, from: 600, seconds: 10)]
        let verdict = ReplayVerdict(facts)
        #expect(verdict.frozenMs == 10_000)
        #expect(verdict.watchedMs == 3_600_000)
    }

    @Test func `what nobody of the customer watched is no part of it`() {
        var facts = Evening.quiet
        facts.playbacks = [Evening.playback(1, device: Evening.tv, from: 0, to: 600)]
        facts.pictures = [
            Evening.span(.frozen, from: 590, seconds: 30), Evening.span(.frozen, from: 3_000, seconds: 30),
        ]
        #expect(ReplayVerdict(facts).frozenMs == 10_000)
        #expect(ReplayTimeline(facts).lines.filter { $0.lane == .stream }.count == 1)
    }

    @Test func `forty blips are one line, what was seen is never folded`() {
        var facts = Evening.quiet
        facts.playbacks = [Evening.playback(1, device: Evening.tv, from: 0, to: 7_000)]
        for blip in 0..<40 { facts.pictures.append(Evening.span(.hidden, from: 60 * Int64(blip) + 30, seconds: 1)) }
        for freeze in 0..<5 {
            facts.pictures.append(Evening.span(.frozen, from: 5_000 + 60 * Int64(freeze), seconds: 4))
        }
        let lines = ReplayTimeline(facts).lines.filter { $0.lane == .stream }
        #expect(lines.map(\.effect) == [.hidden(40_000)] + Array(repeating: .seen(4_000), count: 5))
        #expect(lines.first?.times == 40)
        #expect(lines.first?.text == "News One: patch holds the picture ×40")
    }

    @Test func `a change of channel is one line`() {
        var facts = Evening.quiet
        var first = Evening.playback(1, device: Evening.tv, from: 100, to: 200)
        first.reason = "superseded"
        var second = Evening.playback(2, device: Evening.tv, from: 201, to: 900)
        second.channel = ChannelID(2)
        facts.playbacks = [first, second]
        facts.channels[ChannelID(2)] = "Sport"
        #expect(
            ReplayTimeline(facts).lines.map(\.text) == [
                "TV at home opens News One", "TV at home changes to Sport", "TV at home closes Sport",
            ]
        )
    }

    @Test(arguments: [
        ("same device", true, "left", false), ("dead line", false, "stalled", true),
        ("another device", false, "left", false),
    ])
    func `a refusal is wrong when the customer's own gone device held the slot`(
        name: String,
        isSame: Bool,
        reason: String,
        isDead: Bool
    ) {
        var holder = Evening.playback(1, device: isSame ? Evening.tv : Evening.phone, from: 0, to: 700)
        holder.reason = reason
        holder.watchedMs = isDead ? 580_000 : 700_000
        let refusal = Refusal(
            seq: 9,
            at: Evening.at(600),
            channel: ChannelID(1),
            device: Evening.tv,
            rule: "max-connections",
            limit: 1,
            holders: [holder]
        )
        #expect(refusal.isWrong == (isSame || isDead), "\(name)")
    }

    @Test func `a customer whose own line is weak is told so kindly and with no blame on the stream`() throws {
        var facts = Evening.quiet
        var playback = Evening.playback(1, device: Evening.tv, from: 0, to: 3_600)
        playback.stalls = 4
        playback.stalledMs = 23_000
        facts.playbacks = [playback]
        let story = ReplayStory(facts, clock: .utc)
        #expect(
            story.judgement == [
                "nothing bad seen, in 60 minutes watched.",
                "Their own connection did not keep up 4 times, 23.0 s together.",
            ]
        )
        #expect(story.message == ["Your own connection could not keep up 4 times in this time."])
    }

    @Test func `a time without data is said to be one`() {
        var facts = Evening.quiet
        facts.system = [
            SystemFact(
                seq: 40,
                at: Evening.at(900),
                text: "service started",
                silence: Evening.at(600)..<Evening.at(900)
            )
        ]
        #expect(
            ReplayTimeline(facts).lines.map(\.text) == [
                "no data for 5 minutes: the service was not running", "service started",
            ]
        )
    }

    @Test func `the customer's text names no supplier`() throws {
        let message = ReplayStory(Evening.match, clock: .utc).message.joined(separator: " ")
        #expect(!message.contains("hotel") && !message.contains("alpha"))
    }

    @Test func `the page escapes what strangers wrote`() {
        var facts = Evening.match
        facts.channels[ChannelID(1)] = "<script>alert(1)</script>"
        let page = ReplayPage(facts, clock: .utc).text
        #expect(!page.contains("<script"))
        #expect(page.contains("&lt;script&gt;"))
        #expect(!page.contains("http://") && !page.contains("https://"))
    }

    @Test func `the machine's form carries the same lines and numbers`() throws {
        let json = ReplayJSON(Evening.match, clock: .utc).text
        #expect(json.contains(#""frozen_ms":21000"#))
        #expect(json.contains(#""hidden_ms":20000"#))
        #expect(json.contains(#""seq":884460,"lane":"stream","what":"ch-003: picture stands still","effect":"seen""#))
    }
}

/// Times as support people type them.
@Suite struct ReplayWindowTests {
    /// Monday 2026-11-23 12:00 in Berlin.
    static let now = WallTime(seconds: 1_795_431_600)

    @Test(arguments: [
        ("2026-10-17 20:32", "2026-10-17T20:32:00+02:00"), ("2026-10-17T20:32:40", "2026-10-17T20:32:40+02:00"),
        ("2026-10-17T20:32:00Z", "2026-10-17T22:32:00+02:00"), ("11:30", "2026-11-23T11:30:00+01:00"),
        ("20:32", "2026-11-22T20:32:00+01:00"), ("yesterday 9:05", "2026-11-22T09:05:00+01:00"),
        ("today 09:05", "2026-11-23T09:05:00+01:00"), ("Saturday 20:00", "2026-11-21T20:00:00+01:00"),
        ("mon 11:00", "2026-11-23T11:00:00+01:00"), ("Monday 13:00", "2026-11-16T13:00:00+01:00"),
        ("2026-10-17", "2026-10-17T00:00:00+02:00"),
    ])
    func `a moment is what people mean by it`(said: String, meant: String) throws {
        let clock = try LocalClock(zone: "Europe/Berlin")
        let moment = try #require(clock.moment(said: said, now: Self.now))
        #expect(clock.text(moment) == meant)
    }

    @Test(arguments: ["", "8", "25:00", "20:61", "Foo 20:00", "20:00 Saturday", "2026-13-01 10:00", "a:b", "1:2:3:4"])
    func `anything else is refused`(said: String) throws {
        #expect(try LocalClock(zone: "Europe/Berlin").moment(said: said, now: Self.now) == nil)
    }

    @Test func `windows come from a moment, two ends, one end, or nothing`() throws {
        let said = { (from: String?, to: String?, around: String?) throws(ReplayWindowError) in
            try ReplayWindow.said(from: from, to: to, around: around, now: Self.now, clock: .utc)
        }
        let around = try said(nil, nil, "2026-10-17 20:30")
        #expect(around.lowerBound.description.hasPrefix("2026-10-17T20:00"))
        #expect(around.upperBound.description.hasPrefix("2026-10-17T21:00"))
        #expect(try said(nil, nil, nil).upperBound == Self.now)
        #expect(try said("2026-10-17 20:00", nil, nil).upperBound.description.hasPrefix("2026-10-17T22:00"))
        #expect(throws: ReplayWindowError.empty) { try said("2026-10-17 20:00", "2026-10-17 19:00", nil) }
        #expect(throws: ReplayWindowError.bothWays) { try said("2026-10-17 20:00", nil, "20:00") }
        #expect(throws: ReplayWindowError.tooLong) { try said("2026-01-01", "2026-03-01", nil) }
    }
}
