import Accounts
import Delivery
import HTTP
import Ledger
import Model
import NIOCore
import PlayerAPI
import Projections

/// Everything that one question needs, read in one snapshot.
struct PlayerContext {
    var line: PlayerLine
    var isUsable: Bool
    var brand: Brands.Brand
    var site: Site
    /// What the credential may watch; nothing when it may not be used.
    var entries: [PlayerCatalogue.Entry]
    var catalogueVersion: Int64
    var now: WallTime
}

extension PlayerService {
    private static let jsonType = "application/json"

    func reply(to question: PlayerQuestion, of credential: CredentialID, now: WallTime) throws -> PlayerReply {
        guard let context = try self.context(of: question, credential, now: now) else {
            return self.refusal(question.kind)
        }
        switch question.kind {
        case .api: return Self.json(try self.api(question, context))
        case .panel: return Self.json(self.panel(question, context))
        case .list: return self.list(question, context)
        case .guide: return try self.guide(question, context)
        }
    }

    /// `nil` when there is no such credential any more.
    private func context(
        of question: PlayerQuestion,
        _ credential: CredentialID,
        now: WallTime
    ) throws -> PlayerContext? {
        try self.ledger.read { state in
            guard let line = try PlayerLine(credential, in: state, vault: self.vault) else { return nil }
            let (brand, site) = self.brands.of(host: question.host)
            let (version, catalogue) = try self.currentCatalogue(state)
            let isUsable = line.standing(at: now) == .active
            return PlayerContext(
                line: line,
                isUsable: isUsable,
                brand: brand,
                site: site,
                entries: isUsable ? catalogue.entries.filter { line.entitlement.allows($0.row) } : [],
                catalogueVersion: version,
                now: now
            )
        }
    }

    /// The API says it as panels do; lists say it as streams do.
    func refusal(_ kind: PlayerRoute.Kind) -> PlayerReply {
        switch kind {
        case .api, .panel: Self.json(AnswerWriter.document(DeniedAnswer()), isRefused: true)
        case .list, .guide:
            PlayerReply(
                .unauthorized,
                contentType: "text/plain; charset=utf-8",
                body: ByteBuffer(string: "unauthorized\n"),
                isRefused: true
            )
        }
    }

    static func json(_ bytes: [UInt8], isRefused: Bool = false) -> PlayerReply {
        PlayerReply(contentType: Self.jsonType, body: ByteBuffer(bytes: bytes), isRefused: isRefused)
    }

    private func account(_ question: PlayerQuestion, _ context: PlayerContext) -> AccountAnswer {
        AccountAnswer(
            user: context.line.user(
                question.username,
                question.password,
                message: context.brand.message,
                now: context.now
            ),
            server: ServerInfo(site: context.site, clock: self.clock, now: context.now)
        )
    }

    private func panel(_ question: PlayerQuestion, _ context: PlayerContext) -> [UInt8] {
        AnswerWriter.document(
            PanelAnswer(
                account: self.account(question, context),
                categories: context.entries.categories,
                channels: self.channels(context.entries, context)
            )
        )
    }

    func channels(_ entries: [PlayerCatalogue.Entry], _ context: PlayerContext) -> [PlayerChannel] {
        let logos = context.site.url + "/logo/"
        return entries.map { entry in
            PlayerChannel(
                channel: entry.row.channel,
                name: entry.row.name,
                category: entry.category,
                logo: entry.row.logo == nil ? "" : "\(logos)\(entry.row.channel)",
                guide: self.programmes.epg(of: entry.row.channel) ?? entry.guide,
                addedAt: entry.row.addedAt,
                archiveDays: entry.row.keepDays ?? 0
            )
        }
    }

    private func api(_ question: PlayerQuestion, _ context: PlayerContext) throws -> [UInt8] {
        switch PlayerAction(question.parameter) {
        case .account: return AnswerWriter.document(self.account(question, context))
        case .liveCategories: return AnswerWriter.document(context.entries.categories)
        case .liveStreams(let category):
            let entries = context.entries.filter { category == nil || $0.category.id == category }
            let rows = self.channels(entries, context).enumerated().map { index, channel in
                LiveStreamAnswer(number: Int64(index) + 1, channel: channel)
            }
            return AnswerWriter.document(rows)
        case .emptyList: return AnswerWriter.document([CategoryAnswer]())
        case .film: return AnswerWriter.document(NoFilmAnswer())
        case .series: return AnswerWriter.document(NoSeriesAnswer())
        case .shortListings(let channels, let limit):
            return try self.listings(channels, context, isTable: false) { channel in
                try self.programmes.upcoming(
                    of: channel,
                    at: context.now,
                    limit: limit,
                    language: context.line.language
                )
            }
        case .table(let channels):
            return try self.listings(channels, context, isTable: true) { try self.around($0, context) }
        case .listings(let channels, let fromNow):
            return try self.newListings(channels, context, fromNow: fromNow)
        }
    }

    /// Days of programmes that a table has, each way.
    private static let tableDays: Int64 = 7

    private func around(_ channel: ChannelID, _ context: PlayerContext, fromNow: Bool = false) throws -> [Listing] {
        let day: Int64 = 86_400_000
        return try self.programmes.listings(
            of: channel,
            from: fromNow ? context.now : context.now.advanced(milliseconds: -Self.tableDays * day),
            to: context.now.advanced(milliseconds: Self.tableDays * day),
            language: context.line.language
        )
    }

    /// Channels that the credential may not watch have no programmes.
    private func listings(
        _ channels: PlayerAction.Channels,
        _ context: PlayerContext,
        isTable: Bool,
        _ read: (ChannelID) throws -> [Listing]
    ) throws -> [UInt8] {
        let visible = Dictionary(uniqueKeysWithValues: context.entries.map { ($0.row.channel, $0.row.keepDays ?? 0) })
        let pages = try channels.ids.map { channel in
            guard let archiveDays = visible[channel] else { return ListingPage(channel: channel, listings: []) }
            return ListingPage(channel: channel, listings: try read(channel), archiveDays: archiveDays)
        }
        return AnswerWriter.document(
            ListingsAnswer(
                pages: pages,
                isByChannel: channels.isMany,
                isTable: isTable,
                clock: self.clock,
                now: context.now
            )
        )
    }

    private func newListings(
        _ channels: PlayerAction.Channels,
        _ context: PlayerContext,
        fromNow: Bool
    ) throws -> [UInt8] {
        let visible = Set(context.entries.map(\.row.channel))
        let pages = try channels.ids.map { channel in
            let listings = visible.contains(channel) ? try self.around(channel, context, fromNow: fromNow) : []
            return (channel.rawValue, listings.map { NewListingAnswer(listing: $0, channel: channel) })
        }
        guard channels.isMany else { return AnswerWriter.document(pages.first?.1 ?? []) }
        return AnswerWriter.document(byNumber: pages)
    }
}
