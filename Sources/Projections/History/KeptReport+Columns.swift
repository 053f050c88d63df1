/// What each kept report has, as the report itself declares it; a test compares the names.
extension KeptReport {
    private static func text(_ name: String, _ note: String, isRequired: Bool = false) -> KeptColumn {
        KeptColumn(name: name, kind: .text, isRequired: isRequired, note: note)
    }

    private static func integer(_ name: String, _ note: String, isRequired: Bool = false) -> KeptColumn {
        KeptColumn(name: name, kind: .integer, isRequired: isRequired, note: note)
    }

    private static func real(_ name: String, _ note: String) -> KeptColumn {
        KeptColumn(name: name, kind: .real, note: note)
    }

    private static let week = Self.text("week", "ISO week in the operator's time zone", isRequired: true)
    private static let customer = KeptColumn(
        name: "customer",
        kind: .customer,
        isRequired: true,
        note: "the customer's id, or erased-<number>"
    )
    private static let action = Self.text("action", "what might be done; nothing is done by itself")

    private static func reasons(except band: String) -> KeptColumn {
        KeptColumn(
            name: "reasons",
            kind: .reasons,
            note: "JSON array of {text, points, seq}, the largest first; NULL where the band is `\(band)`"
        )
    }

    static let sharingColumns: [KeptColumn] = [
        week, integer("credential", "its number", isRequired: true), customer,
        real("score", "0 to 100: how likely several households use it"),
        text("band", "very likely, likely, unclear, no sign; or known, fine"),
        text("type", "two_homes, same_city, takes_turns, resale, leaked, event_guest, unclear; NULL without a sign"),
        integer("households", "an estimate"), integer("lost_connections", "households beyond the first"),
        real("at_stake_month_low", "money a month that might be earned, at least; NULL without a sign"),
        real("at_stake_month_high", "the same, at most"),
        integer("max_connections", "what the credential allows at once"),
        real("overlap_min", "minutes in which two homes watched at once"),
        integer("overlap_days", "days on which they did"),
        integer("reject_episodes_cross", "refusals while another place held the slot"),
        integer("alternations", "times homes took turns"), integer("homes", "places that look like homes"),
        integer("devices", "devices seen"), integer("countries", "countries seen"),
        integer("bridges", "devices seen in two homes"), integer("weeks_seen", "of the last four, this one included"),
        real("trend", "score less the week before's; NULL where that was not seen"), action,
        reasons(except: "no sign"),
    ]

    static let refundRiskColumns: [KeptColumn] = [
        week, customer, real("score", "the chance of a refund, in percent"), text("band", "act now, look, fine"),
        real("watch_h", "hours watched"), real("frozen_s", "seconds of a frozen picture while watching"),
        real("hidden_s", "seconds filled so that nobody saw it"),
        integer("interruptions", "frozen pictures of a second and more"),
        real("interruptions_per_h", "of them, for each hour watched"),
        real("freeze_ratio", "frozen time / time watched"), real("worst_freeze_s", "the longest, in seconds"),
        KeptColumn(name: "worst_freeze_at", kind: .moment, note: "microseconds since 1970, and the event"),
        integer("failed_starts", "starts on a channel that had nothing to show"),
        real("lockouts", "refusals at the limit: 1 for a wrong one, 0.3 for others"),
        integer("left_after_freeze", "closings within 60 s of a freeze"),
        integer("rejoins", "openings within 20 s of a timeout"),
        real("event_frozen_s", "frozen during a match"), real("prime_frozen_s", "frozen in prime time"),
        real("pain", "what the week was like, weighed"), real("burden", "pain, and half of the week before's burden"),
        real("trend_pct", "pain against the middle one of four weeks before, in percent; NULL for new"),
        real("peers_pct", "customers who watch about as much and suffered less, in percent"),
        integer("tenure_days", "days since the customer was added"),
        KeptColumn(name: "trial", kind: .flag, note: "1: on trial"), real("price_month", "of the plan"),
        text("main_cause", "supplier, us, line, limit, unknown"), action, reasons(except: "fine"),
    ]

    static let stabilityColumns: [KeptColumn] = [
        week, text("scope", "week (all together), supplier, stream", isRequired: true),
        text("id", "all, the supplier, the channel's name", isRequired: true),
        text("supplier", "the supplier; a channel's first one"), integer("streams", "channels"),
        real("in_use_h", "hours in use"), integer("blips", "failures of sources that began in the week"),
        real("blips_per_h", "of them, for each hour in use"),
        real("mtbf_s", "seconds well for each failure; NULL without one"),
        real("mttr_s", "seconds down for each failure; NULL without one"),
        real("down_p50_s", "half of the failures were not longer"), real("down_p95_s", "19 of 20 were not longer"),
        real("source_down_s", "seconds in which sources were down"),
        real("stream_down_s", "of them, in which the channel hung on that source"),
        real("patched_s", "filled so that nobody saw it"), real("visible_s", "to be seen"),
        real("availability_source", "share of time in use in which sources were well"),
        real("availability_seen", "share of time in use without a gap to be seen"),
        integer("failovers", "changes to another source"), real("viewer_h", "hours watched"),
        real("viewer_min_affected", "minutes of viewers with a gap to be seen"),
        real("viewer_min_saved", "minutes of viewers in which a gap was hidden"),
        real("saved_share", "saved / (saved + affected)"),
        real("affected_per_1000h", "viewer minutes affected in 1000 hours watched"),
        integer("incidents", "failures of three channels of a supplier within 10 s; NULL for channels"),
        KeptColumn(name: "worst_at", kind: .moment, note: "microseconds since 1970, and the event"),
        real("trend_pct", "harm against the middle one of four weeks before, in percent"),
        text("stream", "the channel's name; empty for others"),
        real("viewer_s_visible", "viewer_min_affected in seconds"),
        real("viewer_s_saved", "viewer_min_saved in seconds"),
        real("failover_gap_p50_s", "half of the changes did not take longer"),
        real("failover_gap_p95_s", "19 of 20 did not take longer"),
        real("failover_helped_s", "source_down_s less stream_down_s"),
        real("blips_per_h_prime", "failures for each hour in prime time"),
        real("blips_per_h_other", "and in the other hours"),
    ]
}
