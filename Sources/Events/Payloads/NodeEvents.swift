/// The service started; closes every connection this node had left open.
package struct NodeStarted: EventPayload {
    package static let summary = "The service started; closes every connection this node had left open."

    /// Version of the program.
    package var version: String
    /// Counts the starts of this log.
    package var epoch: Int64
    /// The operator's time zone (IANA name), in which days and weeks of reports begin.
    package var timezone: String?

    package init(
        version: String,
        epoch: Int64,
        timezone: String? = nil
    ) {
        self.version = version
        self.epoch = epoch
        self.timezone = timezone
    }

    package var subject: EventStream? { nil }

    package static let example = Self(
        version: "0.1.0",
        epoch: 3,
        timezone: "Europe/Berlin"
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("version", &self.version, "version of the program")
        visit("epoch", &self.epoch, "counts the starts of this log")
        visit("timezone", &self.timezone, "the operator's time zone, by its IANA name; reports' weeks begin in it")
    }
}

/// The service stopped in good order.
package struct NodeStopped: EventPayload {
    package static let summary = "The service stopped in good order."

    /// What stopped it.
    package var why: String

    package init(
        why: String
    ) {
        self.why = why
    }

    package var subject: EventStream? { nil }

    package static let example = Self(
        why: "SIGTERM"
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("why", &self.why, "what stopped it")
    }
}

/// The wall clock was moved; time stamps before and after do not compare.
package struct ClockStepped: EventPayload {
    package static let summary = "The wall clock was moved; time stamps before and after do not compare."

    /// How far it moved; negative for backwards.
    package var by: Milliseconds

    package init(
        by: Milliseconds
    ) {
        self.by = by
    }

    package var subject: EventStream? { nil }

    package static let example = Self(
        by: Milliseconds(-3600000)
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("by", &self.by, "how far it moved; negative for backwards")
    }
}

/// Something was lost or refused: a damaged range of the log, or telemetry that found the queue full.
package struct LogDegraded: EventPayload {
    package static let summary =
        "Something was lost or refused: a damaged range of the log, or telemetry that found the queue full."

    /// What happened.
    package var why: String
    /// The damaged file.
    package var file: String?
    /// Byte offset of the damage in the file.
    package var offset: Int64?
    /// Events lost, when known.
    package var events: Int64?

    package init(
        why: String,
        file: String? = nil,
        offset: Int64? = nil,
        events: Int64? = nil
    ) {
        self.why = why
        self.file = file
        self.offset = offset
        self.events = events
    }

    package var subject: EventStream? { nil }

    package static let example = Self(
        why: "telemetry dropped",
        file: "00000000000000000001.jsonl.zst",
        offset: 4096,
        events: 17
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("why", &self.why, "what happened")
        visit("file", &self.file, "the damaged file")
        visit("offset", &self.offset, "byte offset of the damage in the file")
        visit("events", &self.events, "events lost, when known")
    }
}
