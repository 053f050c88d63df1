import GRDB
import Model

/// What each week's gaps cost viewers, of the hour rollups: enough for a trend, without reading the weeks' connections.
struct HarmHistory: Sendable {
    enum Subject: Hashable, Sendable {
        case all
        case supplier(String)
        case channel(Int64)
    }

    /// Weeks that are looked back on.
    static let weeksBefore = 4

    private struct Harm: Sendable {
        var affected: Int64 = 0
        var watched: Int64 = 0
    }

    /// By subject, of the week itself and of those before, the last one first.
    private var harms: [Subject: [Harm]] = [:]
    private let count: Int

    /// Nothing is known of the weeks before.
    init() { self.count = 0 }

    /// Of a week and those before it.
    init(_ history: Database, names: Names, week: ReportWeek, _ clock: LocalClock) throws {
        var weeks = [week]
        for _ in 0..<Self.weeksBefore { weeks.append(weeks[weeks.count - 1].previous(clock)) }
        self.count = weeks.count
        var suppliersOf: [Int64: Set<String>] = [:]
        for source in names.sources.values { suppliersOf[source.channel, default: []].insert(source.supplier) }
        for (index, week) in weeks.enumerated() {
            let bounds = [week.start.hour, week.end.hour]
            let channels = try SQLCursor(
                history,
                "SELECT channel, sum(affected_viewer_ms), sum(watched_ms) FROM channel_hour WHERE hour >= ? AND hour < ? GROUP BY channel",
                bounds
            )
            while try channels.next() {
                let (channel, watched) = (channels.integer(0), channels.integer(2))
                let harm = Harm(affected: channels.integer(1), watched: watched)
                self.add(harm, to: .channel(channel), index)
                self.add(harm, to: .all, index)
                for supplier in suppliersOf[channel] ?? [] {
                    self.add(Harm(watched: watched), to: .supplier(supplier), index)
                }
            }
            let suppliers = try SQLCursor(
                history,
                "SELECT supplier, sum(affected_viewer_ms) FROM supplier_hour WHERE hour >= ? AND hour < ? GROUP BY supplier",
                bounds
            )
            while try suppliers.next() {
                self.add(Harm(affected: suppliers.integer(1)), to: .supplier(suppliers.text(0)), index)
            }
        }
    }

    private mutating func add(_ harm: Harm, to subject: Subject, _ index: Int) {
        var list = self.harms[subject] ?? Array(repeating: Harm(), count: self.count)
        list[index].affected &+= harm.affected
        list[index].watched &+= harm.watched
        self.harms[subject] = list
    }

    /// How much more viewers were affected, for each hour watched, than in the middle one of the weeks before; in percent.
    ///
    /// `nil` without a week before, or when nobody was affected in it.
    func trend(of subject: Subject) -> Double? {
        let shares = (self.harms[subject] ?? []).map { $0.watched > 0 ? Double($0.affected) / Double($0.watched) : -1 }
        guard let now = shares.first, now >= 0 else { return nil }
        let before = shares.dropFirst().filter { $0 >= 0 }.sorted()
        guard !before.isEmpty else { return nil }
        let middle = (before[(before.count - 1) / 2] + before[before.count / 2]) / 2
        return middle > 0 ? (now / middle - 1) * 100 : nil
    }
}
