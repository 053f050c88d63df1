import Model

/// Text for support: addresses are cut to their /24 or /56, keys of devices, networks and sessions to their first eight
/// characters, and what is sealed or hashed is only named.
///
/// Everything that support is told goes through here, whatever made it and whoever typed it; doing it twice changes nothing.
/// Source: networks as in ``AddressRange``, the same that homes are told by.
enum DiscreetText {
    /// Bytes of the longest address with a port and what may stand around it.
    private static let addressSizeMax = 64
    /// Hexadecimal digits from which a word is a key: the shortest that Baton writes has 16.
    private static let keySizeMin = 16
    /// Of a key, what is left: enough to tell a few from each other.
    private static let keyShown = 8

    static func of(_ text: String) -> String {
        var text = text
        return text.withUTF8 { bytes in
            var output: [UInt8] = []
            output.reserveCapacity(bytes.count)
            var index = 0
            while index < bytes.count {
                let end = Self.wordEnd(bytes, from: index)
                guard end > index else {
                    output.append(bytes[index])
                    index += 1
                    continue
                }
                index = Self.take(bytes, index..<end, into: &output)
            }
            return String(decoding: output, as: UTF8.self)
        }
    }

    /// Adds what is told of one word; answers where the text goes on.
    private static func take(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ word: Range<Int>,
        into output: inout [UInt8]
    ) -> Int {
        if let name = Self.secretName(bytes, word) {
            output += name.utf8
            return Self.secretEnd(bytes, from: word.upperBound)
        }
        let pieces = Self.pieces(bytes, word)
        if let (address, range) = Self.address(bytes, word, pieces) {
            output += bytes[word.lowerBound..<range.lowerBound]
            let (bits, next) = Self.bits(bytes, from: range.upperBound)
            output += AddressRange(address, bits: min(bits ?? 128, address.isIPv4 ? 24 : 56)).description.utf8
            return next
        }
        for piece in pieces {
            Self.takeKey(bytes, piece, into: &output)
            if piece.upperBound < word.upperBound { output.append(bytes[piece.upperBound]) }
        }
        return word.upperBound
    }

    /// Adds a word, shortened if it is a key.
    private static func takeKey(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ piece: Range<Int>,
        into output: inout [UInt8]
    ) {
        let isHexadecimal = piece.allSatisfy { Self.isHexadecimal(bytes[$0]) }
        // A number without quotes is a number, however long it is.
        let isNumber = piece.allSatisfy { Self.isDigit(bytes[$0]) }
        let isQuoted = piece.lowerBound > 0 && bytes[piece.lowerBound - 1] == UInt8(ascii: "\"")
        guard piece.count >= Self.keySizeMin, isHexadecimal, !isNumber || isQuoted else {
            output += bytes[piece]
            return
        }
        output += bytes[piece.prefix(Self.keyShown)]
        output += "…".utf8
    }

    /// The end of a run of letters, digits, `.`, `:` and `_`; `index` itself where none begins.
    private static func wordEnd(_ bytes: UnsafeBufferPointer<UInt8>, from index: Int) -> Int {
        var end = index
        while end < bytes.count, Self.isOfWord(bytes[end]) { end += 1 }
        return end
    }

    /// The parts of a word between `.` and `:`.
    private static func pieces(_ bytes: UnsafeBufferPointer<UInt8>, _ word: Range<Int>) -> [Range<Int>] {
        var pieces: [Range<Int>] = []
        var start = word.lowerBound
        for index in word where Self.isSeparator(bytes[index]) {
            pieces.append(start..<index)
            start = index + 1
        }
        pieces.append(start..<word.upperBound)
        return pieces
    }

    /// What a sealed value or a hash is called in its place.
    private static func secretName(_ bytes: UnsafeBufferPointer<UInt8>, _ word: Range<Int>) -> String? {
        let keyEnd = word.lowerBound + 3 + 16
        guard word.upperBound > keyEnd, bytes[word.lowerBound + 1] == UInt8(ascii: "1"),
            bytes[word.lowerBound + 2] == UInt8(ascii: "."), bytes[keyEnd] == UInt8(ascii: "."),
            (word.lowerBound + 3..<keyEnd).allSatisfy({ Self.isHexadecimal(bytes[$0]) })
        else { return nil }
        return switch bytes[word.lowerBound] {
        case UInt8(ascii: "v"): "sealed"
        case UInt8(ascii: "h"), UInt8(ascii: "a"): "hashed"
        default: nil
        }
    }

    /// The end of a sealed value or hash, which may go on with further characters of base64.
    private static func secretEnd(_ bytes: UnsafeBufferPointer<UInt8>, from index: Int) -> Int {
        var end = index
        while end < bytes.count, Self.isOfWord(bytes[end]) || "-+/=$,".utf8.contains(bytes[end]) { end += 1 }
        return end
    }
}

/// Addresses in words.
extension DiscreetText {
    /// The first and longest address made of whole pieces of a word, and where it stands.
    private static func address(
        _ bytes: UnsafeBufferPointer<UInt8>,
        _ word: Range<Int>,
        _ pieces: [Range<Int>]
    ) -> (NetworkAddress, Range<Int>)? {
        guard pieces.count >= 3 else { return nil }
        for (first, start) in pieces.enumerated() {
            for end in pieces[first...].reversed() {
                let range = start.lowerBound..<end.upperBound
                guard (2...Self.addressSizeMax).contains(range.count),
                    range.allSatisfy({ Self.isHexadecimal(bytes[$0]) || Self.isSeparator(bytes[$0]) }),
                    let address = NetworkAddress(String(decoding: bytes[range], as: UTF8.self)),
                    // `::` is nobody's.
                    address.bytes.contains(where: { $0 != 0 })
                else { continue }
                return (address, range)
            }
        }
        return nil
    }

    /// The length of a network as it stands behind an address, and where the text goes on.
    private static func bits(_ bytes: UnsafeBufferPointer<UInt8>, from index: Int) -> (bits: Int?, next: Int) {
        guard index < bytes.count, bytes[index] == UInt8(ascii: "/") else { return (nil, index) }
        var next = index + 1
        var bits = 0
        while next < bytes.count, next - index <= 3, Self.isDigit(bytes[next]) {
            bits = bits * 10 + Int(bytes[next] - UInt8(ascii: "0"))
            next += 1
        }
        return next > index + 1 ? (bits, next) : (nil, index)
    }

    private static func isOfWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: ":"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func isSeparator(_ byte: UInt8) -> Bool { byte == UInt8(ascii: ".") || byte == UInt8(ascii: ":") }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}

extension AdminAnswer {
    /// The same as support may see it.
    ///
    /// What a channel does tells of no viewer.
    var discreet: AdminAnswer {
        var answer = self
        answer.messages = self.messages.map(DiscreetText.of)
        answer.table?.rows = self.table?.rows.map { $0.map(\.discreet) } ?? []
        answer.text = self.text.map(DiscreetText.of)
        answer.error = self.error.map(DiscreetText.of)
        return answer
    }
}

extension Table.Cell {
    fileprivate var discreet: Table.Cell {
        if case .text(let text) = self { .text(DiscreetText.of(text)) } else { self }
    }
}
