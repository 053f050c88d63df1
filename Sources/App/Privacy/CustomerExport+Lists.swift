extension CustomerExport {
    static let recordFields: [ExportField] = [
        .init("id", .text, "by which the operator knows the customer"),
        .init("name", .text, "what the customer is called").optional,
        .init("notes", .text, "what the operator wrote down").optional,
        .init("plan", .text, "what is paid for").optional,
        .init("timezone", .text, "IANA name").optional,
        .init("language", .text, "BCP 47 tag").optional,
        .init("state", .text, "active or suspended"),
        .init("why", .text, "why it is suspended").optional,
        .init("added", .time, "when the record was made"),
    ]

    /// In the order of the document; those without SQL are filled from what else is known.
    static let lists = [
        credentials, excuses, networks, clients, connections, refusals, incidents, refunds, changes,
    ]

    static let credentials = ExportedList(
        "credentials",
        "logins there are now; passwords are only kept as hashes and not told",
        [
            .init("credential", .integer, "its number"),
            .init("username", .text, "the login"),
            .init("state", .text, "active, suspended or expired"),
            .init("why", .text, "why it is suspended").optional,
            .init("maxConnections", .integer, "connections at once, where not as the plan says").optional,
            .init("expires", .time, "when it stops working").optional,
            .init("trial", .flag, "whether it is a trial"),
            .init("issued", .time, "when it was made here"),
            .init("created", .time, "when it was first sold"),
            .init("allowedAddresses", .texts, "addresses it is locked to").optional,
        ]
    )

    static let excuses = ExportedList(
        "excuses",
        "logins that are known to be fine, whatever a sharing report says",
        [
            .init("credential", .integer, "the login"),
            .init("why", .reason, "the reason given").optional,
            .init("given", .time, "when it was put down"),
            .init("until", .time, "from then on it counts no more"),
        ]
    )

    static let networks = ExportedList(
        "networks",
        "networks that logins are locked to, learnt as they were first used; kept as keyed hashes alone",
        [
            .init("credential", .integer, "the login"),
            .init("place", .integer, "from 1, in the order in which they were learnt"),
            .init("learnt", .time, "when"),
            .init("network4", .text, "keyed hash of the /24").optional,
            .init("network6", .text, "keyed hash of the /56").optional,
            .init("carrier", .text, "keyed hash of country and autonomous system").optional,
        ]
    )

    static let clients = ExportedList(
        "clients",
        "devices on networks, by their numbers in one week",
        [
            .init("client", .integer, "the device's number in its week"),
            .init("week", .text, "ISO week; missing when what the device told has aged, as the four below").optional,
            .init("firstSeen", .time, "when it was first seen in that week").optional,
            .init("address", .text, "the address").optional,
            .init("userAgent", .text, "what it said it is").optional,
            .init("deviceID", .text, "the id it told, if it did").optional,
            .init("deviceClass", .text, "tv, port or unk").optional,
            .init("country", .text, "of the address, ISO 3166, where known").optional,
            .init("asn", .integer, "autonomous system of the address, where known").optional,
        ]
    )

    private static let connections = ExportedList(
        "connections",
        "what was watched",
        [
            .init("connection", .integer, "its number"),
            .init("credential", .integer, "the login that was used"),
            .init("channel", .integer, "the channel's number"),
            .init("client", .integer, "the device, see clients"),
            .init("output", .text, "hls or ts"),
            .init("opened", .time, "when it began"),
            .init("closed", .time, "when it ended; missing while it lives").optional,
            .init("reason", .text, "why it ended").optional,
            .init("bytes", .integer, "media sent"),
            .init("watchedMs", .integer, "milliseconds from beginning to end"),
            .init("patchedMs", .integer, "of them, a held picture"),
            .init("slateMs", .integer, "of them, a slate"),
            .init("stalls", .integer, "times the player was skipped ahead or took nothing"),
            .init("stalledMs", .integer, "milliseconds of that"),
        ],
        sql: """
            SELECT connection, credential, channel, client, output, opened_at, closed_at, reason, bytes, watched_ms,
              patched_ms, slate_ms, stalls, stalled_ms
            FROM connection WHERE customer = :customer ORDER BY opened_at DESC, connection DESC
            """
    )

    private static let refusals = ExportedList(
        "refusals",
        "starts that a rule refused",
        [
            .init("at", .time, "when"),
            .init("credential", .integer, "the login that was used"),
            .init("channel", .integer, "the channel's number"),
            .init("client", .integer, "the device, see clients"),
            .init("rule", .text, "the rule that refused"),
            .init("allowed", .integer, "the number that the rule allows"),
        ],
        sql: """
            SELECT at, credential, channel, client, rule, allowed FROM rejection
            WHERE customer = :customer ORDER BY seq DESC
            """
    )

    /// Of an event that tells a length at its end, the end counts.
    private static let incidents = ExportedList(
        "incidents",
        "what happened to the channels that were being watched",
        [
            .init("at", .time, "when"),
            .init("channel", .integer, "the channel's number"),
            .init("kind", .text, "the event's type, such as freeze.patch"),
            .init("lengthMs", .integer, "its length in milliseconds").optional,
            .init("visible", .flag, "whether viewers could see it").optional,
        ],
        sql: """
            SELECT at, channel, kind, length_ms, visible FROM incident WHERE seq IN (
              SELECT incident.seq FROM connection JOIN incident ON incident.channel = connection.channel
                AND incident.at BETWEEN opened_at AND ifnull(closed_at, 9223372036854775807)
              WHERE connection.customer = :customer)
            ORDER BY seq DESC
            """
    )

    private static let refunds = ExportedList(
        "refunds",
        "money given back",
        [
            .init("at", .time, "when it was put down"),
            .init("amountCents", .integer, "in 1/100 of the currency"),
            .init("why", .reason, "the reason given"),
            .init("for", .time, "the day it is for"),
        ],
        sql: "SELECT at, amount, why, for_day FROM refund WHERE customer = :customer ORDER BY seq DESC"
    )

    private static let changes = ExportedList(
        "changes",
        "changes of the record and of the logins",
        [
            .init("at", .time, "when"),
            .init("kind", .text, "the event's type, such as credential.suspended"),
            .init("credential", .integer, "the login concerned").optional,
            .init("plan", .text, "the plan from then on").optional,
            .init("detail", .reason, "the reason given").optional,
        ],
        sql: """
            SELECT at, kind, credential, plan, detail FROM change_record
            WHERE customer = :customer OR credential IN
              (SELECT credential FROM change_record WHERE customer = :customer AND credential IS NOT NULL)
            ORDER BY seq DESC
            """
    )
}
