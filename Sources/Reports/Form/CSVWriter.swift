/// A report for spreadsheets.
///
/// Source: RFC 4180. Cells that a spreadsheet would take for a formula begin with an apostrophe: user agents and names are
/// chosen by strangers.
enum CSVWriter {
    static func bytes(_ report: Report) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(report.rows.count * report.columns.count * 10)
        Self.line(report.columns.map(\.name), isText: { _ in true }, to: &bytes)
        for row in report.rows {
            let cells = row.map { $0.plain(report.clock) }
            Self.line(cells, isText: { row[$0].isText }, to: &bytes)
        }
        return bytes
    }

    private static func line(_ cells: [String], isText: (Int) -> Bool, to bytes: inout [UInt8]) {
        for (index, cell) in cells.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            let guarded = isText(index) ? Self.guarded(cell) : cell
            bytes.append(contentsOf: Self.quoted(guarded).utf8)
        }
        bytes.append(UInt8(ascii: "\r"))
        bytes.append(UInt8(ascii: "\n"))
    }

    /// Numbers keep their minus sign; only texts are guarded.
    static func guarded(_ text: String) -> String {
        guard let first = text.utf8.first else { return text }
        switch first {
        case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"), 0x09, 0x0D: return "'\(text)"
        default: return text
        }
    }

    static func quoted(_ text: String) -> String {
        let needsQuotes = text.utf8.contains { byte in
            byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == 0x0A || byte == 0x0D
        }
        return needsQuotes ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
    }
}

extension ReportCell {
    /// Whether a stranger may have had a say in it.
    var isText: Bool {
        switch self {
        case .text, .reasons: true
        case .integer, .number, .flag, .moment, .missing: false
        }
    }
}
