package import Model

/// What a week's reports are made of, as flat values: nothing here is text that a person could be known by.
///
/// Moments are milliseconds since 1970. Everything that spans the bounds of ``span`` is given whole; cutting is the report's.
package struct ViewFacts: Sendable {
    /// The time asked for: of one week, or of several on end.
    package var span: Range<Int64>
    /// Devices on networks; connections and refusals name them by their place here.
    package var clients: [ClientFact] = []
    /// Ascending by number.
    package var credentials: [CredentialFact] = []
    /// Grouped by credential in the order of `credentials`, each group ascending by `from`, then by number.
    package var connections: [ConnectionFact] = []
    /// Grouped likewise, each group ascending by `at`.
    package var rejections: [RejectionFact] = []
    /// Connections that held the slots of all refusals; ``RejectionFact/holders`` are ranges of this.
    package var holders: [Int64] = []
    /// Matches and the like that touch the span, ascending.
    package var events: [EventFact] = []
    /// When the service started, ascending.
    package var restarts: [Int64] = []

    package init(span: Range<Int64>) {
        self.span = span
    }
}

/// A device on a network, as seen in one ISO week (UTC).
///
/// Keys are 64 bits of keyed hashes: equal for equal values, in all weeks until the key is changed, and of no use without
/// the installation's key. 0 means: not known.
package struct ClientFact: Hashable, Sendable {
    package var number: Int64 = 0
    package var agent: UInt64 = 0
    /// Of the id the device tells; 0 when it tells none.
    ///
    /// Whether it is generic is found at report time.
    package var deviceID: UInt64 = 0
    /// Of the /24 or /56 network.
    package var network: UInt64 = 0
    /// Of the address it had when it was first seen on that network in that week.
    package var address: UInt64 = 0
    package var kind = DeviceClass.unknown
    package var isIPv6 = false
    /// ISO 3166 letters as `first << 8 | second`; 0 when not known.
    package var country: UInt16 = 0
    /// Autonomous system; 0 when not known.
    package var asn: Int64 = 0

    package init() {}
}

/// A credential with what it is sold for, and the places of its rows.
package struct CredentialFact: Hashable, Sendable {
    package var credential: CredentialID
    /// Number in `customer_name`.
    package var customer: Int64
    package var maxConnections: Int64
    /// Of its plan, in 1/100 of the currency.
    package var priceMonthCents: Int64
    /// Places in ``ViewFacts/connections``.
    package var connections: Range<Int>
    /// Places in ``ViewFacts/rejections``.
    package var rejections: Range<Int>
}

/// A connection; one that is still open ends at the last event of the log.
package struct ConnectionFact: Hashable, Sendable {
    package enum End: UInt8, Hashable, Sendable {
        /// The viewer left, or no reason is known.
        case left
        /// Nothing was asked for, or nothing could be sent, for too long.
        case timeout
        /// The service stopped or started anew.
        case restart
        /// A rule or an operator ended it.
        case evicted
        /// There was nothing to show.
        case unavailable
        /// It has not ended.
        case open
    }

    package var connection: Int64 = 0
    /// When it was opened.
    package var from: Int64 = 0
    /// Number of the event that opened it.
    package var openedSeq: Int64 = 0
    /// Milliseconds it lasted; 49 days at most.
    package var length: UInt32 = 0
    /// Events from the one that opened it to the one that closed it; 0 while it is open.
    package var closedAfter: UInt32 = 0
    /// Place in ``ViewFacts/clients``.
    package var client: Int32 = 0
    package var channel: Int32 = 0
    package var end = End.left

    package init() {}

    /// When it ended.
    package var to: Int64 { self.from &+ Int64(self.length) }

    /// Number of the event that closed it; `nil` while it is open.
    package var closedSeq: Int64? { self.closedAfter == 0 ? nil : self.openedSeq &+ Int64(self.closedAfter) }
}

/// A refused start.
package struct RejectionFact: Hashable, Sendable {
    package enum Rule: UInt8, Hashable, Sendable {
        /// All slots were taken.
        case limit
        /// The channel had nothing to send.
        case unavailable
        /// Another rule, such as a lock.
        case other
    }

    package var at: Int64
    package var seq: Int64
    /// Place in ``ViewFacts/clients``.
    package var client: Int32
    package var channel: Int32
    package var rule: Rule
    /// Places in ``ViewFacts/holders`` of the connections that held the slots.
    package var holders: Range<Int>
}

/// A match or the like on a channel.
package struct EventFact: Hashable, Sendable {
    package var channel: Int32
    package var from: Int64
    package var to: Int64
    package var title: String
}
