package import Model

/// An account at a supplier as an operator writes it down.
package struct AccountEntry: Codable, Hashable, Sendable {
    /// Accounts of one supplier; more is a slip in a file.
    package static let countMax = 64
    /// Bytes of a username or a password.
    static let textSizeMax = 256

    package var username: Redacted<String>
    package var password: Redacted<String>
    /// Where its panel is, when that isn't where the supplier's sources are.
    package var panel: Redacted<String>?
    /// What the operator calls it.
    package var label: String?
    /// Connections it allows at once; as many as its supplier says when missing.
    package var maxConnections: Int64?

    package init(
        username: Redacted<String>,
        password: Redacted<String>,
        panel: Redacted<String>? = nil,
        label: String? = nil,
        maxConnections: Int64? = nil
    ) {
        self.username = username
        self.password = password
        self.panel = panel
        self.label = label
        self.maxConnections = maxConnections
    }

    /// - Throws: ``AccountError``, which repeats neither name nor password.
    func check(of supplier: SupplierID) throws {
        for (field, text) in [("username", self.username.clear), ("password", self.password.clear)] {
            let isPlain = text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
            guard isPlain, (1...Self.textSizeMax).contains(text.utf8.count) else {
                throw AccountError.malformed(supplier, field: field, allowed: "1 to \(Self.textSizeMax) bytes")
            }
        }
        try EntryCheck.text(.supplier, supplier.rawValue, "label", self.label)
        if let most = self.maxConnections { try EntryCheck.connections(.supplier, "\(supplier)", most) }
        guard let panel = self.panel else { return }
        try EntryCheck.url("the panel of supplier \(supplier)", panel)
    }
}

/// Why an account of a supplier can't be what it is to be.
package enum AccountError: Error, Hashable, Sendable, CustomStringConvertible {
    case unknown(String)
    case exists(SupplierID, AccountID)
    case twice(SupplierID)
    case tooMany(SupplierID, allowed: Int)
    case malformed(SupplierID, field: String, allowed: String)
    case sealed(AccountID)
    case otherPanel(SupplierID)

    package var description: String {
        switch self {
        case .unknown(let id): "there is no account \(id); see: baton supplier account list"
        case .exists(let supplier, let account):
            "supplier \(supplier) has this account already: it is account \(account); to alter it: baton supplier account change \(account) …"
        case .twice(let supplier): "supplier \(supplier): two of its accounts have the same username"
        case .tooMany(let supplier, let allowed): "supplier \(supplier) has more than \(allowed) accounts"
        case .malformed(let supplier, let field, let allowed):
            "supplier \(supplier): the \(field) of an account has to be \(allowed), without control characters"
        case .sealed(let account):
            "account \(account): what was sealed can't be opened with this key file; enter it again: baton supplier account change \(account) --username … --password …"
        case .otherPanel(let supplier):
            "supplier \(supplier) has accounts at another panel; add a supplier for this one, or remove those first: baton supplier account list \(supplier)"
        }
    }
}
