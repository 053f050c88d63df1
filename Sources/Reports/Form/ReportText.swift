/// The forms in which a report is written.
package enum ReportFormat: String, CaseIterable, Codable, Sendable {
    case table
    case csv
    case json
    case html
}

extension Report {
    /// The report in a form, as bytes of UTF-8.
    package func bytes(_ format: ReportFormat) -> [UInt8] {
        switch format {
        case .table: Array(TableWriter(report: self).text.utf8)
        case .csv: CSVWriter.bytes(self)
        case .json: JSONReportWriter.bytes(self)
        case .html: Array(ReportPage(report: self).text.utf8)
        }
    }
}

extension ReportCell {
    /// The value as text for a terminal or a spreadsheet.
    func plain(_ clock: LocalClock) -> String {
        switch self {
        case .text(let text): text
        case .integer(let value): String(value)
        case .number(let value, let decimals): DecimalText.text(value, decimals: decimals)
        case .flag(let value): value ? "1" : "0"
        case .moment(let time, _): clock.text(time)
        case .reasons(let reasons): reasons.map(\.words).joined(separator: "; ")
        case .missing: ""
        }
    }
}
