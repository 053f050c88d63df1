/// The members of one JSON object, for lines that are no events of ours.
package enum JSONMembers {
    /// Reads all of them, in their order; names with escapes stand as they are.
    ///
    /// - Throws: ``JSONError`` when the bytes are no JSON object.
    package static func read(
        _ bytes: UnsafeBufferPointer<UInt8>
    ) throws(JSONError) -> [(name: String, value: JSONValue)] {
        var scanner = JSONScanner(bytes)
        var members: [(name: String, value: JSONValue)] = []
        try scanner.beginObject()
        while let member = try scanner.nextMember() {
            members.append((String(decoding: member.name, as: UTF8.self), member.value))
        }
        return members
    }
}

extension JSONValue {
    /// The value as a table's cell would show it: a text, a number, or a word; empty for null and for containers.
    package var plainText: String {
        if let text = self.string { return text }
        if let number = self.integer { return String(number) }
        if let bool = self.bool { return bool ? "1" : "0" }
        return ""
    }
}
