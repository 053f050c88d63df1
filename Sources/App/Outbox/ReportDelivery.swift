package import Reports

/// Weekly reports that are sent by themselves: which, to whom, and how.
package struct ReportDelivery: Hashable, Sendable {
    /// Deliveries of one service.
    package static let countMax = 20
    /// Seconds after Monday's midnight from which the last week's reports are sent.
    package static let atDefault: Int64 = 7 * 3_600

    /// How it gets there.
    package enum Way: Hashable, Sendable {
        /// Into a directory, a file for each report and week.
        case directory(String)
        case mail(MailAccount)
        case webhook(Webhook)

        /// As events name it.
        package var word: String {
            switch self {
            case .directory: "directory"
            case .mail: "mail"
            case .webhook: "webhook"
            }
        }
    }

    /// Under which events and lists name it.
    package var name: String
    package var reports: [ReportTool.Kind] = [.sharing, .refundRisk, .stability]
    package var format = ReportFormat.html
    /// Seconds after Monday's midnight on the operator's clock.
    package var at = Self.atDefault
    package var way: Way

    package init(name: String, way: Way) {
        self.name = name
        self.way = way
    }
}

/// An operator's mail server, who sends, and who gets the mail.
package struct MailAccount: Hashable, Sendable {
    /// People who get one delivery.
    package static let recipientsMax = 50

    /// `smtp://host:port`, which goes over to TLS, or `smtps://host:port`.
    package var server: String
    package var user: String?
    /// The file that holds the password, read at each sending.
    package var passwordFile: String?
    package var from: String
    package var to: [String]
    /// Whether the connection must be encrypted before anything is said.
    package var isEncrypted = true
    /// Certificates, in PEM, that the server's is checked by; those of the system when `nil`.
    package var authorityFile: String?

    package init(server: String, from: String, to: [String]) {
        self.server = server
        self.from = from
        self.to = to
    }
}

/// An address that reports are posted to.
package struct Webhook: Hashable, Sendable {
    /// May hold a secret.
    package var url: String
    /// The file that holds a token for `Authorization: Bearer`, read at each sending.
    package var tokenFile: String?

    package init(url: String, tokenFile: String? = nil) {
        self.url = url
        self.tokenFile = tokenFile
    }
}
