import Events
import Model
import Projections
import Vault

/// Decides the events that bring the catalogue to what an operator wants.
///
/// Reads the tables as they are, and keeps in mind what it has decided since, so that one command can add a supplier and the
/// sources that need it. Nothing is carried out here.
struct CatalogueEditor {
    /// What is expected of the thing that is put.
    enum Mode {
        case add, change, either
    }

    let state: LiveState
    let vault: Vault
    let now: WallTime
    let passwords: PreparedPasswords
    /// By what locks can be judged.
    var geography = Geography.all

    private(set) var events: [Event] = []
    /// Lines for the operator, such as a password that is shown once.
    private(set) var messages: [String] = []
    private(set) var counts = CatalogueCounts()
    private var nextSource: SourceID
    var nextAccount: AccountID
    private var nextCredential: CredentialID
    private var newSuppliers: Set<SupplierID> = []
    private var newPlans: Set<PlanID> = []
    private var newChannels: Set<ChannelID> = []
    private var newCustomers: Set<CustomerID> = []
    private var newLogins: Set<String> = []

    init(state: LiveState, vault: Vault, now: WallTime, passwords: PreparedPasswords = .none) {
        self.passwords = passwords
        self.state = state
        self.vault = vault
        self.now = now
        self.nextSource = state.counters.nextSource
        self.nextAccount = state.counters.nextAccount
        self.nextCredential = state.counters.nextCredential
    }

    mutating func record(_ event: Event) {
        self.events.append(event)
    }

    /// Records that something is no longer there.
    mutating func removed(_ event: Event) {
        self.counts.removed += 1
        self.events.append(event)
    }

    mutating func tell(_ message: String) {
        self.messages.append(message)
    }

    mutating func count(added: Bool, changed: Bool, _ event: Event) {
        if added {
            self.counts.added += 1
        } else if changed {
            self.counts.changed += 1
        } else {
            self.counts.unchanged += 1
        }
        if added || changed { self.record(event) }
    }

    private func expect(_ mode: Mode, exists: Bool, _ noun: CatalogueNoun, _ id: String) throws(AccountsError) {
        if mode == .add, exists { throw .exists(noun, id) }
        if mode == .change, !exists { throw .unknown(noun, id) }
    }
}

/// How many things a catalogue brought, altered, left and took away.
package struct CatalogueCounts: Hashable, Sendable {
    package var added = 0
    package var changed = 0
    package var unchanged = 0
    package var removed = 0

    package init(added: Int = 0, changed: Int = 0, unchanged: Int = 0, removed: Int = 0) {
        self.added = added
        self.changed = changed
        self.unchanged = unchanged
        self.removed = removed
    }
}

/// Suppliers, plans, channels.
extension CatalogueEditor {
    mutating func put(_ entry: SupplierEntry, _ mode: Mode) throws {
        let id: SupplierID = try EntryCheck.name(.supplier, entry.name)
        try EntryCheck.connections(.supplier, entry.name, entry.maxConnections)
        let row = try self.state.supplier(id)
        try self.expect(mode, exists: row != nil, .supplier, entry.name)
        self.newSuppliers.insert(id)
        self.count(
            added: row == nil,
            changed: row?.maxConnections != entry.maxConnections || row?.privateNetwork != entry.privateNetwork,
            row == nil
                ? .supplierAdded(
                    .init(supplier: id, maxConnections: entry.maxConnections, privateNetwork: entry.privateNetwork)
                )
                : .supplierChanged(
                    .init(supplier: id, maxConnections: entry.maxConnections, privateNetwork: entry.privateNetwork)
                )
        )
        if let accounts = entry.accounts { try self.putAccounts(accounts, of: id) }
    }

    mutating func put(_ entry: PlanEntry, _ mode: Mode) throws {
        let id: PlanID = try EntryCheck.name(.plan, entry.name)
        try EntryCheck.connections(.plan, entry.name, entry.maxConnections)
        guard entry.priceMonthCents >= 0 else {
            throw AccountsError.malformed(
                .plan,
                entry.name,
                field: "price_month",
                found: "\(entry.priceMonthCents)",
                allowed: "0 or more"
            )
        }
        let row = try self.state.plan(id)
        try self.expect(mode, exists: row != nil, .plan, entry.name)
        let price = Cents(entry.priceMonthCents)
        let terms = try EntryCheck.terms(.plan, entry.name, entry.terms)
        try self.geography.check(terms.locks, of: .plan, entry.name)
        let connections = entry.maxConnections
        self.newPlans.insert(id)
        self.count(
            added: row == nil,
            changed: row?.maxConnections != connections || row?.priceMonth != price || row?.terms != terms,
            row == nil
                ? .planAdded(.init(plan: id, maxConnections: connections, priceMonth: price, terms: terms))
                : .planChanged(.init(plan: id, maxConnections: connections, priceMonth: price, terms: terms))
        )
    }

    /// With `sources`, the channel's sources become these, in this order.
    mutating func put(_ entry: ChannelEntry, _ mode: Mode, withSources: Bool) throws {
        let id = try Self.channelID(entry.id)
        try EntryCheck.text(.channel, entry.label, "name", entry.name)
        try EntryCheck.text(.channel, entry.label, "category", entry.category)
        try EntryCheck.text(.channel, entry.label, "epg", entry.epg)
        try EntryCheck.place(entry)
        let keep = try EntryCheck.keep(entry)
        let policy = try EntryCheck.returns(entry)
        try EntryCheck.archive(entry)
        let keepDays = entry.keepDays == 0 ? nil : entry.keepDays
        let keepBytes = entry.keepBytes.map { ByteCount($0) }
        // What is usual isn't said.
        let returns = policy == .better ? nil : policy
        let row = try self.state.channel(id)
        try self.expect(mode, exists: row != nil, .channel, entry.label)
        self.newChannels.insert(id)
        let logo = try self.logo(entry, of: id, row)
        self.count(
            added: row == nil,
            changed: row?.name != entry.name || row?.category != entry.category || row?.keep != keep
                || row?.returns != returns || row?.number != entry.number || row?.logo != logo
                || row?.epg != entry.epg || row?.keepDays != keepDays || row?.keepBytes != keepBytes,
            row == nil
                ? .channelAdded(
                    .init(
                        channel: id,
                        name: entry.name,
                        category: entry.category,
                        keep: keep,
                        returns: returns,
                        number: entry.number,
                        logo: logo,
                        epg: entry.epg,
                        keepDays: keepDays,
                        keepBytes: keepBytes
                    )
                )
                : .channelChanged(
                    .init(
                        channel: id,
                        name: entry.name,
                        category: entry.category,
                        keep: keep,
                        returns: returns,
                        number: entry.number,
                        logo: logo,
                        epg: entry.epg,
                        keepDays: keepDays,
                        keepBytes: keepBytes
                    )
                )
        )
        if withSources { try self.putSources(entry.sources, of: id) }
    }

    /// The sealed address of the logo: as it is kept, when it is the same one.
    private func logo(_ entry: ChannelEntry, of channel: ChannelID, _ row: ChannelRow?) throws -> String? {
        guard let logo = entry.logo else { return nil }
        try EntryCheck.logo(entry.label, logo)
        if let row, (try? ChannelLogo.open(row, with: self.vault)) == logo { return row.logo }
        return try ChannelLogo.seal(logo, of: channel, with: self.vault)
    }

    static func channelID(_ number: Int64) throws(AccountsError) -> ChannelID {
        // Players hold stream numbers in 32 bits, signed.
        guard (1...Int64(Int32.max)).contains(number) else {
            throw .malformed(.channel, "\(number)", field: "id", found: "\(number)", allowed: "1 to \(Int32.max)")
        }
        return ChannelID(number)
    }

    private mutating func putSources(_ entries: [SourceEntry], of channel: ChannelID) throws {
        let rows = try self.state.sources(of: channel)
        for (position, entry) in entries.enumerated() {
            let row = position < rows.count ? rows[position] : nil
            try self.put(entry, channel: channel, position: Int64(position), replacing: row)
        }
        for row in rows.dropFirst(entries.count) {
            self.counts.removed += 1
            self.record(.sourceDetached(.init(source: row.source, channel: channel)))
        }
    }

    /// Attaches a source, or makes `row` this one.
    @discardableResult
    mutating func put(
        _ entry: SourceEntry,
        channel: ChannelID,
        position: Int64,
        replacing row: SourceRow?
    ) throws -> SourceID {
        let id = row?.source ?? self.nextSource
        try EntryCheck.url("of channel \(channel)", entry.url)
        let supplier: SupplierID = try EntryCheck.name(.supplier, entry.supplier)
        guard try self.newSuppliers.contains(supplier) || self.state.supplier(supplier) != nil else {
            throw AccountsError.unknown(.supplier, entry.supplier)
        }
        let isSame = row.map {
            $0.supplier == supplier && $0.position == position
                && (try? SourceAddress.open($0, with: self.vault)) == entry.url
        }
        guard isSame != true else {
            self.counts.unchanged += 1
            return id
        }
        let sealed = try SourceAddress.seal(entry.url, of: id, with: self.vault)
        self.count(
            added: row == nil,
            changed: true,
            row == nil
                ? .sourceAttached(
                    .init(source: id, channel: channel, supplier: supplier, position: position, url: sealed)
                )
                : .sourceChanged(
                    .init(source: id, channel: channel, supplier: supplier, position: position, url: sealed)
                )
        )
        if row == nil { self.nextSource = SourceID(id.rawValue + 1) }
        return id
    }

    func requireChannel(_ number: Int64) throws -> ChannelID {
        let id = try Self.channelID(number)
        guard try self.newChannels.contains(id) || self.state.channel(id) != nil else {
            throw AccountsError.unknown(.channel, "\(number)")
        }
        return id
    }
}

/// Customers and credentials.
extension CatalogueEditor {
    mutating func put(_ entry: CustomerEntry, _ mode: Mode) throws {
        let id: CustomerID = try EntryCheck.name(.customer, entry.id)
        try EntryCheck.text(.customer, entry.id, "name", entry.name)
        try EntryCheck.text(.customer, entry.id, "notes", entry.notes)
        try EntryCheck.text(.customer, entry.id, "timezone", entry.timezone)
        try EntryCheck.text(.customer, entry.id, "language", entry.language)
        let plan: PlanID? = try entry.plan.map { try EntryCheck.name(.plan, $0) }
        if let plan, !self.newPlans.contains(plan), try self.state.plan(plan) == nil {
            throw AccountsError.unknown(.plan, plan.rawValue)
        }
        let row = try self.state.customer(id)
        try self.expect(mode, exists: row != nil, .customer, entry.id)
        self.newCustomers.insert(id)
        if let row, self.isSame(row, entry, plan: plan) {
            self.counts.unchanged += 1
        } else {
            let names = PersonalNames(vault: self.vault, customer: id)
            let name = try entry.name.map { try names.seal($0, field: "name") }
            let notes = try entry.notes.map { try names.seal($0, field: "notes") }
            self.count(
                added: row == nil,
                changed: true,
                row == nil
                    ? .customerAdded(
                        .init(
                            customer: id,
                            plan: plan,
                            name: name,
                            timezone: entry.timezone,
                            language: entry.language,
                            notes: notes
                        )
                    )
                    : .customerChanged(
                        .init(
                            customer: id,
                            plan: plan,
                            name: name,
                            timezone: entry.timezone,
                            language: entry.language,
                            notes: notes
                        )
                    )
            )
        }
        for credential in entry.credentials { try self.put(credential, of: id, .either) }
    }

    private func isSame(_ row: CustomerRow, _ entry: CustomerEntry, plan: PlanID?) -> Bool {
        let names = PersonalNames(vault: self.vault, customer: row.customer)
        return row.plan == plan && row.timezone == entry.timezone && row.language == entry.language
            && names.matches(row.name, entry.name, field: "name")
            && names.matches(row.notes, entry.notes, field: "notes")
    }

    /// Issues a credential or changes the one with this username.
    mutating func put(_ entry: CredentialEntry, of customer: CustomerID, _ mode: Mode) throws {
        try EntryCheck.login(entry.username, field: "username")
        if let password = entry.password { try EntryCheck.login(password.clear, field: "password") }
        if let connections = entry.maxConnections {
            try EntryCheck.connections(.credential, entry.username, connections)
        }
        let facts = CredentialFacts(
            expires: try EntryCheck.time(entry, "expires", entry.expires),
            created: try EntryCheck.time(entry, "created", entry.created),
            terms: try EntryCheck.terms(.credential, entry.username, entry.terms)
        )
        try self.geography.check(facts.terms.locks, of: .credential, entry.username)
        let login = self.vault.installation.hash(.username, entry.username).short
        guard self.newLogins.insert(login).inserted else { throw AccountsError.exists(.credential, entry.username) }
        let row = try self.state.credential(login: login)
        try self.expect(mode, exists: row != nil, .credential, entry.username)
        guard let row else {
            try self.issue(entry, of: customer, login: login, facts)
            return
        }
        guard row.customer == customer else { throw AccountsError.exists(.credential, entry.username) }
        try self.change(row, entry, facts)
    }

    private mutating func issue(
        _ entry: CredentialEntry,
        of customer: CustomerID,
        login: String,
        _ facts: CredentialFacts
    ) throws {
        let id = self.nextCredential
        guard try self.newCustomers.contains(customer) || self.state.customer(customer) != nil else {
            throw AccountsError.unknown(.customer, customer.rawValue)
        }
        let password = try self.password(entry, of: id, login: login)
        let names = PersonalNames(vault: self.vault, customer: customer)
        let username = try names.seal(entry.username, field: "username/\(id)")
        self.count(
            added: true,
            changed: false,
            .credentialIssued(
                .init(
                    credential: id,
                    customer: customer,
                    login: login,
                    username: username,
                    password: password,
                    maxConnections: entry.maxConnections,
                    expires: facts.expires,
                    trial: entry.trial ?? false,
                    created: facts.created,
                    terms: try PersonalTerms(vault: self.vault, customer: customer).seal(facts.terms, of: id)
                )
            )
        )
        self.nextCredential = CredentialID(id.rawValue + 1)
    }

    private mutating func change(_ row: CredentialRow, _ entry: CredentialEntry, _ facts: CredentialFacts) throws {
        let personal = PersonalTerms(vault: self.vault, customer: row.customer)
        let isSameTerms = personal.open(row) == facts.terms
        let trial = entry.trial ?? row.trial
        let isChanged =
            row.maxConnections != entry.maxConnections || row.expires != facts.expires || row.trial != trial
            || !isSameTerms
        self.count(
            added: false,
            changed: isChanged,
            .credentialChanged(
                .init(
                    credential: row.credential,
                    customer: row.customer,
                    login: row.login,
                    username: row.username,
                    maxConnections: entry.maxConnections,
                    expires: facts.expires,
                    trial: trial,
                    // What is the same stays as it was sealed.
                    terms: isSameTerms ? row.terms : try personal.seal(facts.terms, of: row.credential)
                )
            )
        )
        if let password = try self.newPassword(entry, of: row) { try self.rotate(row, to: password) }
    }

    /// The hash of a new credential's password; one that is made up is told.
    private mutating func password(
        _ entry: CredentialEntry,
        of id: CredentialID,
        login: String
    ) throws(AccountsError) -> String {
        guard let password = entry.password else {
            let random = GeneratedPassword.random()
            self.tell("credential \(id), username \(entry.username), password \(random.clear) (shown only now)")
            return LinePassword.hash(random, of: id, with: self.vault)
        }
        guard !entry.isPasswordRandom else { return LinePassword.hash(password, of: id, with: self.vault) }
        guard let prepared = self.passwords.entries[login], prepared.basis == nil, let stored = prepared.stored else {
            throw .changedMeanwhile(.credential, entry.username)
        }
        return stored
    }

    /// The hash of another password than the credential has; `nil` when the entry says none.
    private func newPassword(_ entry: CredentialEntry, of row: CredentialRow) throws(AccountsError) -> String? {
        guard let password = entry.password else { return nil }
        guard !entry.isPasswordRandom else {
            let isSame = LinePassword.matches(row, password, with: self.vault)
            return isSame ? nil : LinePassword.hash(password, of: row.credential, with: self.vault)
        }
        guard let prepared = self.passwords.entries[row.login], prepared.basis == row.password else {
            throw .changedMeanwhile(.credential, entry.username)
        }
        return prepared.stored
    }

    /// Gives a new password, by its hash, and ends what was opened with the old one.
    mutating func rotate(_ row: CredentialRow, to password: String) throws {
        self.record(.credentialRotated(.init(credential: row.credential, password: password)))
        self.evict(try self.state.connections(of: row.credential), why: "rotated")
    }

    /// Ends connections; their slots are free from then on.
    mutating func evict(_ connections: [LiveConnectionRow], why: String) {
        for connection in connections {
            self.record(
                .connectionEvicted(
                    .init(
                        connection: connection.connection,
                        credential: connection.credential,
                        customer: connection.customer,
                        why: why
                    )
                )
            )
        }
    }
}

/// What a credential's entry says, checked.
struct CredentialFacts {
    var expires: WallTime?
    var created: WallTime?
    var terms: Terms
}
