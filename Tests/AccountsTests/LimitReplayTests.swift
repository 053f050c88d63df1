import Events
import Model
import TestSupport
import Testing

@testable import Accounts

/// A week's starts under another limit, by hand and by chance.
struct LimitReplayTests {
    private static let span = WallTime(seconds: 1_000)..<WallTime(seconds: 100_000)

    /// A start at `at`, watched until `until`, in seconds.
    private static func ask(
        _ client: Int64,
        _ at: Int64,
        _ until: Int64,
        channel: Int64 = 1,
        network: String = "home",
        _ was: SlotAsk.Was = .watched
    ) -> SlotAsk {
        SlotAsk(
            at: WallTime(seconds: at),
            until: WallTime(seconds: until),
            client: ClientID(client),
            network: network,
            channel: ChannelID(channel),
            output: .ts,
            was: was
        )
    }

    private static func outcome(_ asks: [SlotAsk], _ limit: Int64, _ policy: OnLimit) -> SlotTally.Outcome {
        LimitReplay.outcome(of: asks, limit: limit, policy: policy, in: Self.span)
    }

    private static func lost(_ seconds: Int64) -> Int64 { seconds * WallTime.microsecondsPerSecond }

    /// Two devices that watched at once, and a third that came when the first had left.
    private static let evening = [ask(1, 2_000, 5_000), ask(2, 3_000, 6_000), ask(3, 5_500, 7_000)]

    @Test func `the limit that there was room for costs nothing, under any policy`() {
        for policy in OnLimit.allCases {
            #expect(Self.outcome(Self.evening, 2, policy) == SlotTally.Outcome(most: 2))
        }
    }

    @Test func `with one slot the newest is refused, or the oldest goes, and each loses what it would have watched`() {
        // Two seconds are waited for a slot.
        let refused = Self.outcome(Self.evening, 1, .rejectNewest)
        #expect(refused == SlotTally.Outcome(refusals: 1, lost: Self.lost(2_998), most: 1))
        let evicted = Self.outcome(Self.evening, 1, .evictOldest)
        #expect(evicted == SlotTally.Outcome(kicks: 2, lost: Self.lost(2_000 + 500), most: 1))
        #expect(Self.outcome(Self.evening, 0, .evictOldest).refusals == 3)
    }

    @Test func `supersede takes the slot of the same network first`() {
        let asks = [
            Self.ask(1, 2_000, 9_000, network: "elsewhere"), Self.ask(2, 3_000, 9_000, network: "home"),
            Self.ask(3, 4_000, 9_000, network: "home"),
        ]
        let outcome = Self.outcome(asks, 2, .supersede)
        #expect(outcome == SlotTally.Outcome(kicks: 1, lost: Self.lost(5_000), most: 2))
    }

    @Test func `a start waits two seconds for a slot that is being freed`() {
        for (gap, refusals) in [(1, 0), (2, 0), (3, 1)] as [(Int64, Int)] {
            let asks = [Self.ask(1, 2_000, 3_000 + gap), Self.ask(2, 3_000, 4_000)]
            #expect(Self.outcome(asks, 1, .rejectNewest).refusals == refusals, "freed after \(gap) s")
        }
    }

    @Test func `whoever leaves at the moment at which another comes is no conflict`() {
        let asks = [Self.ask(1, 2_000, 3_000), Self.ask(2, 3_000, 4_000)]
        for policy in OnLimit.allCases { #expect(Self.outcome(asks, 1, policy) == SlotTally.Outcome(most: 1)) }
    }

    @Test func `a device that zaps takes its own slot over and loses nothing`() {
        let zaps = [
            Self.ask(1, 2_000, 2_001, channel: 1, .takenOver), Self.ask(1, 2_001, 2_600, channel: 2, .takenOver),
            Self.ask(1, 2_600, 5_000, channel: 3),
        ]
        for policy in OnLimit.allCases { #expect(Self.outcome(zaps, 1, policy) == SlotTally.Outcome(most: 1)) }
    }

    @Test func `a box that looks alike and went on to watch was another one`() {
        let boxes = [Self.ask(1, 2_000, 9_000, channel: 1), Self.ask(1, 3_000, 9_000, channel: 2)]
        #expect(Self.outcome(boxes, 1, .rejectNewest) == SlotTally.Outcome(kicks: 1, lost: Self.lost(6_000), most: 1))
        #expect(Self.outcome(boxes, 2, .rejectNewest).kicks == 0)
    }

    @Test func `a refused device that plays here asks once, and its tries there are one refusal`() {
        let tries = [
            Self.ask(1, 2_000, 4_000), Self.ask(2, 3_000, 5_000, .refused), Self.ask(2, 3_030, 5_030, .refused),
            Self.ask(2, 3_100, 5_100, .refused), Self.ask(2, 4_010, 6_000),
        ]
        let was = SlotTally.recorded(tries, in: Self.span)
        #expect(was == SlotTally.Outcome(refusals: 1, lost: Self.lost(1_010)))
        #expect(Self.outcome(tries, 2, .rejectNewest) == SlotTally.Outcome(most: 2))
        #expect(
            Self.outcome(tries, 1, .rejectNewest) == SlotTally.Outcome(refusals: 1, lost: Self.lost(1_008), most: 1)
        )
    }

    @Test func `kicks that were recorded cost what was not watched until the device was back`() {
        let asks = [
            Self.ask(1, 2_000, 6_000, .evicted(at: WallTime(seconds: 3_000))), Self.ask(2, 3_000, 3_400),
            Self.ask(1, 3_500, 6_000),
        ]
        #expect(SlotTally.recorded(asks, in: Self.span) == SlotTally.Outcome(kicks: 1, lost: Self.lost(500)))
        #expect(Self.outcome(asks, 2, .evictOldest).kicks == 0)
    }

    @Test func `only the span counts, and who plays when it begins holds a slot`() {
        let asks = [Self.ask(1, 10, 2_000), Self.ask(2, 20, 900), Self.ask(3, 1_500, 200_000)]
        let refused = Self.outcome(asks, 1, .rejectNewest)
        #expect(refused == SlotTally.Outcome(refusals: 1, lost: Self.lost(100_000 - 1_502), most: 0))
    }

    @Test func `devices that push each other out come to rest`() {
        // Three boxes on one slot, each of which comes back every fifteen seconds, as players do.
        let asks = (0..<300).map { Self.ask(Int64($0 % 3) + 1, 2_000 + 5 * Int64($0), 9_000) }
        let outcome = Self.outcome(asks, 1, .evictOldest)
        #expect(outcome.kicks > 0 && outcome.kicks < asks.count / 2 && outcome.refusals > 0, "\(outcome)")
    }

    @Test func `stays are those of the middle one of the viewers who stayed longer`() {
        let minute = Self.lost(60)
        let stays = StayLengths([1, 9, 2, 3, 4, 5].map { $0 * minute } + [Self.lost(9)])
        #expect(stays.further(after: 0) == 3 * minute)
        #expect(stays.further(after: 3 * minute) == 2 * minute)
        #expect(stays.further(after: 9 * minute) == 0)
        #expect(StayLengths([]).further(after: 0) == 0)
    }

    @Test(arguments: 1...40)
    func `whatever happens, limits hold, and each policy loses only in its own way`(_ seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        let asks = (0..<200).map { _ -> SlotAsk in
            let at = Int64.random(in: 900...50_000, using: &random)
            let was = [SlotAsk.Was.watched, .watched, .takenOver, .refused].randomElement(using: &random) ?? .watched
            return Self.ask(
                Int64.random(in: 1...6, using: &random),
                at,
                at + Int64.random(in: 0...4_000, using: &random),
                channel: Int64.random(in: 1...4, using: &random),
                network: ["a", "b"].randomElement(using: &random) ?? "a",
                was
            )
        }.sorted { $0.at < $1.at }
        let limit = Int64.random(in: 1...4, using: &random)
        let wanted = asks.reduce(Int64(0)) { $0 + ($1.until.microseconds - $1.at.microseconds) }
        for policy in OnLimit.allCases {
            let outcome = Self.outcome(asks, limit, policy)
            #expect(outcome.most <= limit)
            #expect(outcome.lost >= 0 && outcome.lost <= wanted)
            #expect(outcome == Self.outcome(asks, limit, policy))
        }
        let wide = Self.outcome(asks, 1_000, .rejectNewest)
        #expect(wide.refusals == 0)
    }
}
