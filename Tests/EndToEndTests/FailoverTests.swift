import TestKit
import Testing

extension EndToEndTests {
    /// What an operator does to a channel's sources, and what comes when none is left.
    struct FailoverTests {
        @Test func `an operator's switch is seen by no viewer and stands in the log`() async throws {
            let reel = try await ReelWorkshop.shared.reel()
            let suppliers = [try await ScriptedSupplier(reel), try await ScriptedSupplier(reel)]
            let station = try Station()
            let serving = try await station.serve()
            var entry = Catalogue.channel(101, suppliers[0].transportURL)
            entry.sources.append(("alpha", suppliers[1].transportURL))
            try await station.apply(Catalogue(channels: [entry]).text)
            let watch = try await Watch(serving, 101)
            _ = try await watch.transport.firstByte(within: .seconds(10))
            try await Download.listen(5)
            #expect(try await station.run("source", "switch", "101", "2").isSuccess)
            try await Download.listen(5)
            #expect(watch.byteFaults == [])
            watch.leave()
            let switched = try await station.events().filter { $0.type == "failover.switch" }
            #expect(switched.map { $0.number("from") } == [1] && switched.map { $0.number("to") } == [2])
            #expect(switched.map { $0.text("why") } == ["manual"])
            for (output, seen) in try await watch.screenings() {
                #expect(seen.errors == [] && seen.unreadable == 0, "\(output): \(seen.errors) \(seen.summary)")
                #expect((seen.holds.map(\.seconds).max() ?? 0) < 0.5, "\(output): \(seen.summary)")
                #expect(seen.pictureStepMax < 0.081 && seen.timesBack == 0, "\(output): \(seen.summary)")
            }
            // There is no third source.
            #expect(try await !station.run("source", "switch", "101", "3").isSuccess)
        }

        @Test func `a dead source is a held picture, then a slate, then the source again, on one connection`()
            async throws
        {
            let reel = try await ReelWorkshop.shared.reel()
            let script = Script([Script.Step(at: 7, .stall(seconds: 10, .lost))])
            let supplier = try await ScriptedSupplier(reel, script: script)
            let station = try Station(slates: "start_seconds: 0, after_seconds: 2")
            let serving = try await station.serve()
            try await station.apply(Catalogue(channels: [Catalogue.channel(101, supplier.transportURL)]).text)
            let watch = try await Watch(serving, 101)
            _ = try await watch.transport.firstByte(within: .seconds(10))
            try await Download.listen(24)
            #expect(watch.byteFaults == [])
            watch.leave()
            let events = try await station.events()
            #expect(events.contains { $0.type == "freeze.patch" })
            #expect(events.contains { $0.type == "slate.shown" && $0.number("channel") == 101 })
            for (output, seen) in try await watch.screenings() {
                #expect(seen.errors == [], "\(output): \(seen.errors)")
                // Between pictures in order and such that are reordered some places stay empty.
                #expect(seen.timesBack == 0 && seen.pictureStepMax < 0.17, "\(output): \(seen.summary)")
                // The slate has no number; what comes after it has.
                let slate = seen.pictures.indices.filter { seen.pictures[$0].number == nil }
                #expect((100...300).contains(slate.count), "\(output): \(seen.summary)")
                let last = try #require(slate.last)
                #expect(seen.pictures.count - last > 50, "\(output): \(seen.summary)")
            }
        }
    }
}
