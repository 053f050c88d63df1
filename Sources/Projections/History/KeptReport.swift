/// A weekly report that is kept in `history.sqlite`, for analysts and dashboards.
///
/// Its figures come from programs, not from SQL: homes are clustered, exposures overlapped. So the rows of a finished week
/// are put beside the folded tables, and a view names their columns. They are no part of the fold: a rebuild leaves them
/// out, and the service makes them again.
package enum KeptReport: String, CaseIterable, Hashable, Sendable {
    case sharing
    case refundRisk = "refund-risk"
    case stability

    /// Weeks of each report that are kept: thirteen months, as long as rollups of a credential may be.
    package static let weeksMax = 57

    /// Where the rows are.
    package var table: String {
        switch self {
        case .sharing: "kept_sharing"
        case .refundRisk: "kept_refund_risk"
        case .stability: "kept_stability"
        }
    }

    /// What analysts ask.
    package var view: String {
        switch self {
        case .sharing: "sharing_week"
        case .refundRisk: "refund_risk_week"
        case .stability: "stability_week"
        }
    }

    /// Its columns, in the order of the report.
    package var columns: [KeptColumn] {
        switch self {
        case .sharing: Self.sharingColumns
        case .refundRisk: Self.refundRiskColumns
        case .stability: Self.stabilityColumns
        }
    }

    /// What tells two rows of a week apart.
    var keys: [String] {
        switch self {
        case .sharing: ["week", "credential"]
        case .refundRisk: ["week", "customer"]
        case .stability: ["week", "scope", "id"]
        }
    }

    private var summary: String {
        switch self {
        case .sharing: "One row a credential and week: `baton report sharing`, as it was when the week was final."
        case .refundRisk: "One row a customer and week: `baton report refund-risk`, as it was when the week was final."
        case .stability:
            "One row a week, supplier and channel: `baton report stability`, as it was when the week was final."
        }
    }

    /// Tables that no event makes, which two files of one log may differ in.
    package static var tables: [String] { ["kept_week"] + Self.allCases.map(\.table) }

    static var schema: String { ([Self.weekSchema] + Self.allCases.map(\.schema)).joined(separator: "\n") }

    private static let weekSchema = """
        -- Weeks whose reports are kept: what reports say is made by a program, so finished weeks are put here by the running
        -- service, or by `baton report keep`. The only tables that are not folded from the log; a rebuild leaves them empty.
        CREATE TABLE kept_week(
          report TEXT NOT NULL,        -- sharing, refund-risk, stability
          week TEXT NOT NULL,          -- ISO week in the operator's time zone, such as 2026-W45
          version INTEGER NOT NULL,    -- of the report's definitions
          from_at INTEGER NOT NULL,    -- when the week began
          to_at INTEGER NOT NULL,      -- when it ended
          covers_until INTEGER NOT NULL, -- up to where events count
          is_final INTEGER NOT NULL,   -- 1: six hours after the week's end or later
          timezone TEXT NOT NULL,      -- IANA name
          PRIMARY KEY(report, week)
        ) WITHOUT ROWID;
        """

    private var schema: String {
        let table = self.columns.flatMap(\.definitions) + ["PRIMARY KEY(\(self.keys.joined(separator: ", ")))"]
        let notes = self.columns.map { "--   \($0.names.joined(separator: ", ")): \($0.note)" }
        let selected = self.columns.flatMap(\.selections).joined(separator: ", ")
        let hasCustomer = self.columns.contains { $0.kind == .customer }
        let join = hasCustomer ? " JOIN customer_name ON customer_name.number = kept.customer" : ""
        return """
            CREATE TABLE \(self.table)(
              \(table.joined(separator: ",\n  "))
            ) WITHOUT ROWID;
            -- \(self.summary)
            \(notes.joined(separator: "\n"))
            CREATE VIEW \(self.view) AS
            SELECT \(selected)
            FROM \(self.table) AS kept\(join);
            """
    }
}

/// A column of a kept report.
package struct KeptColumn: Hashable, Sendable {
    /// How a value is kept.
    package enum Kind: Hashable, Sendable {
        case text
        case integer
        case real
        /// 0 or 1.
        case flag
        /// A customer's number; its id in the view.
        case customer
        /// Two columns: microseconds since 1970, and the event.
        case moment
        /// JSON: an array of objects with `text`, and `points` and `seq` where there are some.
        case reasons
    }

    /// As in the report.
    package var name: String
    package var kind: Kind
    package var isRequired = false
    /// What it says, for the schema.
    package var note: String

    /// The names in the table: a moment has two.
    package var names: [String] {
        guard self.kind == .moment else { return [self.name] }
        let stem = self.name.hasSuffix("_at") ? String(self.name.dropLast(3)) : self.name
        return [self.name, "\(stem)_seq"]
    }

    fileprivate var definitions: [String] {
        self.names.map { "\($0) \(self.type)\(self.isRequired ? " NOT NULL" : "")" }
    }

    fileprivate var selections: [String] {
        self.kind == .customer ? ["customer_name.name AS \(self.name)"] : self.names.map { "kept.\($0)" }
    }

    private var type: String {
        switch self.kind {
        case .text, .reasons: "TEXT"
        case .integer, .flag, .customer, .moment: "INTEGER"
        case .real: "REAL"
        }
    }
}
