package import Events
package import Ledger
package import Model
package import Projections

/// What came of asking a panel about an account.
package enum AccountReading: Hashable, Sendable {
    case told(Facts)
    /// The panel doesn't know the name, or not this password.
    case refused
    /// It didn't answer, or not so that it could be understood; a short code.
    case unreadable(String)

    /// What a panel says of an account.
    package struct Facts: Hashable, Sendable {
        package var status: String
        package var maxConnections: Int64?
        package var activeConnections: Int64?
        /// `nil` for never.
        package var expires: WallTime?

        package init(
            status: String,
            maxConnections: Int64? = nil,
            activeConnections: Int64? = nil,
            expires: WallTime? = nil
        ) {
            self.status = status
            self.maxConnections = maxConnections
            self.activeConnections = activeConnections
            self.expires = expires
        }
    }
}

/// What is recorded of a reading, by what was known before: each thing once, also over restarts.
///
/// Pure.
package struct AccountWatch {
    /// Days before its end at which an account is warned of.
    package static let warningDays: [Int64] = [1, 3, 7, 14]
    private static let dayMicroseconds = 86_400 * WallTime.microsecondsPerSecond

    let row: SupplierAccountRow
    let supplier: SupplierRow
    /// Connections that we held while the panel was asked.
    let own: Int64
    /// Whether a panel that counts more than we hold has done so for a while: counts of panels lag behind.
    let isSharingSure: Bool
    let now: WallTime

    package init(
        _ row: SupplierAccountRow,
        _ supplier: SupplierRow,
        own: Int64,
        isSharingSure: Bool,
        now: WallTime
    ) {
        self.row = row
        self.supplier = supplier
        self.own = own
        self.isSharingSure = isSharingSure
        self.now = now
    }

    package func events(_ reading: AccountReading) -> [Event] {
        switch reading {
        case .told(let facts): return self.told(facts)
        case .refused: return self.told(.init(status: AccountStatus.refused, maxConnections: self.row.panelMax))
        case .unreadable(let cause):
            // Said once; that the end comes nearer is known without the panel.
            let unread = self.row.unread == nil ? [self.warned(.unreadable) { $0.cause = cause }] : []
            return unread + self.expiry(self.row.expires, warnedDays: self.row.warnedDays)
        }
    }

    private func told(_ facts: AccountReading.Facts) -> [Event] {
        let counted = facts.activeConnections ?? 0
        let isShared = counted > self.own && (self.row.isShared || self.isSharingSure)
        let isNew =
            facts.status != self.row.status || facts.maxConnections != self.row.panelMax
            || facts.expires != self.row.expires || self.row.unread != nil || isShared != self.row.isShared
        var events: [Event] = []
        if isNew {
            events.append(
                .accountRead(
                    AccountRead(
                        account: self.row.account,
                        supplier: self.row.supplier,
                        status: facts.status,
                        maxConnections: facts.maxConnections,
                        activeConnections: facts.activeConnections,
                        ownConnections: self.own,
                        expires: facts.expires
                    )
                )
            )
        }
        if facts.status != self.row.status, AccountStatus.isUnusable(facts.status) {
            events.append(self.warned(.unusable) { $0.cause = facts.status })
        }
        events += self.limit(facts.maxConnections)
        if isShared, !self.row.isShared {
            events.append(
                self.warned(.shared) { warning in
                    warning.found = counted
                    warning.own = self.own
                }
            )
        }
        let warnedDays = facts.expires == self.row.expires ? self.row.warnedDays : nil
        return events + self.expiry(facts.expires, warnedDays: warnedDays)
    }

    private func limit(_ told: Int64?) -> [Event] {
        let configured = self.row.maxConnections ?? self.supplier.maxConnections
        guard let told, told > 0, told < configured, self.row.warnedLimit != told else { return [] }
        return [
            self.warned(.limit) { warning in
                warning.found = told
                warning.own = configured
            }
        ]
    }

    private func expiry(_ expires: WallTime?, warnedDays: Int64?) -> [Event] {
        guard let expires else { return [] }
        let left = expires.microseconds.subtractingReportingOverflow(self.now.microseconds)
        guard !left.overflow, left.partialValue > 0 else {
            return warnedDays == 0 ? [] : [self.warned(.expired) { _ in }]
        }
        let days = (left.partialValue - 1) / Self.dayMicroseconds + 1
        guard let step = Self.step(days), step < warnedDays.flatMap(Self.step) ?? .max else { return [] }
        return [self.warned(.expires) { $0.days = days }]
    }

    /// The warning that so many days belong to; 0 for the end itself, `nil` long before it.
    private static func step(_ days: Int64) -> Int64? {
        days == 0 ? 0 : Self.warningDays.first { days <= $0 }
    }

    private func warned(_ why: AccountWarning, _ fill: (inout AccountWarned) -> Void) -> Event {
        var warning = AccountWarned(account: self.row.account, supplier: self.row.supplier, why: why)
        fill(&warning)
        return .accountWarned(warning)
    }
}

/// Records what came of asking a panel about an account.
package struct RecordAccountReading: Command {
    /// What was recorded, to be told to people.
    package typealias Reply = [Event]

    let account: AccountID
    let reading: AccountReading
    let own: Int64
    let isSharingSure: Bool

    package init(_ reading: AccountReading, of account: AccountID, own: Int64, isSharingSure: Bool) {
        self.account = account
        self.reading = reading
        self.own = own
        self.isSharingSure = isSharingSure
    }

    package var durability: Durability { .connection }

    package func decide(_ state: LiveState, now: WallTime) throws -> Decision<[Event]> {
        // Removed meanwhile: nobody wants to know.
        guard let row = try state.account(self.account), let supplier = try state.supplier(row.supplier) else {
            return Decision([], reply: [])
        }
        let watch = AccountWatch(row, supplier, own: self.own, isSharingSure: self.isSharingSure, now: now)
        let events = watch.events(self.reading)
        return Decision(events, reply: events)
    }
}
