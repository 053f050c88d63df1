import Model

extension Terms {
    /// Whether nothing is said.
    package var isEmpty: Bool { self == Terms() }

    /// What is said, as one JSON object with the members of an event's line.
    package var json: String {
        var writer = JSONWriter()
        var terms = self
        withUnsafeMutablePointer(to: &writer) { json in
            // No member names the node.
            var visitor = FieldWriter(json: json, node: NodeID(rawValue: ""))
            terms.fields(&visitor)
        }
        // Every member begins with a comma, as behind an envelope's.
        return "{\(String(decoding: writer.bytes.dropFirst(), as: UTF8.self))}"
    }

    /// Reads ``json``; `nil` when it is no object or a member is of another type.
    package init?(json: String) {
        let terms = Array(json.utf8).withUnsafeBufferPointer { bytes -> Terms? in
            var reader = FieldReader()
            reader.begin(bytes)
            var terms = Terms()
            terms.fields(&reader)
            return reader.finish() == nil ? terms : nil
        }
        guard let terms else { return nil }
        self = terms
    }
}
