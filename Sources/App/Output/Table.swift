/// Rows for people and for machines: what lists and reports answer.
package struct Table: Codable, Hashable, Sendable {
    /// One value of a row.
    package enum Cell: Codable, Hashable, Sendable {
        case text(String)
        case number(Int64)
        case bool(Bool)
        case missing
    }

    /// Column names as in `schemas/`: lower case, words joined by `_`.
    package var columns: [String]
    package var rows: [[Cell]]

    package init(columns: [String], rows: [[Cell]] = []) {
        self.columns = columns
        self.rows = rows
    }
}

/// The forms in which a table is printed.
package enum TableFormat: String, CaseIterable, Codable, Sendable {
    case table
    case csv
    case json
}

extension Table {
    /// The table as text that ends with a newline.
    package func text(_ format: TableFormat) -> String {
        switch format {
        case .table: self.aligned()
        case .csv: self.commaSeparated()
        case .json: self.json()
        }
    }

    private func aligned() -> String {
        guard !self.rows.isEmpty else { return "none\n" }
        let cells = [self.columns] + self.rows.map { $0.map(\.plain) }
        let widths = self.columns.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
        let rightAligned = self.columns.indices.map { column in
            self.rows.allSatisfy { if case .text = $0[column] { false } else { true } }
        }
        return cells.map { row in
            let line = row.enumerated().map { column, text in
                let padding = String(repeating: " ", count: widths[column] - text.count)
                return rightAligned[column] ? padding + text : text + padding
            }.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed()) + "\n"
        }.joined()
    }

    /// Source: RFC 4180; lines end with a newline alone, as other tools of the system write them.
    private func commaSeparated() -> String {
        let rows = [self.columns] + self.rows.map { $0.map(\.plain) }
        return rows.map { $0.map(Self.quoted).joined(separator: ",") + "\n" }.joined()
    }

    private static func quoted(_ text: String) -> String {
        guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }

    private func json() -> String {
        let objects = self.rows.map { row in
            "  {" + zip(self.columns, row).map { "\"\($0)\": \($1.json)" }.joined(separator: ", ") + "}"
        }
        return objects.isEmpty ? "[]\n" : "[\n" + objects.joined(separator: ",\n") + "\n]\n"
    }
}

extension Table.Cell {
    package init(_ text: String?) {
        self = text.map(Self.text) ?? .missing
    }

    package init(_ number: Int64?) {
        self = number.map(Self.number) ?? .missing
    }

    var plain: String {
        switch self {
        case .text(let text): text
        case .number(let number): String(number)
        case .bool(let bool): bool ? "yes" : "no"
        case .missing: ""
        }
    }

    var json: String {
        switch self {
        case .text(let text): JSONText.quoted(text)
        case .number(let number): String(number)
        case .bool(let bool): bool ? "true" : "false"
        case .missing: "null"
        }
    }
}
