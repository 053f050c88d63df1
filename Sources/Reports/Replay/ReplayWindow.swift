package import Model

/// The time a replay is about.
package enum ReplayWindow {
    /// What is looked at when nothing is said, in milliseconds: the last two hours.
    static let defaultMs: Int64 = 7_200_000
    /// To both sides of a moment, in milliseconds.
    static let aroundMs: Int64 = 1_800_000
    /// A replay of more than this would be no story any more, in milliseconds.
    static let lengthMaxMs: Int64 = 31 * 86_400_000

    /// From what was said at the command line.
    ///
    /// - Throws: ``ReplayWindowError``.
    package static func said(
        from: String?,
        to: String?,
        around: String?,
        now: WallTime,
        clock: LocalClock
    ) throws(ReplayWindowError) -> Range<WallTime> {
        let moment = { (text: String) throws(ReplayWindowError) -> WallTime in
            guard let time = clock.moment(said: text, now: now) else { throw .notATime(text) }
            return time
        }
        if let around {
            guard from == nil, to == nil else { throw .bothWays }
            let middle = try moment(around)
            return middle.advanced(milliseconds: -Self.aroundMs)..<middle.advanced(milliseconds: Self.aroundMs)
        }
        let end = try to.map(moment)
        let start = try from.map(moment) ?? (end ?? now).advanced(milliseconds: -Self.defaultMs)
        let stop = end ?? (from == nil ? now : start.advanced(milliseconds: Self.defaultMs))
        guard start < stop else { throw .empty }
        guard start.milliseconds(until: stop) <= Self.lengthMaxMs else { throw .tooLong }
        return start..<stop
    }
}

/// Why a time could not be replayed; its text is for whoever typed it.
package enum ReplayWindowError: Error, Hashable, Sendable, CustomStringConvertible {
    case notATime(String)
    case bothWays
    case empty
    case tooLong

    package var description: String {
        switch self {
        case .notATime(let text):
            "“\(text)” is no time; say it as 2026-10-17 20:32, 20:32, yesterday 20:32 or Saturday 20:32"
        case .bothWays: "say either --around or --from and --to"
        case .empty: "--to has to be later than --from"
        case .tooLong: "a replay is of 31 days at most; choose a shorter time"
        }
    }
}
