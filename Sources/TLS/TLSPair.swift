/// A certificate with its key, and the name it is shown for.
package struct TLSPair: Hashable, Sendable {
    /// A host name, or `*.` and one: shown to who asks for it; `nil` for the names of the certificate itself.
    package var name: String?
    /// Path of a PEM file: the certificate, and behind it those that lead to a known authority.
    package var certificate: String
    /// Path of a PEM file.
    package var key: String

    package init(name: String? = nil, certificate: String, key: String) {
        self.name = name
        self.certificate = certificate
        self.key = key
    }
}
