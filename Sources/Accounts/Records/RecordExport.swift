import Events
package import Ledger
package import Model
package import Projections

/// Puts down that a report went into a file.
package struct RecordExport: Command {
    let by: OperatorID
    let report: String
    let span: String
    let format: String

    package init(by: OperatorID, report: String, span: String, format: String) {
        self.by = by
        self.report = report
        self.span = span
        self.format = format
    }

    package var durability: Durability { .command }

    package func decide(_ state: LiveState, now: WallTime) throws -> Decision<Void> {
        Decision([.reportExported(.init(by: self.by, report: self.report, span: self.span, format: self.format))])
    }
}
