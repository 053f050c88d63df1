import Events
package import Model

/// The accounts that are had at suppliers, and what is known of each.
struct SupplierAccounts: Sendable {
    static let schema = """
        -- Accounts at suppliers; a supplier without any is used as its sources' addresses say.
        CREATE TABLE supplier_account(
          account INTEGER NOT NULL PRIMARY KEY,
          supplier TEXT NOT NULL,
          username TEXT NOT NULL,        -- sealed
          password TEXT NOT NULL,        -- sealed
          panel TEXT,                    -- address of its panel; sealed
          label TEXT,
          max_connections INTEGER,       -- what the operator says
          status TEXT,                   -- what the panel says, from here on; nothing before it was read
          panel_max INTEGER,             -- connections it allows
          active INTEGER,                -- connections it counted
          own INTEGER,                   -- connections that were ours then
          expires INTEGER,
          told_at INTEGER,               -- when it last said something new
          unread TEXT,                   -- why the panel can't be read
          warned_days INTEGER,           -- days before its end that were warned of; 0: the end
          warned_limit INTEGER,          -- the panel's limit that was warned of
          shared INTEGER NOT NULL,       -- 1: somebody else uses it
          aside_cause TEXT,              -- what it was set aside for
          aside_until INTEGER
        );
        CREATE INDEX supplier_account_supplier ON supplier_account(supplier);
        """

    private var rows = RowTable<SupplierAccountRow>()

    mutating func apply(_ envelope: Envelope, in backing: Backing) throws {
        switch envelope.event {
        case .accountAdded(let it):
            var row = SupplierAccountRow.empty
            (row.account, row.supplier, row.username, row.password) = (
                it.account, it.supplier, it.username, it.password
            )
            (row.panel, row.label, row.maxConnections) = (it.panel, it.label, it.maxConnections)
            self.rows.put(row, in: backing)
        case .accountChanged(let it):
            try self.rows.update(it.account, in: backing) { row in
                // What was known of the old password says nothing of the new one.
                if row.password != it.password { row.forget() }
                (row.username, row.password) = (it.username, it.password)
                (row.panel, row.label, row.maxConnections) = (it.panel, it.label, it.maxConnections)
            }
        case .accountRemoved(let it): self.rows.remove(it.account, in: backing)
        case .accountRead(let it): try self.rows.update(it.account, in: backing) { $0.read(it, at: envelope.at) }
        case .accountWarned(let it): try self.rows.update(it.account, in: backing) { $0.warned(it) }
        case .accountSetAside(let it):
            try self.rows.update(it.account, in: backing) { row in
                (row.asideCause, row.asideUntil) = (it.cause, it.until)
            }
        case .supplierRemoved(let it):
            let owned = try self.rows.rows(in: backing, sql: "supplier = ?", it.supplier.rawValue) {
                $0.supplier == it.supplier
            }
            for row in owned { self.rows.remove(row.account, in: backing) }
        // Who is set aside is known by the running service alone.
        case .nodeStarted:
            let aside = try self.rows.rows(in: backing, sql: "aside_until > ?", Int64.min) {
                $0.asideUntil != nil
            }
            for row in aside {
                try self.rows.update(row.account, in: backing) { ($0.asideCause, $0.asideUntil) = (nil, nil) }
            }
        // Nothing else is about accounts at suppliers.
        default: break
        }
    }

    mutating func write(to tables: TableDatabase) throws { try self.rows.write(to: tables) }

    mutating func trim() { self.rows.trim() }
}

extension SupplierAccountRow {
    fileprivate mutating func forget() {
        (self.status, self.panelMax, self.active, self.own, self.expires) = (nil, nil, nil, nil, nil)
        (self.toldAt, self.unread, self.warnedDays, self.warnedLimit) = (nil, nil, nil, nil)
        (self.isShared, self.asideCause, self.asideUntil) = (false, nil, nil)
    }

    fileprivate mutating func read(_ it: AccountRead, at time: WallTime) {
        // Another end is warned of anew, and so is another limit.
        if self.expires != it.expires { self.warnedDays = nil }
        if self.warnedLimit != it.maxConnections { self.warnedLimit = nil }
        (self.status, self.panelMax, self.expires) = (it.status, it.maxConnections, it.expires)
        (self.active, self.own) = (it.activeConnections, it.ownConnections)
        (self.toldAt, self.unread) = (time, nil)
        if (it.activeConnections ?? 0) <= it.ownConnections { self.isShared = false }
    }

    fileprivate mutating func warned(_ it: AccountWarned) {
        switch it.why {
        case .expires: self.warnedDays = it.days
        case .expired: self.warnedDays = 0
        case .limit: self.warnedLimit = it.found
        case .shared: self.isShared = true
        case .unreadable: self.unread = it.cause ?? ""
        // The status says it.
        case .unusable: break
        }
    }
}

/// An account at a supplier, and what is known of it.
package struct SupplierAccountRow: StoredRow {
    package static let table = "supplier_account"
    package static let statements = TableStatements<SupplierAccountRow>()
    package static let empty = SupplierAccountRow()

    package var account = AccountID(0)
    package var supplier = SupplierID(rawValue: "")
    /// Sealed.
    package var username = ""
    /// Sealed.
    package var password = ""
    /// The address of its panel, sealed; `nil` where it is that of the supplier's sources.
    package var panel: String?
    package var label: String?
    /// What the operator says; `nil` for as many as the supplier's.
    package var maxConnections: Int64?
    /// What the panel calls its state; `nil` before it was read.
    package var status: String?
    package var panelMax: Int64?
    package var active: Int64?
    package var own: Int64?
    package var expires: WallTime?
    /// When the panel last said something new.
    package var toldAt: WallTime?
    /// Why the panel can't be read; `nil` while it can.
    package var unread: String?
    /// Days before its end that were warned of; 0 for the end.
    package var warnedDays: Int64?
    /// The panel's limit that was warned of.
    package var warnedLimit: Int64?
    /// Whether somebody else uses it.
    package var isShared = false
    package var asideCause: String?
    package var asideUntil: WallTime?

    package var key: Int64 { self.account.rawValue }

    package mutating func columns(_ visit: inout some ColumnVisitor) {
        visit("account", &self.account)
        visit("supplier", &self.supplier)
        visit("username", &self.username)
        visit("password", &self.password)
        visit("panel", &self.panel)
        visit("label", &self.label)
        visit("max_connections", &self.maxConnections)
        visit("status", &self.status)
        visit("panel_max", &self.panelMax)
        visit("active", &self.active)
        visit("own", &self.own)
        visit("expires", &self.expires)
        visit("told_at", &self.toldAt)
        visit("unread", &self.unread)
        visit("warned_days", &self.warnedDays)
        visit("warned_limit", &self.warnedLimit)
        visit("shared", &self.isShared)
        visit("aside_cause", &self.asideCause)
        visit("aside_until", &self.asideUntil)
    }
}
