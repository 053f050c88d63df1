/// A kind of thing that events are about.
package protocol EventSubject: Sendable {
    /// The word before the slash in an event's `of`, such as `credential`.
    static var subjectName: String { get }
}

/// The number by which one thing of a kind is known for ever.
package struct NumberID<Subject: EventSubject>: RawRepresentable, Hashable, Comparable, Sendable {
    package var rawValue: Int64

    package init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    package init(_ rawValue: Int64) {
        self.rawValue = rawValue
    }

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// The short name by which one thing of a kind is known for ever: letters, digits, `-`, `_` and `.`, at most 64.
package struct NameID<Subject: EventSubject>: RawRepresentable, Hashable, Comparable, Sendable {
    /// Bytes in the longest name.
    package static var sizeMax: Int { 64 }

    package var rawValue: String

    /// Takes a name as it stands in the log, unchecked.
    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Takes a name that an operator chose; `nil` when a character or the length is not allowed.
    package init?(checking text: String) {
        guard (1...Self.sizeMax).contains(text.utf8.count), text.utf8.allSatisfy(Self.isAllowed) else { return nil }
        self.rawValue = text
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
        }
    }

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

// Written out: what RawRepresentable gives for free is not specialised, and these are compared for every event.
extension NumberID {
    package static func == (left: Self, right: Self) -> Bool { left.rawValue == right.rawValue }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(self.rawValue)
    }
}

extension NameID {
    package static func == (left: Self, right: Self) -> Bool { left.rawValue == right.rawValue }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(self.rawValue)
    }
}

extension NumberID: CustomStringConvertible {
    package var description: String { String(self.rawValue) }
    /// The name of this thing's event stream, such as `credential/7`.
    package var eventStream: String { "\(Subject.subjectName)/\(self.rawValue)" }
}

extension NameID: CustomStringConvertible {
    package var description: String { self.rawValue }
    /// The name of this thing's event stream, such as `supplier/alpha`.
    package var eventStream: String { "\(Subject.subjectName)/\(self.rawValue)" }
}

package enum ChannelSubject: EventSubject { package static let subjectName = "channel" }
package enum SourceSubject: EventSubject { package static let subjectName = "source" }
package enum CredentialSubject: EventSubject { package static let subjectName = "credential" }
package enum ConnectionSubject: EventSubject { package static let subjectName = "connection" }
package enum ClientSubject: EventSubject { package static let subjectName = "client" }
package enum SupplierSubject: EventSubject { package static let subjectName = "supplier" }
package enum AccountSubject: EventSubject { package static let subjectName = "account" }
package enum PlanSubject: EventSubject { package static let subjectName = "plan" }
package enum CustomerSubject: EventSubject { package static let subjectName = "customer" }
package enum NodeSubject: EventSubject { package static let subjectName = "node" }
package enum OperatorSubject: EventSubject { package static let subjectName = "operator" }

/// What a viewer tunes to; the operator chooses the number, players see it in the URL.
package typealias ChannelID = NumberID<ChannelSubject>
/// One place a channel's media comes from; given by Baton.
package typealias SourceID = NumberID<SourceSubject>
/// One login (a "line"); given by Baton.
package typealias CredentialID = NumberID<CredentialSubject>
/// One viewer's playback of one channel, from admission to close; given by Baton, never used twice.
package typealias ConnectionID = NumberID<ConnectionSubject>
/// One device on one network as seen in one ISO week; stands in events for address and user agent.
package typealias ClientID = NumberID<ClientSubject>
/// A company or panel that feeds sources; the operator chooses the name.
package typealias SupplierID = NameID<SupplierSubject>
/// One account at a supplier, with its own connections; given by Baton, never used twice.
package typealias AccountID = NumberID<AccountSubject>
/// What a customer pays for; the operator chooses the name.
package typealias PlanID = NameID<PlanSubject>
/// Who pays; the operator chooses the name, such as `c1`.
package typealias CustomerID = NameID<CustomerSubject>
/// One running service; `a` unless configured.
package typealias NodeID = NameID<NodeSubject>
/// A person or token that may command the service.
package typealias OperatorID = NameID<OperatorSubject>
