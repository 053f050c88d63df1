import Accounts
import HTTP

/// The answers to who may not watch: short, alike for alike reasons, and without a word about suppliers.
///
/// 401 comes without `WWW-Authenticate`: name and password stand in the path, and a challenge makes browsers ask for others.
enum DenialResponses {
    static let notFound = TextResponse(.notFound, "not found")
    /// In place of further refusals of an address that had very many.
    static let tooManyRequests = TextResponse(
        .tooManyRequests,
        "too many requests",
        fields: [ResponseHead.Field("Retry-After", "60")]
    )
    static let noPost = TextResponse(
        .methodNotAllowed,
        "method not allowed",
        fields: [ResponseHead.Field("Allow", "GET, HEAD")]
    )
    static let noForm = TextResponse(.unsupportedMediaType, "expected application/x-www-form-urlencoded")
    static let tooManyFailures = TextResponse(
        .tooManyRequests,
        "too many failed logins",
        fields: [ResponseHead.Field("Retry-After", "60")]
    )
    /// The channel has nothing to show yet; players that honour the field come again while it starts.
    static let notReady = TextResponse(
        .serviceUnavailable,
        "not ready",
        fields: [ResponseHead.Field("Retry-After", "1")]
    )
    static let unavailable = TextResponse(
        .serviceUnavailable,
        "unavailable",
        fields: [ResponseHead.Field("Retry-After", "5")]
    )
    static let forbidden = TextResponse(.forbidden, "forbidden")
    private static let unauthorized = TextResponse(.unauthorized, "unauthorized")
    private static let limitReached = TextResponse(
        .tooManyRequests,
        "connection limit reached",
        fields: [ResponseHead.Field("Retry-After", "5")]
    )

    static func response(to denial: Denial) -> TextResponse {
        switch denial {
        case .unknownCredential: self.unauthorized
        case .forbidden, .unknownToken: self.forbidden
        case .unknownChannel: self.notFound
        case .limitReached: self.limitReached
        case .unavailable: self.unavailable
        }
    }
}
