package import Accounts
package import Model

/// What an operator asks of a service, or of a data directory with no service running.
package enum AdminRequest: Codable, Sendable {
    case list(CatalogueNoun)
    case show(CatalogueNoun, id: String)
    /// Adds a thing with these settings, keyed as in a catalogue file.
    case add(CatalogueNoun, id: String?, settings: [String: String])
    /// Changes the settings that are given and leaves the others.
    case change(CatalogueNoun, id: String, settings: [String: String])
    case remove(CatalogueNoun, id: String)
    /// Issues a credential or a trial, and the customer it is for where there is none yet.
    case issue(IssueCredential.Order)
    /// Gives a credential another end.
    case extend(credential: String, NewEndText)
    /// Makes a paid credential of a trial.
    case convert(credential: String, NewEndText)
    case suspendCustomer(String, why: String)
    case resumeCustomer(String)
    case suspend(credential: String, why: String)
    case resume(credential: String)
    case rotate(credential: String)
    /// Adds and changes what a catalogue names; with `prune`, removes what it doesn't name.
    case apply(Catalogue, prune: Bool, dryRun: Bool)
    /// Brings a supplier's list of channels into the catalogue.
    case importChannels(ImportRequest)
    /// Writes a credential's channels as an M3U list.
    case exportList(ListExport)
    /// Makes an address that tells neither name nor password.
    case link(StreamLink)
    /// Closes the open log file and compresses it well.
    case seal
    /// Who is being served, in all or with one credential.
    case connections(credential: String?)
    /// Ends a connection, or those of a credential, and keeps their devices out for a while; one of the two is named.
    case kick(connection: String?, credential: String?)
    /// What the service is doing now.
    case status
    /// Has the running service read its slates again.
    case reloadSlates
    /// Reads a programme guide from a file of this machine or an address; begun by a service, carried out where none runs.
    case importGuide(location: Redacted<String>, name: String, privateNetwork: Bool)
    /// What has become of the reading of a guide.
    case guideProgress(name: String)
    /// All channels with their ids in guides, and what is on.
    case listGuide
    /// Sets a channel's id in guides: empty for none, `auto` to have it looked for.
    case setGuide(channel: String, epg: String)
    /// Bans of addresses.
    case bans(BanRequest)
    /// Forgets the networks that a credential was locked to.
    case unlock(credential: String)
    /// Takes a channel to one of its sources, or, with none, leaves the choice to Baton again.
    case switchSource(channel: String, source: String?)
    /// Matches, refunds and reports that went into files.
    case record(RecordRequest)
    /// Puts the reports of finished weeks into `history.sqlite`: so many weeks, ending with the one that is named.
    case keepReports(week: String?, weeks: Int, timezone: String?)
    /// Accounts at suppliers.
    case account(AccountRequest)
    /// One person's data.
    case privacy(PrivacyRequest)
    /// What is sent by schedule, and how far it is.
    case listDeliveries
    /// Sends the last week's reports now: of one delivery, or of all.
    case sendReports(delivery: String?)
    /// Replays, reports, explanations and the log, as support may see them.
    case look(Look)
    /// What support asks: less is allowed, and less is told.
    indirect case asSupport(AdminRequest)
}

/// When something is to end, as an operator writes it: so long after, at a time, or, with neither, never.
package struct NewEndText: Codable, Hashable, Sendable {
    package var length: String?
    package var time: String?

    package init(length: String? = nil, time: String? = nil) {
        self.length = length
        self.time = time
    }
}

/// What an operator asks about bans.
package enum BanRequest: Codable, Sendable {
    /// Refuses every connection of an address or network; `seconds` is `nil` until it is lifted.
    case add(address: String, why: String, seconds: Int64?)
    case remove(address: String)
    case list
    /// As a table of nftables; with `guessers`, those that Baton banned as well.
    case export(guessers: Bool)
}

/// The answer to an ``AdminRequest``.
package struct AdminAnswer: Codable, Sendable {
    /// Lines for people: what was done, what is shown only once.
    package var messages: [String] = []
    package var table: Table?
    package var channel: ChannelReport?
    /// What was begun and is not done yet: the guide to ask about.
    package var job: String?
    /// A document, as it is.
    package var text: String?
    /// What went wrong, in one line; `nil` when nothing did.
    package var error: String?

    package init(
        messages: [String] = [],
        table: Table? = nil,
        channel: ChannelReport? = nil,
        job: String? = nil,
        text: String? = nil,
        error: String? = nil
    ) {
        self.messages = messages
        self.table = table
        self.channel = channel
        self.job = job
        self.text = text
        self.error = error
    }
}

extension NewEndText {
    /// - Throws: ``AccountsError`` when what is written is no length or no time.
    func end(of credential: String) throws -> NewEnd {
        if let text = self.length {
            guard let period = Period(text) else {
                throw AccountsError.malformed(
                    .credential,
                    credential,
                    field: "length",
                    found: text,
                    allowed: Period.forms
                )
            }
            return .after(period)
        }
        guard let text = self.time else { return .never }
        guard let time = WallTime(text) else {
            throw AccountsError.malformed(
                .credential,
                credential,
                field: "time",
                found: text,
                allowed: "a time such as 2026-12-31 or 2026-12-31T23:00:00Z"
            )
        }
        return .at(time)
    }
}
