import Model

/// One field of an export, declared once: for the document and for its schema.
///
/// Source: JSON Schema, draft 2020-12.
struct ExportField: Sendable {
    /// What its values are.
    enum Kind: Sendable {
        case integer, text, time, flag, texts
        /// What an operator typed, sealed in the tables.
        case reason
    }

    var name: String
    var kind: Kind
    /// What it says, in a few words.
    var about: String
    /// Whether it is left out where nothing is known.
    var isOptional = false

    init(_ name: String, _ kind: Kind, _ about: String) {
        self.name = name
        self.kind = kind
        self.about = about
    }

    /// The same, left out where nothing is known.
    var optional: Self {
        var field = self
        field.isOptional = true
        return field
    }

    /// Its schema, without the braces.
    var schema: String {
        switch self.kind {
        case .integer: #""type": "integer""#
        case .text, .reason: #""type": "string""#
        case .time: #""type": "string", "format": "date-time""#
        case .flag: #""type": "boolean""#
        case .texts: #""type": "array", "items": {"type": "string"}"#
        }
    }
}

/// A value of an export.
enum ExportCell: Hashable, Sendable {
    case integer(Int64)
    case text(String)
    case flag(Bool)
    case texts([String])
    /// Nothing is known.
    case missing

    init(_ text: String?) { self = text.map(Self.text) ?? .missing }
    init(_ number: Int64?) { self = number.map(Self.integer) ?? .missing }
    init(_ time: WallTime?) { self = time.map { .text($0.description) } ?? .missing }

    var json: String? {
        switch self {
        case .integer(let number): String(number)
        case .text(let text): JSONText.quoted(text)
        case .flag(let flag): flag ? "true" : "false"
        case .texts(let texts): "[" + texts.map(JSONText.quoted).joined(separator: ", ") + "]"
        case .missing: nil
        }
    }
}

/// Objects of the same fields, and where they are read from.
struct ExportedList: Sendable {
    let name: String
    let about: String
    let fields: [ExportField]
    /// Reads them from `history.sqlite`, the newest first, a column a field; `:customer` is the customer's number.
    let sql: String?
    /// In the order of the document, a cell a field.
    var rows: [[ExportCell]] = []

    init(_ name: String, _ about: String, _ fields: [ExportField], sql: String? = nil) {
        self.name = name
        self.about = about
        self.fields = fields
        self.sql = sql
    }

    var json: String {
        "[" + self.rows.map { ExportedObject.json(self.fields, $0) }.joined(separator: ",\n  ") + "]"
    }

    /// Its schema, without the braces.
    var schema: String {
        #""type": "array", "items": {"# + ExportedObject.schema(self.fields) + "}"
    }
}

/// An object of an export as text.
enum ExportedObject {
    static func json(_ fields: [ExportField], _ cells: [ExportCell]) -> String {
        let members = zip(fields, cells).compactMap { field, cell in cell.json.map { (field.name, $0) } }
        return Self.json(members)
    }

    static func json(_ members: [(name: String, value: String)]) -> String {
        "{" + members.map { "\(JSONText.quoted($0.name)): \($0.value)" }.joined(separator: ", ") + "}"
    }

    /// The schema of an object with these fields, without the braces.
    static func schema(_ fields: [ExportField]) -> String {
        Self.schema(
            fields.map { ($0.name, $0.about, $0.schema) },
            required: fields.filter { !$0.isOptional }.map(\.name)
        )
    }

    static func schema(_ members: [(name: String, about: String, schema: String)], required: [String]) -> String {
        let names = required.map(JSONText.quoted).joined(separator: ", ")
        let described = members.map { member in
            let about = JSONText.quoted(member.about)
            return "\n    \(JSONText.quoted(member.name)): {\"description\": \(about), \(member.schema)}"
        }
        return #""type": "object", "additionalProperties": false, "required": ["#
            + "\(names)], \"properties\": {\(described.joined(separator: ", "))}"
    }
}
