/// A secret that can be used but not printed: a supplier's address, a password, a token.
///
/// Interpolation, `print`, `dump` and loggers show `<redacted>`; only ``clear`` gives the value.
package struct Redacted<Value: Hashable & Sendable>: Hashable, Sendable {
    /// The secret itself.
    ///
    /// Handed to what needs it (a socket, a hash), never to a message.
    package var clear: Value

    package init(_ clear: Value) {
        self.clear = clear
    }
}

extension Redacted: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<redacted>" }
    package var debugDescription: String { "<redacted>" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
