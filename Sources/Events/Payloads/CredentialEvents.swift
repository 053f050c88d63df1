package import Model

/// A credential was issued.
package struct CredentialIssued: EventPayload {
    package static let summary = "A credential was issued."

    /// The credential.
    package var credential: CredentialID
    /// The customer.
    package var customer: CustomerID
    /// Keyed hash of the username.
    package var login: String
    /// The username; sealed.
    package var username: String
    /// Hash of the password: keyed (`h1`), or Argon2id under a key (`a1`) for one that somebody chose.
    package var password: String
    /// Overrides the plan.
    package var maxConnections: Int64?
    /// When it stops working.
    package var expires: WallTime?
    /// Whether it is a trial.
    package var trial: Bool
    /// When it was first sold, if that was before it was issued here.
    package var created: WallTime?
    /// What it has in place of what its plan says.
    package var terms: Terms

    package init(
        credential: CredentialID,
        customer: CustomerID,
        login: String,
        username: String,
        password: String,
        maxConnections: Int64? = nil,
        expires: WallTime? = nil,
        trial: Bool,
        created: WallTime? = nil,
        terms: Terms = Terms()
    ) {
        self.credential = credential
        self.customer = customer
        self.login = login
        self.username = username
        self.password = password
        self.maxConnections = maxConnections
        self.expires = expires
        self.trial = trial
        self.created = created
        self.terms = terms
    }

    package var subject: EventStream? { self.credential.stream }

    package static let example = Self(
        credential: CredentialID(7),
        customer: CustomerID(rawValue: "c1"),
        login: "6b86b273ff34fce1",
        username: "v1.k1.c2VhbGVk",
        password: "h1.k1.2c26b46b68ffc68f",
        maxConnections: 2,
        expires: WallTime(seconds: 1_795_000_000),
        trial: false,
        created: WallTime(seconds: 1_763_000_000),
        terms: .sealedExample
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("credential", &self.credential, "the credential")
        visit("customer", &self.customer, "the customer")
        visit("login", &self.login, "keyed hash of the username")
        visit("username", &self.username, "the username; sealed")
        visit("password", &self.password, "hash of the password, keyed: `h1`, or `a1` over Argon2id for a chosen one")
        visit("maxConnections", &self.maxConnections, "overrides the plan")
        visit("expires", &self.expires, "when it stops working")
        visit("trial", &self.trial, "whether it is a trial")
        visit("created", &self.created, "when it was first sold, if before it was issued here")
        self.terms.fields(&visit)
    }
}

/// A credential was changed; all fields but the password as they are now.
package struct CredentialChanged: EventPayload {
    package static let summary = "A credential was changed; all fields but the password as they are now."

    /// The credential.
    package var credential: CredentialID
    /// The customer.
    package var customer: CustomerID
    /// Keyed hash of the username.
    package var login: String
    /// The username; sealed.
    package var username: String
    /// Overrides the plan.
    package var maxConnections: Int64?
    /// When it stops working.
    package var expires: WallTime?
    /// Whether it is a trial.
    package var trial: Bool
    /// What it has in place of what its plan says.
    package var terms: Terms

    package init(
        credential: CredentialID,
        customer: CustomerID,
        login: String,
        username: String,
        maxConnections: Int64? = nil,
        expires: WallTime? = nil,
        trial: Bool,
        terms: Terms = Terms()
    ) {
        self.credential = credential
        self.customer = customer
        self.login = login
        self.username = username
        self.maxConnections = maxConnections
        self.expires = expires
        self.trial = trial
        self.terms = terms
    }

    package var subject: EventStream? { self.credential.stream }

    package static let example = Self(
        credential: CredentialID(7),
        customer: CustomerID(rawValue: "c1"),
        login: "6b86b273ff34fce1",
        username: "v1.k1.c2VhbGVk",
        maxConnections: 2,
        expires: WallTime(seconds: 1_795_000_000),
        trial: false,
        terms: .sealedExample
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("credential", &self.credential, "the credential")
        visit("customer", &self.customer, "the customer")
        visit("login", &self.login, "keyed hash of the username")
        visit("username", &self.username, "the username; sealed")
        visit("maxConnections", &self.maxConnections, "overrides the plan")
        visit("expires", &self.expires, "when it stops working")
        visit("trial", &self.trial, "whether it is a trial")
        self.terms.fields(&visit)
    }
}

/// A credential was suspended.
package struct CredentialSuspended: EventPayload {
    package static let summary = "A credential was suspended."

    /// The credential.
    package var credential: CredentialID
    /// The reason given; sealed, in clear in older logs.
    package var why: String

    package init(
        credential: CredentialID,
        why: String
    ) {
        self.credential = credential
        self.why = why
    }

    package var subject: EventStream? { self.credential.stream }

    package static let example = Self(
        credential: CredentialID(7),
        why: "v1.k1.c2VhbGVk"
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("credential", &self.credential, "the credential")
        visit("why", &self.why, "the reason given; sealed, in clear in older logs")
    }
}

/// A suspended credential works again.
package struct CredentialResumed: EventPayload {
    package static let summary = "A suspended credential works again."

    /// The credential.
    package var credential: CredentialID

    package init(
        credential: CredentialID
    ) {
        self.credential = credential
    }

    package var subject: EventStream? { self.credential.stream }

    package static let example = Self(
        credential: CredentialID(7)
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("credential", &self.credential, "the credential")
    }
}

/// A credential got a new password.
package struct CredentialRotated: EventPayload {
    package static let summary = "A credential got a new password."

    /// The credential.
    package var credential: CredentialID
    /// Hash of the password: keyed (`h1`), or Argon2id under a key (`a1`) for one that somebody chose.
    package var password: String

    package init(
        credential: CredentialID,
        password: String
    ) {
        self.credential = credential
        self.password = password
    }

    package var subject: EventStream? { self.credential.stream }

    package static let example = Self(
        credential: CredentialID(7),
        password: "h1.k1.2c26b46b68ffc68f"
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("credential", &self.credential, "the credential")
        visit("password", &self.password, "hash of the password, keyed: `h1`, or `a1` over Argon2id for a chosen one")
    }
}

/// A credential reached its end.
package struct CredentialExpired: EventPayload {
    package static let summary = "A credential reached its end."

    /// The credential.
    package var credential: CredentialID
    /// The moment it was to end; earlier than the event when nothing ran then.
    package var due: WallTime?
    /// Whether it was a trial.
    package var trial: Bool?

    package init(
        credential: CredentialID,
        due: WallTime? = nil,
        trial: Bool? = nil
    ) {
        self.credential = credential
        self.due = due
        self.trial = trial
    }

    package var subject: EventStream? { self.credential.stream }

    package static let example = Self(
        credential: CredentialID(7),
        due: WallTime(seconds: 1_795_000_000),
        trial: true
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("credential", &self.credential, "the credential")
        visit("due", &self.due, "the moment it was to end; earlier than the event when nothing ran then")
        visit("trial", &self.trial, "whether it was a trial")
    }
}

/// A credential was removed.
package struct CredentialRemoved: EventPayload {
    package static let summary = "A credential was removed."

    /// The credential.
    package var credential: CredentialID

    package init(
        credential: CredentialID
    ) {
        self.credential = credential
    }

    package var subject: EventStream? { self.credential.stream }

    package static let example = Self(
        credential: CredentialID(7)
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("credential", &self.credential, "the credential")
    }
}

/// A credential is known to be fine, whatever a sharing report says.
package struct CredentialExcused: EventPayload {
    package static let summary = "A credential is known to be fine, whatever a sharing report says."

    /// The credential.
    package var credential: CredentialID
    /// The customer.
    package var customer: CustomerID
    /// Why.
    package var why: String
    /// When that ends.
    package var until: WallTime

    package init(
        credential: CredentialID,
        customer: CustomerID,
        why: String,
        until: WallTime
    ) {
        self.credential = credential
        self.customer = customer
        self.why = why
        self.until = until
    }

    package var subject: EventStream? { self.credential.stream }

    package static let example = Self(
        credential: CredentialID(7),
        customer: CustomerID(rawValue: "c1"),
        why: "v1.k1.c2VhbGVk",
        until: WallTime(seconds: 1_805_000_000)
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("credential", &self.credential, "the credential")
        visit("customer", &self.customer, "the customer")
        visit("why", &self.why, "the reason given; sealed, in clear in older logs")
        visit("until", &self.until, "when that ends")
    }
}

/// A credential is no longer known to be fine.
package struct ExcuseWithdrawn: EventPayload {
    package static let summary = "A credential is no longer known to be fine."

    /// The credential.
    package var credential: CredentialID
    /// The customer.
    package var customer: CustomerID

    package init(
        credential: CredentialID,
        customer: CustomerID
    ) {
        self.credential = credential
        self.customer = customer
    }

    package var subject: EventStream? { self.credential.stream }

    package static let example = Self(
        credential: CredentialID(7),
        customer: CustomerID(rawValue: "c1")
    )

    package mutating func fields(_ visit: inout some FieldVisitor) {
        visit("credential", &self.credential, "the credential")
        visit("customer", &self.customer, "the customer")
    }
}
