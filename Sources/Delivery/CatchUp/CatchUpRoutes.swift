import Accounts
import HTTP
import Model

/// The addresses of catch-up.
///
/// | path | |
/// |---|---|
/// | `/timeshift/USER/PASS/MINUTES/START/ID.ts`, `.m3u8` or nothing (= ts) | a start |
/// | `/streaming/timeshift.php?username&password&stream&start&duration[&extension]` | the same |
/// | `?utc=SECONDS[&lutc=SECONDS]` on a live address | the same, up to `lutc` or now |
/// | `/hls/TOKEN/aSTART-SECONDS.m3u8`, `/hls/TOKEN/aFILE-PLACE.ts` | a session's playlist and segments |
extension Router {
    /// `/timeshift/…`, six segments.
    static func timeshift(_ target: RequestTarget) -> Route {
        guard let minutes = self.number(target.segment(3)),
            let start = CatchUpStart(self.text(target.segment(4))),
            case .open(var opening) = self.opening(
                username: self.text(target.segment(1)),
                password: self.text(target.segment(2)),
                name: target.segment(5)
            )
        else { return .notFound }
        opening.catchUp = CatchUp(start: start, seconds: self.seconds(minutes))
        return .open(opening)
    }

    /// `/streaming/timeshift.php?…`.
    static func timeshiftQuery(_ target: RequestTarget) -> Route {
        guard let username = target.queryValue("username"), let password = target.queryValue("password"),
            let stream = target.queryValue("stream"), let text = target.queryValue("start"),
            let start = CatchUpStart(text)
        else { return .notFound }
        let minutes = target.queryValue("duration").flatMap { self.number(Array($0.utf8)[...]) }
        let name = Array(stream.utf8) + Array((target.queryValue("extension").map { ".\($0)" } ?? "").utf8)
        guard case .open(var opening) = self.opening(username: username, password: password, name: name[...]) else {
            return .notFound
        }
        opening.catchUp = CatchUp(start: start, seconds: minutes.map(self.seconds))
        return .open(opening)
    }

    /// A start that says when it wants to begin is one of the archive.
    static func shifted(_ route: Route, _ target: RequestTarget) -> Route {
        guard let utc = target.queryValue("utc") else { return route }
        guard let start = self.number(Array(utc.utf8)[...]) else { return .notFound }
        let end = target.queryValue("lutc").flatMap { self.number(Array($0.utf8)[...]) }
        let seconds = end.flatMap { $0 > start ? $0 - start : nil }
        let catchUp = CatchUp(start: .instant(WallTime(seconds: start)), seconds: seconds)
        switch route {
        case .open(var opening):
            opening.catchUp = catchUp
            return .open(opening)
        case .token(var opening):
            opening.catchUp = catchUp
            return .token(opening)
        default: return route
        }
    }

    /// What follows `/hls/TOKEN/a`.
    static func archived(_ token: SessionToken, _ name: ArraySlice<UInt8>) -> Route {
        let isPlaylist = name.suffix(5).elementsEqual(".m3u8".utf8)
        let numbers = name.dropLast(isPlaylist ? 5 : 3).split(
            separator: UInt8(ascii: "-"),
            omittingEmptySubsequences: false
        )
        guard isPlaylist || name.suffix(3).elementsEqual(".ts".utf8), numbers.count == 2,
            let first = self.number(numbers[0]), let second = self.number(numbers[1])
        else { return .notFound }
        if !isPlaylist { return .archiveSegment(token, file: first, index: second) }
        guard first < 1 << 40, (1...CatchUp.secondsMax).contains(second) else { return .notFound }
        return .archivePlaylist(token, CatchUpWindow(start: first, seconds: second))
    }

    private static func seconds(_ minutes: Int64) -> Int64 { min(minutes, CatchUp.secondsMax / 60) * 60 }
}
