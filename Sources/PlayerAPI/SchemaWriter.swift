/// Describes objects of the player API as JSON Schema says it.
struct SchemaWriter {
    private let indent: String
    private var names: [String] = []
    private var properties: [String] = []

    private init(indent: String) {
        self.indent = indent
    }

    /// The members of an object's schema, each on its line, at `indent`.
    static func schema(of object: some AnswerObject, indent: String) -> [String] {
        var writer = SchemaWriter(indent: indent + "  ")
        object.fields(&writer)
        return [
            "\"type\": \"object\"",
            "\"properties\": \(Self.braced(writer.properties, indent))",
            "\"required\": [\(writer.names.joined(separator: ", "))]",
            "\"additionalProperties\": false",
        ]
    }

    static func braced(_ parts: [String], _ indent: String) -> String {
        guard !parts.isEmpty else { return "{}" }
        return "{\n\(parts.map { "\(indent)  \($0)" }.joined(separator: ",\n"))\n\(indent)}"
    }

    private mutating func add(_ name: StaticString, _ schema: String, _ about: StaticString) {
        self.names.append("\"\(name)\"")
        self.properties.append("\"\(name)\": {\(schema), \"description\": \"\(about)\"}")
    }

    private func nested(_ object: some AnswerObject) -> String {
        Self.braced(Self.schema(of: object, indent: self.indent + "  "), self.indent)
    }
}

extension SchemaWriter: AnswerVisitor {
    mutating func text(_ name: StaticString, _ value: String, _ about: StaticString) {
        self.add(name, "\"type\": \"string\"", about)
    }

    mutating func textOrNull(_ name: StaticString, _ value: String?, _ about: StaticString) {
        self.add(name, "\"type\": [\"string\", \"null\"]", about)
    }

    mutating func digits(_ name: StaticString, _ value: Int64, _ about: StaticString) {
        self.add(name, "\"type\": \"string\", \"pattern\": \"^[0-9]+$\"", about)
    }

    mutating func digitsOrNull(_ name: StaticString, _ value: Int64?, _ about: StaticString) {
        self.add(name, "\"type\": [\"string\", \"null\"], \"pattern\": \"^[0-9]+$\"", about)
    }

    mutating func base64(_ name: StaticString, _ value: String, _ about: StaticString) {
        self.add(name, "\"type\": \"string\", \"pattern\": \"^[A-Za-z0-9+/]*={0,2}$\"", about)
    }

    mutating func integer(_ name: StaticString, _ value: Int64, _ about: StaticString) {
        self.add(name, "\"type\": \"integer\"", about)
    }

    mutating func flag(_ name: StaticString, _ value: Bool, _ about: StaticString) {
        self.add(name, "\"type\": \"integer\", \"enum\": [0, 1]", about)
    }

    mutating func flagText(_ name: StaticString, _ value: Bool, _ about: StaticString) {
        self.add(name, "\"type\": \"string\", \"enum\": [\"0\", \"1\"]", about)
    }

    mutating func bool(_ name: StaticString, _ value: Bool, _ about: StaticString) {
        self.add(name, "\"type\": \"boolean\"", about)
    }

    mutating func null(_ name: StaticString, _ about: StaticString) {
        self.add(name, "\"type\": \"null\"", about)
    }

    mutating func texts(_ name: StaticString, _ values: [String], _ about: StaticString) {
        self.add(name, "\"type\": \"array\", \"items\": {\"type\": \"string\"}", about)
    }

    mutating func integers(_ name: StaticString, _ values: [Int64], _ about: StaticString) {
        self.add(name, "\"type\": \"array\", \"items\": {\"type\": \"integer\"}", about)
    }

    mutating func emptyList(_ name: StaticString, _ about: StaticString) {
        self.add(name, "\"type\": \"array\", \"maxItems\": 0", about)
    }

    mutating func object<Object: AnswerObject>(_ name: StaticString, _ value: Object, _ about: StaticString) {
        self.names.append("\"\(name)\"")
        self.properties.append("\"\(name)\": \(self.nested(value))")
    }

    mutating func list<Object: AnswerObject>(_ name: StaticString, _ values: [Object], _ about: StaticString) {
        self.add(name, "\"type\": \"array\", \"items\": \(self.nested(values.first ?? .example))", about)
    }

    mutating func byNumber<Object: AnswerObject>(
        _ name: StaticString,
        _ values: [(Int64, Object)],
        _ about: StaticString
    ) {
        let object = self.nested(values.first?.1 ?? .example)
        self.add(name, "\"type\": \"object\", \"patternProperties\": {\"^[0-9]+$\": \(object)}", about)
    }

    mutating func listsByNumber<Object: AnswerObject>(
        _ name: StaticString,
        _ values: [(Int64, [Object])],
        _ about: StaticString
    ) {
        let items = self.nested(values.first?.1.first ?? .example)
        let lists = "{\"type\": \"array\", \"items\": \(items)}"
        self.add(name, "\"type\": \"object\", \"patternProperties\": {\"^[0-9]+$\": \(lists)}", about)
    }
}
