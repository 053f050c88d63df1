/// A remote procedure call, or the answer to one.
///
/// Source: Adobe's RTMP specification 1.0, 7.1.1 and 7.2 (command messages).
package struct Command: Hashable, Sendable {
    /// The procedure, or `_result`, `_error`, `onStatus`.
    package var name: String
    /// Pairs an answer with its call; 0 wants no answer.
    package var transaction: Double
    /// The command object, often null, and the arguments.
    package var arguments: [AMF0Value]

    package init(_ name: String, transaction: Double = 0, _ arguments: [AMF0Value] = [.null]) {
        self.name = name
        self.transaction = transaction
        self.arguments = arguments
    }

    /// Reads the payload from an offset; `nil` without name and number.
    ///
    /// Arguments after one that can't be read are left out: servers append values of their own.
    init?(parsing payload: [UInt8], from offset: Int = 0) {
        var values = AMF0Reader(payload, from: offset)
        guard let name = try? values.next()?.string, let transaction = try? values.next()?.number else { return nil }
        self.init(name, transaction: transaction, values.readable())
    }

    /// The payload.
    var bytes: [UInt8] {
        ([.string(self.name), .number(self.transaction)] + self.arguments).flatMap(\.bytes)
    }

    /// The first argument that has named values and a `code`: what a status is about.
    var information: AMF0Value? {
        self.arguments.first { $0["code"] != nil }
    }
}
