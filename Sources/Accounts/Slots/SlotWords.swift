package import Events
import Model

/// Refusals and evictions in words that support can read out.
package enum SlotWords {
    /// Why a viewer was refused.
    package static func sentence(_ event: LimitRejected) -> String {
        let refusal = Self.refusal(event.rule, limit: event.limit, holders: event.holders, winner: event.winner)
        guard let until = event.blockedUntil else { return refusal }
        return "\(refusal) This holds until \(until)."
    }

    /// Why a viewer's connection was ended.
    package static func sentence(_ event: ConnectionEvicted) -> String {
        let reason = Self.eviction(event.why, by: event.by, limit: event.limit)
        guard let until = event.blockedUntil else { return reason }
        return event.why == SlotRule.kicked.rawValue
            ? "\(reason) The device is kept out until \(until)."
            : "\(reason) The device takes no slot from others until \(until)."
    }

    private static func refusal(_ rule: String, limit: Int64, holders: [ConnectionID], winner: ConnectionID?) -> String
    {
        let allowed = limit == 1 ? "one device at a time" : "\(limit) devices at a time"
        switch SlotRule(rawValue: rule) {
        case .limit where limit < 1: return "The line allows no connection at all."
        case .limit:
            return "The line allows \(allowed), and \(Self.list(holders)) \(holders.count == 1 ? "holds" : "hold") it."
        case .fight:
            let keeper = winner.map { ": connection \($0) keeps it" } ?? ""
            return "Two devices kept taking the slot from each other\(keeper). The line allows \(allowed)."
        case .kicked: return "An operator ended what this device was playing, and it may not come back yet."
        default: return Self.forbidden(rule)
        }
    }

    private static func forbidden(_ rule: String) -> String {
        guard let words = Denial.ForbiddenReason(rawValue: rule)?.words else { return "The rule \(rule) refused it." }
        return "\(words.prefix(1).uppercased())\(words.dropFirst())."
    }

    private static func eviction(_ why: String, by winner: ConnectionID?, limit: Int64?) -> String {
        let whom = winner.map { "connection \($0)" } ?? "another connection"
        switch SlotRule(rawValue: why) {
        case .sameDevice, .sameChannel, .zap: return "The same device went on as \(whom)."
        case .sameNetwork: return "It made room for \(whom), a device of the same household."
        case .oldest: return "It had been open longest and made room for \(whom)."
        case .limitLowered:
            return "The line was changed to allow \(limit.map(\.description) ?? "fewer") at a time."
        case .kicked: return "An operator ended it."
        case .limit, .fight, nil: return Self.operators(why)
        }
    }

    private static func operators(_ why: String) -> String {
        switch why {
        case "suspended": "The line was suspended."
        case "expired": "The line has expired."
        case "trial-ended": "The trial has ended."
        case "removed": "The line was removed."
        case "rotated": "The line was given a new password."
        case "channel-removed": "The channel was removed."
        default: "It was ended: \(why)."
        }
    }

    private static func list(_ connections: [ConnectionID]) -> String {
        let word = connections.count == 1 ? "connection" : "connections"
        let shown = connections.prefix(Self.connectionsMax).map(\.description).joined(separator: ", ")
        let more = connections.count - Self.connectionsMax
        return "\(word) \(shown)" + (more > 0 ? " and \(more) more" : "")
    }

    /// Connections that are named in a sentence.
    private static let connectionsMax = 8
}
