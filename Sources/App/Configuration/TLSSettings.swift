import TLS

extension TLSPair {
    /// Reads one entry of `tls`.
    init(_ field: YAMLField) throws(ConfigurationError) {
        let keys = try field.mapping("name", "certificate", "key")
        guard let certificate = keys["certificate"], let key = keys["key"] else {
            throw field.complaint("a certificate needs both `certificate` and `key`, paths of PEM files")
        }
        let name = try keys["name"]?.text()
        if let name, let given = keys["name"], !Self.isHostName(name) {
            throw given.complaint("expected a host name such as tv.example or *.tv.example, found `\(name)`")
        }
        self.init(name: name, certificate: try certificate.text(), key: try key.text())
    }

    /// Letters, digits, `-` and dots (RFC 1123, 2.1); `*.` may stand before.
    private static func isHostName(_ text: String) -> Bool {
        let name = text.hasPrefix("*.") ? text.dropFirst(2) : text[...]
        return (1...253).contains(name.utf8.count)
            && name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
                (1...63).contains(label.utf8.count)
                    && label.utf8.allSatisfy { byte in
                        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == 0x2D
                    }
            }
    }
}

/// The `tls` section: one pair, or a list of them.
enum TLSSettings {
    /// Certificates of one service; each is a brand.
    static let countMax = 256

    static func read(_ section: YAMLField) throws(ConfigurationError) -> [TLSPair] {
        guard !section.isNull else { return [] }
        guard section.isList else { return [try TLSPair(section)] }
        let list = try section.list()
        guard list.count <= Self.countMax else {
            throw section.complaint("found \(list.count) certificates, allowed \(Self.countMax)")
        }
        var pairs: [TLSPair] = []
        for field in list { pairs.append(try TLSPair(field)) }
        return pairs
    }
}
