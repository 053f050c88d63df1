/// The references that mean something without a document type: five entities, and characters by number.
///
/// Source: XML 1.0, 4.1, 4.6.
enum XMLReference {
    /// What `name`, which stands between `&` and `;`, means in UTF-8; `nil` for any other.
    static func text(of name: ArraySlice<UInt8>) -> [UInt8]? {
        if name.first == UInt8(ascii: "#") { return self.character(name.dropFirst()) }
        return switch String(decoding: name, as: UTF8.self) {
        case "lt": [UInt8(ascii: "<")]
        case "gt": [UInt8(ascii: ">")]
        case "amp": [UInt8(ascii: "&")]
        case "quot": [UInt8(ascii: "\"")]
        case "apos": [UInt8(ascii: "'")]
        default: nil
        }
    }

    /// `bytes` with every reference replaced; what is none stays.
    static func replaced(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        guard bytes.contains(UInt8(ascii: "&")) else { return Array(bytes) }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let rest = bytes[index...]
            if rest.first == UInt8(ascii: "&"),
                let end = rest.prefix(XMLScanner.referenceSizeMax + 2).firstIndex(of: UInt8(ascii: ";")),
                let text = self.text(of: rest[(index + 1)..<end])
            {
                result += text
                index = end + 1
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return result
    }

    private static func character(_ digits: ArraySlice<UInt8>) -> [UInt8]? {
        let isHexadecimal = digits.first == UInt8(ascii: "x")
        let text = String(decoding: isHexadecimal ? digits.dropFirst() : digits, as: UTF8.self)
        guard text.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
            let number = UInt32(text, radix: isHexadecimal ? 16 : 10), let scalar = Unicode.Scalar(number)
        else { return nil }
        // Control characters are no characters of XML, however they are written.
        guard number >= 0x20 || number == 0x09 || number == 0x0a || number == 0x0d else { return [] }
        return Array(String(Character(scalar)).utf8)
    }
}
