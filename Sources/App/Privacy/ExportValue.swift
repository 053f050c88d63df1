import Events
import Model

/// A value of an export: how it stands in the document, and what its schema says of it.
///
/// Source: JSON Schema, draft 2020-12.
protocol ExportValue: Sendable {
    static var schema: String { get }
    var json: String { get }
}

extension String: ExportValue {
    static var schema: String { #"{"type": "string"}"# }
    var json: String { JSONText.quoted(self) }
}

extension Int64: ExportValue {
    static var schema: String { #"{"type": "integer"}"# }
    var json: String { String(self) }
}

extension Bool: ExportValue {
    static var schema: String { #"{"type": "boolean"}"# }
    var json: String { self ? "true" : "false" }
}

extension WallTime: ExportValue {
    static var schema: String { #"{"type": "string", "format": "date-time"}"# }
    var json: String { JSONText.quoted(self.description) }
}

extension Array: ExportValue where Element: ExportValue {
    static var schema: String { #"{"type": "array", "items": "# + Element.schema + "}" }
    var json: String { "[" + self.map(\.json).joined(separator: ",\n  ") + "]" }
}

/// An object of an export, whose fields are declared once: for the document and for its schema.
protocol ExportedObject: ExportValue {
    /// One with nothing in it, for the schema.
    init()
    /// Names every field once, in the order of the document.
    func fields(_ visit: inout some ExportVisitor)
}

/// Something that goes through the fields of an object: writes them or describes them.
protocol ExportVisitor {
    /// A field that is always there.
    mutating func callAsFunction<Value: ExportValue>(_ name: StaticString, _ value: Value, _ about: StaticString)
    /// A field that is left out where nothing is known.
    mutating func callAsFunction<Value: ExportValue>(_ name: StaticString, _ value: Value?, _ about: StaticString)
}

extension ExportedObject {
    var json: String {
        var writer = ExportWriter()
        self.fields(&writer)
        return "{" + writer.members.joined(separator: ", ") + "}"
    }

    static var schema: String {
        var describer = ExportDescriber()
        Self().fields(&describer)
        let required = describer.required.map(JSONText.quoted).joined(separator: ", ")
        let members = describer.members.joined(separator: ", ")
        return #"{"type": "object", "additionalProperties": false, "#
            + "\"required\": [\(required)], \"properties\": {\(members)}}"
    }
}

private struct ExportWriter: ExportVisitor {
    var members: [String] = []

    mutating func callAsFunction<Value: ExportValue>(_ name: StaticString, _ value: Value, _ about: StaticString) {
        self.members.append("\(JSONText.quoted("\(name)")): \(value.json)")
    }

    mutating func callAsFunction<Value: ExportValue>(_ name: StaticString, _ value: Value?, _ about: StaticString) {
        if let value { self(name, value, about) }
    }
}

private struct ExportDescriber: ExportVisitor {
    var members: [String] = []
    var required: [String] = []

    mutating func callAsFunction<Value: ExportValue>(_ name: StaticString, _ value: Value, _ about: StaticString) {
        self.describe(name, Value.schema, about)
        self.required.append("\(name)")
    }

    mutating func callAsFunction<Value: ExportValue>(_ name: StaticString, _ value: Value?, _ about: StaticString) {
        self.describe(name, Value.schema, about)
    }

    private mutating func describe(_ name: StaticString, _ schema: String, _ about: StaticString) {
        let note = JSONText.quoted("\(about)")
        self.members.append("\n    \(JSONText.quoted("\(name)")): {\"description\": \(note), \(schema.dropFirst())")
    }
}
