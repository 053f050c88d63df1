package import Accounts
package import HTTP
package import LiveChannels
package import Model

/// What a request asks for.
package enum Route: Hashable, Sendable {
    /// A start with name and password.
    case open(Opening)
    /// A start with name and password sealed in a token.
    case token(TokenOpening)
    /// The media playlist of a session.
    case mediaPlaylist(SessionToken)
    /// A segment, by its media sequence number.
    case segment(SessionToken, Int64)
    /// The playlist of a stretch of the archive, of a session.
    case archivePlaylist(SessionToken, CatchUpWindow)
    /// A segment of the archive, by its file and its place there.
    case archiveSegment(SessionToken, file: Int64, index: Int64)
    /// A piece of what is shown in place of a refusal.
    case slate(SlateShelf.Key, Int64)
    /// A question of an app about its account, its channels or what is on.
    case player(PlayerRoute)
    /// A channel's logo.
    case logo(ChannelID)
    /// Nothing that is served here.
    case notFound

    /// Name, password and what they are to open.
    package struct Opening: Hashable, Sendable {
        package var username: Redacted<String>
        package var password: Redacted<String>
        package var channel: ChannelID
        package var output: Output
        /// Where in the archive it begins; `nil` for live.
        package var catchUp: CatchUp?

        package init(
            username: Redacted<String>,
            password: Redacted<String>,
            channel: ChannelID,
            output: Output,
            catchUp: CatchUp? = nil
        ) {
            self.username = username
            self.password = password
            self.channel = channel
            self.output = output
            self.catchUp = catchUp
        }
    }
}

/// From the path to what it asks for.
///
/// Pure. Everything that isn't listed is not found.
///
/// | path | |
/// |---|---|
/// | `/hls/TOKEN/live.m3u8`, `/hls/TOKEN/N.ts` | a session's playlist and segments |
/// | `/slate/PURPOSE.LANGUAGE/N.ts` | a piece of what is shown in place of a refusal |
/// | `/live/USER/PASS/ID.m3u8`, `.ts` or nothing (= ts) | a start |
/// | `/live/TOKEN/ID`, `/play/TOKEN` | a start with a token: `TokenRoutes` |
/// | `/timeshift/…`, `/streaming/timeshift.php`, `?utc=` | a start in the archive: `CatchUp/CatchUpRoutes` |
/// | `/player_api.php`, `/panel_api.php`, `/get.php`, `/xmltv.php` | a question, its parameters in query or form |
/// | `/player_api/USER/PASS[/ACTION]`, `/playlist/USER/PASS[/TYPE]`, `/epg/USER/PASS[/gz]` | the same, shorter |
/// | `/logo/ID` | a channel's logo |
/// | `/USER/PASS/ID`, the same endings | the short form inside M3U lists; matched last |
/// | `/movie/…`, `/series/…` and the other ``reservedNames`` | not found: no name of a customer is read out of them |
package enum Router {
    /// Bytes of a name or a password.
    package static let secretSizeMax = StreamToken.secretSizeMax
    /// First segments that are never a name in the short form.
    ///
    /// They belong to the addresses that Xtream players build; the ones answered elsewhere are routed before this.
    package static let reservedNames: Set<String> = [
        "live", "hls", "slate", "play", "movie", "series", "timeshift", "streaming", "playlist", "epg", "player_api",
        "images", "logo",
        "player_api.php", "panel_api.php", "get.php", "xmltv.php", "api", "admin", "metrics", "health",
    ]

    package static func route(_ target: RequestTarget) -> Route {
        if let route = PlayerRoute(target) { return .player(route) }
        switch target.segmentCount {
        case 2 where self.equals(target, 0, "logo"):
            return self.number(target.segment(1)).map { .logo(ChannelID($0)) } ?? .notFound
        case 3 where self.equals(target, 0, "hls"): return self.session(target)
        case 3 where self.equals(target, 0, "live"): return self.liveToken(target)
        case 2 where self.equals(target, 0, "play"), 3 where self.equals(target, 0, "play"):
            return self.playToken(target)
        case 3 where self.equals(target, 0, "slate"): return self.slate(target)
        case 2 where self.equals(target, 0, "streaming") && self.equals(target, 1, "timeshift.php"):
            return self.timeshiftQuery(target)
        case 3 where !self.isReserved(target.segment(0)): return self.shifted(self.opening(target, first: 0), target)
        case 4 where self.equals(target, 0, "live"): return self.shifted(self.opening(target, first: 1), target)
        case 6 where self.equals(target, 0, "timeshift"): return self.timeshift(target)
        default: return .notFound
        }
    }

    /// In any case of letters: a misspelt address is not to become a login.
    private static func isReserved(_ name: ArraySlice<UInt8>) -> Bool {
        self.reservedNames.contains(self.text(name).lowercased())
    }

    private static func session(_ target: RequestTarget) -> Route {
        guard let token = self.token(target.segment(1)) else { return .notFound }
        if self.equals(target, 2, "live.m3u8") { return .mediaPlaylist(token) }
        let name = target.segment(2)
        if name.first == UInt8(ascii: "a") { return self.archived(token, name.dropFirst()) }
        guard name.suffix(3).elementsEqual(".ts".utf8), let number = self.number(name.dropLast(3)) else {
            return .notFound
        }
        return .segment(token, number)
    }

    private static func slate(_ target: RequestTarget) -> Route {
        let parts = self.text(target.segment(1)).split(separator: ".", omittingEmptySubsequences: false)
        let name = target.segment(2)
        guard parts.count == 2, let purpose = SlatePurpose(rawValue: String(parts[0])),
            name.suffix(3).elementsEqual(".ts".utf8), let number = self.number(name.dropLast(3))
        else { return .notFound }
        return .slate(SlateShelf.Key(purpose: purpose, language: String(parts[1])), number)
    }

    /// As `SessionToken(parsing:)` reads it, which is generic and, from another module, takes 5 % of a playlist request.
    private static func token(_ text: ArraySlice<UInt8>) -> SessionToken? {
        guard text.count == SessionToken.textSize else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for byte in text {
            let digit: UInt8
            switch byte {
            case 0x30...0x39: digit = byte - 0x30
            case 0x61...0x66: digit = byte - 0x61 + 10
            default: return nil
            }
            high = high << 4 | low >> 60
            low = low << 4 | UInt64(digit)
        }
        return SessionToken(high: high, low: low)
    }

    private static func opening(_ target: RequestTarget, first: Int) -> Route {
        let username = target.segment(first)
        let password = target.segment(first + 1)
        guard username.count <= self.secretSizeMax, password.count <= self.secretSizeMax else { return .notFound }
        return self.opening(
            username: self.text(username),
            password: self.text(password),
            name: target.segment(first + 2)
        )
    }

    /// A start of the channel that `name` spells: a number, and perhaps an ending.
    static func opening(username: String, password: String, name: ArraySlice<UInt8>) -> Route {
        guard username.utf8.count <= self.secretSizeMax, password.utf8.count <= self.secretSizeMax else {
            return .notFound
        }
        guard let (channel, output) = self.stream(name) else { return .notFound }
        return .open(
            Route.Opening(
                username: Redacted(username),
                password: Redacted(password),
                channel: channel,
                output: output
            )
        )
    }

    /// What `101.m3u8`, `101.ts` and `101` name.
    static func stream(_ name: ArraySlice<UInt8>) -> (channel: ChannelID, output: Output)? {
        let digits = name.prefix { (0x30...0x39).contains($0) }
        let output: Output
        switch self.text(name[digits.endIndex...]) {
        case "", ".ts": output = .ts
        case ".m3u8": output = .hls
        default: return nil
        }
        return self.number(digits).map { (ChannelID($0), output) }
    }

    /// Reads decimal digits in their one spelling: no sign, no leading zero.
    static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        guard (1...18).contains(digits.count), digits.count == 1 || digits.first != 0x30 else { return nil }
        var number: Int64 = 0
        for digit in digits {
            guard (0x30...0x39).contains(digit) else { return nil }
            number = number * 10 + Int64(digit - 0x30)
        }
        return number
    }

    static func equals(_ target: RequestTarget, _ index: Int, _ name: String) -> Bool {
        target.segment(index).elementsEqual(name.utf8)
    }

    /// The target has been checked to be UTF-8.
    static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
}
