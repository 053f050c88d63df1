package import Events
import GRDB
package import Ledger
package import Model
package import Projections
package import Vault

/// Records that an address was banned for guessing.
package struct RecordBan: Command {
    package typealias Reply = Void

    let event: AddressBanned

    /// Hashes and seals, so that the ledger's thread doesn't.
    package init(
        _ range: AddressRange,
        reach: BanReach,
        why: String,
        times: Int64,
        until: WallTime?,
        now: WallTime,
        vault: Vault
    ) throws {
        self.event = AddressBanned(
            ban: BannedAddress.key(range, with: vault),
            address: try BannedAddress.seal(range, until: until, now: now, with: vault),
            reach: reach,
            why: why,
            times: times,
            until: until
        )
    }

    package var durability: Durability { .connection }

    package func decide(_ state: LiveState, now: WallTime) throws -> Decision<Void> {
        Decision([.addressBanned(self.event)])
    }
}

/// Refuses every connection of an address or network, until a moment or until an operator lifts it.
package struct BanAddress: Command {
    package typealias Reply = String

    /// Bans of operators; more belong into a firewall.
    static let countMax: Int64 = 4_096
    /// Of IPv4 and IPv6; a shorter one is half the internet, and a slip of the keyboard.
    static let bitsMin = (v4: 8, v6: 16)
    /// Ten years.
    static let secondsMax: Int64 = 315_360_000

    let range: AddressRange
    let why: String
    let seconds: Int64?
    let vault: Vault

    /// - Throws: ``BanError`` for a text that is no address or network, or a very large one.
    package init(_ text: String, why: String, seconds: Int64?, vault: Vault) throws(BanError) {
        guard let range = AddressRange(text) else { throw .malformed(text) }
        let bitsMin = range.address.isIPv4 ? Self.bitsMin.v4 : Self.bitsMin.v6
        guard range.bits >= bitsMin else { throw .tooWide(range.description, allowed: bitsMin) }
        if let seconds, !(1...Self.secondsMax).contains(seconds) { throw .length(seconds, allowed: Self.secondsMax) }
        self.range = range
        self.why = why
        self.seconds = seconds
        self.vault = vault
    }

    package var durability: Durability { .command }

    package func decide(_ state: LiveState, now: WallTime) throws -> Decision<String> {
        let isPlain = self.why.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        guard isPlain, self.why.utf8.count <= EntryCheck.textSizeMax else { throw BanError.reason }
        let key = BannedAddress.key(self.range, with: self.vault)
        let held = try state.bans().count { $0.reach == .everything && $0.ban != key }
        guard held < Self.countMax else { throw BanError.tooMany(allowed: Self.countMax) }
        let until = self.seconds.map { now.advanced(milliseconds: $0 * 1_000) }
        let event = AddressBanned(
            ban: key,
            address: try BannedAddress.seal(self.range, until: until, now: now, with: self.vault),
            reach: .everything,
            why: self.why,
            times: 1,
            until: until
        )
        let length = until.map { "until \($0)" } ?? "until it is lifted: baton ban remove \(self.range)"
        return Decision([.addressBanned(event)], reply: "banned \(self.range) \(length)")
    }
}

/// Lifts a ban.
package struct UnbanAddress: Command {
    package typealias Reply = String

    let range: AddressRange
    let vault: Vault

    /// - Throws: ``BanError`` for a text that is no address or network.
    package init(_ text: String, vault: Vault) throws(BanError) {
        guard let range = AddressRange(text) else { throw .malformed(text) }
        self.range = range
        self.vault = vault
    }

    package var durability: Durability { .command }

    package func decide(_ state: LiveState, now: WallTime) throws -> Decision<String> {
        // A single address of IPv6 is banned with its /64.
        let candidates = [self.range] + (self.range.address.isIPv4 ? [] : [AddressRange(self.range.address, bits: 64)])
        for range in candidates {
            let key = BannedAddress.key(range, with: self.vault)
            guard let row = try state.bans().first(where: { $0.ban == key }) else { continue }
            let event = AddressUnbanned(ban: key, address: row.address)
            return Decision([.addressUnbanned(event)], reply: "lifted the ban of \(range)")
        }
        throw BanError.unknown(self.range.description)
    }
}

/// Why an address can't be banned, or not be freed.
package enum BanError: Error, Hashable, Sendable, CustomStringConvertible {
    case malformed(String)
    case tooWide(String, allowed: Int)
    case length(Int64, allowed: Int64)
    case reason
    case tooMany(allowed: Int64)
    case unknown(String)

    package var description: String {
        switch self {
        case .malformed(let text): "`\(text)` is no address or network such as 192.0.2.7 or 2001:db8::/32"
        case .tooWide(let range, let allowed): "\(range) is too wide; networks of at least \(allowed) bits are banned"
        case .length(let found, let allowed): "\(found) s, allowed: 1 to \(allowed)"
        case .reason: "the reason has up to \(EntryCheck.textSizeMax) bytes without control characters"
        case .tooMany(let allowed): "\(allowed) networks are banned already; lift some, or use a firewall for so many"
        case .unknown(let range): "\(range) isn't banned; see: baton ban list"
        }
    }
}
