import Model
import Reports

/// When a report of a week is sent, and again where that failed.
///
/// Pure: what was tried before is told by the log, so that a start of the service forgets nothing and sends nothing twice.
struct DeliverySchedule {
    /// Seconds until the next try after each failure; after the last, it is given up.
    static let waits: [Int64] = [300, 1_800, 7_200, 21_600, 43_200]

    /// A try that was made.
    struct Attempt: Hashable, Sendable {
        var at: WallTime
        var isSent: Bool
    }

    enum Step: Hashable, Sendable {
        case wait(until: WallTime)
        /// The number of the try, from 1.
        case send(attempt: Int64)
        case sent
        case givenUp
    }

    /// From when a week's reports are sent: Monday at that time of day, but not before the week is final.
    static func due(_ week: ReportWeek, at second: Int64, _ clock: LocalClock) -> WallTime {
        let final = week.end.advanced(milliseconds: Report.finalAfterSeconds * 1_000)
        return max(final, clock.moment(local: (week.monday + 7) * 86_400 + second))
    }

    static func step(_ attempts: [Attempt], due: WallTime, now: WallTime) -> Step {
        if attempts.contains(where: \.isSent) { return .sent }
        guard let last = attempts.last else { return now < due ? .wait(until: due) : .send(attempt: 1) }
        guard let again = Self.retry(after: attempts.count, failedAt: last.at) else { return .givenUp }
        return now < again ? .wait(until: again) : .send(attempt: Int64(attempts.count) + 1)
    }

    /// When it is tried again after so many failures; `nil` when it is given up.
    static func retry(after failures: Int, failedAt: WallTime) -> WallTime? {
        guard Self.waits.indices.contains(failures - 1) else { return nil }
        return failedAt.advanced(milliseconds: Self.waits[failures - 1] * 1_000)
    }
}
