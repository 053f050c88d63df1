/// Why a command of an operator was not carried out; says what, on what, and what to do.
package enum AccountsError: Error, Hashable, Sendable, CustomStringConvertible {
    case unknown(CatalogueNoun, String)
    case exists(CatalogueNoun, String)
    case inUse(CatalogueNoun, String, by: String)
    case malformed(CatalogueNoun, String, field: String, found: String, allowed: String)
    case unknownSetting(CatalogueNoun, String, allowed: [String])
    case missing(CatalogueNoun, field: String)
    /// A credential that has no end can't be given a later one.
    case endless(String)
    /// What a password was compared with is no longer there.
    case changedMeanwhile(CatalogueNoun, String)
    /// Something that was sealed can't be opened; it has to be entered again.
    case sealed(CatalogueNoun, String)

    package var description: String {
        switch self {
        case .unknown(let noun, let id): "there is no \(noun.rawValue) \(id); see: baton \(noun.rawValue) list"
        case .exists(let noun, let id):
            "\(noun.rawValue) \(id) exists already; to alter it: baton \(noun.rawValue) change \(id) …"
        case .inUse(let noun, let id, let by): "\(noun.rawValue) \(id) is used by \(by); remove that first"
        case .malformed(let noun, let id, let field, let found, let allowed):
            "\(noun.rawValue) \(id): \(field) is `\(found)`, allowed: \(allowed)"
        case .unknownSetting(let noun, let key, let allowed):
            "a \(noun.rawValue) has no `\(key)`; it has: \(allowed.joined(separator: ", "))"
        case .missing(let noun, let field): "a new \(noun.rawValue) needs `\(field)`"
        case .endless(let id):
            "credential \(id) has no end; to give it one: baton credential change \(id) --expires …"
        case .changedMeanwhile(let noun, let id): "\(noun.rawValue) \(id) was changed at the same moment; try again"
        case .sealed(let noun, let id):
            "\(noun.rawValue) \(id): what was sealed can't be opened with this key file; enter it again or bring the key file back"
        }
    }
}
