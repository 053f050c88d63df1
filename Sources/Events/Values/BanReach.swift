/// What a ban refuses.
package enum BanReach: String, CaseIterable, Sendable {
    /// Names, passwords and tokens that aren't known: viewers that are in go on.
    case logins
    /// Every connection.
    case everything
}

extension BanReach: WordValue {}
