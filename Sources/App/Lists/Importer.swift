import Accounts
import HLS
import Ingest
import Ledger
import Model
import Projections
import Vault

/// Brings a supplier's list into the catalogue.
struct Importer: Sendable {
    /// Names that are told of each kind.
    private static let namesMax = 20

    let ledger: Ledger
    let vault: Vault

    func run(_ request: ImportRequest) async throws -> AdminAnswer {
        let (entries, notes) = try await self.read(request)
        let plan = try self.ledger.read { state in
            try ImportPlan(
                entries,
                of: request.supplier,
                request.options,
                in: state,
                vault: self.vault,
                key: ChannelListEntry.key
            )
        }
        guard !request.dryRun else { return AdminAnswer(messages: Self.words(plan, notes, request)) }
        try await self.apply(plan, of: request.supplier)
        return AdminAnswer(messages: Self.words(plan, notes, request) + (try await self.addAccount(request)))
    }

    private func read(_ request: ImportRequest) async throws -> (entries: [ImportEntry], notes: ImportNotes) {
        let supplier = try self.ledger.read {
            try CatalogueLookup(state: $0, vault: self.vault).supplier(request.supplier)
        }
        if case .entries(let entries, let notes) = request.origin { return (entries, notes) }
        let fetcher = Fetcher()
        do {
            let read = try await self.fetch(request.origin, of: supplier, fetcher)
            await fetcher.stop()
            return read
        } catch {
            await fetcher.stop()
            guard let cause = error as? SourceFailure.Cause else { throw error }
            throw ListImportError.notFetched(supplier: request.supplier, cause: "\(cause)")
        }
    }

    private func fetch(
        _ origin: ImportRequest.Origin,
        of supplier: SupplierRow,
        _ fetcher: Fetcher
    ) async throws -> (entries: [ImportEntry], notes: ImportNotes) {
        switch origin {
        case .entries(let entries, let notes): return (entries, notes)
        case .list(let url):
            let request = Fetcher.Request(
                url: url,
                allowsPrivateNetwork: supplier.privateNetwork,
                bytesMax: ChannelListReader.sizeMax
            )
            return try await ListReader.read(request, fetcher)
        case .panel(let login, let isHLS):
            let place = try self.ledger.read { try PanelPlace(of: supplier.supplier, in: $0, vault: self.vault) }
            let reader = PanelReader(
                login: login,
                isHLS: isHLS,
                allowsPrivateNetwork: supplier.privateNetwork,
                fetcher: fetcher,
                addressLogin: try place.addressLogin(reading: login, of: supplier.supplier)
            )
            var notes = ImportNotes()
            let account = try await reader.account()
            notes.account =
                account.lines
                + account.warnings(
                    supplier,
                    configured: place.configured(login),
                    now: Clocks.system.wall()
                )
            let (entries, broken) = try await reader.entries()
            notes.broken = broken
            return (entries, notes)
        }
    }

    /// The account that a panel was read with is one that the supplier's sources may use.
    private func addAccount(_ request: ImportRequest) async throws -> [String] {
        guard case .panel(let login, _) = request.origin, let supplier = SupplierID(checking: request.supplier) else {
            return []
        }
        let entry = AccountEntry(username: login.username, password: login.password)
        let reply = try await self.ledger.perform(AddPanelAccount(entry, of: supplier, vault: self.vault))
        guard reply.isNew, reply.count > 1 else { return [] }
        return ["account \(reply.account) was added: supplier \(supplier) has \(reply.count) accounts now"]
    }

    private func apply(_ plan: ImportPlan, of supplier: String) async throws {
        var rest = plan.steps[...]
        while !rest.isEmpty {
            let part = rest.prefix(ApplyImport.stepsMax)
            _ = try await self.ledger.perform(ApplyImport(part, of: supplier, vault: self.vault))
            rest = rest.dropFirst(part.count)
        }
    }

    private static func words(_ plan: ImportPlan, _ notes: ImportNotes, _ request: ImportRequest) -> [String] {
        var lines = notes.account
        if request.dryRun {
            lines += Self.names("would be added", plan.added) + Self.names("would change", plan.changed)
            let isTaken = request.options.removesGone
            lines += Self.names(isTaken ? "would be taken away" : "no longer in the list", plan.gone)
        }
        let would = request.dryRun ? "would be: " : ""
        var sum = "\(would)\(plan.added.count) added, \(plan.changed.count) changed"
        if request.options.removesGone { sum += ", \(plan.gone.count) taken away" }
        lines.append(sum + ", \(plan.unchanged) as they were")
        if !plan.gone.isEmpty, !request.options.removesGone {
            lines.append("\(plan.gone.count) are no longer in the list; to take them away: --remove-gone")
        }
        let leftOut = [
            (notes.recordings, "films and episodes"), (plan.repeated, "repeated addresses"),
            (plan.refused + notes.broken, "entries that can't be read"),
        ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        if !leftOut.isEmpty { lines.append("left out: \(leftOut.joined(separator: ", "))") }
        return lines
    }

    private static func names(_ title: String, _ names: [String]) -> [String] {
        let more = names.count - Self.namesMax
        return names.prefix(Self.namesMax).map { "\(title): \($0)" } + (more > 0 ? ["\(title): \(more) more"] : [])
    }
}

/// Why a list could not be brought in.
enum ListImportError: Error, CustomStringConvertible {
    case notFetched(supplier: String, cause: String)

    var description: String {
        switch self {
        case .notFetched(let supplier, "forbidden-address"):
            "the list's address is private or loopback; if that is right: baton supplier change \(supplier) --private-network true"
        case .notFetched(let supplier, let cause): "the list of supplier \(supplier) could not be fetched: \(cause)"
        }
    }
}
