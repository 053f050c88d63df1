import Events
import Model
import NIOCore
import Testing

@testable import LiveChannels

/// Transcripts: what the output does at which second, and what is done about it.
struct SlateScheduleTests {
    private static func run(
        _ steps: [(second: Double, output: SlateSchedule.Output, viewers: Int)],
        hasSlate: Bool = true,
        configure: (inout SlateConfiguration) -> Void = { _ in }
    ) -> [String] {
        var configuration = SlateConfiguration()
        configure(&configuration)
        var schedule = SlateSchedule(channel: ChannelID(1), configuration: configuration)
        return steps.flatMap { step in
            schedule.timePassed(
                output: step.output,
                viewers: step.viewers,
                hasSlate: hasSlate,
                now: .uptimeNanoseconds(UInt64(step.second * 1_000_000_000))
            ).map { action in
                switch action {
                case .show: "\(step.second): show"
                case .end: "\(step.second): end"
                case .giveUp: "\(step.second): give up"
                case .record(let shown):
                    "\(step.second): \(shown.why) \(shown.length.rawValue) ms, \(shown.viewers) viewers"
                }
            }
        }
    }

    @Test func `a held picture that has said nothing for too long gives way, until a source is back`() {
        let steps: [(Double, SlateSchedule.Output, Int)] = [
            (1, .source, 3), (30, .exhausted, 3), (30.1, .slate, 3), (80, .slate, 2), (90, .slate, 2), (95, .source, 2),
            (96, .source, 2),
        ]
        #expect(
            Self.run(steps) == [
                "30.0: show", "90.0: no-source 60000 ms, 2 viewers", "95.0: end", "95.0: no-source 5000 ms, 2 viewers",
            ]
        )
    }

    @Test func `viewers who wait for a channel that does not start see it`() {
        let steps: [(Double, SlateSchedule.Output, Int)] = [
            (0, .nothing, 0), (100, .nothing, 1), (107.9, .nothing, 1), (108, .nothing, 1), (108.1, .slate, 1),
            (110, .nothing, 0), (120, .nothing, 1), (125, .nothing, 0), (130, .nothing, 1), (137, .nothing, 1),
        ]
        #expect(Self.run(steps) == ["108.0: show", "110.0: end", "110.0: no-start 2000 ms, 0 viewers"])
    }

    @Test func `after its time viewers are closed`() {
        let steps: [(Double, SlateSchedule.Output, Int)] = [
            (0, .exhausted, 1), (0.1, .slate, 1), (60, .slate, 1), (299.9, .slate, 4), (300, .slate, 4),
            (300.1, .nothing, 0), (400, .nothing, 0),
        ]
        #expect(
            Self.run(steps) == [
                "0.0: show", "60.0: no-source 60000 ms, 1 viewers", "299.9: no-source 239900 ms, 4 viewers",
                "300.0: end", "300.0: no-source 100 ms, 4 viewers", "300.0: give up",
            ]
        )
        let forEver = Self.run(steps) { $0.lengthMax = nil }
        #expect(forEver.last == "300.1: no-source 200 ms, 0 viewers")
        #expect(!forEver.contains { $0.hasSuffix("give up") })
    }

    @Test func `without slates viewers are closed when the hold is over, and wait at the start`() {
        let steps: [(Double, SlateSchedule.Output, Int)] = [
            (0, .nothing, 1), (20, .nothing, 1), (30, .exhausted, 1), (30.1, .nothing, 1),
        ]
        #expect(Self.run(steps) { $0.isShown = false } == ["30.0: give up"])
        #expect(Self.run(steps, hasSlate: false) == ["30.0: give up"])
        #expect(Self.run(Array(steps.prefix(2))) { $0.startWait = nil } == [])
    }

    @Test func `a slate that stopped is begun anew`() {
        let steps: [(Double, SlateSchedule.Output, Int)] = [
            (0, .exhausted, 1), (0.1, .exhausted, 1), (0.2, .exhausted, 1), (0.3, .slate, 1), (0.4, .exhausted, 1),
            (0.5, .exhausted, 1),
        ]
        #expect(
            Self.run(steps) == [
                "0.0: show", "0.1: end", "0.2: show", "0.4: end", "0.4: no-source 200 ms, 1 viewers", "0.5: show",
            ]
        )
    }
}
