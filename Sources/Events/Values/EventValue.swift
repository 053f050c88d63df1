package import Model

/// A type that a field of an event may have.
package protocol EventValue: Sendable {
    /// Its JSON Schema, without the braces' description, and its unit if it has one.
    static var schema: ValueSchema { get }
    func write(to writer: inout JSONWriter)
    /// Reads the value; `nil` when the JSON is of another kind or out of range.
    init?(_ json: JSONValue)
}

extension Int64: EventValue {
    package static var schema: ValueSchema { .init(type: "integer") }
    package func write(to writer: inout JSONWriter) { writer.integer(self) }
    package init?(_ json: JSONValue) {
        guard let value = json.integer else { return nil }
        self = value
    }
}

extension Bool: EventValue {
    package static var schema: ValueSchema { .init(type: "boolean") }
    package func write(to writer: inout JSONWriter) { writer.bool(self) }
    package init?(_ json: JSONValue) {
        guard let value = json.bool else { return nil }
        self = value
    }
}

extension String: EventValue {
    package static var schema: ValueSchema { .init(type: "string") }
    package func write(to writer: inout JSONWriter) { writer.string(self) }
    package init?(_ json: JSONValue) {
        guard let value = json.string else { return nil }
        self = value
    }
}

extension WallTime: EventValue {
    package static var schema: ValueSchema { .init(type: "string", format: "date-time") }
    package func write(to writer: inout JSONWriter) { writer.time(self) }
    package init?(_ json: JSONValue) {
        guard let value = json.time else { return nil }
        self = value
    }
}

extension NumberID: EventValue {
    package static var schema: ValueSchema { .init(type: "integer", meaning: "\(Subject.subjectName) number") }
    package func write(to writer: inout JSONWriter) { writer.integer(self.rawValue) }
    package init?(_ json: JSONValue) {
        guard let value = json.integer else { return nil }
        self.init(value)
    }
}

extension NameID: EventValue {
    package static var schema: ValueSchema { .init(type: "string", meaning: "\(Subject.subjectName) name") }
    package func write(to writer: inout JSONWriter) { writer.string(self.rawValue) }
    package init?(_ json: JSONValue) {
        guard let value = json.string else { return nil }
        self.init(rawValue: value)
    }
}

extension Array: EventValue where Element: EventValue {
    package static var schema: ValueSchema { .init(type: "array", items: Element.schema.type) }
    package func write(to writer: inout JSONWriter) {
        writer.array(self) { $0.write(to: &$1) }
    }
    package init?(_ json: JSONValue) {
        guard let elements = json.elements else { return nil }
        var values: [Element] = []
        values.reserveCapacity(elements.count)
        for element in elements {
            guard let value = Element(element) else { return nil }
            values.append(value)
        }
        self = values
    }
}

/// A measured number: its schema says the unit.
package protocol UnitValue: EventValue, RawRepresentable where RawValue == Int64 {
    static var unit: String { get }
}

extension UnitValue {
    package static var schema: ValueSchema { .init(type: "integer", unit: Self.unit) }
    package func write(to writer: inout JSONWriter) { writer.integer(self.rawValue) }
    package init?(_ json: JSONValue) {
        guard let value = json.integer else { return nil }
        self.init(rawValue: value)
    }
}

extension Milliseconds: UnitValue { package static var unit: String { "ms" } }
extension ByteCount: UnitValue { package static var unit: String { "byte" } }
extension Cents: UnitValue { package static var unit: String { "1/100 of the currency" } }

/// One of a few words; its schema lists them.
package protocol WordValue: EventValue, RawRepresentable, CaseIterable where RawValue == String {}

extension WordValue {
    package static var schema: ValueSchema { .init(type: "string", words: Self.allCases.map(\.rawValue)) }
    package func write(to writer: inout JSONWriter) { writer.string(self.rawValue) }
    package init?(_ json: JSONValue) {
        guard let value = json.string else { return nil }
        self.init(rawValue: value)
    }
}

extension ChannelKeep: WordValue {}
extension ReturnPolicy: WordValue {}
extension OutputKind: WordValue {}
extension PatchVisibility: WordValue {}
