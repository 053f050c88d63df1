/// Which of several entries a host name belongs to: exact names before `*.` and a parent, which stands for one label.
///
/// Pure. Names are compared without regard to the case of letters (RFC 4343). Source: RFC 6125, 6.4.3.
struct HostNames: Sendable {
    private var entries: [String: Int] = [:]

    /// The first entry that claims a name has it.
    mutating func insert(_ name: String, for index: Int) {
        let name = Self.folded(name)
        if self.entries[name] == nil { self.entries[name] = index }
    }

    func index(of host: String) -> Int? {
        let host = Self.folded(host)
        if let index = self.entries[host] { return index }
        guard let dot = host.firstIndex(of: ".") else { return nil }
        return self.entries["*" + host[dot...]]
    }

    private static func folded(_ name: String) -> String {
        let name = name.lowercased()
        // A root label may stand at the end.
        return name.hasSuffix(".") ? String(name.dropLast()) : name
    }
}
