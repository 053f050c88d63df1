import Events
package import Ledger
package import Model
package import Projections
package import Vault

/// Adds, changes or removes one thing of the catalogue, named by its noun and id, with settings as a command line gives them.
package struct EditCatalogue: Command {
    package enum Verb: Hashable, Sendable {
        case add, change, remove
    }

    package typealias Reply = [String]

    let verb: Verb
    let noun: CatalogueNoun
    /// Missing only for a new source or credential, which Baton numbers.
    let id: String?
    let settings: [String: String]
    let passwords: PreparedPasswords
    let vault: Vault
    /// By what locks can be judged.
    package var geography = Geography.all

    package init(
        _ verb: Verb,
        _ noun: CatalogueNoun,
        id: String?,
        settings: [String: String] = [:],
        passwords: PreparedPasswords = .none,
        vault: Vault
    ) {
        self.verb = verb
        self.noun = noun
        self.id = id
        self.settings = settings
        self.passwords = passwords
        self.vault = vault
    }

    package var durability: Durability { .command }

    package func decide(_ state: LiveState, now: WallTime) throws -> Decision<Reply> {
        var editor = CatalogueEditor(state: state, vault: self.vault, now: now, passwords: self.passwords)
        editor.geography = self.geography
        let lookup = CatalogueLookup(state: state, vault: self.vault)
        let done =
            switch self.verb {
            case .add: try self.add(&editor, lookup)
            case .change: try self.change(&editor, lookup)
            case .remove: try self.remove(&editor, lookup)
            }
        try self.vault.store.begin(erasing: editor.erased)
        let message = editor.events.isEmpty ? "nothing to change" : done
        return Decision(editor.events, reply: editor.messages + [message])
    }

    private func add(_ editor: inout CatalogueEditor, _ lookup: CatalogueLookup) throws -> String {
        switch self.noun {
        case .supplier: try editor.put(self.filled(SupplierEntry(name: self.requiredID())), .add)
        case .plan: try editor.put(self.filled(PlanEntry(name: self.requiredID())), .add)
        case .customer: try editor.put(self.filled(CustomerEntry(id: self.requiredID())), .add)
        case .channel:
            let id = try self.id.map(lookup.channelNumber) ?? editor.state.counters.nextChannel.rawValue
            var entry = ChannelEntry(id: id, name: "Channel \(id)")
            try entry.set(self.settings)
            try editor.put(entry, .add, withSources: false)
            return "added channel \(id)"
        case .source: return try self.addSource(&editor)
        case .credential:
            var settings = self.settings
            guard let customer = settings.removeValue(forKey: "customer") else {
                throw AccountsError.missing(.credential, field: "customer")
            }
            var entry = CredentialEntry(username: self.id ?? GeneratedPassword.username())
            try entry.set(settings)
            try editor.put(entry, of: EntryCheck.name(.customer, customer), .add)
            return "added credential \(entry.username) to customer \(customer)"
        }
        return "added \(self.noun.rawValue) \(self.id ?? "")"
    }

    private func addSource(_ editor: inout CatalogueEditor) throws -> String {
        let entry = try self.sourceEntry(SourceEntry(supplier: "", url: Redacted("")))
        guard let text = self.settings["channel"], let number = Int64(text) else {
            throw AccountsError.missing(.source, field: "channel")
        }
        let channel = try editor.requireChannel(number)
        let position = try self.position() ?? Int64(editor.state.sources(of: channel).count)
        let id = try editor.put(entry, channel: channel, position: position, replacing: nil)
        return "added source \(id) to channel \(channel)"
    }

    private func change(_ editor: inout CatalogueEditor, _ lookup: CatalogueLookup) throws -> String {
        let id = try self.requiredID()
        switch self.noun {
        case .supplier: try editor.put(self.filled(lookup.entry(lookup.supplier(id))), .change)
        case .plan: try editor.put(self.filled(lookup.entry(lookup.plan(id))), .change)
        case .channel: try editor.put(self.filled(lookup.entry(lookup.channel(id))), .change, withSources: false)
        case .customer: try editor.put(self.filled(lookup.entry(lookup.customer(id))), .change)
        case .credential:
            let row = try lookup.credential(id)
            try editor.put(self.filled(lookup.entry(row)), of: row.customer, .change)
        case .source:
            let row = try lookup.source(id)
            let clear = try SourceAddress.open(row, with: self.vault)
            let entry = try self.sourceEntry(SourceEntry(supplier: row.supplier.rawValue, url: clear))
            try editor.put(entry, channel: row.channel, position: self.position() ?? row.position, replacing: row)
        }
        return "changed \(self.noun.rawValue) \(id)"
    }

    private func remove(_ editor: inout CatalogueEditor, _ lookup: CatalogueLookup) throws -> String {
        let id = try self.requiredID()
        switch self.noun {
        case .supplier: try editor.remove(lookup.supplier(id))
        case .plan: try editor.remove(lookup.plan(id))
        case .channel: try editor.remove(lookup.channel(id))
        case .customer: try editor.remove(lookup.customer(id))
        case .credential: try editor.remove(lookup.credential(id))
        case .source:
            let row = try lookup.source(id)
            editor.removed(.sourceDetached(.init(source: row.source, channel: row.channel)))
        }
        return "removed \(self.noun.rawValue) \(id)"
    }

    private func requiredID() throws(AccountsError) -> String {
        guard let id = self.id else { throw .missing(self.noun, field: "name") }
        return id
    }

    private func filled<Entry: EntrySettings>(_ entry: Entry) throws(AccountsError) -> Entry {
        var entry = entry
        try entry.set(self.settings)
        return entry
    }

    private func sourceEntry(_ base: SourceEntry) throws(AccountsError) -> SourceEntry {
        let keys = ["channel", "supplier", "url", "position"]
        if let unknown = self.settings.keys.first(where: { !keys.contains($0) }) {
            throw .unknownSetting(.source, unknown, allowed: keys)
        }
        var entry = base
        if let supplier = self.settings["supplier"] { entry.supplier = supplier }
        if let url = self.settings["url"] { entry.url = Redacted(url) }
        if entry.supplier.isEmpty { throw .missing(.source, field: "supplier") }
        if entry.url.clear.isEmpty { throw .missing(.source, field: "url") }
        return entry
    }

    private func position() throws(AccountsError) -> Int64? {
        guard let text = self.settings["position"] else { return nil }
        guard let position = Int64(text), (0...1_000).contains(position) else {
            throw .malformed(.source, self.id ?? "", field: "position", found: text, allowed: "0 to 1000")
        }
        return position
    }
}
