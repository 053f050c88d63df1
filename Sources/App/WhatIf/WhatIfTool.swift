import Accounts
import Events
import Foundation
import GRDB
import Model
import Projections
package import Reports

/// Runs a week's starts through the slot rule once more, under another limit or policy, and shows it beside what was.
package struct WhatIfTool: Sendable {
    let directory: DataDirectory
    let clock: LocalClock

    package init(_ directory: DataDirectory, clock: LocalClock) {
        self.directory = directory
        self.clock = clock
    }

    /// Prints the report.
    package func run(_ query: WhatIfQuery, format: ReportFormat) throws {
        let bytes = try self.report(query).bytes(format)
        bytes.withUnsafeBytes { FileHandle.standardOutput.write(Data($0)) }
    }

    /// The report as values.
    ///
    /// - Throws: ``WhatIfError``, ``ReportError``, and the database's errors.
    package func report(_ query: WhatIfQuery) throws -> Report {
        let tool = ReportTool(self.directory, clock: self.clock)
        guard let week = try tool.weeks(query.weeks).last else { throw ReportError.empty }
        let history = try ReportTool.open(self.directory.historyProjection)
        let live = try ReportTool.open(self.directory.liveProjection)
        return try history.read { history in
            try live.read { live in
                let lastAt = try Checkpoint.read(from: TableDatabase(history))?.at ?? week.end
                let lines = try self.lines(query, LiveState(reading: live))
                let replay = WhatIfReport(
                    week: week,
                    clock: self.clock,
                    query: query,
                    lastAt: lastAt,
                    usernames: try tool.usernames(live)
                )
                return replay.report(lines, try SlotHistory(history, in: week.start..<week.end, lastAt: lastAt))
            }
        }
    }

    /// Credentials that are asked about, as they are sold now.
    private func lines(_ query: WhatIfQuery, _ state: LiveState) throws -> [Entitlement] {
        let plans = Dictionary(try state.plans().map { ($0.plan, $0) }) { first, _ in first }
        let customers = Dictionary(try state.customers().map { ($0.customer, $0) }) { first, _ in first }
        if let plan = query.plan, plans[PlanID(rawValue: plan)] == nil { throw WhatIfError.unknown("plan", plan) }
        if let customer = query.customer, customers[CustomerID(rawValue: customer)] == nil {
            throw WhatIfError.unknown("customer", customer)
        }
        return try state.credentials().compactMap { row in
            let customer = customers[row.customer]
            let plan = customer?.plan.flatMap { plans[$0] }
            guard query.plan == nil || plan?.plan.rawValue == query.plan else { return nil }
            guard query.customer == nil || row.customer.rawValue == query.customer else { return nil }
            return Entitlement(credential: row, customer: customer, plan: plan)
        }
    }
}

/// Why there is no answer.
package enum WhatIfError: Error, Hashable, Sendable, CustomStringConvertible {
    case unknown(String, String)

    package var description: String {
        switch self {
        case .unknown(let noun, let id): "there is no \(noun) \(id); see: baton \(noun) list"
        }
    }
}
