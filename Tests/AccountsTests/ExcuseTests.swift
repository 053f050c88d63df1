import Accounts
import Events
import Ledger
import Model
import Projections
import Testing

struct ExcuseTests {
    private static let now = TestClock.start

    private static func excuse(
        _ office: Office,
        _ id: String = "ada",
        why: String = "holiday home",
        days: Int64 = 90
    ) async throws -> String {
        let until = Self.now.advanced(milliseconds: days * 86_400_000)
        return try await office.ledger.perform(ExcuseCredential(id, why: why, until: until, vault: office.vault))
    }

    private static func excuses(_ office: Office) throws -> [ExcuseRow] { try office.ledger.read { try $0.excuses() } }

    @Test func `reasons are told as they were typed, those of older logs and those of nobody`() throws {
        let office = try Office()
        let names = PersonalNames(vault: office.vault, customer: CustomerID(rawValue: "c1"))
        for reason in ["", "unpaid", "v1.0 is over", "v1.x.y"] {
            let sealed = try names.seal(reason: reason)
            #expect(reason.isEmpty || !sealed.contains(reason))
            #expect(names.reason(sealed) == reason)
            #expect(names.reason(reason) == reason)
        }
        #expect(names.reason(nil) == nil)
        // Another customer's key opens nothing.
        let other = PersonalNames(vault: office.vault, customer: CustomerID(rawValue: "c2"))
        #expect(try other.reason(names.seal(reason: "unpaid")) == nil)
    }

    @Test func `a line is known to be fine until its time is over or the mark is taken away`() async throws {
        let office = try Office()
        try await office.apply(catalogue())
        #expect(try await Self.excuse(office).contains("is known to be fine until"))
        let row = try #require(try Self.excuses(office).first)
        let names = PersonalNames(vault: office.vault, customer: row.customer)
        // Sealed: a reason may name somebody.
        #expect(row.why.hasPrefix("v1.") && names.reason(row.why) == "holiday home")
        #expect(row.customer.rawValue == "c1" && row.givenAt == Self.now)
        #expect(row.until == Self.now.advanced(milliseconds: 90 * 86_400_000))
        _ = try await Self.excuse(office, why: "two flats, one family", days: 30)
        #expect(try Self.excuses(office).map { names.reason($0.why) } == ["two flats, one family"])
        let withdrawn = try await office.ledger.perform(WithdrawExcuse("ada", vault: office.vault))
        #expect(withdrawn.contains("again"))
        #expect(try Self.excuses(office).isEmpty)
        let kinds = ["credential.excused", "credential.excused", "credential.excuse-withdrawn"]
        #expect(Array(office.kinds.suffix(3)) == kinds)
        let again = try await office.ledger.perform(WithdrawExcuse("ada", vault: office.vault))
        #expect(again.contains("no such mark") && Array(office.kinds.suffix(3)) == kinds)
    }

    @Test(arguments: [("ada", "holiday home", 181), ("ada", "holiday home", 0), ("ada", "", 10), ("eve", "staff", 10)])
    func `it has a reason, a known line, and half a year at most`(
        _ id: String,
        _ why: String,
        _ days: Int64
    ) async throws {
        let office = try Office()
        try await office.apply(catalogue())
        await #expect(throws: AccountsError.self) { try await Self.excuse(office, id, why: why, days: days) }
        #expect(try Self.excuses(office).isEmpty)
        #expect(try await Self.excuse(office, days: 180).contains("known to be fine"))
    }

    @Test(arguments: [CatalogueNoun.credential, .customer])
    func `who goes takes the mark along`(_ noun: CatalogueNoun) async throws {
        let office = try Office()
        try await office.apply(catalogue())
        _ = try await Self.excuse(office)
        try await office.edit(.remove, noun, noun == .customer ? "c1" : "ada")
        #expect(try Self.excuses(office).isEmpty)
    }
}
