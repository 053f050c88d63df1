package import Model

/// A plan was added.
package struct PlanAdded: EventPayload {
    package static let summary = "A plan was added."

    /// The plan.
    package var plan: PlanID
    /// Connections a credential may hold at once.
    package var maxConnections: Int64
    /// Price of a month.
    package var priceMonth: Cents
    /// What else is sold; nothing is restricted in lines from before it was recorded.
    package var terms: Terms

    package init(
        plan: PlanID,
        maxConnections: Int64,
        priceMonth: Cents,
        terms: Terms = Terms()
    ) {
        self.plan = plan
        self.maxConnections = maxConnections
        self.priceMonth = priceMonth
        self.terms = terms
    }

    package var subject: EventStream? { self.plan.stream }

    package static let example = Self(
        plan: PlanID(rawValue: "basic"),
        maxConnections: 1,
        priceMonth: Cents(1000),
        terms: .example
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("plan", &self.plan, "the plan")
        visit("maxConnections", &self.maxConnections, "connections a credential may hold at once")
        visit("priceMonth", &self.priceMonth, "price of a month")
        self.terms.fields(&visit)
    }
}

/// A plan was changed; all fields as they are now.
package struct PlanChanged: EventPayload {
    package static let summary = "A plan was changed; all fields as they are now."

    /// The plan.
    package var plan: PlanID
    /// Connections a credential may hold at once.
    package var maxConnections: Int64
    /// Price of a month.
    package var priceMonth: Cents
    /// What else is sold; nothing is restricted in lines from before it was recorded.
    package var terms: Terms

    package init(
        plan: PlanID,
        maxConnections: Int64,
        priceMonth: Cents,
        terms: Terms = Terms()
    ) {
        self.plan = plan
        self.maxConnections = maxConnections
        self.priceMonth = priceMonth
        self.terms = terms
    }

    package var subject: EventStream? { self.plan.stream }

    package static let example = Self(
        plan: PlanID(rawValue: "basic"),
        maxConnections: 1,
        priceMonth: Cents(1000),
        terms: .example
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("plan", &self.plan, "the plan")
        visit("maxConnections", &self.maxConnections, "connections a credential may hold at once")
        visit("priceMonth", &self.priceMonth, "price of a month")
        self.terms.fields(&visit)
    }
}

/// A plan was removed.
package struct PlanRemoved: EventPayload {
    package static let summary = "A plan was removed."

    /// The plan.
    package var plan: PlanID

    package init(
        plan: PlanID
    ) {
        self.plan = plan
    }

    package var subject: EventStream? { self.plan.stream }

    package static let example = Self(
        plan: PlanID(rawValue: "basic")
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("plan", &self.plan, "the plan")
    }
}
