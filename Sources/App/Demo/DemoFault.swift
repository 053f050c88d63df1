/// Something that goes wrong at a supplier.
struct DemoFault: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        /// Nothing is sent for a while, then all of it.
        case stall
        /// What is due in this time is never sent.
        case loss
        /// The connection is closed; the next one begins with the last ten seconds again.
        case close
        /// The connection is closed, and so is every other one for a while.
        case dead
    }

    var kind: Kind
    /// Since the supplier began, in milliseconds.
    var atMs: Int64
    var lengthMs: Int64

    func covers(_ ms: Int64) -> Bool { ms >= self.atMs && ms < self.atMs + self.lengthMs }
}

extension DemoFault {
    /// How often the schedule comes round, in milliseconds.
    static let roundMs: Int64 = 80_000
    static let rounds: Int64 = 100

    /// A schedule drawn from a seed: about when and how long, jittered by a quarter of a second a step.
    static func schedule(_ plan: [(Kind, second: Int64, lengthMs: Int64)], seed: UInt64) -> [DemoFault] {
        var state = seed
        return (0..<Self.rounds).flatMap { round in
            plan.map { kind, second, length in
                // The 64-bit generator of Knuth's MMIX: an even spread is all that is asked of it.
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let jitter = Int64(state >> 33) % 1_000
                return DemoFault(
                    kind: kind,
                    atMs: round * Self.roundMs + second * 1_000 + jitter,
                    lengthMs: length + jitter / 4
                )
            }
        }
    }

    /// The supplier of News One: dies, so that the channel goes over and comes back; then hangs up and stalls.
    static let alpha: [(Kind, second: Int64, lengthMs: Int64)] = [
        (.dead, 8, 6_000), (.close, 52, 0), (.stall, 66, 2_500),
    ]
    /// The supplier of Sport Two.
    static let beta: [(Kind, second: Int64, lengthMs: Int64)] = [
        (.stall, 18, 2_200), (.close, 28, 0), (.loss, 40, 600), (.stall, 60, 700),
    ]
}
