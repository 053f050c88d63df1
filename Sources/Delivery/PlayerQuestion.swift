package import Accounts
package import HTTP
package import Model
package import NIOCore

/// What an app asks, taken from its request.
package struct PlayerQuestion: Sendable {
    package var kind: PlayerRoute.Kind
    package var username: Redacted<String>
    package var password: Redacted<String>
    /// What stood in place of name and password; `nil` when they were given, or it doesn't open.
    ///
    /// Taken for lists and guides, which go on with it: an app that logs in needs name and password for its addresses.
    package private(set) var token: String?
    /// The `Host` field, checked to be a name or an address with or without a port.
    package var host: String?
    package var device: Device
    private let fixed: [String: String]
    private let form: [UInt8]
    private let query: [UInt8]

    init(
        _ route: PlayerRoute,
        _ request: RequestHead,
        device: Device,
        openToken: (_ text: String) -> StreamToken?
    ) {
        self.kind = route.kind
        self.fixed = route.parameters
        self.form = request.hasForm ? request.body : []
        self.query = request.target.query
        self.host = request.host
        self.device = device
        self.username = Redacted("")
        self.password = Redacted("")
        self.username = Redacted(self.parameter("username") ?? "")
        self.password = Redacted(self.parameter("password") ?? "")
        guard self.kind == .list || self.kind == .guide, let text = self.parameter("token") else { return }
        let found = openToken(text).flatMap { $0.channel == nil ? $0 : nil }
        let login = found ?? StreamToken.nobody(text)
        self.username = login.username
        self.password = login.password
        self.token = found == nil ? nil : text
    }

    /// A parameter: from the path, or else from the form, or else from the query.
    package func parameter(_ name: String) -> String? {
        self.fixed[name] ?? FormParameters.value(name, in: self.form) ?? FormParameters.value(name, in: self.query)
    }
}

/// What an app is told.
package struct PlayerReply: Sendable {
    package var status: Status
    package var contentType: String
    /// `no-store` unless it may be kept.
    package var cacheControl: String
    /// The name that a browser saves it under.
    package var fileName: String?
    package var body: ByteBuffer
    /// Whether name and password did not belong together: counts as a failed login.
    package var isRefused: Bool

    package init(
        _ status: Status = .ok,
        contentType: String,
        cacheControl: String = "no-store",
        fileName: String? = nil,
        body: ByteBuffer,
        isRefused: Bool = false
    ) {
        self.status = status
        self.contentType = contentType
        self.cacheControl = cacheControl
        self.fileName = fileName
        self.body = body
        self.isRefused = isRefused
    }
}

/// Who answers what apps ask about accounts, channels and programmes; any thread.
package protocol PlayerAnswering: Sendable {
    /// Answers once, on any thread; `nil` when too many questions wait.
    func answer(_ question: PlayerQuestion, reply: @escaping @Sendable (PlayerReply?) -> Void)
    /// A channel's logo; `nil` when there is none.
    func logo(of channel: ChannelID, reply: @escaping @Sendable (PlayerReply?) -> Void)
}
