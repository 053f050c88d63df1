/// One thing a supplier does wrong.
package enum Fault: Hashable, Sendable {
    /// What becomes of the media of a stall.
    package enum Backlog: Hashable, Sendable {
        /// It comes all at once when the stall is over.
        case burst
        /// It never comes.
        case lost
    }

    /// What is sent first on a connection.
    package enum Entry: Hashable, Sendable {
        /// What is on air now, in the middle of whatever it is.
        case live
        /// The random access point before that.
        case randomAccess
        /// The last seconds again, at once.
        case replay(seconds: Int, Replay)
    }

    /// How the seconds sent again differ from those sent before.
    package enum Replay: String, Hashable, CaseIterable, Sendable {
        /// The same bytes.
        case identical
        /// The same access units with the same times, in other packets.
        case remuxed
        /// The same access units, their times counted anew for each connection.
        case restarted
    }

    /// What requests are answered instead of media.
    package enum Answer: Hashable, Sendable {
        case status(Int)
        case redirectLoop
        /// A page of HTML, with 200.
        case page
        /// 200 and no body.
        case empty
        /// Nothing, on a connection that stays open.
        case silence
    }

    /// What happens to packets.
    package enum Damage: String, Hashable, CaseIterable, Sendable {
        case missing, duplicated, reordered
    }

    /// What happens to the time stamps.
    package enum Times: Hashable, Sendable {
        /// They begin again near 0.
        case restart
        /// They jump by seconds, ahead or back.
        case jump(seconds: Int)
        /// They come to the end of 33 bits two seconds later.
        case wrap
    }

    /// What happens to HLS segments.
    package enum SegmentFault: String, Hashable, CaseIterable, Sendable {
        /// 404 for those that the playlist names.
        case missing
        /// Half of the bytes, cut within a packet.
        case truncated
        /// As many null packets after it as make it too large for anybody.
        case oversize
    }

    /// Nothing is sent, on any connection, nor are requests answered.
    case stall(seconds: Double, Backlog)
    /// Media goes out at a part of its rate, and what is late then comes in a burst.
    case slow(seconds: Double, percent: Int)
    /// Connections are closed in good order.
    case close
    /// Connections are reset (RST).
    case reset
    /// Connections are closed in the middle of a packet.
    case closeInPacket
    /// Bytes that are no packets, between two that are.
    case garbage(bytes: Int)
    /// Flipped bits, of each million.
    case bitErrors(seconds: Double, perMillion: Int)
    /// Every so many packets one is damaged.
    case packets(Damage, seconds: Double, oneIn: Int)
    /// Requests are answered so; connections that are open are closed.
    case answer(Answer, seconds: Double)
    /// From now on connections begin so.
    case entry(Entry)
    /// From the next picture on, for good.
    case times(Times)
    /// No packet carries the PCR.
    case missingClock(seconds: Double)
    /// From the next random access point on, for good.
    case changeReel(ReelSpec)
    /// From the next random access point on, for good.
    case changePIDs
    /// The playlist stays as it is.
    case frozenPlaylist(seconds: Double)
    /// From now on media sequence numbers are this much higher (or lower).
    case sequence(Int)
    case segments(SegmentFault, seconds: Double)
    /// The playlist names a key that isn't there.
    case missingKey(seconds: Double)
}

extension Fault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .stall(let seconds, let backlog): "stall \(seconds) s, backlog \(backlog)"
        case .slow(let seconds, let percent): "\(percent) % speed for \(seconds) s"
        case .close: "close"
        case .reset: "reset"
        case .closeInPacket: "close within a packet"
        case .garbage(let bytes): "\(bytes) bytes of garbage"
        case .bitErrors(let seconds, let count): "\(count) bit errors per million for \(seconds) s"
        case .packets(let damage, let seconds, let count): "one packet in \(count) \(damage) for \(seconds) s"
        case .answer(let answer, let seconds): "answer \(answer) for \(seconds) s"
        case .entry(let entry): "connections begin \(entry)"
        case .times(let times): "times \(times)"
        case .missingClock(let seconds): "no PCR for \(seconds) s"
        case .changeReel(let spec): "change to \(spec)"
        case .changePIDs: "change of PIDs"
        case .frozenPlaylist(let seconds): "frozen playlist for \(seconds) s"
        case .sequence(let step): "media sequence moved by \(step)"
        case .segments(let fault, let seconds): "segments \(fault) for \(seconds) s"
        case .missingKey(let seconds): "missing key for \(seconds) s"
        }
    }

    /// How long it lasts; 0 for what happens at once or stays.
    package var seconds: Double {
        switch self {
        case .stall(let seconds, _), .slow(let seconds, _), .bitErrors(let seconds, _), .packets(_, let seconds, _),
            .answer(_, let seconds), .missingClock(let seconds), .frozenPlaylist(let seconds),
            .segments(_, let seconds),
            .missingKey(let seconds):
            seconds
        case .close, .reset, .closeInPacket, .garbage, .entry, .times, .changeReel, .changePIDs, .sequence: 0
        }
    }
}
