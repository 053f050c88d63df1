import Model

/// Everything that is known of one person, as one JSON document; no password or hash of one is in it.
///
/// Source: Regulation (EU) 2016/679, article 15 (right of access) and article 20 (a structured, machine-readable format).
struct CustomerExport: ExportedObject {
    /// Rows of each list; beyond it the newest are told, and that there are more.
    static let rowsMax = 100_000
    /// Of the document's form; grows when a field changes its meaning.
    static let version: Int64 = 1

    var exportedAt = WallTime(microseconds: 0)
    var isTruncated = false
    var customer = Record()
    var credentials: [Credential] = []
    var clients: [Client] = []
    var connections: [Connection] = []
    var refusals: [Refusal] = []
    var incidents: [Incident] = []
    var refunds: [Refund] = []
    var changes: [Change] = []

    func fields(_ visit: inout some ExportVisitor) {
        visit("version", Self.version, "of this document's form")
        visit("exportedAt", self.exportedAt, "when it was made")
        visit("truncated", self.isTruncated, "whether a list has more than the newest 100000 rows that are told")
        visit("customer", self.customer, "the record")
        visit("credentials", self.credentials, "logins there are now; passwords are only kept as hashes and not told")
        visit("clients", self.clients, "devices on networks, by their numbers in one week")
        visit("connections", self.connections, "what was watched")
        visit("refusals", self.refusals, "starts that a rule refused")
        visit("incidents", self.incidents, "what happened to the channels that were being watched")
        visit("refunds", self.refunds, "money given back")
        visit("changes", self.changes, "changes of the record and of the logins")
    }

    /// The document, ended by a newline.
    var text: String { self.json + "\n" }

    /// The file below `schemas/`.
    static let schemaFile = (name: "customer-export.schema.json", text: Self.document)

    private static let document = """
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema",
          "$id": "customer-export.schema.json",
          "title": "baton customer export",
          "description": "Everything that is known of one person.",
          \(Self.schema.dropFirst())

        """
}

extension CustomerExport {
    struct Record: ExportedObject {
        var id = ""
        var name: String?
        var notes: String?
        var plan: String?
        var timezone: String?
        var language: String?
        var state = ""
        var why: String?
        var added = WallTime(microseconds: 0)

        func fields(_ visit: inout some ExportVisitor) {
            visit("id", self.id, "by which the operator knows the customer")
            visit("name", self.name, "what the customer is called")
            visit("notes", self.notes, "what the operator wrote down")
            visit("plan", self.plan, "what is paid for")
            visit("timezone", self.timezone, "IANA name")
            visit("language", self.language, "BCP 47 tag")
            visit("state", self.state, "active or suspended")
            visit("why", self.why, "why it is suspended")
            visit("added", self.added, "when the record was made")
        }
    }

    struct Credential: ExportedObject {
        var credential: Int64 = 0
        var username = ""
        var state = ""
        var why: String?
        var maxConnections: Int64?
        var expires: WallTime?
        var isTrial = false
        var issued = WallTime(microseconds: 0)
        var created = WallTime(microseconds: 0)
        var allowedAddresses: [String]?

        func fields(_ visit: inout some ExportVisitor) {
            visit("credential", self.credential, "its number")
            visit("username", self.username, "the login")
            visit("state", self.state, "active, suspended or expired")
            visit("why", self.why, "why it is suspended")
            visit("maxConnections", self.maxConnections, "connections at once, where not as the plan says")
            visit("expires", self.expires, "when it stops working")
            visit("trial", self.isTrial, "whether it is a trial")
            visit("issued", self.issued, "when it was made here")
            visit("created", self.created, "when it was first sold")
            visit("allowedAddresses", self.allowedAddresses, "addresses it is locked to")
        }
    }

    struct Client: ExportedObject {
        var client: Int64 = 0
        var week: String?
        var firstSeen: WallTime?
        var address: String?
        var userAgent: String?
        var deviceID: String?
        var deviceClass: String?
        var country: String?
        var asn: Int64?

        func fields(_ visit: inout some ExportVisitor) {
            visit("client", self.client, "the device's number in its week")
            visit("week", self.week, "ISO week; missing when what the device told has aged, as the four below")
            visit("firstSeen", self.firstSeen, "when it was first seen in that week")
            visit("address", self.address, "the address")
            visit("userAgent", self.userAgent, "what it said it is")
            visit("deviceID", self.deviceID, "the id it told, if it did")
            visit("deviceClass", self.deviceClass, "tv, port or unk")
            visit("country", self.country, "of the address, ISO 3166, where known")
            visit("asn", self.asn, "autonomous system of the address, where known")
        }
    }

    struct Connection: ExportedObject {
        var connection: Int64 = 0
        var credential: Int64 = 0
        var channel: Int64 = 0
        var client: Int64 = 0
        var output = ""
        var opened = WallTime(microseconds: 0)
        var closed: WallTime?
        var reason: String?
        var bytes: Int64 = 0
        var watchedMs: Int64 = 0
        var patchedMs: Int64 = 0
        var slateMs: Int64 = 0
        var stalls: Int64 = 0
        var stalledMs: Int64 = 0

        func fields(_ visit: inout some ExportVisitor) {
            visit("connection", self.connection, "its number")
            visit("credential", self.credential, "the login that was used")
            visit("channel", self.channel, "the channel's number")
            visit("client", self.client, "the device, see clients")
            visit("output", self.output, "hls or ts")
            visit("opened", self.opened, "when it began")
            visit("closed", self.closed, "when it ended; missing while it lives")
            visit("reason", self.reason, "why it ended")
            visit("bytes", self.bytes, "media sent")
            visit("watchedMs", self.watchedMs, "milliseconds from beginning to end")
            visit("patchedMs", self.patchedMs, "of them, a held picture")
            visit("slateMs", self.slateMs, "of them, a slate")
            visit("stalls", self.stalls, "times the player was skipped ahead or took nothing")
            visit("stalledMs", self.stalledMs, "milliseconds of that")
        }
    }

    struct Refusal: ExportedObject {
        var at = WallTime(microseconds: 0)
        var credential: Int64 = 0
        var channel: Int64 = 0
        var client: Int64 = 0
        var rule = ""
        var allowed: Int64 = 0

        func fields(_ visit: inout some ExportVisitor) {
            visit("at", self.at, "when")
            visit("credential", self.credential, "the login that was used")
            visit("channel", self.channel, "the channel's number")
            visit("client", self.client, "the device, see clients")
            visit("rule", self.rule, "the rule that refused")
            visit("allowed", self.allowed, "the number that the rule allows")
        }
    }

    struct Incident: ExportedObject {
        var at = WallTime(microseconds: 0)
        var channel: Int64 = 0
        var kind = ""
        var lengthMs: Int64?
        var isVisible: Bool?

        func fields(_ visit: inout some ExportVisitor) {
            visit("at", self.at, "when")
            visit("channel", self.channel, "the channel's number")
            visit("kind", self.kind, "the event's type, such as freeze.patch")
            visit("lengthMs", self.lengthMs, "its length in milliseconds")
            visit("visible", self.isVisible, "whether viewers could see it")
        }
    }

    struct Refund: ExportedObject {
        var at = WallTime(microseconds: 0)
        var amountCents: Int64 = 0
        var why = ""
        var day = WallTime(microseconds: 0)

        func fields(_ visit: inout some ExportVisitor) {
            visit("at", self.at, "when it was put down")
            visit("amountCents", self.amountCents, "in 1/100 of the currency")
            visit("why", self.why, "the reason given")
            visit("for", self.day, "the day it is for")
        }
    }

    struct Change: ExportedObject {
        var at = WallTime(microseconds: 0)
        var kind = ""
        var credential: Int64?
        var plan: String?
        var detail: String?

        func fields(_ visit: inout some ExportVisitor) {
            visit("at", self.at, "when")
            visit("kind", self.kind, "the event's type, such as credential.suspended")
            visit("credential", self.credential, "the login concerned")
            visit("plan", self.plan, "the plan from then on")
            visit("detail", self.detail, "the reason given")
        }
    }
}
