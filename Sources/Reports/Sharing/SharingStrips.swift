import Model

/// Where and when single credentials were used in a week, for charts: looked at anew, a credential at a time.
struct SharingStrips {
    /// Other homes with a lane of their own; further ones share the last.
    private static let homesMax = 4

    let week: ReportWeek
    let clock: LocalClock
    private let facts: ViewFacts
    private let bounds: WeekBounds
    private let knowledge: NetworkKnowledge
    private let matches: [EventFact]
    private var watched = WatchedWeek()

    /// `until` cuts a week that is not over, in milliseconds since 1970.
    init(_ week: ReportWeek, of facts: ViewFacts, _ clock: LocalClock, until: Int64) {
        self.week = week
        self.clock = clock
        self.facts = facts
        self.bounds = WeekBounds(week, clock, until: until)
        self.knowledge = NetworkKnowledge(facts, in: self.bounds.span)
        let span = self.bounds.span
        self.matches = facts.events.filter { $0.from < span.upperBound && $0.to > span.lowerBound }
    }

    /// The week of the credential at that place: a lane for the main home, for each other one, and for what is no home.
    mutating func strip(_ credential: Int) -> WeekStrip {
        let scene = self.scene(credential)
        let homes = scene.places.places.indices.filter { scene.isHome($0) && $0 != scene.places.main }
            .sorted { (scene.places.places[$1].time, $0) < (scene.places.places[$0].time, $1) }
        var lanes = [WeekStrip.Lane(name: "main home", style: "watch", spans: [])]
        for number in homes.indices.prefix(Self.homesMax) {
            lanes.append(
                .init(name: homes.count > 1 ? "other home \(number + 1)" : "other home", style: "down", spans: [])
            )
        }
        let fixed = lanes.count
        for name in ["on the move", "VPN or abroad", "elsewhere"] {
            lanes.append(.init(name: name, style: "slate", spans: []))
        }
        for viewing in scene.week.viewings {
            let index = scene.place(viewing)
            let place = scene.places.places[index]
            let lane =
                if index == scene.places.main {
                    0
                } else if let home = homes.firstIndex(of: index) {
                    min(home, Self.homesMax - 1) + 1
                } else {
                    fixed + (place.isForeign ? 1 : place.isTransient ? 0 : 2)
                }
            lanes[lane].spans.append(viewing.from..<max(viewing.to, viewing.from))
        }
        let refused = self.facts.rejections[self.facts.credentials[credential].rejections].filter {
            $0.rule == .limit && self.bounds.span.contains($0.at)
        }
        lanes.append(.init(name: "refused", style: "refused", spans: refused.map { $0.at..<($0.at + 1) }))
        return WeekStrip(
            self.week,
            self.clock,
            label: "When it was used, and where",
            lanes: lanes.enumerated().filter { $0.offset == 0 || !$0.element.spans.isEmpty }.map(\.element)
        )
    }

    /// Adds when other homes than the main one watched.
    mutating func addOtherHomes(_ credential: Int, to grid: inout HourGrid) {
        let scene = self.scene(credential)
        for viewing in scene.week.viewings where scene.isOtherHome(viewing) {
            grid.add(viewing.from..<max(viewing.to, viewing.from))
        }
    }

    private mutating func scene(_ credential: Int) -> SharingScene {
        self.watched.take(credential, of: self.facts, in: self.bounds, self.knowledge)
        let places = SharingPlaces(
            self.watched,
            country: self.knowledge.countries[credential],
            matches: self.matches,
            self.knowledge
        )
        return SharingScene(week: self.watched, places: places)
    }
}
