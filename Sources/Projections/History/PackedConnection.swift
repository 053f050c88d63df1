import Model

/// A connection that has ended, as it stands in a pack: numbers alone, some 28 bytes.
///
/// ```text
/// opened event, from it to the closing event, connection, client, channel, milliseconds from the pack's week to its
/// opening (zigzag), milliseconds watched, end: each a variable-length number of 7 bits a byte, lowest first (LEB128)
/// ```
package struct PackedConnection: Hashable, Sendable {
    /// Why a connection ended, as far as reports ask.
    package enum End: UInt8, Hashable, Sendable, CaseIterable {
        /// The viewer went.
        case left
        /// Nothing was asked for, or nothing could be sent, for too long.
        case timeout
        /// The service stopped or died.
        case restart
        /// A rule or an operator ended it.
        case evicted
        /// There was nothing to show.
        case unavailable

        /// Of a reason as it stands in `connection.closed`.
        package init(reason: String) {
            switch reason {
            case "idle", "stalled": self = .timeout
            case "shutdown", ConnectionHistory.restartReason: self = .restart
            case "evicted", "revoked", "suspended", "expired", "trial-ended": self = .evicted
            case "not-ready", "no-source": self = .unavailable
            default: self = .left
            }
        }
    }

    package var openedSeq: Int64
    package var closedSeq: Int64
    package var connection: Int64
    package var client: Int64
    package var channel: Int64
    /// Milliseconds since 1970.
    package var from: Int64
    package var to: Int64
    package var end: End

    package init(
        openedSeq: Int64,
        closedSeq: Int64,
        connection: Int64,
        client: Int64,
        channel: Int64,
        from: Int64,
        to: Int64,
        end: End
    ) {
        self.openedSeq = openedSeq
        self.closedSeq = closedSeq
        self.connection = connection
        self.client = client
        self.channel = channel
        self.from = from
        self.to = to
        self.end = end
    }

    init?(_ row: ConnectionRow) {
        guard let closedAt = row.closedAt else { return nil }
        self.openedSeq = row.openedSeq
        self.closedSeq = row.closedSeq ?? row.openedSeq
        self.connection = row.connection.rawValue
        self.client = row.client.rawValue
        self.channel = row.channel.rawValue
        self.from = row.openedAt.microseconds.floored(by: 1_000)
        self.to = max(closedAt.microseconds.floored(by: 1_000), self.from)
        self.end = End(reason: row.reason ?? "")
    }

    private init(
        _ openedSeq: UInt64,
        _ closedAfter: UInt64,
        _ connection: UInt64,
        _ client: UInt64,
        _ channel: UInt64,
        from: Int64,
        length: UInt64,
        _ end: End
    ) {
        self.openedSeq = Int64(truncatingIfNeeded: openedSeq)
        self.closedSeq = self.openedSeq &+ Int64(truncatingIfNeeded: closedAfter)
        self.connection = Int64(truncatingIfNeeded: connection)
        self.client = Int64(truncatingIfNeeded: client)
        self.channel = Int64(truncatingIfNeeded: channel)
        self.from = from
        self.to = from &+ Int64(truncatingIfNeeded: length)
        self.end = end
    }

    /// Adds it to the end of a pack of a week.
    func append(to bytes: inout [UInt8], week: Int64) {
        Self.put(UInt64(bitPattern: self.openedSeq), &bytes)
        Self.put(UInt64(bitPattern: self.closedSeq &- self.openedSeq), &bytes)
        Self.put(UInt64(bitPattern: self.connection), &bytes)
        Self.put(UInt64(bitPattern: self.client), &bytes)
        Self.put(UInt64(bitPattern: self.channel), &bytes)
        let offset = self.from &- PackWeek.start(week)
        Self.put(UInt64(bitPattern: (offset << 1) ^ (offset >> 63)), &bytes)
        Self.put(UInt64(bitPattern: self.to &- self.from), &bytes)
        bytes.append(self.end.rawValue)
    }

    private static func put(_ value: UInt64, _ bytes: inout [UInt8]) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Hands the connections of a pack to `body`; answers whether all of it could be read.
    package static func forEach(
        in pack: UnsafeRawBufferPointer,
        week: Int64,
        _ body: (PackedConnection) throws -> Void
    ) rethrows -> Bool {
        var reader = PackReader(bytes: pack)
        let start = PackWeek.start(week)
        while !reader.isAtEnd {
            guard let openedSeq = reader.number(), let closedAfter = reader.number(), let connection = reader.number(),
                let client = reader.number(), let channel = reader.number(), let offset = reader.number(),
                let length = reader.number(), let end = reader.byte().flatMap(End.init(rawValue:))
            else { return false }
            let from = start &+ (Int64(bitPattern: offset >> 1) ^ -Int64(bitPattern: offset & 1))
            try body(Self(openedSeq, closedAfter, connection, client, channel, from: from, length: length, end))
        }
        return true
    }
}

/// The ISO weeks, in UTC, by which packs are kept apart; counted from the Monday before 1970.
package enum PackWeek {
    package static let lengthMs: Int64 = 7 * 86_400_000
    /// 1970-01-01 was a Thursday.
    private static let firstMs: Int64 = -3 * 86_400_000

    /// The week a moment is in.
    package static func of(ms: Int64) -> Int64 { (ms &- Self.firstMs).floored(by: Self.lengthMs) }

    /// The first millisecond of a week.
    package static func start(_ week: Int64) -> Int64 { week &* Self.lengthMs &+ Self.firstMs }
}

extension Int64 {
    /// The quotient, rounded down.
    func floored(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor != 0 && (self < 0) != (divisor < 0) ? quotient - 1 : quotient
    }
}

/// Takes numbers from a pack.
private struct PackReader {
    let bytes: UnsafeRawBufferPointer
    private var offset = 0

    init(bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { self.offset >= self.bytes.count }

    mutating func byte() -> UInt8? {
        guard self.offset < self.bytes.count else { return nil }
        defer { self.offset += 1 }
        return self.bytes[self.offset]
    }

    mutating func number() -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while let byte = self.byte() {
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
            guard shift < 64 else { return nil }
        }
        return nil
    }
}
