package import Model

/// An operator signed in.
package struct OperatorSignedIn: EventPayload {
    package static let summary = "An operator signed in."

    /// Who.
    package var by: OperatorID
    /// How.
    package var way: String

    package init(
        by: OperatorID,
        way: String
    ) {
        self.by = by
        self.way = way
    }

    package var subject: EventStream? { self.by.stream }

    package static let example = Self(
        by: OperatorID(rawValue: "admin"),
        way: "panel"
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("by", &self.by, "who")
        visit("way", &self.way, "how")
    }
}

/// An operator was refused.
package struct OperatorRefused: EventPayload {
    package static let summary = "An operator was refused."

    /// Who.
    package var by: OperatorID
    /// How.
    package var way: String
    /// Why.
    package var why: String

    package init(
        by: OperatorID,
        way: String,
        why: String
    ) {
        self.by = by
        self.way = way
        self.why = why
    }

    package var subject: EventStream? { self.by.stream }

    package static let example = Self(
        by: OperatorID(rawValue: "admin"),
        way: "panel",
        why: "wrong password"
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("by", &self.by, "who")
        visit("way", &self.way, "how")
        visit("why", &self.why, "why")
    }
}

/// A report was written.
package struct ReportExported: EventPayload {
    package static let summary = "A report was written."

    /// Who.
    package var by: OperatorID
    /// Which.
    package var report: String
    /// The time it is about.
    package var span: String
    /// The form.
    package var format: String

    package init(
        by: OperatorID,
        report: String,
        span: String,
        format: String
    ) {
        self.by = by
        self.report = report
        self.span = span
        self.format = format
    }

    package var subject: EventStream? { self.by.stream }

    package static let example = Self(
        by: OperatorID(rawValue: "admin"),
        report: "sharing",
        span: "2026-W47",
        format: "csv"
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("by", &self.by, "who")
        visit("report", &self.report, "which")
        visit("span", &self.span, "the time it is about")
        visit("format", &self.format, "the form")
    }
}

/// A report was sent by schedule.
package struct ReportSent: EventPayload {
    package static let summary = "A report was sent by schedule."

    /// Its name in the configuration.
    package var delivery: String
    /// How: directory, mail or webhook.
    package var way: String
    /// Which.
    package var report: String
    /// The week.
    package var span: String
    /// The form.
    package var format: String
    /// 1 for the first.
    package var attempt: Int64

    package init(
        delivery: String,
        way: String,
        report: String,
        span: String,
        format: String,
        attempt: Int64
    ) {
        self.delivery = delivery
        self.way = way
        self.report = report
        self.span = span
        self.format = format
        self.attempt = attempt
    }

    package var subject: EventStream? { nil }

    package static let example = Self(
        delivery: "owner",
        way: "mail",
        report: "sharing",
        span: "2026-W47",
        format: "html",
        attempt: 1
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("delivery", &self.delivery, "its name in the configuration")
        visit("way", &self.way, "how: directory, mail or webhook")
        visit("report", &self.report, "which")
        visit("span", &self.span, "the week")
        visit("format", &self.format, "the form")
        visit("attempt", &self.attempt, "1 for the first")
    }
}

/// A report could not be sent by schedule.
package struct ReportFailed: EventPayload {
    package static let summary = "A report could not be sent by schedule."

    /// Its name in the configuration.
    package var delivery: String
    /// How: directory, mail or webhook.
    package var way: String
    /// Which.
    package var report: String
    /// The week.
    package var span: String
    /// The form.
    package var format: String
    /// 1 for the first.
    package var attempt: Int64
    /// Why, without addresses and secrets.
    package var why: String
    /// When it is tried again; missing when it is given up.
    package var retry: WallTime?

    package init(
        delivery: String,
        way: String,
        report: String,
        span: String,
        format: String,
        attempt: Int64,
        why: String,
        retry: WallTime?
    ) {
        self.delivery = delivery
        self.way = way
        self.report = report
        self.span = span
        self.format = format
        self.attempt = attempt
        self.why = why
        self.retry = retry
    }

    package var subject: EventStream? { nil }

    package static let example = Self(
        delivery: "owner",
        way: "mail",
        report: "sharing",
        span: "2026-W47",
        format: "html",
        attempt: 1,
        why: "the server refused the recipient (550)",
        retry: WallTime(seconds: 1_795_000_000)
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("delivery", &self.delivery, "its name in the configuration")
        visit("way", &self.way, "how: directory, mail or webhook")
        visit("report", &self.report, "which")
        visit("span", &self.span, "the week")
        visit("format", &self.format, "the form")
        visit("attempt", &self.attempt, "1 for the first")
        visit("why", &self.why, "why, without addresses and secrets")
        visit("retry", &self.retry, "when it is tried again; missing when it is given up")
    }
}

/// A match or another event that many will watch was put down.
package struct EventScheduled: EventPayload {
    package static let summary = "A match or another event that many will watch was put down."

    /// The channel.
    package var channel: ChannelID
    /// What it is.
    package var title: String
    /// When it begins.
    package var from: WallTime
    /// When it ends.
    package var to: WallTime

    package init(
        channel: ChannelID,
        title: String,
        from: WallTime,
        to: WallTime
    ) {
        self.channel = channel
        self.title = title
        self.from = from
        self.to = to
    }

    package var subject: EventStream? { self.channel.stream }

    package static let example = Self(
        channel: ChannelID(101),
        title: "Cup final",
        from: WallTime(seconds: 1_795_000_000),
        to: WallTime(seconds: 1_795_000_000)
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("channel", &self.channel, "the channel")
        visit("title", &self.title, "what it is")
        visit("from", &self.from, "when it begins")
        visit("to", &self.to, "when it ends")
    }
}
