/// An object of the player API, whose declaration is the only place its fields are named.
///
/// The JSON that apps read and the JSON Schema are visitors of ``fields(_:)``.
package protocol AnswerObject: Sendable {
    /// An instance with every field filled in; serves golden tests and schemas.
    static var example: Self { get }
    /// Names every field once, in the order in which apps see them.
    func fields(_ visit: inout some AnswerVisitor)
}

/// Something that goes through the fields of an object: writes them or describes them.
///
/// A method is a JSON type as apps expect it: what looks like a number is often a string here, and apps that parse
/// strictly crash on the other.
package protocol AnswerVisitor {
    /// A string.
    mutating func text(_ name: StaticString, _ value: String, _ about: StaticString)
    /// A string or null.
    mutating func textOrNull(_ name: StaticString, _ value: String?, _ about: StaticString)
    /// A string that is a whole number.
    mutating func digits(_ name: StaticString, _ value: Int64, _ about: StaticString)
    /// A string that is a whole number, or null.
    mutating func digitsOrNull(_ name: StaticString, _ value: Int64?, _ about: StaticString)
    /// A string that is padded base64 of UTF-8.
    mutating func base64(_ name: StaticString, _ value: String, _ about: StaticString)
    /// A whole number.
    mutating func integer(_ name: StaticString, _ value: Int64, _ about: StaticString)
    /// A whole number that is 0 or 1.
    mutating func flag(_ name: StaticString, _ value: Bool, _ about: StaticString)
    /// A string that is 0 or 1.
    mutating func flagText(_ name: StaticString, _ value: Bool, _ about: StaticString)
    /// true or false.
    mutating func bool(_ name: StaticString, _ value: Bool, _ about: StaticString)
    /// null and nothing else.
    mutating func null(_ name: StaticString, _ about: StaticString)
    /// An array of strings.
    mutating func texts(_ name: StaticString, _ values: [String], _ about: StaticString)
    /// An array of whole numbers.
    mutating func integers(_ name: StaticString, _ values: [Int64], _ about: StaticString)
    /// An array that is always empty.
    mutating func emptyList(_ name: StaticString, _ about: StaticString)
    mutating func object<Object: AnswerObject>(_ name: StaticString, _ value: Object, _ about: StaticString)
    mutating func list<Object: AnswerObject>(_ name: StaticString, _ values: [Object], _ about: StaticString)
    /// An object whose keys are numbers of channels.
    mutating func byNumber<Object: AnswerObject>(
        _ name: StaticString,
        _ values: [(Int64, Object)],
        _ about: StaticString
    )
    /// An object of arrays whose keys are numbers of channels.
    mutating func listsByNumber<Object: AnswerObject>(
        _ name: StaticString,
        _ values: [(Int64, [Object])],
        _ about: StaticString
    )
}
