/// What one kind of event says.
///
/// A payload is a struct whose declaration is the only place its fields are named: the log's writer and reader, the
/// JSON Schema and the documents are visitors of ``fields(_:)``.
package protocol EventPayload: Hashable, Sendable {
    /// What happened, as a sentence for people.
    static var summary: String { get }
    /// An instance with every field filled in; serves golden tests, documents and schemas.
    static var example: Self { get }
    /// What the event is about; `nil` for the node that recorded it.
    var subject: EventStream? { get }
    /// Names every field once, in the order in which they stand in a line.
    mutating func fields(_ visit: inout some FieldVisitor)
}

/// Something that goes through the fields of a payload: writes them, reads them, or describes them.
package protocol FieldVisitor {
    /// A field that every line carries; `about` describes it in a few words.
    mutating func callAsFunction<Value: EventValue>(_ name: StaticString, _ value: inout Value, _ about: StaticString)
    /// A field that a line may leave out.
    mutating func callAsFunction<Value: EventValue>(_ name: StaticString, _ value: inout Value?, _ about: StaticString)
}
