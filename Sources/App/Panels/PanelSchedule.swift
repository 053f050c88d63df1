import Model

/// When each account's panel is asked.
///
/// Pure; seconds of any clock that only goes forward. Four times a day, at no fixed time: a supplier who sees all its
/// customers ask at the hour has a reason to forbid it.
struct PanelSchedule {
    /// Between two readings that succeed.
    static let interval: Int64 = 6 * 3_600
    /// After readings that failed, one step after each.
    static let retries: [Int64] = [300, 900, 3_600, 6 * 3_600]
    /// Before a panel that counts more connections than we hold is believed: its count lags behind.
    static let doubleCheck: Int64 = 120

    private struct Turn {
        var due: Int64
        var failures = 0
        /// Whether the last reading counted too many.
        var isSuspect = false
    }

    private var turns: [AccountID: Turn] = [:]

    /// These are the accounts; those that are new are asked at once, like those that were `changed`.
    mutating func accounts(are accounts: Set<AccountID>, changed: Set<AccountID> = [], now: Int64) {
        self.turns = self.turns.filter { accounts.contains($0.key) && !changed.contains($0.key) }
        for account in accounts where self.turns[account] == nil { self.turns[account] = Turn(due: now) }
    }

    /// Who is to be asked now, in the order of their numbers.
    func due(now: Int64) -> [AccountID] { self.turns.filter { $0.value.due <= now }.keys.sorted() }

    /// Whether a panel that counts too many did so the last time as well.
    func isSuspect(_ account: AccountID) -> Bool { self.turns[account]?.isSuspect ?? false }

    /// The panel answered; `countsMore` than we hold.
    mutating func succeeded(
        _ account: AccountID,
        countsMore: Bool,
        now: Int64,
        random: inout some RandomNumberGenerator
    ) {
        guard let turn = self.turns[account] else { return }
        let wait = countsMore && !turn.isSuspect ? Self.doubleCheck : Self.spread(Self.interval, &random)
        self.turns[account] = Turn(due: now + wait, isSuspect: countsMore)
    }

    mutating func failed(_ account: AccountID, now: Int64, random: inout some RandomNumberGenerator) {
        guard var turn = self.turns[account] else { return }
        turn.due = now + Self.spread(Self.retries[min(turn.failures, Self.retries.count - 1)], &random)
        turn.failures += 1
        self.turns[account] = turn
    }

    /// 0.8 to 1.2 of it.
    private static func spread(_ seconds: Int64, _ random: inout some RandomNumberGenerator) -> Int64 {
        seconds * Int64.random(in: 800...1_200, using: &random) / 1_000
    }
}
