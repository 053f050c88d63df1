/// What a week says for and against one household, in raw numbers.
///
/// What they are worth is ``SharingPoints``' matter.
struct SharingEvidence {
    /// Milliseconds of one overlap that count: two televisions left on at night are no three hours of evidence.
    static let overlapMax: Int64 = 180 * WatchedWeek.minute
    /// Milliseconds within which refusals from one network are one attempt.
    static let episode: Int64 = 2 * WatchedWeek.minute
    /// Milliseconds between two homes from which a change says less: somebody may have gone from one to the other.
    static let switchMax: Int64 = 120 * WatchedWeek.minute
    /// Refused attempts that are looked at in a week.
    static let refusalsMax = 2_000

    // Counted milliseconds, unless they say otherwise.
    /// Of televisions, boxes and the like in other homes that the main home never saw.
    var ownHome: Int64 = 0
    var ownLine: Int64 = 0
    /// Likewise on mobile networks of the country.
    var ownMobile: Int64 = 0
    /// On VPN exits and networks abroad.
    var foreign: Int64 = 0
    /// In other homes, of devices that the main home saw, by id and by user agent.
    var knownByID: Int64 = 0
    var knownByAgent: Int64 = 0
    /// Two homes at once, the second on a device of its own, or on one the main home knows.
    var overlapOwn: Int64 = 0
    var overlapKnown: Int64 = 0
    /// Days on which two homes watched at once.
    var overlapDays: UInt8 = 0
    /// The main home and a mobile network at once, there on a device of its own.
    var overlapMobile: Int64 = 0
    /// Attempts refused while another home, or another network, held the slot.
    var refusedHome = 0
    var refusedOther = 0
    /// Changes between homes without a common device within two hours, and slower ones.
    var switchesFast = 0
    var switchesSlow = 0
    var devices = 0
    /// 0–1: how different what is watched in the second home is.
    var taste = 0.0
    /// Part of the other homes' days on which the main home was silent.
    var mainSilent = 0.0
    /// Part of the other homes' time at the weekend.
    var weekend = 0.0
    /// Other homes' time within matches.
    var match: Int64 = 0

    // For type, households and columns.
    var homes = 0
    /// Other homes with devices of their own, those of them that share no device with the main home, and those in its network.
    var ownHomes = 0
    var separateHomes = 0
    var sameProviderHomes = 0
    var otherTime: Int64 = 0
    var countries = 0
    /// Devices with an id of their own seen in several homes.
    var bridges = 0
    var refusals = 0
    var examples = SharingExamples()

    /// Looks at a credential's week.
    init(
        _ index: Int,
        of facts: ViewFacts,
        in bounds: WeekBounds,
        _ week: WatchedWeek,
        _ places: SharingPlaces,
        _ knowledge: NetworkKnowledge
    ) {
        let scene = SharingScene(week: week, places: places)
        self.devices = week.devices.count
        self.countries = Set(week.viewings.map(\.country)).subtracting([0]).count
        self.homes = places.places.count { $0.isHome }
        self.ownLine = places.ownLine
        self.lookAtPlaces(scene)
        self.lookAtTime(scene)
        self.lookAtOverlaps(scene)
        self.lookAtSwitches(scene)
        self.lookAtTaste(scene)
        self.lookAtRefusals(index, of: facts, in: bounds, scene, knowledge)
        self.collectExamples(scene)
    }

    private mutating func lookAtPlaces(_ scene: SharingScene) {
        let (week, places) = (scene.week, scene.places)
        var bridging = Set<Int>()
        for (index, place) in places.places.enumerated() where index != places.main {
            let own = places.own(index)
            let fixed = own.reduce(0) { $0 + (week.devices[$1.device].isFixed ? $1.time : 0) }
            if place.isForeign { self.foreign += place.time }
            if place.isHome {
                self.ownHome += fixed
                self.otherTime += place.time
                for (device, time) in place.times.enumerated() where time > 0 && places.isKnown(device) {
                    if week.devices[device].isID {
                        self.knownByID += time
                        bridging.insert(device)
                    } else {
                        self.knownByAgent += time
                    }
                }
                if !own.isEmpty {
                    self.ownHomes += 1
                    if !scene.isLinked[index] { self.separateHomes += 1 }
                    if place.system == places.places[places.main].system { self.sameProviderHomes += 1 }
                    self.match += place.matchTime
                }
            } else if place.isTransient, !place.isForeign {
                self.ownMobile += fixed
            }
        }
        self.bridges = bridging.count
    }

    private mutating func lookAtTime(_ scene: SharingScene) {
        var days: UInt8 = 0
        for (index, place) in scene.places.places.enumerated() where place.isHome && index != scene.places.main {
            days |= place.days
        }
        let silent = days & ~scene.places.places[scene.places.main].days
        if days != 0 { self.mainSilent = Double(silent.nonzeroBitCount) / Double(days.nonzeroBitCount) }
        var (all, weekend): (Int64, Int64) = (0, 0)
        for viewing in scene.week.viewings where scene.isOtherHome(viewing) {
            all += viewing.to - viewing.from
            if viewing.isWeekend { weekend += viewing.to - viewing.from }
        }
        if all > 0 { self.weekend = Double(weekend) / Double(all) }
    }

    private mutating func lookAtOverlaps(_ scene: SharingScene) {
        let main = scene.places.main
        for (place, first) in scene.week.viewings.enumerated() {
            for second in scene.week.viewings.dropFirst(place + 1) {
                guard second.from < first.to else { break }
                let (a, b) = (scene.place(first), scene.place(second))
                let length = min(first.to, second.to) - second.from
                guard a != b, first.device != second.device, length >= HomeLines.overlapMin else { continue }
                let counted = min(length, Self.overlapMax)
                if scene.isHome(a), scene.isHome(b) {
                    self.overlapDays |= 1 << UInt8(second.day)
                    let isSecond = a == main || (b != main && scene.places.places[a].time > scene.places.places[b].time)
                    let side = isSecond ? second : first
                    if scene.places.isKnown(side.device) {
                        self.overlapKnown += counted
                    } else {
                        self.overlapOwn += counted
                        self.examples.note(.overlapOwn, side.seq, weight: counted)
                    }
                } else if a == main || b == main {
                    let side = a == main ? second : first
                    guard !scene.places.isKnown(side.device) else { continue }
                    self.overlapMobile += counted
                    self.examples.note(.overlapMobile, side.seq, weight: counted)
                }
            }
        }
    }

    private mutating func lookAtSwitches(_ scene: SharingScene) {
        var last: WatchedWeek.Viewing?
        for viewing in scene.week.viewings where scene.isHome(scene.place(viewing)) {
            defer { last = viewing }
            guard let last, scene.place(last) != scene.place(viewing) else { continue }
            if viewing.from - last.to > Self.switchMax {
                self.switchesSlow += 1
            } else if !scene.isLinked[scene.place(last)], !scene.isLinked[scene.place(viewing)] {
                self.switchesFast += 1
                self.examples.note(.alternation, viewing.seq, weight: Self.switchMax - max(0, viewing.from - last.to))
            }
        }
    }

    /// Compares what the main home and the other home with most time on devices of its own watched, by minutes per channel.
    private mutating func lookAtTaste(_ scene: SharingScene) {
        var second: (place: Int, time: Int64)?
        for (index, place) in scene.places.places.enumerated() where place.isHome && index != scene.places.main {
            let time = scene.places.own(index).reduce(0) { $0 + $1.time }
            if time > second?.time ?? 0 { second = (index, time) }
        }
        guard let second else { return }
        var channels: [(channel: Int32, main: Double, other: Double)] = []
        for viewing in scene.week.viewings {
            let place = scene.place(viewing)
            guard place == scene.places.main || place == second.place else { continue }
            let entry = channels.firstIndex { $0.channel == viewing.channel } ?? channels.count
            if entry == channels.count { channels.append((viewing.channel, 0, 0)) }
            if place == second.place {
                channels[entry].other += Double(viewing.counted)
            } else {
                channels[entry].main += Double(viewing.counted)
            }
        }
        let product = channels.reduce(0) { $0 + $1.main * $1.other }
        let (a, b) = channels.reduce((0.0, 0.0)) { ($0.0 + $1.main * $1.main, $0.1 + $1.other * $1.other) }
        guard a > 0, b > 0 else { return }
        let certainty = min(1, Double(scene.places.places[second.place].time) / Double(120 * WatchedWeek.minute))
        self.taste = (1 - product / (a * b).squareRoot()) * certainty
    }

    private mutating func lookAtRefusals(
        _ index: Int,
        of facts: ViewFacts,
        in bounds: WeekBounds,
        _ scene: SharingScene,
        _ knowledge: NetworkKnowledge
    ) {
        var last: [(network: UInt64, at: Int64)] = []
        for place in facts.credentials[index].rejections.prefix(Self.refusalsMax) {
            let refusal = facts.rejections[place]
            guard refusal.rule == .limit, bounds.span.contains(refusal.at),
                facts.clients.indices.contains(Int(refusal.client))
            else { continue }
            let client = facts.clients[Int(refusal.client)]
            let known = last.firstIndex { $0.network == client.network }
            let isNew = known.map { refusal.at - last[$0].at >= Self.episode } ?? true
            if let known { last[known].at = refusal.at } else { last.append((client.network, refusal.at)) }
            guard isNew else { continue }
            self.refusals += 1
            switch scene.rival(of: refusal, client, holders: facts.holders[refusal.holders], knowledge) {
            case .none: break
            case .home?:
                self.refusedHome += 1
                self.examples.note(.refusedHome, refusal.seq, weight: -refusal.at)
            case .other?:
                self.refusedOther += 1
                self.examples.note(.refusedOther, refusal.seq, weight: -refusal.at)
            }
        }
    }

    /// The longest viewings behind what is told by time alone.
    private mutating func collectExamples(_ scene: SharingScene) {
        for viewing in scene.week.viewings {
            let index = scene.place(viewing)
            let place = scene.places.places[index]
            let isKnown = scene.places.isKnown(viewing.device)
            if index == scene.places.main {
                if scene.places.ownLineDevices.contains(viewing.device) {
                    self.examples.note(.ownLine, viewing.seq, weight: viewing.counted)
                }
            } else if place.isHome {
                let isOwn = !isKnown && place.times[viewing.device] >= SharingPlaces.ownMin
                let isID = scene.week.devices[viewing.device].isID
                if isOwn, scene.week.devices[viewing.device].isFixed {
                    self.examples.note(.ownHome, viewing.seq, weight: viewing.counted)
                }
                if isKnown {
                    self.examples.note(isID ? .knownByID : .knownByAgent, viewing.seq, weight: viewing.counted)
                }
            } else if place.isForeign {
                self.examples.note(.foreign, viewing.seq, weight: viewing.counted)
            } else if place.isTransient, !isKnown, scene.week.devices[viewing.device].isFixed {
                self.examples.note(.ownMobile, viewing.seq, weight: viewing.counted)
            }
        }
    }
}

/// A credential's week with its places.
struct SharingScene {
    let week: WatchedWeek
    let places: SharingPlaces
    /// Whether a device with an id of its own was seen there and in the main home.
    let isLinked: [Bool]

    /// Who held the slot of a refused attempt.
    enum Rival {
        case home
        case other
    }

    init(week: WatchedWeek, places: SharingPlaces) {
        self.week = week
        self.places = places
        self.isLinked = places.places.indices.map { index in
            index != places.main && places.places[index].isHome
                && week.devices.indices.contains {
                    week.devices[$0].isID && places.places[index].times[$0] > 0 && places.isKnown($0)
                }
        }
    }

    func place(_ viewing: WatchedWeek.Viewing) -> Int { self.places.placeOfNetwork[viewing.network] }
    func isHome(_ place: Int) -> Bool { self.places.places[place].isHome }

    func isOtherHome(_ viewing: WatchedWeek.Viewing) -> Bool {
        self.place(viewing) != self.places.main && self.isHome(self.place(viewing))
    }

    /// The strongest rival among those who held the slots: a connection from another place on another device.
    ///
    /// Where the holders were not recorded, all that were open then are taken.
    func rival(
        of refusal: RejectionFact,
        _ client: ClientFact,
        holders: ArraySlice<Int64>,
        _ knowledge: NetworkKnowledge
    ) -> Rival? {
        let system = Int(knowledge.systemOfClient[Int(refusal.client)])
        let network = self.week.place(ofNetwork: client.network, isIPv6: client.isIPv6, system: system)
        let device = self.week.place(of: self.week.key(of: client, knowledge))
        var result: Rival?
        for viewing in self.week.viewings {
            guard viewing.from <= refusal.at else { break }
            guard viewing.to > refusal.at, viewing.device != device,
                holders.isEmpty || holders.contains(viewing.connection)
            else { continue }
            let place = self.place(viewing)
            if let network {
                let from = self.places.placeOfNetwork[network]
                guard from != place else { continue }
                if self.isHome(from), self.isHome(place) { return .home }
            } else {
                let held = self.week.networks[viewing.network]
                let mayBeSameLine =
                    held.system == system
                    && (held.isIPv6 != client.isIPv6 || knowledge.crowdedNetworks.contains(client.network))
                if !mayBeSameLine, !knowledge.systems[system].isSecondary, self.isHome(place) { return .home }
            }
            result = .other
        }
        return result
    }
}

/// Up to three events for each kind of evidence, those that weigh most.
struct SharingExamples: Hashable, Sendable {
    /// Events shown for each.
    static let countMax = 3

    private var entries: [Entry] = []

    private struct Entry: Hashable, Sendable {
        var evidence: Evidence
        var seq: Int64
        var weight: Int64
    }

    mutating func note(_ evidence: Evidence, _ seq: Int64, weight: Int64) {
        let entry = Entry(evidence: evidence, seq: seq, weight: weight)
        let same = self.entries.indices.filter { self.entries[$0].evidence == evidence }
        guard same.count >= Self.countMax else {
            self.entries.append(entry)
            return
        }
        // The least goes; of equals the later one.
        let least = same.min {
            (self.entries[$0].weight, self.entries[$1].seq) < (self.entries[$1].weight, self.entries[$0].seq)
        }
        guard let least,
            (self.entries[least].weight, entry.seq) < (weight, self.entries[least].seq)
        else { return }
        self.entries[least] = entry
    }

    /// Event numbers, ascending.
    func events(_ evidence: Evidence) -> [Int64] {
        self.entries.filter { $0.evidence == evidence }.map(\.seq).sorted()
    }
}
