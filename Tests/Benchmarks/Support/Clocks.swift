import Glibc

/// Seconds since it was made, by a clock that nobody sets.
struct Stopwatch {
    private let start = Stopwatch.now

    var seconds: Double { Self.now - self.start }

    /// Seconds of the monotonic clock.
    static var now: Double { ClockTime.read(CLOCK_MONOTONIC) }
}

/// Processor time, in seconds.
enum ProcessorTime {
    /// Of this process, all threads.
    static var own: Double { ClockTime.read(CLOCK_PROCESS_CPUTIME_ID) }

    /// Of another process, all threads; 0 when there is none.
    static func of(_ pid: pid_t) -> Double {
        var clock = clockid_t()
        guard clock_getcpuclockid(pid, &clock) == 0 else { return 0 }
        return ClockTime.read(clock)
    }

    /// What `body` takes.
    static func taken(by body: () throws -> Void) rethrows -> Double {
        let start = self.own
        try body()
        return self.own - start
    }
}

private enum ClockTime {
    static func read(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

extension Collection where Element == Double {
    /// The middle one, or the mean of the middle two; 0 of none.
    var median: Double {
        guard !self.isEmpty else { return 0 }
        let sorted = self.sorted()
        let middle = sorted.count / 2
        return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    }

    /// The value that `share` of all are not above; 0 of none.
    func quantile(_ share: Double) -> Double {
        guard !self.isEmpty else { return 0 }
        let sorted = self.sorted()
        return sorted[Swift.min(sorted.count - 1, Int(Double(sorted.count) * share))]
    }
}
