import Events
import Model

/// Checks of single entries: what may be written into an event.
enum EntryCheck {
    /// Connections at once that a limit may allow; more is a slip of the keyboard.
    static let connectionsMax: Int64 = 100_000
    /// Bytes in the longest name, note or address.
    static let textSizeMax = 4_096

    static func name<Subject>(_ noun: CatalogueNoun, _ text: String) throws(AccountsError) -> NameID<Subject> {
        guard let id = NameID<Subject>(checking: text) else {
            throw .malformed(noun, text, field: "name", found: text, allowed: "1 to 64 letters, digits, - _ .")
        }
        return id
    }

    static func connections(_ noun: CatalogueNoun, _ label: String, _ number: Int64) throws(AccountsError) {
        guard (1...Self.connectionsMax).contains(number) else {
            throw .malformed(
                noun,
                label,
                field: "max_connections",
                found: "\(number)",
                allowed: "1 to \(Self.connectionsMax)"
            )
        }
    }

    /// A text for people: not too long, no control characters (they would break playlists and tables).
    static func text(_ noun: CatalogueNoun, _ label: String, _ field: String, _ text: String?) throws(AccountsError) {
        guard let text else { return }
        let isPlain = text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        guard isPlain, text.utf8.count <= Self.textSizeMax else {
            throw .malformed(
                noun,
                label,
                field: field,
                found: String(text.prefix(40)),
                allowed: "up to \(Self.textSizeMax) bytes without control characters"
            )
        }
    }

    static func keep(_ entry: ChannelEntry) throws(AccountsError) -> ChannelKeep {
        guard let keep = ChannelKeep(rawValue: entry.keep) else {
            throw .malformed(.channel, entry.label, field: "keep", found: entry.keep, allowed: "on-demand or always")
        }
        return keep
    }

    static func returns(_ entry: ChannelEntry) throws(AccountsError) -> ReturnPolicy {
        guard let returns = ReturnPolicy(rawValue: entry.returns) else {
            throw .malformed(.channel, entry.label, field: "return", found: entry.returns, allowed: "better or sticky")
        }
        return returns
    }

    /// Catch-up goes back two weeks at most, as programme guides do.
    static let keepDaysMax: Int64 = 14
    /// Less does not hold a minute of a stream.
    static let keepBytesMin: Int64 = 100_000_000

    static func archive(_ entry: ChannelEntry) throws(AccountsError) {
        guard (0...Self.keepDaysMax).contains(entry.keepDays) else {
            throw .malformed(
                .channel,
                entry.label,
                field: "keep_days",
                found: "\(entry.keepDays)",
                allowed: "0 to \(Self.keepDaysMax)"
            )
        }
        guard let bytes = entry.keepBytes, bytes < Self.keepBytesMin else { return }
        throw .malformed(
            .channel,
            entry.label,
            field: "keep_bytes",
            found: "\(bytes)",
            allowed: "\(Self.keepBytesMin) or more"
        )
    }

    /// The address of a source; never shown in the complaint, since it holds the supplier's credentials.
    static func url(_ label: String, _ url: Redacted<String>) throws(AccountsError) {
        let text = url.clear
        let isKnown = ["http://", "https://", "rtmp://"].contains {
            text.lowercased().hasPrefix($0) && text.utf8.count > $0.utf8.count
        }
        let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
        guard isKnown, isPlain, text.utf8.count <= Self.textSizeMax else {
            throw .malformed(
                .source,
                label,
                field: "url",
                found: "<not shown>",
                allowed: "an http, https or rtmp address without spaces"
            )
        }
    }

    /// The place of a channel in viewers' lists.
    static func place(_ entry: ChannelEntry) throws(AccountsError) {
        guard let number = entry.number, !(1...Int64(Int32.max)).contains(number) else { return }
        throw .malformed(
            .channel,
            entry.label,
            field: "number",
            found: "\(number)",
            allowed: "1 to \(Int32.max)"
        )
    }

    /// The address of a logo; never shown in the complaint, since it may be a supplier's.
    static func logo(_ label: String, _ url: Redacted<String>) throws(AccountsError) {
        let text = url.clear
        let isKnown = ["http://", "https://"].contains {
            text.lowercased().hasPrefix($0) && text.utf8.count > $0.utf8.count
        }
        guard isKnown, text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }), text.utf8.count <= Self.textSizeMax else {
            throw .malformed(
                .channel,
                label,
                field: "logo",
                found: "<not shown>",
                allowed: "an http or https address without spaces"
            )
        }
    }

    /// A login: printable ASCII that can stand in an address as it is.
    static func isLogin(_ text: String) -> Bool {
        let isAllowed = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"/?#%\\".utf8.contains($0) }
        return (1...128).contains(text.utf8.count) && isAllowed
    }

    static func login(_ text: String, field: String) throws(AccountsError) {
        guard Self.isLogin(text) else {
            throw .malformed(
                .credential,
                field == "password" ? "password" : text,
                field: field,
                found: field == "password" ? "<not shown>" : text,
                allowed: "1 to 128 printable ASCII characters without / ? # % \\"
            )
        }
    }

    static func time(_ entry: CredentialEntry, _ field: String, _ text: String?) throws(AccountsError) -> WallTime? {
        guard let text else { return nil }
        guard let time = WallTime(text) else {
            throw .malformed(
                .credential,
                entry.label,
                field: field,
                found: text,
                allowed: "a time such as 2026-12-31 or 2026-12-31T23:00:00Z"
            )
        }
        return time
    }
}
