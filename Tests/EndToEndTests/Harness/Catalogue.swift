/// The text of a catalogue file, from what a test wants to say.
struct Catalogue {
    /// A channel, its sources in order.
    struct Entry {
        var id: Int
        var sources: [(supplier: String, url: String)]
        var keep = "on-demand"
    }

    var suppliers: [(name: String, maxConnections: Int)] = [("alpha", 16)]
    var channels: [Entry] = []
    /// Connections of the one plan.
    var planConnections = 32
    /// What a start beyond the limit does, where the plan says so.
    var onLimit: String?
    /// The language of every customer, where it is said.
    var language: String?
    /// Further keys of the plan, such as its locks.
    var planTerms = ""
    /// User names; the password of each is `pass-` and the name.
    var users: [String] = ["ada"]

    /// A channel from one source of the first supplier.
    static func channel(_ id: Int, _ url: String, keep: String = "on-demand") -> Entry {
        Entry(id: id, sources: [("alpha", url)], keep: keep)
    }

    var text: String {
        var lines = ["suppliers:"]
        lines += self.suppliers.map {
            "  - {name: \($0.name), max_connections: \($0.maxConnections), private_network: true}"
        }
        lines.append("channels:")
        for channel in self.channels {
            let sources = channel.sources.map { "{supplier: \($0.supplier), url: \"\($0.url)\"}" }
            lines.append(
                "  - {id: \(channel.id), name: Channel \(channel.id), category: News, keep: \(channel.keep), sources: [\(sources.joined(separator: ", "))]}"
            )
        }
        let onLimit = self.onLimit.map { ", on_limit: \($0)" } ?? ""
        let terms = onLimit + (self.planTerms.isEmpty ? "" : ", \(self.planTerms)")
        lines += ["plans:", "  - {name: basic, max_connections: \(self.planConnections), price_month: 9.99\(terms)}"]
        let language = self.language.map { "language: \($0), " } ?? ""
        lines.append("customers:")
        lines += self.users.enumerated().map { index, user in
            "  - {id: c\(index + 1), name: Customer \(user), plan: basic, \(language)credentials: [{username: \(user), password: pass-\(user)}]}"
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
