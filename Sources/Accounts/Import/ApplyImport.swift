import Events
package import Ledger
package import Model
package import Projections
package import Vault

/// Carries out a part of an ``ImportPlan``: few enough steps that viewers' starts don't wait for it.
///
/// What has changed since the plan was made is looked at again: a step that has nothing to stand on is passed over.
package struct ApplyImport: Command {
    /// Steps of one command: some milliseconds of the ledger.
    package static let stepsMax = 500

    package typealias Reply = CatalogueCounts

    let steps: ArraySlice<ImportPlan.Step>
    let supplier: String
    let vault: Vault

    package init(_ steps: ArraySlice<ImportPlan.Step>, of supplier: String, vault: Vault) {
        self.steps = steps
        self.supplier = supplier
        self.vault = vault
    }

    package var durability: Durability { .command }

    package func decide(_ state: LiveState, now: WallTime) throws -> Decision<CatalogueCounts> {
        var editor = CatalogueEditor(state: state, vault: self.vault, now: now)
        let lookup = CatalogueLookup(state: state, vault: self.vault)
        var next = state.counters.nextChannel.rawValue
        for step in self.steps {
            switch step {
            case .add(let entry):
                var channel = ChannelEntry(id: next, name: entry.name)
                entry.fill(&channel, keepsNames: false)
                channel.sources = [SourceEntry(supplier: self.supplier, url: entry.url)]
                try editor.put(channel, .add, withSources: true)
                next += 1
            case .change(let id, let entry, let keepsNames):
                guard let row = try state.channel(id) else { continue }
                var channel = lookup.entry(row)
                entry.fill(&channel, keepsNames: keepsNames)
                try editor.put(channel, .change, withSources: false)
            case .move(let id, let url):
                guard let row = try state.source(id) else { continue }
                let source = SourceEntry(supplier: row.supplier.rawValue, url: url)
                try editor.put(source, channel: row.channel, position: row.position, replacing: row)
            case .take(let id, let channel):
                guard try state.source(id) != nil, let row = try state.channel(channel) else { continue }
                if try state.sources(of: channel).count == 1 {
                    try editor.remove(row)
                } else {
                    editor.removed(.sourceDetached(.init(source: id, channel: channel)))
                }
            }
        }
        return Decision(editor.events, reply: editor.counts)
    }
}
