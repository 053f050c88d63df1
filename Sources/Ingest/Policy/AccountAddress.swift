package import Model

/// Who one is at a supplier; prints as `<redacted>`.
package struct AccountLogin: Hashable, Sendable {
    package var username: Redacted<String>
    package var password: Redacted<String>

    package init(username: Redacted<String>, password: Redacted<String>) {
        self.username = username
        self.password = password
    }
}

/// Addresses of suppliers that have a login in them, in the forms that panels use.
///
/// `/live/USER/PASSWORD/ID.ts`, `/USER/PASSWORD/ID`, `?username=USER&password=PASSWORD`, and `USER:PASSWORD@host`.
package enum AccountAddress {
    /// The same address for another account; as it is where no login is found in it.
    package static func replacing(_ url: Redacted<String>, with login: AccountLogin) -> Redacted<String> {
        guard let parts = Parts(url.clear) else { return url }
        let (user, word) = (Self.encoded(login.username.clear), Self.encoded(login.password.clear))
        var path = parts.path
        if let first = parts.loginSegment {
            path[first] = Substring(user)
            path[first + 1] = Substring(word)
            return Redacted(parts.joined(authority: parts.authority, path: path, query: parts.query))
        }
        if parts.hasLoginQuery {
            let query = parts.query.map { field in
                switch Parts.name(of: field) {
                case "username": Substring("username=\(user)")
                case "password": Substring("password=\(word)")
                default: field
                }
            }
            return Redacted(parts.joined(authority: parts.authority, path: path, query: query))
        }
        guard parts.authority.contains("@") else { return url }
        let authority = Substring("\(user):\(word)@") + parts.host
        return Redacted(parts.joined(authority: authority, path: path, query: parts.query))
    }

    /// Where the panel of such an address is: `http://host:port`; `nil` for an address of another form.
    package static func panel(of url: Redacted<String>) -> Redacted<String>? {
        guard let parts = Parts(url.clear), parts.scheme == "http" || parts.scheme == "https",
            parts.loginSegment != nil || parts.hasLoginQuery
        else { return nil }
        return Redacted("\(parts.scheme)://\(parts.host)")
    }

    /// Everything but RFC 3986's unreserved characters (2.3) as percent signs.
    private static func encoded(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            let scalar = Unicode.Scalar(byte)
            let isPlain =
                byte < 0x80
                && (scalar.properties.isAlphabetic || (0x30...0x39).contains(byte) || "-._~".utf8.contains(byte))
            if isPlain {
                encoded.unicodeScalars.append(scalar)
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return encoded
    }
}

/// An address taken apart as far as it has to be.
private struct Parts {
    var scheme: String
    var authority: Substring
    /// What stands between slashes, the emptiness before the first one left out.
    var path: [Substring]
    /// What stands between `&`; empty without a `?`.
    var query: [Substring]

    init?(_ url: String) {
        let text = url.prefix { $0 != "#" }
        guard let separator = text.firstRange(of: "://") else { return nil }
        self.scheme = text[..<separator.lowerBound].lowercased()
        let rest = text[separator.upperBound...]
        self.authority = rest.prefix { $0 != "/" && $0 != "?" }
        let target = rest[self.authority.endIndex...]
        let path = target.prefix { $0 != "?" }
        self.path = path.isEmpty ? [] : path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        let query = target[path.endIndex...]
        self.query = query.isEmpty ? [] : query.dropFirst().split(separator: "&", omittingEmptySubsequences: false)
    }

    /// The authority without a login.
    var host: Substring {
        self.authority.lastIndex(of: "@").map { self.authority[self.authority.index(after: $0)...] } ?? self.authority
    }

    /// Which part of the path is the username; the next one is the password.
    var loginSegment: Int? {
        guard let last = self.path.last, self.path.allSatisfy({ !$0.isEmpty }) else { return nil }
        if self.path.count == 4, self.path[0] == "live" { return 1 }
        let digits = last.prefix { $0.isASCII && $0.isNumber }
        guard self.path.count == 3, !digits.isEmpty, ["", ".ts", ".m3u8"].contains(last[digits.endIndex...]) else {
            return nil
        }
        return 0
    }

    var hasLoginQuery: Bool {
        let names = self.query.map(Self.name)
        return names.contains("username") && names.contains("password")
    }

    static func name(of field: Substring) -> Substring { field.prefix { $0 != "=" } }

    func joined(authority: Substring, path: [Substring], query: [Substring]) -> String {
        var text = "\(self.scheme)://\(authority)"
        if !path.isEmpty { text += "/" + path.joined(separator: "/") }
        if !query.isEmpty { text += "?" + query.joined(separator: "&") }
        return text
    }
}
