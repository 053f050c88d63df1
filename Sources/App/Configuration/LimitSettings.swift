import Delivery
import HTTP
import NIOCore

/// The `limits` section of the configuration: what one peer may do before it is refused, each with its default.
package struct LimitSettings: Hashable, Sendable {
    package var headSeconds: Int64 = 10
    package var handshakeSeconds: Int64 = 10
    package var idleSeconds: Int64 = 30
    package var writeSeconds: Int64 = 20
    package var fieldBytes: Int64 = 8 << 10
    package var headBytes: Int64 = 16 << 10
    package var fields: Int64 = 64
    package var targetBytes: Int64 = 2 << 10
    /// 0: nine tenths of the file descriptors.
    package var connections: Int64 = 0
    package var connectionsPerAddress: Int64 = 64
    package var newPerSecond: Int64 = 20
    package var newAtOnce: Int64 = 60
    package var refusalsPerMinute: Int64 = 60
    package var loginFailuresPerMinute: Int64 = 10
    package var lineFailures: Int64 = 20
    package var banMinutes: Int64 = 15
    package var banHoursMax: Int64 = 24
    package var tableEntries: Int64 = 262_144
    /// Networks whose connections and refusals aren't counted.
    package var exempt: [String] = ["127.0.0.0/8", "::1"]

    package init() {}

    init(_ section: YAMLField) throws(ConfigurationError) {
        let keys = try section.mapping(Self.keys + ["exempt"])
        for (name, place, range) in Self.numbers {
            if let field = keys[name] { self[keyPath: place] = try Configuration.bounded(field, range) }
        }
        if let exempt = keys["exempt"] { self.exempt = try Configuration.networks(exempt) }
        guard self.headBytes >= self.targetBytes else {
            throw section.complaint("head_bytes is less than target_bytes")
        }
    }

    private static var keys: [String] { self.numbers.map(\.0) }

    /// Every number with its key and what it may be.
    private static var numbers: [(String, WritableKeyPath<LimitSettings, Int64>, ClosedRange<Int64>)] {
        [
            ("head_seconds", \.headSeconds, 1...300), ("tls_handshake_seconds", \.handshakeSeconds, 1...300),
            ("idle_seconds", \.idleSeconds, 1...3_600), ("write_seconds", \.writeSeconds, 1...600),
            ("field_bytes", \.fieldBytes, 256...65_536), ("head_bytes", \.headBytes, 512...262_144),
            ("fields", \.fields, 8...1_024), ("target_bytes", \.targetBytes, 256...8_192),
            ("connections", \.connections, 0...10_000_000),
            ("connections_per_address", \.connectionsPerAddress, 1...1_000_000),
            ("new_per_second", \.newPerSecond, 1...1_000_000), ("new_at_once", \.newAtOnce, 1...1_000_000),
            ("refusals_per_minute", \.refusalsPerMinute, 1...1_000_000),
            ("login_failures_per_minute", \.loginFailuresPerMinute, 1...1_000_000),
            ("line_failures", \.lineFailures, 2...1_000_000), ("ban_minutes", \.banMinutes, 1...10_080),
            ("ban_hours_max", \.banHoursMax, 1...8_760), ("table_entries", \.tableEntries, 1_024...16_777_216),
        ]
    }

    func apply(to delivery: inout DeliveryConfiguration) {
        delivery.http.headDeadline = .seconds(self.headSeconds)
        delivery.http.handshakeDeadline = .seconds(self.handshakeSeconds)
        delivery.http.idleDeadline = .seconds(self.idleSeconds)
        delivery.http.writeDeadline = .seconds(self.writeSeconds)
        delivery.http.request.fieldSizeMax = Int(self.fieldBytes)
        delivery.http.request.headSizeMax = Int(self.headBytes)
        delivery.http.request.fieldCountMax = Int(self.fields)
        delivery.http.request.targetSizeMax = Int(self.targetBytes)
        delivery.http.connectionCountMax = self.connections == 0 ? nil : Int(self.connections)
        delivery.http.connectionsPerAddressMax = Int(self.connectionsPerAddress)
        delivery.http.acceptsPerSecond = Int(self.newPerSecond)
        delivery.http.acceptBurst = Int(self.newAtOnce)
        delivery.http.exemptsLoopback = false
        delivery.http.exemptNetworks = TrustedProxies(parsing: self.exempt)?.networks ?? []
        delivery.guesses.refusalsPerMinute = Int(self.refusalsPerMinute)
        delivery.guesses.loginFailuresPerMinute = Int(self.loginFailuresPerMinute)
        delivery.guesses.lineFailuresPerTenMinutes = Int(self.lineFailures)
        delivery.guesses.banFirst = .minutes(self.banMinutes)
        delivery.guesses.banLongest = .hours(self.banHoursMax)
        delivery.guesses.tableCapacity = Int(self.tableEntries)
    }
}
