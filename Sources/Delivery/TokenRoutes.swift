package import Accounts
import HTTP
package import Model

/// The addresses of starts with a token.
///
/// | path | |
/// |---|---|
/// | `/live/TOKEN/ID.m3u8`, `.ts` or nothing (= ts) | a start of any channel |
/// | `/play/TOKEN/m3u8`, `/ts` or nothing (= ts) | a start of the token's own channel |
/// | `?utc=SECONDS[&lutc=SECONDS]` on them | the same in the archive |
extension Router {
    /// `/live/TOKEN/ID`, three segments.
    static func liveToken(_ target: RequestTarget) -> Route {
        guard let (channel, output) = self.stream(target.segment(2)) else { return .notFound }
        return self.token(target, channel, output)
    }

    /// `/play/TOKEN[/EXT]`, two or three segments.
    static func playToken(_ target: RequestTarget) -> Route {
        switch target.segmentCount == 3 ? self.text(target.segment(2)) : "ts" {
        case "ts": self.token(target, nil, .ts)
        case "m3u8": self.token(target, nil, .hls)
        default: .notFound
        }
    }

    private static func token(_ target: RequestTarget, _ channel: ChannelID?, _ output: Output) -> Route {
        let token = target.segment(1)
        guard token.count <= StreamToken.textSizeMax else { return .notFound }
        return self.shifted(
            .token(Route.TokenOpening(token: Redacted(self.text(token)), channel: channel, output: output)),
            target
        )
    }
}

extension Route {
    /// A token, and what it is to open.
    package struct TokenOpening: Hashable, Sendable {
        package var token: Redacted<String>
        /// `nil` for the channel that the token has.
        package var channel: ChannelID?
        package var output: Output
        /// Where in the archive it begins; `nil` for live.
        package var catchUp: CatchUp?

        package init(token: Redacted<String>, channel: ChannelID?, output: Output, catchUp: CatchUp? = nil) {
            self.token = token
            self.channel = channel
            self.output = output
            self.catchUp = catchUp
        }

        /// The start with name and password that it stands for; one of nobody's when the token doesn't open or is of the
        /// other kind.
        func opening(_ open: (_ token: String) -> StreamToken?) -> Opening {
            var login = StreamToken.nobody(self.token.clear)
            if let token = open(self.token.clear), (token.channel == nil) != (self.channel == nil) { login = token }
            return Opening(
                username: login.username,
                password: login.password,
                channel: self.channel ?? login.channel ?? ChannelID(0),
                output: self.output,
                catchUp: self.catchUp
            )
        }
    }
}
