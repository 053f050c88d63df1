package import Accounts
import EventLog
import GRDB
package import Ledger
package import LiveChannels
package import Model
import Projections
import Vault

/// Carries out what operators ask, on the ledger of this process.
package struct Administrator: Sendable {
    let ledger: Ledger
    let passwords: Passwords
    /// What time it is for who has an end.
    let time: @Sendable () -> WallTime
    /// What the channels are doing; `nil` where no service runs.
    let status: (@Sendable () async throws -> Table)?
    /// Takes a channel to a source and says so; `nil` where no service runs.
    let switchSource: (@Sendable (_ channel: String, _ source: String?) async throws -> String)?
    /// Reads slates again and says what there is; `nil` where no service runs.
    let reloadSlates: (@Sendable () -> [String])?

    /// What a channel is doing; `nil` where no service runs.
    let channel: (@Sendable (ChannelID) -> LiveChannel.Status?)?
    /// Programme guides.
    let guideService: GuideService?
    /// The zone in which people read times; that of the process when `nil`.
    let timezone: String?
    /// Sends weekly reports; `nil` where no service runs.
    let outbox: Outbox?
    /// Where the ledger keeps its files.
    let directory: DataDirectory?
    /// By what locks can be judged: nothing where no service runs.
    let geography: Geography
    /// How viewers reach the service; not known where none runs.
    let site: String?
    /// Connections of a supplier's account that are held now; `nil` where no service runs.
    let held: (@Sendable (AccountID, SupplierID) -> Int)?
    /// Where support's looks wait for each other.
    let desk = LookDesk()

    package init(
        ledger: Ledger,
        passwords: Passwords,
        time: @escaping @Sendable () -> WallTime = Clocks.system.wall,
        status: (@Sendable () async throws -> Table)? = nil,
        switchSource: (@Sendable (_ channel: String, _ source: String?) async throws -> String)? = nil,
        reloadSlates: (@Sendable () -> [String])? = nil,
        channel: (@Sendable (ChannelID) -> LiveChannel.Status?)? = nil,
        guide: GuideService? = nil,
        timezone: String? = nil,
        geography: Geography = Geography(),
        directory: DataDirectory? = nil,
        site: String? = nil,
        outbox: Outbox? = nil,
        held: (@Sendable (AccountID, SupplierID) -> Int)? = nil
    ) {
        self.held = held
        self.geography = geography
        self.ledger = ledger
        self.passwords = passwords
        self.time = time
        self.status = status
        self.switchSource = switchSource
        self.reloadSlates = reloadSlates
        self.channel = channel
        self.guideService = guide
        self.timezone = timezone
        self.directory = directory
        self.site = site
        self.outbox = outbox
    }

    var vault: Vault { self.passwords.vault }

    /// Never throws: what went wrong is in the answer.
    package func answer(_ request: AdminRequest) async -> AdminAnswer {
        do {
            return try await self.perform(request)
        } catch {
            return AdminAnswer(error: "\(error)")
        }
    }

    func perform(_ request: AdminRequest) async throws -> AdminAnswer {
        switch request {
        case .list(let noun): return AdminAnswer(table: try self.read { try $0.list(noun) })
        case .show(.channel, let id): return AdminAnswer(channel: try await self.show(channel: id))
        case .show(let noun, let id): return AdminAnswer(table: try self.read { try $0.show(noun, id) })
        case .add(let noun, let id, let settings): return try await self.edit(.add, noun, id, settings)
        case .change(let noun, let id, let settings): return try await self.edit(.change, noun, id, settings)
        case .remove(let noun, let id): return try await self.remove(noun, id)
        case .suspend(let id, let why):
            return try await self.told(SuspendCredential(id, why: why, vault: self.vault))
        case .suspendCustomer(let id, let why):
            return try await self.told(SuspendCustomer(id, why: why, vault: self.vault))
        case .resumeCustomer(let id): return try await self.told(ResumeCustomer(id, vault: self.vault))
        case .issue(let order):
            let messages = try await self.ledger.issue(order, at: self.time(), passwords: self.passwords)
            return AdminAnswer(messages: messages)
        case .extend(let id, let end):
            return try await self.told(
                ExtendCredential(id, to: try end.end(of: id), at: self.time(), vault: self.vault)
            )
        case .convert(let id, let end):
            return try await self.told(
                ConvertCredential(id, to: try end.end(of: id), at: self.time(), vault: self.vault)
            )
        case .resume(let id): return try await self.told(ResumeCredential(id, vault: self.vault))
        case .bans(let request): return try await self.bans(request)
        case .unlock(let id): return try await self.told(UnlockCredential(id, vault: self.vault))
        case .rotate(let id): return try await self.told(RotateCredential(id, vault: self.vault))
        case .apply(let catalogue, let prune, let dryRun):
            return try await self.apply(catalogue, prune: prune, dryRun: dryRun)
        case .connections(let credential):
            return AdminAnswer(table: try await self.connections(credential: credential))
        case .kick(let connection, let credential):
            return try await self.told(KickConnections(try Self.target(connection, credential), vault: self.vault))
        case .importChannels(let request):
            return try await Importer(ledger: self.ledger, vault: self.vault).run(request)
        case .exportList(let export):
            return AdminAnswer(text: try await self.list(export))
        case .link(let link): return AdminAnswer(messages: [try await self.address(link)])
        case .seal: return AdminAnswer(messages: [try await self.seal()])
        case .status:
            guard let status = self.status else { throw AdministratorError.notRunning }
            return AdminAnswer(table: try await status())
        case .reloadSlates:
            guard let reloadSlates = self.reloadSlates else { throw AdministratorError.notRunning }
            return AdminAnswer(messages: reloadSlates())
        case .importGuide(let location, let name, let privateNetwork):
            return try await self.importGuide(
                GuideFeed(name: name, location: location, privateNetwork: privateNetwork)
            )
        case .guideProgress(let name): return try self.guideProgress(name)
        case .listGuide: return try self.listGuide()
        case .setGuide(let channel, let epg): return try await self.setGuide(channel: channel, epg: epg)
        case .switchSource(let channel, let source):
            guard let switchSource = self.switchSource else { throw AdministratorError.notRunning }
            return AdminAnswer(messages: [try await switchSource(channel, source)])
        case .record(let record): return try await self.perform(record)
        case .listDeliveries: return AdminAnswer(table: try await self.listDeliveries())
        case .sendReports(let name): return AdminAnswer(messages: try await self.sendReports(delivery: name))
        case .keepReports(let week, let weeks, let timezone):
            return AdminAnswer(messages: try await self.keepReports(week: week, weeks: weeks, timezone: timezone))
        case .privacy(let request): return try await self.perform(request)
        case .account(let request): return try await self.perform(request)
        case .look(let look): return try await self.look(look)
        case .asSupport(let request): return try await self.performForSupport(request)
        }
    }

    private func read(_ body: @Sendable (CatalogueTables) throws -> Table) throws -> Table {
        try self.ledger.read { state in try body(CatalogueTables(state: state, vault: self.vault, now: self.time())) }
    }

    private func connections(credential: String?) async throws -> Table {
        let now = Clocks.system.wall()
        let vault = self.vault
        let rows = try self.ledger.read { state in
            try ConnectionTables(state: state, vault: vault, now: now).rows(credential: credential)
        }
        // Who came this moment is there as well.
        try await self.ledger.flushHistory()
        let clients = Set(rows.map(\.client))
        let addresses = try await self.ledger.history.read { database in
            try DeviceIdentity.addresses(of: clients, in: database, vault: vault)
        }
        return try self.ledger.read { state in
            try ConnectionTables(state: state, vault: vault, now: now).table(rows, addresses: addresses)
        }
    }

    private static func target(
        _ connection: String?,
        _ credential: String?
    ) throws(AdministratorError) -> KickConnections.Target {
        if let connection { return .connection(connection) }
        if let credential { return .credential(credential) }
        throw .nobody
    }

    private func show(channel id: String) async throws -> ChannelReport {
        let row = try self.ledger.read { try CatalogueLookup(state: $0, vault: self.vault).channel(id) }
        let facts = ChannelFacts(
            ledger: self.ledger,
            status: self.channel?(row.channel),
            guide: self.guideService,
            timezone: self.timezone
        )
        return try await facts.report(row)
    }

    private func edit(
        _ verb: EditCatalogue.Verb,
        _ noun: CatalogueNoun,
        _ id: String?,
        _ settings: [String: String] = [:]
    ) async throws -> AdminAnswer {
        let messages = try await self.ledger.edit(
            verb,
            noun,
            id: id,
            settings: settings,
            passwords: self.passwords,
            geography: self.geography
        )
        return AdminAnswer(messages: messages)
    }

    private func remove(_ noun: CatalogueNoun, _ id: String) async throws -> AdminAnswer {
        let answer = try await self.edit(.remove, noun, id)
        if noun == .customer, let customer = CustomerID(checking: id) { try await self.forget([customer]) }
        return answer
    }

    private func told<C: Command>(_ command: C) async throws -> AdminAnswer where C.Reply == String {
        AdminAnswer(messages: [try await self.ledger.perform(command)])
    }

    private func apply(_ catalogue: Catalogue, prune: Bool, dryRun: Bool) async throws -> AdminAnswer {
        let reply = try await self.ledger.apply(
            catalogue,
            prune: prune,
            dryRun: dryRun,
            passwords: self.passwords,
            geography: self.geography
        )
        try await self.forget(reply.erased)
        let counts = reply.counts
        let would = dryRun ? "would be: " : ""
        return AdminAnswer(
            messages: reply.messages + [
                "\(would)\(counts.added) added, \(counts.changed) changed, \(counts.removed) removed, \(counts.unchanged) as they were"
            ]
        )
    }

    private func seal() async throws -> String {
        guard let sealed = try await self.ledger.seal() else { return "nothing to seal" }
        return "sealed \(sealed.events) events: \(sealed.storedSizeBefore) bytes became \(sealed.storedSize)"
    }
}

/// Why an operator's request can't be carried out here.
package enum AdministratorError: Error, CustomStringConvertible {
    case notRunning
    case nobody

    package var description: String {
        switch self {
        case .nobody: "name a connection or a credential"
        case .notRunning: "no service is running on this data directory; start one with: baton serve"
        }
    }
}
