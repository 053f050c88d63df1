import Foundation
package import Accounts
package import Model

/// A supplier's list that is to be brought into the catalogue.
package struct ImportRequest: Codable, Sendable {
    package enum Origin: Codable, Sendable {
        /// A file that was read already, and what of it is no channel.
        case entries([ImportEntry], notes: ImportNotes)
        /// An M3U list.
        case list(url: Redacted<String>)
        /// A panel with the Xtream player API.
        case panel(PanelLogin, isHLS: Bool)

        /// An M3U list at an address.
        package static func list(at address: String) -> Self { .list(url: Redacted(address)) }
    }

    package var supplier: String
    package var origin: Origin
    package var options: ImportOptions
    /// Says what would be done, and does nothing.
    package var dryRun: Bool

    package init(supplier: String, origin: Origin, options: ImportOptions, dryRun: Bool) {
        self.supplier = supplier
        self.origin = origin
        self.options = options
        self.dryRun = dryRun
    }
}

/// What a list has that is no channel, for people to read.
package struct ImportNotes: Codable, Hashable, Sendable {
    /// Films and episodes.
    package var recordings = 0
    /// Entries that could not be read.
    package var broken = 0
    /// Lines about the supplier's account.
    package var account: [String] = []

    package init() {}
}

/// Where a panel is and who one is there.
package struct PanelLogin: Codable, Hashable, Sendable {
    /// `http://host:port`.
    package var base: Redacted<String>
    package var username: Redacted<String>
    package var password: Redacted<String>

    /// Takes any address of the panel; name and password may stand in its query, as in that of a list.
    package init(url: String, username: String?, password: String?) throws(PanelError) {
        guard let separator = url.firstRange(of: "://"), ["http", "https"].contains(url[..<separator.lowerBound]) else {
            throw .noAddress
        }
        let authority = url[separator.upperBound...].prefix { $0 != "/" && $0 != "?" }
        let query = url[authority.endIndex...].split(separator: "?", maxSplits: 1).dropFirst().first ?? ""
        guard !authority.isEmpty else { throw .noAddress }
        self.base = Redacted(String(url[..<authority.endIndex]))
        guard let username = username ?? Self.parameter("username", in: query),
            let password = password ?? Self.parameter("password", in: query)
        else { throw .noLogin }
        self.username = Redacted(username)
        self.password = Redacted(password)
    }

    init(base: Redacted<String>, username: Redacted<String>, password: Redacted<String>) {
        self.base = base
        self.username = username
        self.password = password
    }

    private static func parameter(_ name: String, in query: Substring) -> String? {
        query.split(separator: "&").first { $0.hasPrefix("\(name)=") }
            .flatMap { String($0.dropFirst(name.count + 1)).removingPercentEncoding }
    }

    /// The address of a question to the panel.
    func question(_ action: String?) -> Redacted<String> {
        let login = "username=\(Self.encoded(self.username))&password=\(Self.encoded(self.password))"
        let action = action.map { "&action=\($0)" } ?? ""
        return Redacted("\(self.base.clear)/player_api.php?\(login)\(action)")
    }

    /// The address of a stream.
    func stream(_ id: Int64, isHLS: Bool) -> Redacted<String> {
        let folder = "\(Self.encoded(self.username))/\(Self.encoded(self.password))"
        return Redacted("\(self.base.clear)/live/\(folder)/\(id).\(isHLS ? "m3u8" : "ts")")
    }

    private static func encoded(_ text: Redacted<String>) -> String {
        text.clear.addingPercentEncoding(withAllowedCharacters: .panelText) ?? ""
    }
}

extension CharacterSet {
    /// What stands in addresses as it is: RFC 3986, 2.3.
    fileprivate static let panelText = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
    )
}

/// Why a panel can't be read.
package enum PanelError: Error, Hashable, Sendable, CustomStringConvertible {
    case noAddress
    case noLogin
    case refused
    case notAPanel

    package var description: String {
        switch self {
        case .noAddress: "expected the panel's address, such as http://supplier.example:8080"
        case .noLogin: "the panel's username and password are missing: give --username and --password"
        case .refused: "the panel refuses this username and password"
        case .notAPanel: "what answers there is not a panel: its answer can't be read"
        }
    }
}
