/// Why a guide's XML was refused.
package enum XMLError: Error, Hashable, Sendable {
    /// Not well-formed; `offset` counts the bytes of the document as it was given.
    case malformed(String, offset: Int64)
    /// A document type other than the bare one of XMLTV: it could declare entities.
    case documentType(offset: Int64)
    /// Elements inside one another.
    case tooDeep(allowed: Int, offset: Int64)
    /// One tag, declaration or instruction, in bytes.
    case markupTooLong(allowed: Int, offset: Int64)
    case tooManyAttributes(allowed: Int, offset: Int64)
    /// Neither UTF-8 nor ISO-8859-1.
    case encoding(String)
    /// Another element than `tv` is the outermost.
    case notXMLTV(root: String)
    /// The document, its decompressed form included, in bytes.
    case tooLarge(allowed: Int64)
    /// More programmes or channels than any guide has.
    case tooMany(String, allowed: Int)
    /// The document ends before its outermost element does.
    case truncated
    /// The compressed form is damaged.
    case compression(String)
}

extension XMLError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .malformed(let what, let offset): "not well-formed XML at byte \(offset): \(what)"
        case .documentType(let offset):
            "a document type with declarations at byte \(offset) is refused; allowed is <!DOCTYPE tv SYSTEM \"xmltv.dtd\">"
        case .tooDeep(let allowed, let offset): "elements deeper than \(allowed) at byte \(offset)"
        case .markupTooLong(let allowed, let offset): "a tag longer than \(allowed) bytes at byte \(offset)"
        case .tooManyAttributes(let allowed, let offset): "more than \(allowed) attributes at byte \(offset)"
        case .encoding(let name): "the encoding `\(name)` is not known; allowed are UTF-8 and ISO-8859-1"
        case .notXMLTV(let root): "not XMLTV: the outermost element is `\(root)`, expected `tv`"
        case .tooLarge(let allowed): "larger than \(allowed) bytes"
        case .tooMany(let what, let allowed): "more than \(allowed) \(what)"
        case .truncated: "it ends in the middle"
        case .compression(let what): "the compressed file is damaged: \(what)"
        }
    }
}
