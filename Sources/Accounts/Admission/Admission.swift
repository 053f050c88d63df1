package import Events
package import Model

/// Who may watch what: the seam between viewers' requests and the accounts that decide about them.
///
/// Every answer is decided on the ledger, in the same batch as the event it causes.
package protocol Admission: Sendable {
    /// Decides a viewer's start with name and password; `reply` runs on a thread of the ledger's, once.
    func open(_ request: OpenRequest, reply: @escaping @Sendable (Result<Grant, Denial>) -> Void)
    /// Decides about a session token this process doesn't know (it outlived a restart, or is a guess).
    func reopen(_ request: ReopenRequest, reply: @escaping @Sendable (Result<Grant, Denial>) -> Void)
    /// Checks name and password without opening anything (`HEAD`, playlists of channels).
    func check(_ request: OpenRequest, reply: @escaping @Sendable (Result<Void, Denial>) -> Void)
    /// The language of the customer who asks with a name that is known; `nil` for others and for those without one.
    func language(of request: OpenRequest, reply: @escaping @Sendable (String?) -> Void)
    /// Says that a connection has ended; frees its slot.
    func close(_ closing: Closing)
}

extension Admission {
    package func language(of request: OpenRequest, reply: @escaping @Sendable (String?) -> Void) { reply(nil) }
}

/// How a viewer takes the stream.
package enum Output: String, Hashable, Sendable, CaseIterable {
    case hls
    case ts

    /// The same in events and tables.
    package var kind: OutputKind { self == .hls ? .hls : .ts }
}

/// What a viewer's device says of itself.
package struct Device: Hashable, Sendable {
    package var address: NetworkAddress
    /// At most ``userAgentSizeMax`` bytes; cut by who fills it in.
    package var userAgent: String
    /// An id the app sends, if it does.
    package var deviceID: String?
    /// Where the address is, as far as is known.
    package var origin: Origin

    package static let userAgentSizeMax = 256

    package init(address: NetworkAddress, userAgent: String, deviceID: String? = nil, origin: Origin = .unknown) {
        self.address = address
        self.userAgent = userAgent
        self.deviceID = deviceID
        self.origin = origin
    }
}

/// A viewer asks for a channel with name and password.
package struct OpenRequest: Sendable {
    package var username: Redacted<String>
    package var password: Redacted<String>
    package var channel: ChannelID
    package var output: Output
    package var device: Device
    /// The session token the viewer will be known by if admitted.
    package var token: SessionToken
    /// Where in the channel's archive it begins; `nil` for live.
    package var catchup: WallTime?

    package init(
        username: Redacted<String>,
        password: Redacted<String>,
        channel: ChannelID,
        output: Output,
        device: Device,
        token: SessionToken,
        catchup: WallTime? = nil
    ) {
        self.username = username
        self.password = password
        self.channel = channel
        self.output = output
        self.device = device
        self.token = token
        self.catchup = catchup
    }
}

/// A viewer goes on with a token that this process doesn't know.
package struct ReopenRequest: Sendable {
    package var token: SessionToken
    package var device: Device

    package init(token: SessionToken, device: Device) {
        self.token = token
        self.device = device
    }
}

/// An admitted viewer.
package struct Grant: Hashable, Sendable {
    package var connection: ConnectionID
    package var credential: CredentialID
    package var channel: ChannelID
    package var token: SessionToken

    package init(connection: ConnectionID, credential: CredentialID, channel: ChannelID, token: SessionToken) {
        self.connection = connection
        self.credential = credential
        self.channel = channel
        self.token = token
    }
}

/// Why a viewer was not admitted; says nothing about suppliers.
package enum Denial: Error, Hashable, Sendable {
    /// Unknown name or wrong password: told alike.
    case unknownCredential
    /// Suspended, expired or not allowed this channel or output.
    case forbidden(ForbiddenReason)
    case unknownChannel
    /// The connection limit is reached; who holds the slots is in the event, not in the answer.
    case limitReached(limit: Int)
    /// The token is unknown, ended or bound to another address.
    case unknownToken
    /// The log can't be written, so nothing new is admitted.
    case unavailable

    package enum ForbiddenReason: String, Hashable, Sendable {
        case suspended, expired, channel, output, address, country, asn
        case userAgent = "user-agent"
        /// It has been used from as many networks as it may.
        case networkLock = "network-lock"
        /// It was a trial, and its time is over.
        case trialEnded = "trial-ended"
        /// An operator ended what the device played a moment ago.
        case kicked

        /// What support can read out.
        package var words: String {
            switch self {
            case .suspended: "this line is suspended"
            case .expired: "this line has expired"
            case .trialEnded: "the trial has ended"
            case .channel: "this line does not include this channel"
            case .output: "this line does not include this kind of stream"
            case .address: "this line may not be used from this address"
            case .country: "this line may not be used in this country"
            case .asn: "this line may not be used with this internet provider"
            case .userAgent: "this line may not be used with this app"
            case .networkLock: "this line is locked to the networks it was first used from"
            case .kicked: "an operator ended what this device was playing, and it may not come back yet"
            }
        }
    }
}

/// What is known of a connection when it ends.
package struct Closing: Hashable, Sendable {
    package var connection: ConnectionID
    package var reason: Reason
    /// Bytes of media written to the viewer.
    package var bytes: Int64
    /// Wall time from admission to end, by a monotonic clock.
    package var watchedMs: Int64
    /// Of it, a held picture.
    package var patchedMs: Int64
    /// Of it, a slate.
    package var slateMs: Int64
    /// Times the viewer was skipped ahead, stopped taking bytes, or asked for nothing for longer than what it had lasts.
    package var stalls: Int64
    /// How long those were together.
    package var stalledMs: Int64

    package enum Reason: String, Hashable, Sendable, CaseIterable {
        /// The viewer closed its socket.
        case left
        /// A HLS session that no longer asks.
        case idle
        /// Takes no bytes.
        case stalled
        /// The same device opened anew.
        case superseded
        /// Pushed out by a rule or an operator.
        case evicted
        /// The credential was removed or got a new password.
        case revoked
        /// The credential or its customer was suspended.
        case suspended
        /// The credential reached its end.
        case expired
        /// The trial was over.
        case trialEnded = "trial-ended"
        /// No picture came in time, so there was nothing to show.
        case notReady = "not-ready"
        /// No source of the channel had anything to show for too long, nor a slate any more.
        case noSource = "no-source"
        /// The channel goes on in another video codec, which the viewer's player would not follow.
        case codecChanged = "codec-changed"
        /// The channel has no source any more or was removed.
        case channelEnded = "channel-ended"
        /// What it asked for of the archive was played to its end.
        case finished
        /// The service stops.
        case shutdown
        /// The service had died with the connection open.
        case nodeRestart = "node-restart"
    }

    package init(
        connection: ConnectionID,
        reason: Reason,
        bytes: Int64,
        watchedMs: Int64,
        patchedMs: Int64 = 0,
        slateMs: Int64 = 0,
        stalls: Int64,
        stalledMs: Int64 = 0
    ) {
        self.connection = connection
        self.reason = reason
        self.bytes = bytes
        self.watchedMs = watchedMs
        self.patchedMs = patchedMs
        self.slateMs = slateMs
        self.stalls = stalls
        self.stalledMs = stalledMs
    }
}
