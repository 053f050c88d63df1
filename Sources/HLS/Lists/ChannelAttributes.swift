import Model

/// What stands behind `#EXTINF:` and `#EXTM3U`: a number, `name="value"` pairs, and a name behind a comma.
///
/// Values hold commas, and quotation marks that nobody escaped: a value ends at a mark that a blank, a comma or the end
/// follows.
struct ChannelAttributes {
    /// Attributes that are looked at; lists have up to twenty.
    private static let countMax = 64
    /// Bytes of a text that is kept; a longer one is cut at a character.
    private static let textSizeMax = 4_096

    private var values: [String: String] = [:]
    private var name = ""

    init(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes.drop { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") && $0 != UInt8(ascii: ",") }
        for _ in 0..<Self.countMax {
            rest = rest.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            guard let first = rest.first, first != UInt8(ascii: ",") else { break }
            guard let end = self.takePair(rest) else {
                // A word that is no pair, such as the rest of a value with quotation marks in it.
                rest = rest.drop { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") && $0 != UInt8(ascii: ",") }
                continue
            }
            rest = rest[end...]
        }
        if let comma = rest.firstIndex(of: UInt8(ascii: ",")) {
            self.name = Self.clean(rest[(comma + 1)...].trimmed)
        }
    }

    subscript(name: String) -> String? {
        guard let value = self.values[name], !value.isEmpty else { return nil }
        return value
    }

    /// An entry that waits for its address.
    var entry: ChannelListEntry {
        ChannelListEntry(
            name: self.name.isEmpty ? self["tvg-name"] ?? "" : self.name,
            url: Redacted(""),
            guide: self["tvg-id"],
            logo: self["tvg-logo"].map { Redacted($0) },
            group: self["group-title"],
            number: (self["tvg-chno"] ?? self["channel-number"]).flatMap { Int64($0) }
                .flatMap { (1...Int64(Int32.max)).contains($0) ? $0 : nil }
        )
    }

    /// Takes `name=value` at the start of `bytes`; where it ends, or `nil` when none is there.
    private mutating func takePair(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard let equals = bytes.firstIndex(where: { !Self.isNameByte($0) }), bytes[equals] == UInt8(ascii: "="),
            equals > bytes.startIndex
        else { return nil }
        let key = bytes[bytes.startIndex..<equals].text.lowercased()
        let value = bytes[(equals + 1)...]
        let end: Int
        if value.first == UInt8(ascii: "\"") {
            let quote = Self.closingQuote(value.dropFirst())
            let text = value.dropFirst().prefix(upTo: quote ?? value.endIndex)
            self.put(key, text)
            end = quote.map { $0 + 1 } ?? value.endIndex
        } else {
            end =
                value.firstIndex {
                    $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: ",")
                } ?? value.endIndex
            self.put(key, value[value.startIndex..<end])
        }
        return end
    }

    private mutating func put(_ key: String, _ value: ArraySlice<UInt8>) {
        if self.values[key] == nil { self.values[key] = Self.clean(value.trimmed) }
    }

    private static func closingQuote(_ bytes: ArraySlice<UInt8>) -> Int? {
        var index = bytes.startIndex
        while index < bytes.endIndex {
            if bytes[index] == UInt8(ascii: "\"") {
                let next = index + 1
                if next == bytes.endIndex
                    || [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: ",")].contains(bytes[next])
                {
                    return index
                }
            }
            index += 1
        }
        return nil
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }

    /// As text without control characters, which no list of ours may hold.
    private static func clean(_ bytes: ArraySlice<UInt8>) -> String {
        let text = bytes.prefix(Self.textSizeMax).text
        guard text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            return Self.cut(text)
        }
        let scalars = text.unicodeScalars.filter { $0.properties.generalCategory != .control }
        return Self.cut(String(String.UnicodeScalarView(scalars)))
    }

    /// A replacement mark, where bytes were cut or are no UTF-8, is longer than what it stands for.
    private static func cut(_ text: String) -> String {
        var text = text
        while text.utf8.count > Self.textSizeMax { text.unicodeScalars.removeLast() }
        return text
    }
}
