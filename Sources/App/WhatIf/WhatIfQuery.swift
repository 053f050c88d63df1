import Events
package import Model
import Reports

/// What `baton what-if` asks: a week's starts under another limit or policy.
package struct WhatIfQuery: Hashable, Sendable {
    /// The week; the last one that is over when `nil`.
    package var week: String?
    /// What a start beyond the limit does, one of ``policies``; as it is when `nil`.
    package var policy: String?
    /// Connections at once; as many as they are when `nil`.
    package var maxConnections: Int64?
    /// Only credentials of this plan.
    package var plan: String?
    /// Only those of this customer.
    package var customer: String?
    /// Rows at most.
    package var top: Int?
    package var now: WallTime
    package var isReproducible = false

    package init(now: WallTime) {
        self.now = now
    }

    /// What may be said of a start beyond the limit.
    package static var policies: [String] { OnLimit.allCases.map(\.rawValue) }

    var onLimit: OnLimit? { self.policy.flatMap(OnLimit.init(rawValue:)) }

    /// The same question of weeks.
    var weeks: ReportQuery {
        var query = ReportQuery(now: self.now)
        query.week = self.week
        return query
    }
}
