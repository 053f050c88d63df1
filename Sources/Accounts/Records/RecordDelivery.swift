import Events
package import Ledger
package import Model
package import Projections

/// Puts down that a report was sent by schedule, or that it could not be.
package struct RecordDelivery: Command {
    /// What was tried.
    package struct Attempt: Hashable, Sendable {
        package var delivery: String
        package var way: String
        package var report: String
        package var span: String
        package var format: String
        /// 1 for the first.
        package var number: Int64

        package init(delivery: String, way: String, report: String, span: String, format: String, number: Int64) {
            self.delivery = delivery
            self.way = way
            self.report = report
            self.span = span
            self.format = format
            self.number = number
        }
    }

    let attempt: Attempt
    /// `nil` when it was sent.
    let why: String?
    let retry: WallTime?

    package init(_ attempt: Attempt, why: String? = nil, retry: WallTime? = nil) {
        self.attempt = attempt
        self.why = why
        self.retry = retry
    }

    package var durability: Durability { .command }

    package func decide(_ state: LiveState, now: WallTime) throws -> Decision<Void> {
        let it = self.attempt
        guard let why = self.why else {
            let sent = ReportSent(
                delivery: it.delivery,
                way: it.way,
                report: it.report,
                span: it.span,
                format: it.format,
                attempt: it.number
            )
            return Decision([.reportSent(sent)])
        }
        let failed = ReportFailed(
            delivery: it.delivery,
            way: it.way,
            report: it.report,
            span: it.span,
            format: it.format,
            attempt: it.number,
            why: why,
            retry: self.retry
        )
        return Decision([.reportFailed(failed)])
    }
}
