/// A place that a credential was used from: what is known of one household or one phone.
package struct BoundPlace: Hashable, Sendable {
    /// From 1, in the order in which they were learnt.
    package var number: Int64
    /// Keyed hash of the IPv4 network, once it was seen.
    package var v4: String?
    /// Keyed hash of the IPv6 network, once it was seen.
    package var v6: String?
    /// Keyed hash of country and autonomous system, where those are known.
    package var carrier: String?

    package init(number: Int64, v4: String? = nil, v6: String? = nil, carrier: String? = nil) {
        self.number = number
        self.v4 = v4
        self.v6 = v6
        self.carrier = carrier
    }
}

/// The lock to the first networks: whether a viewer is where its credential was used before, or may still be used.
///
/// Pure. A place is told by its provider and country where a database knows them: then a changed address, the other
/// address family, a carrier's shared addresses and the hand-over between cells are all the same place. Where they aren't
/// known it is told by the network (/24 of IPv4, /56 of IPv6), and a place may have one of each, since a household is reached
/// by both and changes between them from one request to the next.
package struct NetworkLock: Sendable {
    /// Where a viewer is.
    package struct Viewer: Hashable, Sendable {
        package var isIPv4: Bool
        /// Keyed hash of its network.
        package var network: String
        /// Keyed hash of its country and autonomous system; `nil` where the system isn't known.
        package var carrier: String?

        package init(isIPv4: Bool, network: String, carrier: String?) {
            self.isIPv4 = isIPv4
            self.network = network
            self.carrier = carrier
        }
    }

    package enum Verdict: Hashable, Sendable {
        /// It is where the credential was used before.
        case known
        /// It is let in, and this is to be remembered of its place: a new one, or one of which more is known now.
        case bind(BoundPlace)
        case refused
    }

    /// Places that count: the first so many.
    package let countMax: Int64

    package init(countMax: Int64) {
        self.countMax = countMax
    }

    /// Judges a viewer by the places known, in the order of their numbers.
    package func verdict(_ viewer: Viewer, among places: [BoundPlace]) -> Verdict {
        let counting = places.prefix(Int(clamping: max(self.countMax, 0)))
        if let place = counting.first(where: { Self.isSame($0, viewer) }) {
            let completed = Self.completed(place, viewer)
            return completed == place ? .known : .bind(completed)
        }
        if let place = counting.first(where: { Self.isOtherFamily($0, viewer) }) {
            return .bind(Self.completed(place, viewer))
        }
        guard Int64(places.count) < self.countMax else { return .refused }
        let next = BoundPlace(number: (places.last?.number ?? 0) &+ 1)
        return .bind(Self.completed(next, viewer))
    }

    private static func isSame(_ place: BoundPlace, _ viewer: Viewer) -> Bool {
        if let carrier = viewer.carrier, place.carrier == carrier { return true }
        return (viewer.isIPv4 ? place.v4 : place.v6) == viewer.network
    }

    /// Whether a viewer may be at a place that was only seen by the other address family; only where providers can't tell.
    private static func isOtherFamily(_ place: BoundPlace, _ viewer: Viewer) -> Bool {
        guard viewer.carrier == nil || place.carrier == nil else { return false }
        return (viewer.isIPv4 ? place.v4 : place.v6) == nil
    }

    private static func completed(_ place: BoundPlace, _ viewer: Viewer) -> BoundPlace {
        var place = place
        if viewer.isIPv4 { place.v4 = place.v4 ?? viewer.network } else { place.v6 = place.v6 ?? viewer.network }
        place.carrier = place.carrier ?? viewer.carrier
        return place
    }
}
