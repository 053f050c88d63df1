import TestSupport

/// What a supplier does wrong, and when; seconds count from the first connection to it.
package struct Script: Sendable {
    package struct Step: Hashable, Sendable {
        package var at: Double
        package var fault: Fault

        package init(at: Double, _ fault: Fault) {
            self.at = at
            self.fault = fault
        }
    }

    /// Seconds from the end of one fault to the next in a script made from a seed.
    package static let pauseSeconds: ClosedRange<Double> = 5...30

    /// Also decides which bytes, bits and packets are hit.
    package var seed: UInt64
    /// In order of time.
    package var steps: [Step]

    package init(seed: UInt64 = 1, _ steps: [Step] = []) {
        self.seed = seed
        self.steps = steps.sorted { $0.at < $1.at }
    }

    /// The same fault again and again.
    package static func every(_ period: Double, _ fault: Fault, until end: Double, first: [Fault] = []) -> Script {
        let times = stride(from: period, through: end, by: period)
        return Script(first.map { Step(at: 0, $0) } + times.map { Step(at: $0, fault) })
    }

    /// A script of `length` seconds drawn from a seed: the same for the same seed, everywhere.
    package static func generated(
        seed: UInt64,
        length: Double,
        from menu: FaultMenu,
        pause: ClosedRange<Double> = Self.pauseSeconds
    ) -> Script {
        var random = SeededRandom(seed: seed)
        var steps: [Step] = []
        var at = Double.random(in: pause, using: &random)
        while at < length {
            let fault = menu.draw(&random)
            steps.append(Step(at: (at * 10).rounded() / 10, fault))
            at += fault.seconds + Double.random(in: pause, using: &random)
        }
        return Script(seed: seed, steps)
    }

    /// One line for each step, to be printed with the seed.
    package var lines: [String] { self.steps.map { "at \($0.at) s: \($0.fault)" } }
}

/// The faults a script is drawn from.
package enum FaultMenu: String, CaseIterable, Sendable {
    /// Those of a connection: stall, close, reset, replay, refusals.
    case connection
    /// Those of a transport stream's bytes and times, and of connections.
    case transport
    /// Those of playlists and segments, and of connections.
    case hls
    /// Stall, close, reset.
    case rtmp

    func draw(_ random: inout SeededRandom) -> Fault {
        let choices: [@Sendable (inout SeededRandom) -> Fault] =
            switch self {
            case .connection: Self.line + Self.refusals
            case .transport: Self.line + Self.refusals + Self.bytes
            case .hls: Self.line + Self.refusals + Self.playlists
            case .rtmp: Self.line
            }
        return choices[Int.random(in: 0..<choices.count, using: &random)](&random)
    }

    private static let line: [@Sendable (inout SeededRandom) -> Fault] = [
        { .stall(seconds: Self.short(&$0), .burst) },
        { .stall(seconds: Self.short(&$0), .lost) },
        { _ in .close },
        { _ in .reset },
    ]

    private static let refusals: [@Sendable (inout SeededRandom) -> Fault] = [
        { .slow(seconds: Self.short(&$0), percent: 10) },
        { .answer(.status([403, 404, 503].randomElement(using: &$0) ?? 503), seconds: Self.short(&$0)) },
        {
            .answer(
                [.redirectLoop, .page, .empty, .silence].randomElement(using: &$0) ?? .page,
                seconds: Self.short(&$0)
            )
        },
    ]

    private static let bytes: [@Sendable (inout SeededRandom) -> Fault] = [
        { _ in .closeInPacket },
        { .garbage(bytes: Int.random(in: 1...100_000, using: &$0)) },
        { .bitErrors(seconds: Self.short(&$0), perMillion: 1) },
        { .packets(Fault.Damage.allCases.randomElement(using: &$0) ?? .missing, seconds: 1, oneIn: 200) },
        {
            .entry(
                .replay(
                    seconds: Int.random(in: 10...30, using: &$0),
                    Fault.Replay.allCases.randomElement(using: &$0) ?? .identical
                )
            )
        },
        {
            .times(
                [.restart, .jump(seconds: 3_600), .jump(seconds: -3_600), .wrap].randomElement(using: &$0) ?? .restart
            )
        },
        { .missingClock(seconds: Self.short(&$0)) },
        { _ in .changePIDs },
    ]

    private static let playlists: [@Sendable (inout SeededRandom) -> Fault] = [
        { .frozenPlaylist(seconds: Self.short(&$0)) },
        { .sequence([-5, 3, 1_000].randomElement(using: &$0) ?? 3) },
        { .segments(Fault.SegmentFault.allCases.randomElement(using: &$0) ?? .missing, seconds: 4) },
        { .missingKey(seconds: Self.short(&$0)) },
    ]

    /// Seconds of a fault that lasts: mostly short, sometimes long.
    private static func short(_ random: inout SeededRandom) -> Double {
        [0.3, 0.6, 1.2, 2.5, 5, 5, 10].randomElement(using: &random) ?? 1
    }
}
