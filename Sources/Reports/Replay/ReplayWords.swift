import Model

extension ReplayDevice {
    /// Such as `TV at home` or `phone or computer elsewhere (DE, AS3320)`.
    package var words: String {
        let kind =
            switch self.kind {
            case "tv": "TV"
            case "port": "phone or computer"
            default: "device"
            }
        guard let isHome else { return self.place.map { "\(kind) (\($0))" } ?? kind }
        if isHome { return "\(kind) at home" }
        return self.place.map { "\(kind) elsewhere (\($0))" } ?? "\(kind) elsewhere"
    }
}

extension PictureSpan {
    var words: String {
        switch self.kind {
        case .hidden: "patch holds the picture"
        case .frozen: "picture stands still"
        case .slate: "a slate instead of the picture"
        }
    }

    /// In milliseconds.
    var lengthMs: Int64 { self.from.milliseconds(until: self.to) }
}

extension SourceFact {
    var words: String {
        let who = self.supplier.map { "supplier \($0)" } ?? "the source"
        switch self.deed {
        case .blip(let cause): return "\(who) \(Self.deed(cause)) (\(Spoken.seconds(self.lengthMs)))"
        case .down(let cause): return "\(who) \(Self.deed(cause))"
        case .recovered: return "\(who) is back (\(Spoken.seconds(self.lengthMs)))"
        case .failover(let why, let to):
            let way = [self.supplier, to].compactMap(\.self).joined(separator: " → ")
            let how =
                switch why {
                case "returned": "back to the better source"
                case "manual": "switched by hand"
                default: "failover"
                }
            return "\(how) \(way), picture goes on"
        case .repeated: return "\(who) repeats itself, dropped (\(Spoken.seconds(self.lengthMs)))"
        }
    }

    /// A cause in words that follow a supplier's name.
    private static func deed(_ cause: String) -> String {
        switch cause {
        case "": "stops"
        case "closed": "closes the connection"
        case "reset": "breaks the connection off"
        case "stall": "sends nothing"
        case "segments-lost": "loses segments"
        case "refused": "refuses the connection"
        case "unreachable", "unresolved": "can't be reached"
        case "slot-unavailable": "has no connection free"
        case _ where cause.hasPrefix("timed-out"): "does not answer in time"
        case _ where cause.hasPrefix("http-"): "answers \(cause.dropFirst(5))"
        case _ where cause.hasPrefix("not-media"): "sends something that is no media"
        default: "fails (\(cause))"
        }
    }
}

extension Playback {
    /// A slot held by a device that was gone: since when; `nil` if it was alive at `at`.
    ///
    /// A device that vanishes is noticed by its silence, and until then its slot is taken. What was watched ends with
    /// the last sign of it.
    func deadSince(at moment: WallTime) -> WallTime? {
        guard let closed = self.closed, self.reason == "stalled" || self.reason == "timeout" || self.reason == "idle",
            self.opened <= moment, moment <= closed
        else { return nil }
        let last = self.watchedMs > 0 ? self.opened.advanced(milliseconds: self.watchedMs) : closed
        let since = min(last, closed)
        if since <= moment { return since }
        // Where only the end is known: silence is noticed within this time.
        return self.watchedMs == 0 && moment.milliseconds(until: closed) <= Self.noticedWithinMs ? moment : nil
    }

    /// Until when somebody can have seen what it was sent; `nil` while it lives.
    ///
    /// A device that vanished is noticed later than it saw its last picture.
    var watchedUntil: WallTime? {
        guard let closed = self.closed else { return nil }
        return self.watchedMs > 0 ? min(closed, self.opened.advanced(milliseconds: self.watchedMs)) : closed
    }

    /// The longest silence before a device is taken for gone, in milliseconds.
    static let noticedWithinMs: Int64 = 120_000
}

/// Refusals in words that support can read out.
package enum RefusalWords {
    package static func sentence(_ rule: String) -> String {
        switch rule {
        case "max-connections": "all connections of the plan are in use"
        case "stream-unavailable", "stream_unavailable": "the channel had nothing to show"
        default: "rule \(rule)"
        }
    }
}

extension WallTime {
    /// Negative when `end` is before this.
    func microseconds(until end: WallTime) -> Int64 { end.microseconds &- self.microseconds }

    /// Rounded towards zero; negative when `end` is before this.
    func milliseconds(until end: WallTime) -> Int64 { self.microseconds(until: end) / 1_000 }
}
