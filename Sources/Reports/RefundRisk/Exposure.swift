/// What one customer could see, and suffered, in one week.
struct Exposure: Sendable {
    /// The longest freeze: by what it weighs.
    struct Freeze: Hashable, Sendable {
        var weighted = 0.0
        var seconds = 0.0
        var at: Int64 = 0
        var channel: Int32 = 0
        /// Place of the source in the facts; -1 for none.
        var source = -1
        var seq: Int64 = 0
        var isEvent = false
    }

    var watchMs: Int64 = 0
    var frozenMs: Int64 = 0
    var hiddenMs: Int64 = 0
    var eventFrozenMs: Int64 = 0
    var primeFrozenMs: Int64 = 0
    /// Weighted seconds, each freeze counted up to ten minutes.
    var weightedSeconds = 0.0
    var interruptions: Int64 = 0
    var weightedInterruptions = 0.0
    var worst = Freeze()
    var longestMs: Int64 = 0
    var longestAt: (ms: Int64, seq: Int64) = (0, 0)
    var failedStarts: Int64 = 0
    /// 1 for each wrong one, 0.3 for each other.
    var lockouts = 0.0
    var wrongLockouts: Int64 = 0
    var rightLockouts: Int64 = 0
    var leftAfterFreeze: Int64 = 0
    var rejoins: Int64 = 0
    /// Of the rejoins, those with nothing wrong on the channel.
    var lineRejoins: Int64 = 0
    /// Connections that a restart ended.
    var cut: Int64 = 0
    /// Frozen milliseconds by channel and source, few.
    var parts: [Part] = []
    var lockoutSeq: Int64 = 0
    var failedSeq: Int64 = 0
    var leftSeq: Int64 = 0

    struct Part: Hashable, Sendable {
        var channel: Int32
        var source: Int
        var ms: Int64
        var isEvent: Bool
        /// The freeze that was longest.
        var seq: Int64
        var longest: Int64
    }

    /// Channels and sources that are told apart for one customer and week; the rest counts with the last.
    static let partsMax = 64

    mutating func froze(_ channel: Int32, _ source: Int, ms: Int64, isEvent: Bool, seq: Int64) {
        let place = self.parts.firstIndex { $0.channel == channel && $0.source == source && $0.isEvent == isEvent }
        if let place = place ?? (self.parts.count >= Self.partsMax ? self.parts.count - 1 : nil) {
            self.parts[place].ms += ms
            if ms > self.parts[place].longest {
                self.parts[place].longest = ms
                self.parts[place].seq = seq
            }
        } else {
            let part = Part(channel: channel, source: source, ms: ms, isEvent: isEvent, seq: seq, longest: ms)
            self.parts.append(part)
        }
    }
}

/// The weights and bounds of the score.
///
/// Source: Sources/Reports/README.md; fitted on development data, to be tuned with the first operators' refunds.
enum RefundWeights {
    static let event = 3.0
    static let prime = 1.5
    /// A television left on is no viewer: a connection counts for so long.
    static let attentionMs: Int64 = 9_000_000
    static let freezeSecondsMax = 600.0
    static let worstSecondsMax = 900.0
    static let perInterruption = 0.35
    static let worst = 0.7
    static let perFailedStart = 1.2
    static let perLockout = 1.5
    static let rightLockout = 0.3
    static let perLeft = 0.8
    static let perRejoin = 0.2
    static let rejoinsMax = 15.0
    static let forgiveHours = 14.0
    static let forgivePower = 0.3
    static let carried = 0.5
    static let constant = -4.2
    static let perLogBurden = 1.6
    static let trial = 0.8
    static let fresh = 0.5
    static let freshDays = 45.0
    static let perLogMonth = -0.1
    /// Milliseconds: an interruption is at least so long.
    static let interruptionMs: Int64 = 1_000
    /// One leaves because of a freeze of at least that, at most so long after it began.
    static let leavesAfterMs: Int64 = 3_000
    static let leavesWithinMs: Int64 = 60_000
    static let rejoinMs: Int64 = 20_000
    /// Refusals so close together are one episode.
    static let episodeMs: Int64 = 120_000
    /// A connection that timed out at most so long after the refusal was dead when it happened.
    static let deadMs: Int64 = 120_000
}

extension Exposure {
    /// What was suffered, by its parts, before heavy viewing forgives.
    var terms: [(term: Term, pain: Double)] {
        [
            (.frozen, self.weightedSeconds / 60),
            (.interruptions, RefundWeights.perInterruption * self.weightedInterruptions),
            (.worst, RefundWeights.worst * self.worst.weighted / 60),
            (.failedStarts, RefundWeights.perFailedStart * Double(self.failedStarts)),
            (.lockouts, RefundWeights.perLockout * self.lockouts),
            (.left, RefundWeights.perLeft * Double(self.leftAfterFreeze)),
            (.rejoins, RefundWeights.perRejoin * min(Double(self.rejoins), RefundWeights.rejoinsMax)),
        ]
    }

    enum Term: Hashable, Sendable {
        case frozen, interruptions, worst, failedStarts, lockouts, left, rejoins
    }

    /// Heavy viewers forgive a rate, not a sum.
    var forgiveness: Double {
        1 / (0.5 + self.watchHours / RefundWeights.forgiveHours).power(RefundWeights.forgivePower)
    }

    var pain: Double { self.terms.reduce(0) { $0 + $1.pain } * self.forgiveness }

    var watchHours: Double { Double(self.watchMs) / 3_600_000 }
}
