import Accounts
import Foundation
import HLS
import Ingest
import Model
import NIOCore
import Projections
import Synchronization

/// Reads a supplier's panel: its account, its categories, its channels.
struct PanelReader: Sendable {
    /// Bytes of the account and of the categories.
    private static let smallSizeMax = 4 << 20

    let login: PanelLogin
    let isHLS: Bool
    let allowsPrivateNetwork: Bool
    let fetcher: Fetcher
    /// With whose name and password addresses of streams are written, where not with that of the reader.
    var addressLogin: PanelLogin?
    /// One answer, whole.
    var totalMilliseconds = 300_000

    func account() async throws -> PanelAccount {
        let bytes = try await self.fetcher.whole(self.request(nil, Self.smallSizeMax))
        guard let object = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any],
            let account = PanelAccount(object)
        else { throw PanelError.notAPanel }
        guard account.isKnown else { throw PanelError.refused }
        return account
    }

    func entries() async throws -> (entries: [ImportEntry], broken: Int) {
        let categories = try await self.categories()
        let box = Collected()
        try await self.fetcher.fetch(self.request("get_live_streams", ChannelListReader.sizeMax)) { piece in
            box.value.withLock { state in
                var found: [[UInt8]] = []
                state.stream.read(piece.readableBytesUInt8Span) { found.append($0) }
                for object in found {
                    if let entry = self.entry(object, categories) {
                        state.entries.append(entry)
                    } else {
                        state.broken += 1
                    }
                }
            }
        }
        return box.value.withLock { ($0.entries, $0.broken + $0.stream.tooLong) }
    }

    private func categories() async throws -> [String: String] {
        let bytes = try await self.fetcher.whole(self.request("get_live_categories", Self.smallSizeMax))
        guard let rows = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [[String: Any]] else { return [:] }
        let pairs = rows.compactMap { row -> (String, String)? in
            guard let id = PanelValue.text(row["category_id"]), let name = PanelValue.text(row["category_name"]) else {
                return nil
            }
            return (id, ImportText.clean(name))
        }
        return Dictionary(pairs) { first, _ in first }
    }

    private func entry(_ object: [UInt8], _ categories: [String: String]) -> ImportEntry? {
        guard let row = try? JSONSerialization.jsonObject(with: Data(object)) as? [String: Any],
            let id = PanelValue.number(row["stream_id"]), let name = PanelValue.text(row["name"])
        else { return nil }
        return ImportEntry(
            name: ImportText.clean(name),
            url: (self.addressLogin ?? self.login).stream(id, isHLS: self.isHLS),
            key: "stream \(id)",
            category: PanelValue.text(row["category_id"]).flatMap { categories[$0] },
            logo: PanelValue.text(row["stream_icon"]).flatMap { $0.isEmpty ? nil : Redacted($0) },
            epg: PanelValue.text(row["epg_channel_id"]).map(ImportText.clean).flatMap { $0.isEmpty ? nil : $0 }
        )
    }

    private func request(_ action: String?, _ bytesMax: Int) -> Fetcher.Request {
        Fetcher.Request(
            url: self.login.question(action),
            allowsPrivateNetwork: self.allowsPrivateNetwork,
            bytesMax: bytesMax,
            totalMilliseconds: self.totalMilliseconds
        )
    }

    private final class Collected: Sendable {
        struct State {
            var stream = JSONObjectStream()
            var entries: [ImportEntry] = []
            var broken = 0
        }

        let value = Mutex(State())
    }
}

/// What a panel says of the account that one has there; apps' strictness is not ours: every type is taken.
struct PanelAccount: Hashable, Sendable {
    var isKnown: Bool
    var status: String
    var maxConnections: Int64?
    var activeConnections: Int64?
    /// `nil` for never.
    var expires: WallTime?

    init?(_ answer: [String: Any]) {
        guard let user = answer["user_info"] as? [String: Any] else { return nil }
        self.isKnown = PanelValue.number(user["auth"]) != 0
        self.status = ImportText.clean(PanelValue.text(user["status"]) ?? "")
        self.maxConnections = PanelValue.number(user["max_connections"])
        self.activeConnections = PanelValue.number(user["active_cons"])
        self.expires = PanelValue.number(user["exp_date"]).map { WallTime(seconds: min(max($0, 0), 253_402_300_799)) }
    }

    /// For people to read.
    var lines: [String] {
        var line = "the account is \(self.status.isEmpty ? "known" : self.status)"
        if let expires = self.expires { line += ", until \(expires)" }
        if let most = self.maxConnections { line += "; \(self.activeConnections ?? 0) of \(most) connections in use" }
        return [line]
    }

    /// Days before the end of an account from which on it is warned of.
    private static let warningDays: Int64 = 14

    /// What an operator should do something about.
    func warnings(_ supplier: SupplierRow, configured: Int64?, now: WallTime) -> [String] {
        var lines: [String] = []
        if let expires = self.expires {
            let days = (expires.seconds - now.seconds) / 86_400
            if expires <= now {
                lines.append("warning: the account has expired")
            } else if days < Self.warningDays {
                lines.append("warning: the account expires in \(days) days")
            }
        }
        if let most = self.maxConnections, most > 0, configured == nil, most != supplier.maxConnections {
            lines.append(
                "warning: the panel allows \(most) connections, the supplier is set to \(supplier.maxConnections): baton supplier change \(supplier.supplier) --max-connections \(most)"
            )
        }
        return lines
    }
}

/// Values of panels' JSON, whose types vary.
enum PanelValue {
    static func text(_ value: Any?) -> String? {
        switch value {
        case let text as String: text
        case let number as NSNumber: number.stringValue
        default: nil
        }
    }

    static func number(_ value: Any?) -> Int64? { Self.text(value).flatMap { Int64($0) } }
}

/// Texts of suppliers.
enum ImportText {
    /// Bytes that a catalogue takes.
    private static let sizeMax = 4_096

    /// Without control characters and spaces around, cut at a character.
    static func clean(_ text: String) -> String {
        let scalars = text.unicodeScalars.filter { $0.properties.generalCategory != .control }
        var text = String(String.UnicodeScalarView(scalars)).trimmingCharacters(in: .whitespaces)
        while text.utf8.count > Self.sizeMax { text.unicodeScalars.removeLast() }
        return text
    }
}
