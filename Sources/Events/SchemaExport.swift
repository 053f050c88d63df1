/// The files that tell readers of the log what stands in it: a JSON Schema for each kind, and a page for people.
package enum SchemaExport {
    /// File name below `schemas/events/` and its text.
    package static func files() -> [(name: String, text: String)] {
        let schemas = Event.Kind.allCases.map(EventSchema.init(of:))
        return schemas.map { ("\($0.kind.rawValue).json", $0.json) } + [("README.md", Self.page(schemas))]
    }

    private static func page(_ schemas: [EventSchema]) -> String {
        var text = """
            # Events

            Every line of the log is one of these. All carry `seq`, `at`, `type`, `v`, `node` and `of` as well.
            Fields are only ever added; a changed meaning is a new type. This page and the schemas beside it are written by
            `baton schema` from the declarations in `Sources/Events`.

            """
        for schema in schemas {
            text += "\n## \(schema.kind.rawValue)\n\n\(schema.summary)\n\n| field | type | what |\n|---|---|---|\n"
            for field in schema.fields {
                let unit = field.value.unit.map { ", \($0)" } ?? ""
                let optional = field.isOptional ? ", may be missing" : ""
                let words =
                    field.value.words.isEmpty ? "" : ": " + field.value.words.map { "`\($0)`" }.joined(separator: ", ")
                text += "| `\(field.name)` | \(field.value.type)\(unit)\(optional) | \(field.about)\(words) |\n"
            }
            text += "\n```json\n\(schema.example)\n```\n"
        }
        return text
    }
}

extension EventSchema {
    /// The schema as a JSON document, ending with a newline.
    package var json: String {
        let envelope = [
            #""seq": {"type": "integer", "minimum": 1, "description": "position in the log"}"#,
            #""at": {"type": "string", "format": "date-time", "description": "when it was recorded, UTC"}"#,
            "\"type\": {\"const\": \(Self.quoted(self.kind.rawValue))}",
            #""v": {"type": "integer", "description": "version of the envelope"}"#,
            #""node": {"type": "string", "description": "the node that recorded it"}"#,
            #""of": {"type": "string", "description": "what it is about"}"#,
        ]
        let properties = envelope + self.fields.map { "\(Self.quoted($0.name)): \($0.json)" }
        let required = ["seq", "at", "type", "v", "node", "of"] + self.fields.filter { !$0.isOptional }.map(\.name)
        return """
            {
              "$schema": "https://json-schema.org/draft/2020-12/schema",
              "$id": "\(self.kind.rawValue).json",
              "title": \(Self.quoted(self.kind.rawValue)),
              "description": \(Self.quoted(self.summary)),
              "type": "object",
              "properties": {
                \(properties.joined(separator: ",\n    "))
              },
              "required": [\(required.map(Self.quoted).joined(separator: ", "))],
              "examples": [
                \(self.example)
              ]
            }

            """
    }

    static func quoted(_ text: String) -> String {
        var json = JSONWriter()
        json.string(text)
        return String(decoding: json.bytes, as: UTF8.self)
    }
}

extension EventSchema.Field {
    fileprivate var json: String {
        var parts = ["\"type\": \(EventSchema.quoted(self.value.type))"]
        if let format = self.value.format { parts.append("\"format\": \(EventSchema.quoted(format))") }
        if let items = self.value.items { parts.append("\"items\": {\"type\": \(EventSchema.quoted(items))}") }
        if !self.value.words.isEmpty {
            parts.append("\"enum\": [\(self.value.words.map(EventSchema.quoted).joined(separator: ", "))]")
        }
        if let unit = self.value.unit { parts.append("\"x-unit\": \(EventSchema.quoted(unit))") }
        parts.append("\"description\": \(EventSchema.quoted(self.about))")
        return "{\(parts.joined(separator: ", "))}"
    }
}
