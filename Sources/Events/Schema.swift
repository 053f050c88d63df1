import Model

/// What a field may hold, as JSON Schema says it.
package struct ValueSchema: Hashable, Sendable {
    package var type: String
    package var format: String?
    package var items: String?
    package var unit: String?
    package var words: [String] = []
    package var meaning: String?

    package init(
        type: String,
        format: String? = nil,
        items: String? = nil,
        unit: String? = nil,
        words: [String] = [],
        meaning: String? = nil
    ) {
        self.type = type
        self.format = format
        self.items = items
        self.unit = unit
        self.words = words
        self.meaning = meaning
    }
}

/// The JSON Schema of one kind of event: which fields there are, of what type and unit, and whether they may be left out.
///
/// Source: JSON Schema, draft 2020-12.
package struct EventSchema: Sendable {
    /// One field of a payload.
    package struct Field: Hashable, Sendable {
        package var name: String
        package var about: String
        package var isOptional: Bool
        package var value: ValueSchema
    }

    package let kind: Event.Kind
    package let summary: String
    package let fields: [Field]
    /// A line of this kind with every field filled in.
    package let example: String

    package init(of kind: Event.Kind) {
        self.init(of: kind, payload: kind.payload)
    }

    private init<Payload: EventPayload>(of kind: Event.Kind, payload: Payload.Type) {
        var visitor = SchemaVisitor()
        var example = Payload.example
        example.fields(&visitor)
        self.kind = kind
        self.summary = Payload.summary
        self.fields = visitor.fields
        self.example = Self.exampleLine(of: kind)
    }

    private static func exampleLine(of kind: Event.Kind) -> String {
        Envelope(
            seq: 42,
            at: WallTime(microseconds: 1_795_417_200_123_456),
            node: NodeID(rawValue: "a"),
            event: FieldReader.example(of: kind)
        ).line
    }
}

extension Event {
    /// An event of a kind with every field filled in, for documents and tests.
    package static func example(of kind: Kind) -> Event { FieldReader.example(of: kind) }
}

private struct SchemaVisitor: FieldVisitor {
    var fields: [EventSchema.Field] = []

    mutating func callAsFunction<Value: EventValue>(_ name: StaticString, _ value: inout Value, _ about: StaticString) {
        self.fields.append(.init(name: "\(name)", about: "\(about)", isOptional: false, value: Value.schema))
    }

    mutating func callAsFunction<Value: EventValue>(_ name: StaticString, _ value: inout Value?, _ about: StaticString)
    {
        self.fields.append(.init(name: "\(name)", about: "\(about)", isOptional: true, value: Value.schema))
    }
}
