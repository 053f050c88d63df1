package import Model

/// A customer was added.
package struct CustomerAdded: EventPayload {
    package static let summary = "A customer was added."

    /// The customer.
    package var customer: CustomerID
    /// The plan.
    package var plan: PlanID?
    /// What the customer is called; sealed.
    package var name: String?
    /// IANA time zone.
    package var timezone: String?
    /// BCP 47 tag.
    package var language: String?
    /// What the operator wrote down; sealed.
    package var notes: String?

    package init(
        customer: CustomerID,
        plan: PlanID? = nil,
        name: String? = nil,
        timezone: String? = nil,
        language: String? = nil,
        notes: String? = nil
    ) {
        self.customer = customer
        self.plan = plan
        self.name = name
        self.timezone = timezone
        self.language = language
        self.notes = notes
    }

    package var subject: EventStream? { self.customer.stream }

    package static let example = Self(
        customer: CustomerID(rawValue: "c1"),
        plan: PlanID(rawValue: "basic"),
        name: "v1.k1.c2VhbGVk",
        timezone: "Europe/Berlin",
        language: "de",
        notes: "v1.k1.c2VhbGVk"
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("customer", &self.customer, "the customer")
        visit("plan", &self.plan, "the plan")
        visit("name", &self.name, "what the customer is called; sealed")
        visit("timezone", &self.timezone, "IANA time zone")
        visit("language", &self.language, "BCP 47 tag")
        visit("notes", &self.notes, "what the operator wrote down; sealed")
    }
}

/// A customer was changed; all fields as they are now.
package struct CustomerChanged: EventPayload {
    package static let summary = "A customer was changed; all fields as they are now."

    /// The customer.
    package var customer: CustomerID
    /// The plan.
    package var plan: PlanID?
    /// What the customer is called; sealed.
    package var name: String?
    /// IANA time zone.
    package var timezone: String?
    /// BCP 47 tag.
    package var language: String?
    /// What the operator wrote down; sealed.
    package var notes: String?

    package init(
        customer: CustomerID,
        plan: PlanID? = nil,
        name: String? = nil,
        timezone: String? = nil,
        language: String? = nil,
        notes: String? = nil
    ) {
        self.customer = customer
        self.plan = plan
        self.name = name
        self.timezone = timezone
        self.language = language
        self.notes = notes
    }

    package var subject: EventStream? { self.customer.stream }

    package static let example = Self(
        customer: CustomerID(rawValue: "c1"),
        plan: PlanID(rawValue: "basic"),
        name: "v1.k1.c2VhbGVk",
        timezone: "Europe/Berlin",
        language: "de",
        notes: "v1.k1.c2VhbGVk"
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("customer", &self.customer, "the customer")
        visit("plan", &self.plan, "the plan")
        visit("name", &self.name, "what the customer is called; sealed")
        visit("timezone", &self.timezone, "IANA time zone")
        visit("language", &self.language, "BCP 47 tag")
        visit("notes", &self.notes, "what the operator wrote down; sealed")
    }
}

/// A customer was suspended, and with it all its credentials.
package struct CustomerSuspended: EventPayload {
    package static let summary = "A customer was suspended, and with it all its credentials."

    /// The customer.
    package var customer: CustomerID
    /// The reason given; sealed, in clear in older logs.
    package var why: String

    package init(
        customer: CustomerID,
        why: String
    ) {
        self.customer = customer
        self.why = why
    }

    package var subject: EventStream? { self.customer.stream }

    package static let example = Self(
        customer: CustomerID(rawValue: "c1"),
        why: "v1.k1.c2VhbGVk"
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("customer", &self.customer, "the customer")
        visit("why", &self.why, "the reason given; sealed, in clear in older logs")
    }
}

/// A suspended customer may watch again.
package struct CustomerResumed: EventPayload {
    package static let summary = "A suspended customer may watch again."

    /// The customer.
    package var customer: CustomerID

    package init(
        customer: CustomerID
    ) {
        self.customer = customer
    }

    package var subject: EventStream? { self.customer.stream }

    package static let example = Self(
        customer: CustomerID(rawValue: "c1")
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("customer", &self.customer, "the customer")
    }
}

/// A customer was removed and its keys were deleted: what was sealed for it can not be read any more.
package struct CustomerErased: EventPayload {
    package static let summary =
        "A customer was removed and its keys were deleted: what was sealed for it can not be read any more."

    /// The customer.
    package var customer: CustomerID

    package init(
        customer: CustomerID
    ) {
        self.customer = customer
    }

    package var subject: EventStream? { self.customer.stream }

    package static let example = Self(
        customer: CustomerID(rawValue: "c1")
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("customer", &self.customer, "the customer")
    }
}

/// Money was given back.
package struct RefundRecorded: EventPayload {
    package static let summary = "Money was given back."

    /// The customer.
    package var customer: CustomerID
    /// How much.
    package var amount: Cents
    /// The reason given; sealed, in clear in older logs.
    package var why: String
    /// The day it is for.
    package var forDay: WallTime

    package init(
        customer: CustomerID,
        amount: Cents,
        why: String,
        forDay: WallTime
    ) {
        self.customer = customer
        self.amount = amount
        self.why = why
        self.forDay = forDay
    }

    package var subject: EventStream? { self.customer.stream }

    package static let example = Self(
        customer: CustomerID(rawValue: "c1"),
        amount: Cents(500),
        why: "v1.k1.c2VhbGVk",
        forDay: WallTime(seconds: 1_795_000_000)
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("customer", &self.customer, "the customer")
        visit("amount", &self.amount, "how much")
        visit("why", &self.why, "the reason given; sealed, in clear in older logs")
        visit("for", &self.forDay, "the day it is for")
    }
}
