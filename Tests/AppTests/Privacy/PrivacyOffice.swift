import Accounts
import EventLog
import Events
import Foundation
import Ledger
import Model
import Projections
import Synchronization
import TestSupport
import Vault

@testable import App

/// A data directory with people in it, and the clock by which they watch; nothing else runs.
final class PrivacyOffice: Sendable {
    /// A Monday, 10:00 UTC.
    static let start = WallTime(seconds: 1_795_428_000)
    static let weekMs: Int64 = 7 * 86_400_000

    let directory: DataDirectory
    let vault: Vault
    let ledger: Ledger
    let administrator: Administrator
    let admission: LedgerAdmission
    private let time: TestTime

    /// What may be found of Ada nowhere when she is erased.
    static let canaries = [
        "AdaCnryName", "notesCnry owes nothing", "userCnry1", "userCnry2", "203.0.113.77", "198.51.100.91",
        "2001:db8:77:1:a:b:c:d", "192.0.2.128/25", "SmartTVCnry/7.1", "PhoneCnry/3.0", "mac-canary-0042",
        "refundCnry of her brother", "excuseCnry", "pauseCnry",
    ]

    init() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "privacy-\(UUID().uuidString)").path
        self.directory = DataDirectory(path: path)
        try self.directory.create()
        let time = TestTime()
        self.time = time
        self.vault = try Vault(keyFile: KeyFile(path: self.directory.keyFile), storePath: self.directory.keyStore)
        var configuration = Ledger.Configuration(directory: path, node: NodeID(rawValue: "a"), version: "test")
        configuration.clocks = time.clocks
        configuration.timezone = "UTC"
        self.ledger = try Ledger(configuration)
        let passwords = Passwords(ledger: self.ledger, vault: self.vault)
        self.administrator = Administrator(ledger: self.ledger, passwords: passwords, directory: self.directory)
        self.admission = LedgerAdmission(ledger: self.ledger, vault: self.vault, passwords: passwords)
    }

    deinit {
        self.ledger.stop()
        try? FileManager.default.removeItem(atPath: self.directory.path)
        try? FileManager.default.removeItem(atPath: self.directory.keyFile)
    }

    var now: WallTime { self.time.now }

    func advance(milliseconds: Int64) { self.time.advance(milliseconds: milliseconds) }

    func ask(_ request: AdminRequest) async throws -> AdminAnswer {
        let answer = await self.administrator.answer(request)
        if let error = answer.error { throw Refused(error: error) }
        return answer
    }

    struct Refused: Error, Hashable {
        var error: String
    }

    /// Ada with all that can be told of a person, and two others.
    func populate() async throws {
        var catalogue = Catalogue()
        catalogue.channels = [ChannelEntry(id: 101, name: "News One"), ChannelEntry(id: 102, name: "Sport Two")]
        catalogue.plans = [PlanEntry(name: "basic", maxConnections: 2, priceMonthCents: 999)]
        var line = CredentialEntry(username: "userCnry1", password: Redacted("wordCnry1"))
        line.terms.locks.addresses = ["192.0.2.128/25", "203.0.113.0/24", "198.51.100.0/24", "2001:db8::/32"]
        var ada = CustomerEntry(
            id: "c-ada",
            name: "AdaCnryName",
            plan: "basic",
            credentials: [line, CredentialEntry(username: "userCnry2", password: Redacted("wordCnry2"))]
        )
        ada.notes = "notesCnry owes nothing"
        let others = ["ben", "cleo"].map { name in
            CustomerEntry(
                id: "c-\(name)",
                name: "Name of \(name)",
                plan: "basic",
                credentials: [CredentialEntry(username: name, password: Redacted("secret-\(name)"))]
            )
        }
        catalogue.customers = [ada] + others
        _ = try await self.ask(.apply(catalogue, prune: false, dryRun: false))
    }

    /// Everybody watches for an hour; Ada on three devices, one of them refused, one still on.
    func watch() async throws {
        let plays: [(String, String, Int64, Device)] = [
            ("userCnry1", "wordCnry1", 101, Self.device("203.0.113.77", "SmartTVCnry/7.1")),
            ("userCnry1", "wordCnry1", 102, Self.device("198.51.100.91", "PhoneCnry/3.0", "mac-canary-0042")),
            ("userCnry1", "wordCnry1", 102, Self.device("2001:db8:77:1:a:b:c:d", "SmartTVCnry/7.1")),
            ("ben", "secret-ben", 101, Self.device("203.0.113.9", "TV of Ben")),
            ("cleo", "secret-cleo", 102, Self.device("192.0.2.9", "TV of Cleo")),
        ]
        var grants: [Grant] = []
        for (name, password, channel, device) in plays {
            if case .success(let grant) = await self.open(name, password, channel: channel, device) {
                grants.append(grant)
            }
            self.advance(milliseconds: 5_000)
        }
        self.advance(milliseconds: 3_600_000)
        for grant in grants.dropFirst() { self.close(grant) }
        let why = "refundCnry of her brother"
        _ = try await self.ask(.record(.recordRefund(customer: "c-ada", amountCents: 450, why: why, day: nil)))
        let until = self.now.advanced(milliseconds: Self.weekMs).microseconds
        _ = try await self.ask(.record(.excuse(credential: "userCnry2", why: "excuseCnry", until: until)))
        _ = try await self.ask(.suspend(credential: "userCnry2", why: "pauseCnry"))
        _ = try await self.ask(.resume(credential: "userCnry2"))
        _ = try await self.ask(.record(.recordRefund(customer: "c-ben", amountCents: 99, why: "late", day: nil)))
        try await self.ledger.flushHistory()
    }

    static func device(_ address: String, _ agent: String, _ id: String? = nil) -> Device {
        Device(address: NetworkAddress(address) ?? .loopback, userAgent: agent, deviceID: id)
    }

    func open(
        _ name: String,
        _ password: String,
        channel: Int64,
        _ device: Device,
        token: SessionToken = .random()
    ) async -> Result<Grant, Denial> {
        let request = OpenRequest(
            username: Redacted(name),
            password: Redacted(password),
            channel: ChannelID(channel),
            output: .ts,
            device: device,
            token: token
        )
        return await withCheckedContinuation { continuation in
            self.admission.open(request) { continuation.resume(returning: $0) }
        }
    }

    func close(_ grant: Grant) {
        self.admission.close(
            Closing(
                connection: grant.connection,
                reason: .left,
                bytes: 1_000,
                watchedMs: 3_600_000,
                patchedMs: 0,
                slateMs: 0,
                stalls: 0,
                stalledMs: 0
            )
        )
    }
}

/// A wall clock that is set forward by hand.
final class TestTime: Sendable {
    private let milliseconds = Mutex<Int64>(0)

    var now: WallTime { PrivacyOffice.start.advanced(milliseconds: self.milliseconds.withLock { $0 }) }

    var clocks: Clocks {
        Clocks(
            wall: { self.now },
            monotonic: { 1_000_000 + self.milliseconds.withLock { $0 } * 1_000 }
        )
    }

    func advance(milliseconds: Int64) { self.milliseconds.withLock { $0 += milliseconds } }
}

/// All bytes of a data directory: its files as they lie there, and the log decompressed.
struct DirectoryBytes {
    /// By name; the log's lines under `log lines`.
    private(set) var parts: [(name: String, bytes: [UInt8])] = []

    init(_ directory: DataDirectory) throws {
        for name in try FileManager.default.subpathsOfDirectory(atPath: directory.path).sorted() {
            guard let data = FileManager.default.contents(atPath: "\(directory.path)/\(name)") else { continue }
            self.parts.append((name, [UInt8](data)))
        }
        var lines: [UInt8] = []
        try LogReader(directory: directory.log).forEachLine { _, line in
            lines += line
            lines.append(UInt8(ascii: "\n"))
        }
        self.parts.append(("log lines", lines))
    }

    /// Where any of `texts` stands, as `name: text`.
    func holding(_ texts: [String]) -> [String] {
        texts.flatMap { text in
            self.parts.filter { Data($0.bytes).range(of: Data(text.utf8)) != nil }.map { "\($0.name): \(text)" }
        }
    }

    /// Everything that looks like a sealed value in any part, each once.
    var sealed: [Sealed] {
        var found: Set<String> = []
        for part in self.parts {
            for word in part.bytes.split(whereSeparator: { !Self.isOfSealed($0) }) where word.starts(with: "v1.".utf8) {
                found.insert(String(decoding: word, as: UTF8.self))
            }
        }
        return found.sorted().compactMap { try? Sealed(parsing: $0) }
    }

    private static func isOfSealed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
