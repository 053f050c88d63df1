package import Model

/// What the slot rule remembers of a credential for some minutes: who pushed whom out of late, and who may not come now.
package struct SlotMemoryRow: StoredRow {
    package static let table = "slot_memory"
    package static let statements = TableStatements<SlotMemoryRow>()
    package static let empty = SlotMemoryRow(credential: .init(0), customer: .init(rawValue: ""))

    package var credential: CredentialID
    package var customer: CustomerID
    /// Oldest first.
    package var evictions = RecentEvictions()
    package var blocks = DeviceBlocks()
    /// When all of it will be past.
    package var until = WallTime(microseconds: 0)

    package var key: Int64 { self.credential.rawValue }

    package mutating func columns(_ visit: inout some ColumnVisitor) {
        visit("credential", &self.credential)
        visit("customer", &self.customer)
        visit("evictions", &self.evictions)
        visit("blocks", &self.blocks)
        visit("until", &self.until)
    }
}

/// One device took the slot of another, or of a box that looks like itself.
package struct RecentEviction: Hashable, Sendable {
    package var winner: ClientID
    package var loser: ClientID
    package var at: WallTime

    package init(winner: ClientID, loser: ClientID, at: WallTime) {
        self.winner = winner
        self.loser = loser
        self.at = at
    }
}

/// Evictions of one credential as a column: `winner:loser:microseconds`, with spaces between them.
package struct RecentEvictions: RawColumnValue {
    package var list: [RecentEviction]

    package init(_ list: [RecentEviction] = []) {
        self.list = list
    }

    package init?(rawValue: String) {
        guard let numbers = NumberTriples.read(rawValue) else { return nil }
        self.list = numbers.map {
            RecentEviction(winner: ClientID($0.0), loser: ClientID($0.1), at: WallTime(microseconds: $0.2))
        }
    }

    package var rawValue: String {
        NumberTriples.text(self.list.map { ($0.winner.rawValue, $0.loser.rawValue, $0.at.microseconds) })
    }
}

/// A device that is kept away for a while.
package struct DeviceBlock: Hashable, Sendable {
    package enum Kind: Int64, Hashable, Sendable {
        /// It pushed somebody out and was pushed out too often: it may push nobody out.
        case fight = 1
        /// An operator ended what it played: it may not come at all.
        case kick = 2
    }

    package var client: ClientID
    package var kind: Kind
    package var until: WallTime

    package init(client: ClientID, kind: Kind, until: WallTime) {
        self.client = client
        self.kind = kind
        self.until = until
    }
}

/// The blocked devices of one credential as a column: `device:kind:microseconds`, with spaces between them.
package struct DeviceBlocks: RawColumnValue {
    package var list: [DeviceBlock]

    package init(_ list: [DeviceBlock] = []) {
        self.list = list
    }

    package init?(rawValue: String) {
        guard let numbers = NumberTriples.read(rawValue) else { return nil }
        self.list = []
        for (client, kind, until) in numbers {
            guard let kind = DeviceBlock.Kind(rawValue: kind) else { return nil }
            self.list.append(
                DeviceBlock(client: ClientID(client), kind: kind, until: WallTime(microseconds: until))
            )
        }
    }

    package var rawValue: String {
        NumberTriples.text(self.list.map { ($0.client.rawValue, $0.kind.rawValue, $0.until.microseconds) })
    }
}

/// Threes of numbers as a text: `1:2:3 4:5:6`.
private enum NumberTriples {
    static func text(_ triples: [(Int64, Int64, Int64)]) -> String {
        triples.map { "\($0.0):\($0.1):\($0.2)" }.joined(separator: " ")
    }

    /// `nil` when it is anything else.
    static func read(_ text: String) -> [(Int64, Int64, Int64)]? {
        var found: [(Int64, Int64, Int64)] = []
        for part in text.split(separator: " ") {
            let numbers = part.split(separator: ":", omittingEmptySubsequences: false).map { Int64($0) }
            guard numbers.count == 3, let first = numbers[0], let second = numbers[1], let third = numbers[2] else {
                return nil
            }
            found.append((first, second, third))
        }
        return found
    }
}
