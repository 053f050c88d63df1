import Events
package import Ledger
package import Model
package import Projections
package import Vault

/// Puts down that a customer got money back; the level of the refund report is set by it.
package struct RecordRefund: Command {
    package typealias Reply = String

    /// In 1/100 of the currency; more is a slip of the finger.
    package static let amountMax: Int64 = 100_000_000

    let customer: String
    let amount: Cents
    let why: String
    /// The day it is for; today when `nil`.
    let day: WallTime?
    let vault: Vault

    package init(customer: String, amountCents: Int64, why: String, day: WallTime?, vault: Vault) {
        self.customer = customer
        self.amount = Cents(amountCents)
        self.why = why
        self.day = day
        self.vault = vault
    }

    package var durability: Durability { .command }

    package func decide(_ state: LiveState, now: WallTime) throws -> Decision<String> {
        guard let id = CustomerID(checking: self.customer), try state.customer(id) != nil else {
            throw AccountsError.unknown(.customer, self.customer)
        }
        try EntryCheck.text(.customer, self.customer, "why", self.why)
        guard (1...Self.amountMax).contains(self.amount.rawValue) else {
            throw AccountsError.malformed(
                .customer,
                self.customer,
                field: "amount",
                found: "\(self.amount.rawValue)/100",
                allowed: "0.01 to \(Self.amountMax / 100)"
            )
        }
        let why = try PersonalNames(vault: self.vault, customer: id).seal(reason: self.why)
        let refund = RefundRecorded(customer: id, amount: self.amount, why: why, forDay: self.day ?? now)
        return Decision([.refundRecorded(refund)], reply: "recorded a refund to \(id)")
    }
}
