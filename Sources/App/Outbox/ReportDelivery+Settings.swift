import Model
import Reports

extension ReportDelivery {
    /// Reads `reports: {deliveries: [{name: owner, directory: /srv/reports}, {name: …, mail: {…}}, {name: …, webhook: {…}}]}`.
    static func deliveries(_ section: YAMLField) throws(ConfigurationError) -> [ReportDelivery] {
        let keys = try section.mapping("deliveries")
        guard let list = keys["deliveries"], !list.isNull else { return [] }
        var deliveries: [ReportDelivery] = []
        for item in try list.list() {
            let delivery = try Self.delivery(item)
            guard !deliveries.contains(where: { $0.name == delivery.name }) else {
                throw item.complaint("two deliveries are called `\(delivery.name)`")
            }
            guard deliveries.count < Self.countMax else {
                throw item.complaint("more than \(Self.countMax) deliveries")
            }
            deliveries.append(delivery)
        }
        return deliveries
    }

    private static func delivery(_ field: YAMLField) throws(ConfigurationError) -> ReportDelivery {
        let keys = try field.mapping("name", "reports", "format", "at", "directory", "mail", "webhook")
        guard let name = keys["name"] else { throw field.complaint("a delivery needs a name") }
        guard let id = NodeID(checking: try name.text()) else {
            throw name.complaint("a delivery's name has 1 to 64 letters, digits, - _ .")
        }
        var delivery = ReportDelivery(name: id.rawValue, way: try Self.way(keys, of: field))
        if let reports = keys["reports"] {
            delivery.reports = []
            for item in try reports.list() { delivery.reports.append(try Self.one(item, ReportTool.Kind.self)) }
            guard !delivery.reports.isEmpty else { throw reports.complaint("at least one report") }
        }
        if let format = keys["format"] { delivery.format = try Self.one(format, ReportFormat.self) }
        if let at = keys["at"] {
            guard let seconds = Self.secondOfDay(try at.text()) else {
                throw at.complaint("expected a time of day such as \"07:00\", found `\(try at.text())`")
            }
            delivery.at = seconds
        }
        return delivery
    }

    private static func way(_ keys: [String: YAMLField], of field: YAMLField) throws(ConfigurationError) -> Way {
        let given = ["directory", "mail", "webhook"].compactMap { keys[$0] }
        guard given.count == 1 else { throw field.complaint("a delivery has one of directory, mail and webhook") }
        if let directory = keys["directory"] {
            guard try directory.text().hasPrefix("/") else { throw directory.complaint("expected a whole path") }
            return .directory(try directory.text())
        }
        if let mail = keys["mail"] { return .mail(try MailAccount(mail)) }
        if let webhook = keys["webhook"] { return .webhook(try Webhook(webhook)) }
        throw field.complaint("a delivery has one of directory, mail and webhook")
    }

    private static func one<Choice: CaseIterable & RawRepresentable<String>>(
        _ field: YAMLField,
        _ type: Choice.Type
    ) throws(ConfigurationError) -> Choice {
        guard let choice = Choice(rawValue: try field.text()) else {
            let allowed = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw field.complaint("found `\(try field.text())`, allowed \(allowed)")
        }
        return choice
    }

    /// Reads `07:00`.
    static func secondOfDay(_ text: String) -> Int64? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }), let hour = Int64(parts[0]),
            let minute = Int64(parts[1]), (0..<24).contains(hour), (0..<60).contains(minute)
        else { return nil }
        return hour * 3_600 + minute * 60
    }
}

extension MailAccount {
    init(_ field: YAMLField) throws(ConfigurationError) {
        let keys = try field.mapping("server", "user", "password_file", "from", "to", "tls", "ca_file")
        guard let server = keys["server"], let from = keys["from"], let to = keys["to"] else {
            throw field.complaint("mail needs server, from and to")
        }
        let address = try server.text()
        guard address.hasPrefix("smtp://") || address.hasPrefix("smtps://"), !address.contains("@") else {
            throw server.complaint("expected smtp://host:port or smtps://host:port, without a user")
        }
        self.init(server: address, from: try Self.mailbox(from), to: [])
        for item in try to.list() { self.to.append(try Self.mailbox(item)) }
        guard (1...Self.recipientsMax).contains(self.to.count) else {
            throw to.complaint("1 to \(Self.recipientsMax) recipients")
        }
        self.user = try keys["user"]?.text()
        self.passwordFile = try keys["password_file"]?.text()
        self.authorityFile = try keys["ca_file"]?.text()
        if let tls = keys["tls"] { self.isEncrypted = try tls.bool() }
        guard (self.user == nil) == (self.passwordFile == nil) else {
            throw field.complaint("user and password_file go together")
        }
        guard self.user == nil || self.isEncrypted || address.hasPrefix("smtps://") else {
            throw field.complaint("a password is not sent without tls")
        }
    }

    /// An address as mail servers take it: nothing that could end a line or a command.
    private static func mailbox(_ field: YAMLField) throws(ConfigurationError) -> String {
        let text = try field.text()
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        let isPlain = text.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"<>\",;:()[]\\".utf8.contains($0) }
        // RFC 5321, 4.5.3.1.3: a path has at most 256 octets, brackets included.
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }), isPlain, text.utf8.count <= 254 else {
            throw field.complaint("expected an address such as owner@example.net, found `\(text)`")
        }
        return text
    }
}

extension Webhook {
    init(_ field: YAMLField) throws(ConfigurationError) {
        let keys = try field.mapping("url", "token_file")
        guard let url = keys["url"] else { throw field.complaint("a webhook needs a url") }
        let address = try url.text()
        guard address.hasPrefix("http://") || address.hasPrefix("https://") else {
            throw url.complaint("expected an http or https address")
        }
        self.init(url: address, tokenFile: try keys["token_file"]?.text())
    }
}
