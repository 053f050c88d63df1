package import Model

/// One week of all credentials, judged by that week alone: no other week, no clock, no label has a say in it.
package struct SharingWeek: Sendable {
    /// What was found of one credential.
    struct Entry: Sendable {
        /// Place in ``ViewFacts/credentials``.
        var credential: Int
        var evidence: SharingEvidence
        var points: SharingPoints
    }

    package let week: ReportWeek
    /// Of the credentials that watched, ascending by place.
    let entries: [Entry]
    /// Part of the time watched on networks whose provider is not known.
    let unknownShare: Double

    /// Judges what was watched in a week, up to `until` where it is not over.
    package init(_ week: ReportWeek, of facts: ViewFacts, _ clock: LocalClock, until: Int64 = .max) {
        self.week = week
        let bounds = WeekBounds(week, clock, until: until)
        let knowledge = NetworkKnowledge(facts, in: bounds.span)
        let matches = facts.events.filter { $0.from < bounds.span.upperBound && $0.to > bounds.span.lowerBound }
        var watched = WatchedWeek()
        var entries: [Entry] = []
        var (unknown, all): (Int64, Int64) = (0, 0)
        for index in facts.credentials.indices {
            watched.take(index, of: facts, in: bounds, knowledge)
            guard !watched.viewings.isEmpty else { continue }
            let places = SharingPlaces(
                watched,
                country: knowledge.countries[index],
                matches: matches,
                knowledge
            )
            let evidence = SharingEvidence(index, of: facts, in: bounds, watched, places, knowledge)
            entries.append(Entry(credential: index, evidence: evidence, points: SharingPoints(evidence)))
            for place in places.places {
                all += place.time
                if knowledge.systems[place.system].number == 0 { unknown += place.time }
            }
        }
        self.entries = entries
        self.unknownShare = all > 0 ? Double(unknown) / Double(all) : 0
    }
}

/// A customer's credential that the operator knows to be fine.
package struct SharingExcuse: Hashable, Sendable {
    package var credential: CredentialID
    /// As the operator put it; not known where it can't be opened.
    package var reason: String?
    package var until: WallTime

    package init(credential: CredentialID, reason: String?, until: WallTime) {
        self.credential = credential
        self.reason = reason
        self.until = until
    }
}
