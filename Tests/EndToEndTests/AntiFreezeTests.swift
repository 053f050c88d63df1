import Foundation
import TestKit
import Testing

extension EndToEndTests {
    /// What a viewer sees while a supplier fails.
    struct AntiFreezeTests {
        /// Longest step of picture times: one picture, or a gap of one more.
        private static let stepMax = 0.081
        /// Sound against pictures.
        private static let driftMax = 0.04

        /// What no fault of a source may do to a viewer.
        ///
        /// `returns`: how often a hold may show an earlier picture.
        private static func faults(_ output: String, _ seen: Screening, returns: Int = 0) -> [String] {
            var faults = seen.errors.map { "decoder: \($0)" }
            if seen.unreadable > 0 { faults.append("\(seen.unreadable) damaged pictures") }
            if seen.replayed > 0 { faults.append("\(seen.replayed) pictures again") }
            if seen.returns > returns { faults.append("\(seen.returns) earlier pictures") }
            if seen.pictureStepMax > Self.stepMax { faults.append("picture step \(seen.pictureStepMax)") }
            if seen.timesBack > 0 { faults.append("\(seen.timesBack) picture times back") }
            if seen.drift > Self.driftMax { faults.append("drift \(seen.drift)") }
            return faults.map { "\(output): \($0) (\(seen.summary))" }
        }

        /// Plays each script on a channel of its own, for `seconds`, to viewers of both outputs.
        private static func play(
            _ channels: [(reel: ReelSpec, script: Script)],
            hasBackup: Bool = false,
            seconds: Double
        ) async throws -> (watches: [Watch], reels: [Reel], backups: [ScriptedSupplier]) {
            let reels = try await together(channels.map(\.reel)) { try await ReelWorkshop.shared.reel($0) }
            var (suppliers, backups): ([ScriptedSupplier], [ScriptedSupplier]) = ([], [])
            for (reel, channel) in zip(reels, channels) {
                suppliers.append(try await ScriptedSupplier(reel, script: channel.script))
                if hasBackup { backups.append(try await ScriptedSupplier(reel)) }
            }
            let station = try Station()
            let serving = try await station.serve()
            let entries = suppliers.enumerated().map { index, supplier in
                var entry = Catalogue.channel(101 + index, supplier.transportURL)
                if hasBackup { entry.sources.append(("alpha", backups[index].transportURL)) }
                return entry
            }
            try await station.apply(Catalogue(channels: entries).text)
            let watches = try await together(Array(channels.indices)) { try await Watch(serving, 101 + $0) }
            for watch in watches { _ = try await watch.transport.firstByte(within: .seconds(10)) }
            try await Download.listen(seconds)
            let ended = watches.flatMap(\.byteFaults)
            #expect(ended == [])
            for watch in watches { watch.leave() }
            withExtendedLifetime(suppliers) {}
            return (watches, reels, backups)
        }

        /// What all of them saw, by watch and output.
        private static func screenings(
            _ watches: [Watch]
        ) async throws -> [[(output: String, seen: Screening)]] {
            try await together(watches) { try await $0.screenings() }
        }

        @Test func `five seconds without media are a held picture, no error and no hole, in every codec`() async throws
        {
            let script = Script([Script.Step(at: 7, .stall(seconds: 5, .lost))])
            let (watches, reels, _) = try await Self.play(ReelSpec.allKinds.map { ($0, script) }, seconds: 18)
            let seen = try await Self.screenings(watches)
            for (index, (watch, reel)) in zip(watches, reels).enumerated() {
                for (output, seen) in seen[index] {
                    let isTransport = output.hasSuffix(".ts")
                    // A segment of the hold begins with the last random access point.
                    #expect(Self.faults(output, seen, returns: isTransport ? 0 : 1) == [])
                    // The gap, and up to a second until the next random access point.
                    let held = seen.holds.reduce(0) { $0 + $1.seconds }
                    #expect((4...7).contains(held), "\(output): \(seen.summary)")
                    let hold = try #require(seen.holds.max { $0.seconds < $1.seconds }, "\(output): \(seen.summary)")
                    guard isTransport, hold.seconds > 2 else { continue }
                    let rate = try watch.videoBitRate((hold.at + 0.5)...(hold.at + hold.seconds - 0.5))
                    #expect(rate <= reel.videoBitRate * 0.05, "\(rate) of \(reel.videoBitRate) bit/s")
                }
            }
        }

        @Test func `a supplier that closes and replays is seen once`() async throws {
            let channels = Fault.Replay.allCases.map { replay in
                (ReelSpec.usual, Script.every(8, .close, until: 30, first: [.entry(.replay(seconds: 10, replay))]))
            }
            let (watches, _, _) = try await Self.play(channels, seconds: 30)
            for (output, seen) in try await Self.screenings(watches).joined() {
                #expect(Self.faults(output, seen) == [])
                #expect((seen.holds.map(\.seconds).max() ?? 0) < 0.5, "\(output): \(seen.summary)")
            }
        }

        @Test func `many blips leave sound and pictures together`() async throws {
            let steps = stride(from: 4.0, through: 28, by: 3).enumerated().map { index, at in
                Script.Step(at: at, .stall(seconds: index % 2 == 0 ? 0.6 : 1.2, index % 3 == 0 ? .lost : .burst))
            }
            let (watches, _, _) = try await Self.play([(.usual, Script(steps))], seconds: 32)
            for (output, seen) in try await watches[0].screenings() {
                #expect(Self.faults(output, seen) == [])
                #expect(seen.beeps.count > 15, "\(output): \(seen.summary)")
            }
        }

        @Test func `a first source that dies is three seconds of a held picture at most, on the same connection`()
            async throws
        {
            let dead = Script([Script.Step(at: 7, .answer(.silence, seconds: 600))])
            let (watches, _, backups) = try await Self.play(
                ReelSpec.allKinds.map { ($0, dead) },
                hasBackup: true,
                seconds: 18
            )
            #expect(backups.map { $0.record.now.played["/live.ts"] } == backups.map { _ in 1 })
            for (output, seen) in try await Self.screenings(watches).joined() {
                // The second source is a little ahead or behind, so pictures may come twice.
                #expect(seen.errors == [] && seen.unreadable == 0, "\(output): \(seen.errors) \(seen.summary)")
                #expect(seen.pictureStepMax < Self.stepMax, "\(output): \(seen.summary)")
                #expect((seen.holds.map(\.seconds).max() ?? 0) <= 3, "\(output): \(seen.summary)")
                #expect(
                    (seen.pictures.last?.at ?? 0) - (seen.pictures.first?.at ?? 0) > 14,
                    "\(output): \(seen.summary)"
                )
            }
        }
    }
}
