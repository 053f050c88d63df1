import Events
package import Model
package import Projections
package import Vault

/// What has to be done so that the catalogue has what a supplier's list has.
///
/// Pure but for opening sealed addresses. A second import of the same list has nothing to do. A channel is known again by
/// its supplier and what its address keeps when the password changes, or else by its name where only one has it; so it
/// keeps its number, and with it customers' favourites and plans.
package struct ImportPlan: Sendable {
    /// One thing to do; each stands for itself.
    package enum Step: Sendable {
        case add(ImportEntry)
        case change(channel: ChannelID, ImportEntry, keepsNames: Bool)
        case move(source: SourceID, to: Redacted<String>)
        case take(source: SourceID, of: ChannelID)
    }

    package private(set) var steps: [Step] = []
    /// Names of what is added, changed and gone, for people to read.
    package private(set) var added: [String] = []
    package private(set) var changed: [String] = []
    package private(set) var gone: [String] = []
    package private(set) var unchanged = 0
    /// Entries with the same address as one before.
    package private(set) var repeated = 0
    /// Entries whose address or name can't be taken.
    package private(set) var refused = 0

    /// - Throws: ``AccountsError/unknown(_:_:)`` when there is no such supplier.
    package init(
        _ entries: [ImportEntry],
        of supplier: String,
        _ options: ImportOptions,
        in state: LiveState,
        vault: Vault,
        key: (String) -> String
    ) throws {
        let supplier = try CatalogueLookup(state: state, vault: vault).supplier(supplier).supplier
        var known = try KnownSources(supplier, in: state, vault: vault, key: key)
        let valid = self.checked(options.chosen(entries))
        var rest: [ImportEntry] = []
        for entry in valid {
            guard let source = known.take(key: entry.key) else {
                rest.append(entry)
                continue
            }
            self.compare(entry, source, keepsNames: options.keepsNames, vault)
        }
        let names = Dictionary(grouping: rest.indices, by: { rest[$0].name })
        for (index, entry) in rest.enumerated() {
            if names[entry.name]?.count == 1, let source = known.take(name: entry.name) {
                self.compare(entry, source, keepsNames: options.keepsNames, vault)
            } else {
                self.steps.append(.add(rest[index]))
                self.added.append(entry.name)
            }
        }
        guard options.isWhole else { return }
        for source in known.rest {
            self.gone.append(source.channel.name)
            if options.removesGone { self.steps.append(.take(source: source.row.source, of: source.row.channel)) }
        }
    }

    private mutating func checked(_ entries: [ImportEntry]) -> [ImportEntry] {
        var seen: Set<String> = []
        return entries.compactMap { entry in
            var entry = entry
            if entry.name.isEmpty { entry.name = "Channel" }
            let isGood =
                (try? EntryCheck.url("", entry.url)) != nil
                && (try? EntryCheck.text(.channel, "", "name", entry.name)) != nil
                && (try? EntryCheck.text(.channel, "", "category", entry.category)) != nil
            guard isGood else {
                self.refused += 1
                return nil
            }
            guard seen.insert(entry.key).inserted else {
                self.repeated += 1
                return nil
            }
            // What can't be taken of the lesser things is left out.
            if let logo = entry.logo, (try? EntryCheck.logo("", logo)) == nil { entry.logo = nil }
            if (try? EntryCheck.text(.channel, "", "epg", entry.epg)) == nil { entry.epg = nil }
            return entry
        }
    }

    private mutating func compare(
        _ entry: ImportEntry,
        _ source: KnownSources.Source,
        keepsNames: Bool,
        _ vault: Vault
    ) {
        let isMoved = source.url != entry.url
        if isMoved { self.steps.append(.move(source: source.row.source, to: entry.url)) }
        let isOther = entry.changes(source.channel, keepsNames: keepsNames, vault)
        if isOther {
            self.steps.append(.change(channel: source.channel.channel, entry, keepsNames: keepsNames))
        }
        if isMoved || isOther { self.changed.append(entry.name) } else { self.unchanged += 1 }
    }
}

/// A supplier's sources that no entry has been found for yet.
private struct KnownSources {
    struct Source {
        var row: SourceRow
        var channel: ChannelRow
        var url: Redacted<String>?
    }

    private var sources: [SourceID: Source] = [:]
    private var byKey: [String: SourceID] = [:]
    private var byName: [String: [SourceID]] = [:]

    init(_ supplier: SupplierID, in state: LiveState, vault: Vault, key: (String) -> String) throws {
        let channels = Dictionary(uniqueKeysWithValues: try state.channels().map { ($0.channel, $0) })
        for row in try state.sources(of: supplier) {
            guard let channel = channels[row.channel] else { continue }
            let url = try? SourceAddress.open(row, with: vault)
            self.sources[row.source] = Source(row: row, channel: channel, url: url)
            if let url, self.byKey[key(url.clear)] == nil { self.byKey[key(url.clear)] = row.source }
            self.byName[channel.name, default: []].append(row.source)
        }
    }

    /// By what the address keeps.
    mutating func take(key: String) -> Source? {
        self.byKey[key].flatMap { self.sources.removeValue(forKey: $0) }
    }

    /// By the channel's name, where only one is left that has it.
    mutating func take(name: String) -> Source? {
        let left = (self.byName[name] ?? []).filter { self.sources[$0] != nil }
        guard left.count == 1, let only = left.first else { return nil }
        return self.sources.removeValue(forKey: only)
    }

    /// What nothing was found for, by number.
    var rest: [Source] { self.sources.values.sorted { $0.row.source < $1.row.source } }
}

extension ImportEntry {
    /// Whether the channel would be another one with what the list says; what it doesn't say changes nothing.
    func changes(_ row: ChannelRow, keepsNames: Bool, _ vault: Vault) -> Bool {
        if row.number == nil, self.number != nil { return true }
        guard !keepsNames else { return false }
        if self.name != row.name { return true }
        if let category = self.category, category != row.category { return true }
        if let epg = self.epg, epg != row.epg { return true }
        guard let logo = self.logo else { return false }
        return (try? ChannelLogo.open(row, with: vault)) != logo
    }

    /// Puts what the list says into the channel's entry.
    func fill(_ entry: inout ChannelEntry, keepsNames: Bool) {
        if entry.number == nil { entry.number = self.number }
        guard !keepsNames else { return }
        entry.name = self.name
        entry.category = self.category ?? entry.category
        entry.epg = self.epg ?? entry.epg
        entry.logo = self.logo ?? entry.logo
    }
}
