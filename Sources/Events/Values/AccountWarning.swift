/// What about an account at a supplier wants an operator.
package enum AccountWarning: String, CaseIterable, Sendable {
    /// Its end is near.
    case expires
    /// Its end has come.
    case expired
    /// The panel says that it may not be used: banned, disabled, or not known.
    case unusable
    /// The panel allows fewer connections than are configured.
    case limit
    /// The panel counts more connections than we hold: somebody else uses it.
    case shared
    /// The panel can't be read.
    case unreadable
}

extension AccountWarning: WordValue {}
