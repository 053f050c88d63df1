/// How the bytes of a document stand for characters.
///
/// Source: XML 1.0, 2.8, 4.3.3 and appendix F. Others than these two are refused by name.
enum XMLEncoding: Sendable {
    case utf8
    case latin1

    /// The one a declaration names; `nil` for others.
    init?(named name: String) {
        switch name.lowercased() {
        case "utf-8", "utf8", "us-ascii", "ascii": self = .utf8
        case "iso-8859-1", "latin1", "latin-1", "iso_8859-1": self = .latin1
        default: return nil
        }
    }

    /// ISO-8859-1 as UTF-8.
    func decoded(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        for byte in bytes {
            if byte < 0x80 {
                result.append(byte)
            } else {
                result.append(0xc0 | byte >> 6)
                result.append(0x80 | byte & 0x3f)
            }
        }
        return result
    }
}
