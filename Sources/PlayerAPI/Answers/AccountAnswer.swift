package import Model

/// What an app is told at login: who it is and whose server this is.
package struct AccountAnswer: AnswerObject {
    package var user: UserInfo
    package var server: ServerInfo

    package init(user: UserInfo, server: ServerInfo) {
        self.user = user
        self.server = server
    }

    package static let example = Self(user: .example, server: .example)

    package func fields(_ visit: inout some AnswerVisitor) {
        visit.object("user_info", self.user, "the credential")
        visit.object("server_info", self.server, "the server")
    }
}

/// The answer to a name and password that don't belong together: nothing else is said.
package struct DeniedAnswer: AnswerObject {
    private struct User: AnswerObject {
        static let example = Self()

        func fields(_ visit: inout some AnswerVisitor) {
            visit.flag("auth", false, "0: unknown name or wrong password")
        }
    }

    package init() {}

    package static let example = Self()

    package func fields(_ visit: inout some AnswerVisitor) {
        visit.object("user_info", User(), "nobody")
    }
}

/// A credential as apps see it.
package struct UserInfo: AnswerObject {
    /// Whether it may be used; apps show the word.
    package enum Standing: String, Hashable, Sendable, CaseIterable {
        case active = "Active"
        case expired = "Expired"
        case banned = "Banned"
        case disabled = "Disabled"
    }

    package var username: String
    package var password: String
    /// A greeting.
    package var message: String
    package var standing: Standing
    /// `nil` for never.
    package var expires: WallTime?
    package var isTrial: Bool
    package var activeConnections: Int64
    package var createdAt: WallTime
    package var maxConnections: Int64
    /// In the order of preference: some apps take the first.
    package var outputs: [StreamFormat]

    package init(
        username: String,
        password: String,
        message: String = "",
        standing: Standing,
        expires: WallTime?,
        isTrial: Bool,
        activeConnections: Int64,
        createdAt: WallTime,
        maxConnections: Int64,
        outputs: [StreamFormat]
    ) {
        self.username = username
        self.password = password
        self.message = message
        self.standing = standing
        self.expires = expires
        self.isTrial = isTrial
        self.activeConnections = activeConnections
        self.createdAt = createdAt
        self.maxConnections = maxConnections
        self.outputs = outputs
    }

    package static let example = Self(
        username: "ada",
        password: "secret",
        message: "welcome",
        standing: .active,
        expires: WallTime(seconds: 1_829_952_000),
        isTrial: false,
        activeConnections: 1,
        createdAt: WallTime(seconds: 1_795_417_200),
        maxConnections: 2,
        outputs: [.ts, .hls]
    )

    package func fields(_ visit: inout some AnswerVisitor) {
        visit.text("username", self.username, "as the request said it")
        visit.text("password", self.password, "as the request said it")
        visit.text("message", self.message, "a greeting; may be empty")
        visit.flag("auth", true, "1: name and password belong together")
        visit.text("status", self.standing.rawValue, "Active, Expired, Banned or Disabled")
        visit.digitsOrNull(
            "exp_date",
            self.expires?.seconds,
            "when it stops working, in seconds since 1970; null: never"
        )
        visit.flagText("is_trial", self.isTrial, "whether it is a trial")
        visit.digits("active_cons", self.activeConnections, "connections open now")
        visit.digits("created_at", self.createdAt.seconds, "when it was issued, in seconds since 1970")
        visit.digits("max_connections", self.maxConnections, "connections it may hold at once")
        visit.texts("allowed_output_formats", self.outputs.map(\.rawValue), "ts and m3u8, the preferred one first")
    }
}

/// A way to take a stream, by the file ending that asks for it.
package enum StreamFormat: String, Hashable, Sendable, CaseIterable {
    case ts
    case hls = "m3u8"
}

/// The server as apps see it.
package struct ServerInfo: AnswerObject {
    package var site: Site
    package var clock: ServerClock
    package var now: WallTime

    package init(site: Site, clock: ServerClock, now: WallTime) {
        self.site = site
        self.clock = clock
        self.now = now
    }

    package static let example = Self(
        site: Site(scheme: "http", host: "tv.example", port: 8080),
        clock: .utc,
        now: WallTime(seconds: 1_795_417_200)
    )

    package func fields(_ visit: inout some AnswerVisitor) {
        visit.text("url", self.site.host, "host name, without scheme and port")
        visit.digits("port", Int64(self.site.isSecure ? 80 : self.site.port), "port of http")
        visit.digits("https_port", Int64(self.site.isSecure ? self.site.port : 443), "port of https")
        visit.text("server_protocol", self.site.scheme, "http or https")
        visit.digits("rtmp_port", 0, "0: there is no RTMP here")
        visit.text("timezone", self.clock.zone, "IANA name; the zone of every text that is a time")
        visit.integer("timestamp_now", self.now.seconds, "now, in seconds since 1970")
        visit.text("time_now", self.clock.text(self.now), "now, in the zone")
        visit.bool("process", true, "always true")
    }
}

/// Under which address the service is reached.
package struct Site: Hashable, Sendable {
    /// `http` or `https`.
    package var scheme: String
    package var host: String
    package var port: Int

    package init(scheme: String, host: String, port: Int) {
        self.scheme = scheme
        self.host = host
        self.port = port
    }

    /// Reads `http://host:port` or `https://host`, with nothing behind it; `nil` for anything else.
    package init?(_ url: String) {
        let isSecure = url.hasPrefix("https://")
        guard isSecure || url.hasPrefix("http://") else { return nil }
        let rest = url.dropFirst(isSecure ? 8 : 7)
        self.init(authority: String(rest.prefix { $0 != "/" }), isSecure: isSecure)
    }

    /// Reads `host`, `host:port` or `[v6]:port`, as in a `Host` field; `nil` for anything else.
    package init?(authority: String, isSecure: Bool) {
        var host = authority[...]
        var port = isSecure ? 443 : 80
        if let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") {
            guard let number = Int(authority[authority.index(after: colon)...]), (1...65_535).contains(number) else {
                return nil
            }
            port = number
            host = authority[..<colon]
        }
        guard !host.isEmpty else { return nil }
        self.init(scheme: isSecure ? "https" : "http", host: String(host), port: port)
    }

    package var isSecure: Bool { self.scheme == "https" }

    /// `http://host:port`, the port left out where it is the usual one.
    package var url: String {
        let usual = self.isSecure ? 443 : 80
        return "\(self.scheme)://\(self.host)\(self.port == usual ? "" : ":\(self.port)")"
    }
}
