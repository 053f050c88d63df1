import Events
import GRDB
import Model
package import Projections

extension KeptReport {
    /// The columns of the report itself.
    var reportColumns: [Report.Column] {
        switch self {
        case .sharing: SharingReport.columns
        case .refundRisk: RefundRiskReport.columns
        case .stability: StabilityReport.columns
        }
    }

    /// Of the report's definitions.
    package var version: Int64 {
        switch self {
        case .sharing: SharingReport.version
        case .refundRisk: RefundRiskReport.version
        case .stability: StabilityReport.version
        }
    }

    /// Rows of this band have nothing to explain: their reasons are not kept, which is most of what a week takes.
    var quietBand: String? {
        switch self {
        case .sharing: SharingScore.Band.noSign.rawValue
        case .refundRisk: "fine"
        case .stability: nil
        }
    }
}

extension KeptWeek {
    /// The rows of a report of one week.
    ///
    /// The report was made without a selection and names credentials by their numbers.
    package init(_ kind: KeptReport, _ report: Report) {
        let week = report.weeks.last ?? ReportWeek(containing: report.coversUntil, report.clock)
        let columns = kind.columns
        let band = report.columns.firstIndex { $0.name == "band" }
        let rows = report.rows.map { row -> Values in
            let isQuiet = band.map { row[$0] == kind.quietBand.map(ReportCell.text) } ?? false
            return zip(columns, row).flatMap { $0.values(of: $1, isQuiet: isQuiet) }
        }
        self.init(
            kind,
            week: week.name,
            version: report.version,
            from: week.start,
            to: week.end,
            coversUntil: report.coversUntil,
            isFinal: report.isFinal,
            timezone: report.clock.name,
            rows: rows
        )
    }
}

extension KeptColumn {
    /// What is kept of a cell: as many values as the column has names.
    fileprivate func values(of cell: ReportCell, isQuiet: Bool) -> [DatabaseValue] {
        switch (self.kind, cell) {
        case (.moment, .moment(let time, let seq)): [time.microseconds.databaseValue, seq.databaseValue]
        case (.moment, _): [.null, .null]
        case (.reasons, .reasons(let reasons)): [isQuiet ? .null : JSONReportWriter.text(reasons).databaseValue]
        case (.text, .text(let text)), (.customer, .text(let text)): [text.databaseValue]
        // A credential without a name is its number.
        case (.integer, .text(let text)): [Int64(text).databaseValue]
        case (_, .integer(let value)): [value.databaseValue]
        case (_, .number(let value, let decimals)): [Self.rounded(value, decimals).databaseValue]
        case (_, .flag(let value)): [value.databaseValue]
        case (.text, _), (.customer, _), (.integer, _), (.real, _), (.flag, _), (.reasons, _): [.null]
        }
    }

    /// As many decimals as the report shows, so that both say the same.
    private static func rounded(_ value: Double, _ decimals: Int) -> Double {
        Double(DecimalText.text(value, decimals: decimals)) ?? value
    }
}
