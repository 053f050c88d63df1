import Accounts
import Events
import Ingest
import Model
import Projections

extension Event {
    /// An account that is left alone for a while.
    init(_ aside: AccountAside, at time: WallTime) {
        self = .accountSetAside(
            AccountSetAside(
                account: aside.account,
                supplier: aside.supplier,
                cause: aside.cause,
                until: time.advanced(milliseconds: aside.milliseconds)
            )
        )
    }
}

extension AccountWarned {
    /// For people to read.
    var words: String {
        let account = "account \(self.account) of supplier \(self.supplier)"
        return switch self.why {
        case .expires: "\(account) expires in \(Self.days(self.days ?? 0))"
        case .expired: "\(account) has expired"
        case .unusable: "\(account) may not be used: its panel says \(self.cause ?? "so")"
        case .limit:
            "\(account) allows \(self.found ?? 0) connections, \(self.own ?? 0) are configured: \(self.found ?? 0) are used"
        case .shared:
            "somebody else uses \(account): its panel counts \(self.found ?? 0) connections, \(self.own ?? 0) are ours"
        case .unreadable: "the panel of \(account) can't be read: \(self.cause ?? "unknown"); it is tried again"
        }
    }

    static func days(_ count: Int64) -> String { count == 1 ? "1 day" : "\(count) days" }
}

extension SupplierAccountRow {
    /// What an operator should know of the account, in a few words; empty when all is well.
    func trouble(_ supplier: SupplierRow, now: WallTime) -> [String] {
        var words: [String] = []
        if let cause = self.asideCause, let until = self.asideUntil, until > now { words.append("set aside: \(cause)") }
        if self.isUnusable, let status = self.status { words.append("the panel says \(status)") }
        if let expires = self.expires {
            let days = (expires.seconds - now.seconds + 86_399) / 86_400
            if expires <= now {
                words.append("expired")
            } else if days <= AccountWatch.warningDays.last ?? 0 {
                words.append("expires in \(AccountWarned.days(days))")
            }
        }
        let configured = self.maxConnections ?? supplier.maxConnections
        if let told = self.panelMax, told > 0, told < configured {
            words.append("the panel allows \(told) of \(configured) connections")
        }
        if self.isShared { words.append("somebody else uses it") }
        if let unread = self.unread { words.append("the panel can't be read: \(unread)") }
        return words
    }
}

/// Suppliers' accounts as a table.
struct AccountTable {
    static let columns = [
        "account", "supplier", "label", "max_connections", "limit", "held", "status", "panel_max", "panel_active",
        "expires", "trouble",
    ]

    let state: LiveState
    let now: WallTime
    /// Connections of an account that are held now; `nil` where no service runs.
    let held: (@Sendable (AccountID, SupplierID) -> Int)?

    func table(of supplier: SupplierID?) throws -> Table {
        let suppliers = Dictionary(uniqueKeysWithValues: try self.state.suppliers().map { ($0.supplier, $0) })
        let rows = try supplier.map { try self.state.accounts(of: $0) } ?? self.state.accounts()
        return Table(
            columns: Self.columns,
            rows: rows.compactMap { row in suppliers[row.supplier].map { self.cells(row, $0) } }
        )
    }

    private func cells(_ row: SupplierAccountRow, _ supplier: SupplierRow) -> [Table.Cell] {
        [
            .number(row.account.rawValue), .text(row.supplier.rawValue), .init(row.label), .init(row.maxConnections),
            .number(row.limit(supplier)), .init(self.held.map { Int64($0(row.account, row.supplier)) }),
            .init(row.status), .init(row.panelMax), .init(row.active), .init(row.expires?.description),
            .text(row.trouble(supplier, now: self.now).joined(separator: "; ")),
        ]
    }
}
