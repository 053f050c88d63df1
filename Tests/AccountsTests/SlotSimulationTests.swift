import Accounts
import Events
import Testing

@Suite(.serialized) struct SlotSimulationTests {
    static let settings = [
        SlotSimulation.Setting(policy: .rejectNewest, seed: 1), SlotSimulation.Setting(policy: .evictOldest, seed: 2),
        SlotSimulation.Setting(policy: .supersede, seed: 3),
    ]

    @Test(.timeLimit(.minutes(5)), arguments: settings)
    func `ten thousand devices never overrun a limit, leave no ghosts and fight no wars`(
        _ setting: SlotSimulation.Setting
    ) async throws {
        let simulation = try await SlotSimulation(setting)
        try await simulation.run()
        let counts = simulation.counts
        #expect(counts["opened", default: 0] > setting.devices / 4, "\(counts)")
        #expect(simulation.overLimit.isEmpty, "\(simulation.overLimit.prefix(3))")
        #expect(simulation.oldestGhost > 0)
        #expect(simulation.oldestGhost <= SlotSimulation.noticeTicks)
        #expect(try simulation.office.live().isEmpty)
        // Two for two makes four between any two devices; the fifth is refused. One more where a slot was free between.
        #expect(simulation.pushesOfPairMax <= 3, "\(counts)")
        #expect(simulation.pushesOfCredentialMax <= SlotFight.evictionsMax, "\(counts)")
        if setting.policy == .rejectNewest {
            #expect(counts["oldest"] == nil && counts["same-network"] == nil)
        } else {
            #expect(counts["oldest", default: 0] > 100, "\(counts)")
            #expect(counts["refused anti-fight", default: 0] > 0, "\(counts)")
        }
    }
}
