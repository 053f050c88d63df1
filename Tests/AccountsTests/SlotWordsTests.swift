import Accounts
import Events
import Model
import Testing

struct SlotWordsTests {
    static let rules: [(LimitRejected, String)] = {
        func event(_ rule: String, limit: Int64 = 1, holders: [Int64] = [4711], winner: Int64? = nil) -> LimitRejected {
            LimitRejected(
                credential: CredentialID(7),
                customer: CustomerID(rawValue: "c1"),
                channel: ChannelID(101),
                client: ClientID(12),
                output: .ts,
                rule: rule,
                limit: limit,
                holders: holders.map { ConnectionID($0) },
                winner: winner.map { ConnectionID($0) }
            )
        }
        return [
            (event("max-connections"), "The line allows one device at a time, and connection 4711 holds it."),
            (
                event("max-connections", limit: 2, holders: [1, 2]),
                "The line allows 2 devices at a time, and connections 1, 2 hold it."
            ),
            (event("max-connections", limit: 0, holders: []), "The line allows no connection at all."),
            (
                event("anti-fight", winner: 4711),
                "Two devices kept taking the slot from each other: connection 4711 keeps it. The line allows one device at a time."
            ),
            (event("kicked"), "An operator ended what this device was playing, and it may not come back yet."),
        ]
    }()

    @Test(arguments: rules) func `a refusal is told in words that can be read out`(_ it: (LimitRejected, String)) {
        #expect(SlotWords.sentence(it.0) == it.1)
    }

    @Test func `every rule has a sentence of its own`() {
        for rule in SlotRule.allCases {
            let eviction = ConnectionEvicted(
                connection: ConnectionID(1),
                credential: CredentialID(7),
                customer: CustomerID(rawValue: "c1"),
                why: rule.rawValue,
                by: ConnectionID(2)
            )
            let isRefusal = rule == .limit || rule == .fight
            #expect(SlotWords.sentence(eviction).hasPrefix("It was ended: ") == isRefusal)
        }
    }
}
