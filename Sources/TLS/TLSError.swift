/// Why a certificate and its key can't be used: which file, and what is wrong.
package struct TLSError: Error, Hashable, Sendable, CustomStringConvertible {
    package var path: String
    package var reason: String

    package init(path: String, reason: String) {
        self.path = path
        self.reason = reason
    }

    package var description: String { "\(self.path): \(self.reason)" }
}
