import Events

/// A report for programs: one object with its rows.
enum JSONReportWriter {
    static func bytes(_ report: Report) -> [UInt8] {
        var json = JSONWriter()
        json.raw(#"{"report":"#)
        json.string(report.name)
        json.raw(#","version":"#)
        json.integer(report.version)
        json.raw(#","week":"#)
        json.string(report.weeks.last?.name ?? "")
        json.raw(#","weeks":["#)
        for (index, week) in report.weeks.enumerated() {
            if index > 0 { json.raw(",") }
            json.string(week.name)
        }
        json.raw(#"],"tz":"#)
        json.string(report.clock.name)
        json.raw(#","partial":"#)
        json.bool(report.isPartial)
        json.raw(#","final":"#)
        json.bool(report.isFinal)
        json.raw(#","covers_until":"#)
        json.string(report.clock.text(report.coversUntil))
        json.raw(#","revision":"#)
        json.integer(report.revision)
        if let time = report.generatedAt {
            json.raw(#","generated_at":"#)
            json.string(report.clock.text(time))
        }
        json.raw(#","options":"#)
        Self.object(report.options, report.clock, &json)
        json.raw(#","totals":"#)
        Self.object(report.totals, report.clock, &json)
        json.raw(#","rows":["#)
        for (index, row) in report.rows.enumerated() {
            json.raw(index > 0 ? ",\n" : "\n")
            Self.row(row, report, &json)
        }
        json.raw("\n],\"notes\":[")
        for (index, note) in report.notes.enumerated() {
            if index > 0 { json.raw(",") }
            json.string(note)
        }
        json.raw("]}\n")
        return Array(json.bytes)
    }

    /// Reasons alone.
    static func text(_ reasons: [Reason]) -> String {
        var json = JSONWriter()
        Self.reasons(reasons, &json)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    private static func row(_ row: [ReportCell], _ report: Report, _ json: inout JSONWriter) {
        json.raw("{")
        for (index, cell) in row.enumerated() where index < report.columns.count {
            if index > 0 { json.raw(",") }
            json.string(report.columns[index].name)
            json.raw(":")
            Self.cell(cell, report.clock, &json)
        }
        json.raw("}")
    }

    private static func object(_ fields: [Report.Field], _ clock: LocalClock, _ json: inout JSONWriter) {
        json.raw("{")
        for (index, field) in fields.enumerated() {
            if index > 0 { json.raw(",") }
            json.string(field.name)
            json.raw(":")
            Self.cell(field.value, clock, &json)
        }
        json.raw("}")
    }

    private static func cell(_ cell: ReportCell, _ clock: LocalClock, _ json: inout JSONWriter) {
        switch cell {
        case .text(let text): json.string(text)
        case .integer(let value): json.integer(value)
        case .number(let value, let decimals): json.text(DecimalText.text(value, decimals: decimals))
        case .flag(let value): json.bool(value)
        case .missing: json.raw("null")
        case .moment(let time, let seq):
            json.raw(#"{"at":"#)
            json.string(clock.text(time))
            if let seq {
                json.raw(#","seq":"#)
                json.integer(seq)
            }
            json.raw("}")
        case .reasons(let reasons): Self.reasons(reasons, &json)
        }
    }

    private static func reasons(_ reasons: [Reason], _ json: inout JSONWriter) {
        json.raw("[")
        for (index, reason) in reasons.enumerated() {
            if index > 0 { json.raw(",") }
            json.raw(#"{"text":"#)
            json.string(reason.text)
            if let points = reason.points {
                json.raw(#","points":"#)
                json.text(DecimalText.text(points, decimals: 3))
            }
            if !reason.events.isEmpty {
                json.raw(#","seq":["#)
                for (index, seq) in reason.events.enumerated() {
                    if index > 0 { json.raw(",") }
                    json.integer(seq)
                }
                json.raw("]")
            }
            json.raw("}")
        }
        json.raw("]")
    }
}

extension JSONWriter {
    /// Text that is JSON as it stands, such as a number.
    fileprivate mutating func text(_ text: String) {
        for byte in text.utf8 { self.raw(byte) }
    }
}
