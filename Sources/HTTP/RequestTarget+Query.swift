extension RequestTarget {
    /// The first value of a query parameter, decoded (`+` is a space); `nil` when absent or not decodable.
    ///
    /// O(n) in the length of the query. Source: WHATWG URL, application/x-www-form-urlencoded.
    package func queryValue(_ name: String) -> String? { FormParameters.value(name, in: self.query) }
}

/// Names and values of a query or of a form.
package enum FormParameters {
    /// Pairs that are looked at; further ones are not there.
    package static let pairsMax = 64

    /// The first value of `name`, decoded (`+` is a space); `nil` when absent or not decodable.
    ///
    /// O(n) in the length of `bytes`. Source: WHATWG URL, application/x-www-form-urlencoded.
    package static func value(_ name: String, in bytes: [UInt8]) -> String? {
        for pair in bytes.split(separator: UInt8(ascii: "&"), maxSplits: Self.pairsMax).prefix(Self.pairsMax) {
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let key = parts.first, Self.decoded(key) == name else { continue }
            return parts.count == 2 ? Self.decoded(parts[1]) : ""
        }
        return nil
    }

    private static func decoded(_ text: ArraySlice<UInt8>) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        let span = text.span
        var position = 0
        while position < span.count {
            switch span[position] {
            case Ascii.percent:
                guard let value = Ascii.percentDecoded(span, at: position), value != 0 else { return nil }
                bytes.append(value)
                position += 3
            case UInt8(ascii: "+"):
                bytes.append(UInt8(ascii: " "))
                position += 1
            case let byte:
                bytes.append(byte)
                position += 1
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
