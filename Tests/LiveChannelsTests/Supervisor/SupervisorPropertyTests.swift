import Events
import Ingest
import Model
import NIOCore
import TestSupport
import Testing

@testable import LiveChannels

/// Whatever sources, viewers, operators and the catalogue do.
struct SupervisorPropertyTests {
    @Test(arguments: [0x5EED, 0xBEEF, 0xF00D, 0xCAFE] as [UInt64])
    func `runs are few, one is fed, and all are closed in the end`(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var world = World()
        var machine = SourceSupervisor(
            channel: ChannelID(1),
            keep: .onDemand,
            sources: (1...3).map { source($0, supplier: $0 < 3 ? "one" : "two") },
            random: MiddleGenerator()
        )
        var now = NIODeadline.uptimeNanoseconds(1_000_000_000_000)
        world.take(machine.viewerJoined(now: now))
        for _ in 0..<20_000 {
            now = now + .milliseconds(Int64.random(in: 0...400, using: &random))
            let run = world.open.sorted().randomElement(using: &random) ?? 0
            switch Int.random(in: 0..<24, using: &random) {
            case 0..<10:
                let length = TimeAmount.milliseconds(Int64.random(in: 0...2_000, using: &random))
                world.take(machine.received(bytes: 100, lasting: length, run: run, now: now))
            case 10..<15: world.take(machine.timePassed(now: now))
            case 15: world.take(machine.reported(.ready(run: run), now: now))
            case 16: world.take(machine.reported(.entered(run: run, gap: Milliseconds(1)), now: now))
            case 17:
                let causes: [SourceFailure.Cause] = [.closed, .reset, .httpStatus(404), .slotUnavailable, .refused]
                let cause = causes.randomElement(using: &random) ?? .closed
                let actions = machine.ended(SourceFailure(cause: cause, bytes: 1), run: run, now: now)
                world.open.remove(run)
                world.take(actions)
            case 18: world.take(machine.reported(.suspect(cause: "stall"), now: now))
            case 19: world.take(machine.reported(.fine, now: now))
            case 20: world.take(machine.reported(.corrupt(run: run, cause: "no-pictures"), now: now))
            case 21: world.take(machine.slotWanted(run: run, now: now))
            case 22:
                let isJoining = Bool.random(using: &random)
                world.take(isJoining ? machine.viewerJoined(now: now) : machine.viewerLeft(now: now))
            default:
                world.requests += 1
                let target = Int64.random(in: 0...4, using: &random)
                let source = target == 0 ? nil : SourceID(target)
                world.take(machine.switchAsked(to: source, request: world.requests, now: now))
            }
            #expect(world.open == Set(machine.runs.map(\.number)))
            #expect(world.open.count <= 3)
            #expect(Set(machine.runs.map(\.source.id)).count == machine.runs.count, "one run a source")
            #expect(machine.isActive || world.open.isEmpty)
        }
        world.take(machine.removed(now: now))
        #expect(world.open.isEmpty)
        #expect(world.answered == world.requests, "every operator gets one answer")
        #expect(world.faults == [])
    }

    private struct World {
        var open: Set<Int> = []
        var requests = 0
        var answered = 0
        var faults: [String] = []
        private var downs: Set<SourceID> = []

        mutating func take(_ actions: [SourceSupervisor.Action]) {
            for action in actions {
                switch action {
                case .open(_, let run, _): self.open.insert(run)
                case .close(let run): if self.open.remove(run) == nil { self.faults.append("close of \(run)") }
                case .feed(let run): if !self.open.contains(run) { self.faults.append("feed of \(run)") }
                case .answer: self.answered += 1
                case .rest: self.downs = []
                case .record(.ingestDown(let it)):
                    if !self.downs.insert(it.source).inserted { self.faults.append("\(it.source) is down twice") }
                case .record(.ingestRecovered(let it)):
                    if self.downs.remove(it.source) == nil { self.faults.append("\(it.source) was not down") }
                case .record, .offerSlot: break
                }
            }
        }
    }
}
