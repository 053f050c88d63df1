import Events
import Model

/// Checks of terms.
extension EntryCheck {
    /// Things in one list: more channels and categories than anyone names by hand.
    static let listCountMax = 1_000
    /// Addresses, countries, systems or agents in one list: each is looked at for each start.
    static let lockCountMax = 64
    /// Networks that a line may be locked to; more is no lock.
    static let firstNetworksMax: Int64 = 32

    static func terms(
        _ noun: CatalogueNoun,
        _ label: String,
        _ entry: TermsEntry
    ) throws(AccountsError) -> Terms {
        let check = TermsCheck(noun: noun, label: label)
        return Terms(
            tier: try check.word("tier", entry.tier),
            outputs: try check.words("outputs", entry.outputs),
            channels: try check.channels(entry.channels),
            categories: try check.categories(entry.categories),
            onLimit: try check.word("on_limit", entry.onLimit),
            locks: try check.locks(entry.locks)
        )
    }
}

/// Terms of one plan or credential, checked.
private struct TermsCheck {
    let noun: CatalogueNoun
    let label: String

    func word<Word>(_ field: String, _ text: String?) throws(AccountsError) -> Word?
    where Word: RawRepresentable & CaseIterable, Word.RawValue == String {
        guard let text else { return nil }
        guard let word = Word(rawValue: text) else {
            throw self.wrong(field, text, Word.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return word
    }

    func words<Word>(_ field: String, _ texts: [String]?) throws(AccountsError) -> [Word]?
    where Word: RawRepresentable & CaseIterable, Word.RawValue == String {
        guard let texts else { return nil }
        try self.count(field, texts, EntryCheck.listCountMax)
        var words: [Word] = []
        for text in texts { if let word: Word = try self.word(field, text) { words.append(word) } }
        return words
    }

    func channels(_ numbers: [Int64]?) throws(AccountsError) -> [ChannelID]? {
        guard let numbers else { return nil }
        try self.count("channels", numbers, EntryCheck.listCountMax)
        var channels: [ChannelID] = []
        // A channel may be named before there is one.
        for number in numbers { channels.append(try CatalogueEditor.channelID(number)) }
        return channels
    }

    func categories(_ texts: [String]?) throws(AccountsError) -> [String]? {
        guard let texts else { return nil }
        try self.count("categories", texts, EntryCheck.listCountMax)
        for text in texts { try EntryCheck.text(self.noun, self.label, "categories", text) }
        return texts
    }

    func locks(_ locks: Locks) throws(AccountsError) -> Locks {
        var checked = locks
        for address in try self.counted("allowed_addresses", locks.addresses) where AddressRange(address) == nil {
            throw self.wrong("allowed_addresses", address, "addresses and networks such as 192.0.2.7 or 2001:db8::/32")
        }
        if let count = locks.firstNetworks, !(0...EntryCheck.firstNetworksMax).contains(count) {
            throw self.wrong("first_networks", "\(count)", "0 to \(EntryCheck.firstNetworksMax); 0 locks nothing")
        }
        checked.allowedCountries = try self.countries("allowed_countries", locks.allowedCountries)
        checked.blockedCountries = try self.countries("blocked_countries", locks.blockedCountries)
        try self.systems("allowed_asns", locks.allowedASNs)
        try self.systems("blocked_asns", locks.blockedASNs)
        try self.agents("allowed_agents", locks.allowedAgents)
        try self.agents("blocked_agents", locks.blockedAgents)
        return checked
    }

    private func countries(_ field: String, _ codes: [String]?) throws(AccountsError) -> [String]? {
        for code in try self.counted(field, codes) {
            let isCode = code.utf8.count == 2 && code.utf8.allSatisfy { (0x41...0x5A).contains($0 & 0xDF) }
            guard isCode else { throw self.wrong(field, code, "ISO 3166 codes such as DE") }
        }
        return codes.map { $0.map { $0.uppercased() } }
    }

    private func systems(_ field: String, _ numbers: [Int64]?) throws(AccountsError) {
        for number in try self.counted(field, numbers) where !(1...Int64(UInt32.max)).contains(number) {
            throw self.wrong(field, "\(number)", "numbers of autonomous systems, 1 to \(UInt32.max)")
        }
    }

    private func agents(_ field: String, _ texts: [String]?) throws(AccountsError) {
        for text in try self.counted(field, texts) {
            try EntryCheck.text(self.noun, self.label, field, text)
            guard AgentPattern(text) != nil else {
                let allowed = "texts of 1 to \(AgentPattern.sizeMax) bytes that aren't all *"
                throw self.wrong(field, String(text.prefix(40)), allowed)
            }
        }
    }

    private func counted<Element>(_ field: String, _ list: [Element]?) throws(AccountsError) -> [Element] {
        try self.count(field, list ?? [], EntryCheck.lockCountMax)
        return list ?? []
    }

    private func count(_ field: String, _ list: [some Any], _ max: Int) throws(AccountsError) {
        guard list.count <= max else { throw self.wrong(field, "a list of \(list.count)", "lists of up to \(max)") }
    }

    private func wrong(_ field: String, _ found: String, _ allowed: String) -> AccountsError {
        .malformed(self.noun, self.label, field: field, found: found, allowed: allowed)
    }
}
