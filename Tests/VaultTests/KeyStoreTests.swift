import Model
import TestSupport
import Testing

@testable import Vault

struct KeyStoreTests {
    let scratch: ScratchDirectory
    let keys = InstallationKeys.random()
    let store: KeyStore
    let anna = CustomerID(rawValue: "anna")
    let place = SealedPlace(subject: "client/1", field: "identity")

    init() throws {
        self.scratch = try ScratchDirectory()
        self.store = try KeyStore(path: self.scratch.file("keys.sqlite"), installation: self.keys)
    }

    @Test func `opens personal data in this run and the next`() throws {
        let sealed = try self.store.seal(
            Redacted("192.0.2.1"),
            under: .clients(of: self.anna, week: "2026-W47"),
            for: self.place
        )
        #expect(try self.store.open(sealed, for: self.place).clear == "192.0.2.1")
        try self.store.close()
        let again = try KeyStore(path: self.scratch.file("keys.sqlite"), installation: self.keys)
        #expect(try again.open(sealed, for: self.place).clear == "192.0.2.1")
        let next = try again.seal(Redacted("x"), under: .clients(of: self.anna, week: "2026-W47"), for: self.place)
        #expect(next.keyID == sealed.keyID)
    }

    @Test func `each customer and week has a key of its own`() throws {
        let names: [DataKeyName] = [
            .names(of: self.anna), .clients(of: self.anna, week: "2026-W46"), .clients(of: self.anna, week: "2026-W47"),
            .clients(of: CustomerID(rawValue: "ben"), week: "2026-W47"),
        ]
        try self.store.prepare(names)
        let ids = try names.map { try self.store.seal(Redacted("x"), under: $0, for: self.place).keyID }
        #expect(Set(ids).count == names.count)
        #expect(try self.store.weeks() == ["2026-W46", "2026-W47"])
    }

    @Test func `ageing closes old weeks and leaves names`() throws {
        let old = try self.store.seal(
            Redacted("old"),
            under: .clients(of: self.anna, week: "2026-W09"),
            for: self.place
        )
        let new = try self.store.seal(
            Redacted("new"),
            under: .clients(of: self.anna, week: "2026-W10"),
            for: self.place
        )
        let name = try self.store.seal(Redacted("Anna"), under: .names(of: self.anna), for: self.place)
        let hash = try self.store.hash(.network, ["192.0.2.0/24"], under: .networks(week: "2026-W09"))
        let other = try self.store.hash(.network, ["192.0.2.0/24"], under: .devices(week: "2026-W09"))
        #expect(try self.store.aged(before: "2026-W10", networksBefore: "2025-W50") == 2)
        #expect(try self.store.age(before: "2026-W10", networksBefore: "2025-W50") == 2)
        #expect(try self.store.aged(before: "2026-W10", networksBefore: "2025-W50") == 0)
        // Networks live longer: the hash is the same still; what was under a key that is gone never comes again.
        #expect(try self.store.hash(.network, ["192.0.2.0/24"], under: .networks(week: "2026-W09")) == hash)
        #expect(try self.store.hash(.network, ["192.0.2.0/24"], under: .devices(week: "2026-W09")) != other)
        #expect(try self.store.age(before: "2026-W10", networksBefore: "2026-W10") == 2)
        #expect(try self.store.hash(.network, ["192.0.2.0/24"], under: .networks(week: "2026-W09")) != hash)
        #expect(throws: SealError.keyMissing(old.keyID)) { try self.store.open(old, for: self.place) }
        #expect(try self.store.open(new, for: self.place).clear == "new")
        #expect(try self.store.open(name, for: self.place).clear == "Anna")
    }

    @Test func `erasing a customer leaves no byte of the keys`() throws {
        let ben = CustomerID(rawValue: "ben")
        // Enough rows that pages split and are rebuilt, where stale copies hide.
        let customers = (0..<300).map { CustomerID(rawValue: "customer-\($0)") } + [self.anna, ben]
        try self.store.prepare(customers.map { .names(of: $0) })
        try self.store.prepare((30..<50).map { .clients(of: self.anna, week: "2026-W\($0)") })
        let sealed = try self.store.seal(Redacted("Anna"), under: .names(of: self.anna), for: self.place)
        let kept = try self.store.seal(Redacted("Ben"), under: .names(of: ben), for: self.place)
        let wrapped = try self.store.storedKeys(of: self.anna)
        let others = try self.store.storedKeys(of: ben)
        #expect(wrapped.count == 21)
        for text in wrapped { #expect(try self.scratch.holds(Array(text.utf8))) }

        #expect(try self.store.erase([self.anna]) == 21)

        for text in wrapped { #expect(try !self.scratch.holds(Array(text.suffix(24).utf8))) }
        for text in others { #expect(try self.scratch.holds(Array(text.utf8))) }
        #expect(try !self.scratch.holds(Array("anna".utf8)))
        #expect(throws: SealError.keyMissing(sealed.keyID)) { try self.store.open(sealed, for: self.place) }
        #expect(try self.store.open(kept, for: self.place).clear == "Ben")
        // The customer may come back, with a new key.
        #expect(
            try self.store.seal(Redacted("Anna"), under: .names(of: self.anna), for: self.place).keyID != sealed.keyID
        )
    }

    @Test func `an erasure that breaks off is known until its keys are gone`() throws {
        let ben = CustomerID(rawValue: "ben")
        try self.store.prepare([.names(of: self.anna), .names(of: ben)])
        try self.store.begin(erasing: [self.anna, ben])
        try self.store.begin(erasing: [ben])
        try self.store.close()
        let again = try KeyStore(path: self.scratch.file("keys.sqlite"), installation: self.keys)
        #expect(try again.unfinishedErasures() == [self.anna, ben])
        try again.withdraw(erasing: [ben])
        #expect(try again.unfinishedErasures() == [self.anna])
        #expect(try again.erase([self.anna]) == 1)
        #expect(try again.unfinishedErasures() == [])
        #expect(try again.storedKeys(of: ben).count == 1)
    }

    @Test func `a key is never in the file in clear`() throws {
        _ = try self.store.seal(Redacted("Anna"), under: .names(of: self.anna), for: self.place)
        let key = try #require(self.store.cachedKey(.names(of: self.anna)))
        #expect(try !self.scratch.holds(key.bytes))
        #expect(try !self.scratch.holds(Array(Base64URL.encode(key.bytes).utf8)))
    }

    @Test func `under a foreign installation key it stays closed`() throws {
        let sealed = try self.store.seal(Redacted("Anna"), under: .names(of: self.anna), for: self.place)
        try self.store.close()
        let other = try KeyStore(path: self.scratch.file("keys.sqlite"), installation: .random())
        #expect(throws: SealError.keyMissing(self.keys.current.sealing)) { try other.open(sealed, for: self.place) }
    }

    @Test func `resealing moves every key to the newest installation key`() throws {
        let sealed = try self.store.seal(Redacted("Anna"), under: .names(of: self.anna), for: self.place)
        try self.store.close()
        let rotated = try #require(self.keys.rotatingSealing())
        let again = try KeyStore(path: self.scratch.file("keys.sqlite"), installation: rotated)
        #expect(try again.reseal() == 1)
        #expect(try again.reseal() == 0)
        #expect(try again.open(sealed, for: self.place).clear == "Anna")
        let stored = try again.storedKeys(of: self.anna)
        #expect(try stored.map { try Sealed(parsing: $0).keyID } == [rotated.current.sealing])
    }
}
