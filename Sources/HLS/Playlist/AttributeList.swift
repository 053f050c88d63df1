/// The `NAME=value,NAME="value"` list of a tag.
///
/// Spaces around names, equals signs and commas are forgiven; of a name that stands twice the first counts.
/// Source: RFC 8216, 4.2.
struct AttributeList {
    /// Attributes read of one tag, several times what the standard defines; the rest is left unread, as unknown ones are.
    static let countMax = 64

    private var values: [String: ArraySlice<UInt8>] = [:]

    /// Reads the list; `nil` when a quoted value has no end.
    init?(parsing bytes: ArraySlice<UInt8>) {
        var rest = bytes
        for _ in 0..<Self.countMax where !rest.isEmpty {
            guard let equals = rest.firstIndex(of: UInt8(ascii: "=")) else { return }
            // An attribute without a value would otherwise lend its name to the next one.
            let before = rest[rest.startIndex..<equals]
            let start = before.lastIndex(of: UInt8(ascii: ",")).map { $0 + 1 } ?? before.startIndex
            let name = before[start...].trimmed.text
            rest = rest[(equals + 1)...]
            while rest.first == UInt8(ascii: " ") || rest.first == UInt8(ascii: "\t") { rest.removeFirst() }
            let value: ArraySlice<UInt8>
            if rest.first == UInt8(ascii: "\"") {
                rest.removeFirst()
                guard let quote = rest.firstIndex(of: UInt8(ascii: "\"")) else { return nil }
                value = rest[rest.startIndex..<quote]
                rest = rest[(quote + 1)...]
                let comma = rest.firstIndex(of: UInt8(ascii: ",")) ?? rest.endIndex
                rest = rest[comma...].dropFirst()
            } else {
                let comma = rest.firstIndex(of: UInt8(ascii: ",")) ?? rest.endIndex
                value = rest[rest.startIndex..<comma].trimmed
                rest = rest[comma...].dropFirst()
            }
            if self.values[name] == nil { self.values[name] = value }
        }
    }

    subscript(name: String) -> ArraySlice<UInt8>? { self.values[name] }

    func text(_ name: String) -> String? { self.values[name]?.text }

    func uri(_ name: String) -> String? { self.values[name]?.uriText }

    func isYes(_ name: String) -> Bool { self.values[name]?.text == "YES" }
}
