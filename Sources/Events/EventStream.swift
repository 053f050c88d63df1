package import Model

/// The thing whose history an event belongs to: `credential/7`, `supplier/alpha`.
package enum EventStream: Hashable, Sendable {
    case number(StaticName, Int64)
    case name(StaticName, String)

    /// The word before the slash; wraps a `StaticString` so that it can be compared.
    package struct StaticName: Hashable, Sendable {
        let text: String

        package init(_ text: String) {
            self.text = text
        }
    }
}

extension EventStream: CustomStringConvertible {
    package var description: String {
        switch self {
        case .number(let kind, let number): "\(kind.text)/\(number)"
        case .name(let kind, let name): "\(kind.text)/\(name)"
        }
    }
}

extension NumberID {
    /// The event stream of the thing with this number.
    package var stream: EventStream { .number(.init(Subject.subjectName), self.rawValue) }
}

extension NameID {
    /// The event stream of the thing with this name.
    package var stream: EventStream { .name(.init(Subject.subjectName), self.rawValue) }
}
