/// Why the slot rule decided as it did; the word in the event.
package enum SlotRule: String, Hashable, Sendable, CaseIterable {
    /// All slots are held by others, and the policy takes none from them.
    case limit = "max-connections"
    /// The device pushed somebody out and was pushed out too often within a minute.
    case fight = "anti-fight"
    /// An operator ended what the device played a moment ago.
    case kicked
    /// All slots are held, one of them by the device itself, which gives it up for the new one.
    case sameDevice = "same-device"
    /// The device asks again for the channel it has.
    case sameChannel = "same-channel"
    /// The device opened another connection a moment ago: it is changing channels.
    case zap
    /// Made room for a device of the same network.
    case sameNetwork = "same-network"
    /// Had been open longest when somebody wanted a slot.
    case oldest
    /// More connections than the limit that was set while they played.
    case limitLowered = "limit-lowered"

    /// Whether the viewer went on with a connection of its own, so that nothing was taken from anybody.
    package var isTakeover: Bool { self == .sameDevice || self == .sameChannel || self == .zap }
}
