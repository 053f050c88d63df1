import Model
import TestSupport
import Testing

@testable import App

struct PanelScheduleTests {
    private let one = AccountID(1)
    private let two = AccountID(2)

    @Test func `accounts are asked at once, then four times a day, and again when they are changed`() {
        var random = SeededRandom(seed: 1)
        var schedule = PanelSchedule()
        schedule.accounts(are: [self.two, self.one], now: 100)
        #expect(schedule.due(now: 100) == [self.one, self.two])
        var times: [Int64] = []
        schedule.succeeded(self.two, countsMore: false, now: 100, random: &random)
        for _ in 0..<200 {
            schedule.succeeded(self.one, countsMore: false, now: 0, random: &random)
            times.append((0...40_000).first { schedule.due(now: $0).first == self.one } ?? -1)
        }
        #expect(times.allSatisfy { (17_280...25_920).contains($0) })
        #expect(Set(times).count > 100, "not all at the same time")
        schedule.accounts(are: [self.one, self.two], changed: [self.one], now: 200)
        #expect(schedule.due(now: 200) == [self.one])
        schedule.accounts(are: [self.two], now: 200)
        #expect(schedule.due(now: 200) == [])
    }

    @Test func `failures are tried again after longer and longer, and success forgets them`() {
        var random = SeededRandom(seed: 2)
        var schedule = PanelSchedule()
        schedule.accounts(are: [self.one], now: 0)
        for step in PanelSchedule.retries + [21_600, 21_600] {
            schedule.failed(self.one, now: 0, random: &random)
            #expect(schedule.due(now: step * 8 / 10 - 1) == [])
            #expect(schedule.due(now: step * 12 / 10) == [self.one])
        }
        schedule.succeeded(self.one, countsMore: false, now: 0, random: &random)
        schedule.failed(self.one, now: 0, random: &random)
        #expect(schedule.due(now: 360) == [self.one])
    }

    @Test func `a count that is too high is looked at once more before it is believed`() {
        var random = SeededRandom(seed: 3)
        var schedule = PanelSchedule()
        schedule.accounts(are: [self.one], now: 0)
        schedule.succeeded(self.one, countsMore: true, now: 0, random: &random)
        #expect(schedule.isSuspect(self.one))
        #expect(schedule.due(now: PanelSchedule.doubleCheck) == [self.one])
        schedule.succeeded(self.one, countsMore: true, now: 0, random: &random)
        #expect(schedule.due(now: 10_000) == [])
        schedule.succeeded(self.one, countsMore: false, now: 0, random: &random)
        #expect(!schedule.isSuspect(self.one))
    }
}
