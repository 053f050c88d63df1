import Events
package import HTTP
package import Model
package import NIOCore

/// Which addresses are banned now, and how long the next ban of one is.
///
/// Pure. Bans end by the monotonic clock, so that a step of the wall clock neither frees nor keeps anybody; what is
/// recorded, and read again at a start, is the wall time. Bans that Baton makes are of one address (a /64 of IPv6) and
/// bounded; when there are too many the one made longest ago is forgotten. Networks come from operators only.
package struct BanLedger: Sendable {
    /// Both clocks at one moment.
    package struct Moment: Hashable, Sendable {
        package var monotonic: NIODeadline
        package var wall: WallTime

        package init(monotonic: NIODeadline, wall: WallTime) {
            self.monotonic = monotonic
            self.wall = wall
        }
    }

    /// Bans of single addresses that are remembered; some 150 bytes each.
    package static let addressesMax = 65_536
    /// Networks that operators may ban.
    package static let rangesMax = 4_096
    /// How long after its end a ban makes the next one longer.
    package static let memory = TimeAmount.hours(24)

    private static let lengthOffsetIPv6 = 1_000

    private struct Entry: Sendable {
        var ban: AddressBan
        /// `nil`: until it is lifted.
        var deadline: NIODeadline?

        func holds(at now: NIODeadline) -> Bool { self.deadline.map { $0 > now } ?? true }
    }

    package let first: TimeAmount
    package let longest: TimeAmount
    private var addresses: BoundedTable<PeerAddress, Entry>
    private var ranges: [AddressRange: Entry] = [:]
    /// How many ranges there are of each length; IPv6 counts from 1,000.
    private var lengths: [Int: Int] = [:]
    /// Whether any ban refuses every connection.
    package private(set) var hasTotal = false

    /// `first` is how long the first ban holds; each further one is twice as long, up to `longest`.
    package init(first: TimeAmount, longest: TimeAmount, addressesMax: Int = Self.addressesMax) {
        self.first = first
        self.longest = longest
        self.addresses = BoundedTable(capacity: addressesMax)
    }

    /// Whether nobody is banned, and nobody was.
    package var isEmpty: Bool { self.addresses.count == 0 && self.ranges.isEmpty }

    /// Bans that were forgotten for lack of room.
    package var forgottenCount: Int { self.addresses.evictedCount }

    /// The ban that holds for an address; one that refuses everything before one that refuses logins.
    package func ban(of address: PeerAddress, at now: NIODeadline) -> AddressBan? {
        guard !self.isEmpty else { return nil }
        let own = self.addresses.peek(address.limitKey).flatMap { $0.holds(at: now) ? $0.ban : nil }
        if own?.reach == .everything || self.ranges.isEmpty { return own }
        guard let network = NetworkAddress(bytes: address.bytes) else { return own }
        let offset = network.isIPv4 ? 0 : Self.lengthOffsetIPv6
        let holding = self.lengths.keys.compactMap { length -> Entry? in
            guard (length >= Self.lengthOffsetIPv6) != network.isIPv4 else { return nil }
            return self.ranges[AddressRange(network, bits: length - offset)].flatMap { $0.holds(at: now) ? $0 : nil }
        }
        return holding.first { $0.ban.reach == .everything }?.ban ?? own ?? holding.first?.ban
    }

    /// An address has guessed once too often; the ban it gets, or `nil` while one holds.
    package mutating func offended(_ address: PeerAddress, at now: Moment) -> AddressBan? {
        guard self.ban(of: address, at: now.monotonic) == nil, let range = Self.range(of: address) else { return nil }
        let before = self.addresses.peek(address.limitKey).flatMap { entry -> Int64? in
            guard let deadline = entry.deadline, now.monotonic - deadline <= Self.memory else { return nil }
            return entry.ban.times
        }
        let times = (before ?? 0) &+ 1
        let length = self.length(times: times)
        let ban = AddressBan(
            range: range,
            reach: .logins,
            why: AddressBan.guessing,
            times: times,
            until: now.wall.advanced(milliseconds: length.nanoseconds / 1_000_000)
        )
        self.addresses.insert(Entry(ban: ban, deadline: now.monotonic + length), for: address.limitKey)
        return ban
    }

    /// How long the `times`th ban in a row holds.
    package func length(times: Int64) -> TimeAmount {
        let doublings = min(max(times, 1) &- 1, 62)
        let (length, isOver) = self.first.nanoseconds.multipliedReportingOverflow(by: 1 << doublings)
        return isOver ? self.longest : min(.nanoseconds(length), self.longest)
    }

    /// A ban was recorded, here or by an operator; also one that has ended, so that the next one is longer.
    package mutating func recorded(_ ban: AddressBan, at now: Moment) {
        // What is too far away to be counted is for ever.
        let deadline = ban.until.flatMap { until -> NIODeadline? in
            let (left, isFar) = until.microseconds.subtractingReportingOverflow(now.wall.microseconds)
            let (nanoseconds, isFarther) = left.multipliedReportingOverflow(by: 1_000)
            return isFar || isFarther ? nil : now.monotonic + .nanoseconds(nanoseconds)
        }
        let entry = Entry(ban: ban, deadline: deadline)
        if ban.reach == .everything { self.hasTotal = true }
        if let address = Self.key(of: ban.range) {
            self.addresses.insert(entry, for: address)
        } else if self.ranges.count < Self.rangesMax || self.ranges[ban.range] != nil {
            if self.ranges.updateValue(entry, forKey: ban.range) == nil {
                self.lengths[Self.length(of: ban.range), default: 0] += 1
            }
        }
    }

    /// An operator has lifted a ban.
    package mutating func lifted(_ range: AddressRange) {
        if let address = Self.key(of: range) { return self.addresses.remove(address) }
        guard self.ranges.removeValue(forKey: range) != nil else { return }
        let length = Self.length(of: range)
        self.lengths[length] = self.lengths[length].flatMap { $0 > 1 ? $0 - 1 : nil }
    }

    private static func length(of range: AddressRange) -> Int {
        range.bits + (range.address.isIPv4 ? 0 : self.lengthOffsetIPv6)
    }

    /// What is banned when an address is: the address itself, or its /64.
    package static func range(of address: PeerAddress) -> AddressRange? {
        NetworkAddress(bytes: address.bytes).map { AddressRange($0, bits: $0.isIPv4 ? 32 : 64) }
    }

    /// The key of a range that is one entry of the limits per address.
    private static func key(of range: AddressRange) -> PeerAddress? {
        let isOne = range.isAddress && range.address.isIPv4 || !range.address.isIPv4 && range.bits == 64
        return isOne ? PeerAddress(bytes: range.address.bytes).limitKey : nil
    }
}
