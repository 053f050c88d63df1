import Model

/// Where one credential was used in a week: its lines, which of them are homes, and which home is the main one.
struct SharingPlaces {
    /// Milliseconds of watching from which a line is a home.
    static let homeMin: Int64 = 15 * WatchedWeek.minute
    /// Milliseconds of televisions, and days, from which a mobile network is somebody's home line.
    static let mobileHomeMin: Int64 = 60 * WatchedWeek.minute
    static let mobileHomeDays = 2
    /// What a day of use weighs in the choice of the main home: two hours, since many days say more than a long weekend.
    static let dayWeight: Int64 = 120 * WatchedWeek.minute
    /// Part of a network's users from elsewhere from which it is a VPN's exit or a holiday's.
    static let foreignMin = 0.5
    /// Milliseconds of a device in another home from which it belongs there.
    static let ownMin: Int64 = 10 * WatchedWeek.minute

    struct Place {
        var system: Int
        var networks: [Int]
        /// Counted milliseconds of each device.
        var times: [Int64]
        /// Counted milliseconds.
        var time: Int64 = 0
        var televisionTime: Int64 = 0
        /// Milliseconds within matches that were on the channel watched.
        var matchTime: Int64 = 0
        var days: UInt8 = 0
        /// Mobile, guest or VPN network.
        var isTransient = false
        /// VPN exit, or a network abroad that is nobody's.
        var isForeign = false
        var isHome = false

        var rank: Int64 { self.time + Int64(self.days.nonzeroBitCount) * SharingPlaces.dayWeight }
    }

    private(set) var places: [Place] = []
    /// Place of each network.
    private(set) var placeOfNetwork: [Int] = []
    private(set) var main = 0
    /// Counted milliseconds on the main line of devices that were never seen together with its other devices: perhaps two
    /// lines of one provider that were never used at once.
    private(set) var ownLine: Int64 = 0
    /// Devices whose networks are meant by `ownLine`.
    private(set) var ownLineDevices: [Int] = []

    init(_ week: WatchedWeek, country: UInt16, matches: [EventFact], _ knowledge: NetworkKnowledge) {
        var groups: [[Int]] = []
        self.cluster(week, knowledge, &groups)
        self.measure(week, matches)
        for place in self.places.indices { self.judge(place, country: country, knowledge) }
        let homes = self.places.indices.filter { self.places[$0].isHome }
        // The first of the largest: places stand in the order of first use.
        for place in homes.isEmpty ? Array(self.places.indices) : homes {
            let isComparable = homes.isEmpty || self.places[self.main].isHome
            if !isComparable || self.places[place].rank > self.places[self.main].rank { self.main = place }
        }
        if !self.places.isEmpty {
            self.places[self.main].isHome = true
            self.lookForLines(week, groups[self.main])
        }
    }

    /// Whether a device was seen in the main home.
    func isKnown(_ device: Int) -> Bool { self.places[self.main].times[device] > 0 }

    /// Devices that belong to another place than the main home, with their counted milliseconds.
    func own(_ place: Int) -> [(device: Int, time: Int64)] {
        self.places[place].times.enumerated().compactMap { device, time in
            time >= Self.ownMin && !self.isKnown(device) ? (device, time) : nil
        }
    }

    private mutating func cluster(_ week: WatchedWeek, _ knowledge: NetworkKnowledge, _ groups: inout [[Int]]) {
        let watchedAtOnce = Self.watchedAtOnce(week)
        self.placeOfNetwork = [Int](repeating: 0, count: week.networks.count)
        var isTaken = [Bool](repeating: false, count: week.networks.count)
        for network in week.networks.indices where !isTaken[network] {
            let system = week.networks[network].system
            let candidates = week.networks.indices.filter { week.networks[$0].system == system }
            for candidate in candidates { isTaken[candidate] = true }
            let lines =
                knowledge.systems[system].isTransient
                ? [HomeLines.Line(networks: candidates, groups: candidates.map { _ in 0 })]
                : HomeLines.lines(among: candidates, of: week, watchedAtOnce: watchedAtOnce)
            for line in lines {
                for network in line.networks { self.placeOfNetwork[network] = self.places.count }
                groups.append(line.groups)
                self.places.append(
                    Place(
                        system: system,
                        networks: line.networks,
                        times: [Int64](repeating: 0, count: week.devices.count)
                    )
                )
            }
        }
    }

    /// Which networks two devices watched on at once, at `a * networks + b`.
    private static func watchedAtOnce(_ week: WatchedWeek) -> [Bool] {
        let count = week.networks.count
        var result = [Bool](repeating: false, count: count * count)
        for (place, first) in week.viewings.enumerated() {
            for second in week.viewings.dropFirst(place + 1) {
                guard second.from < first.to else { break }
                guard first.network != second.network, first.device != second.device,
                    min(first.to, second.to) - second.from > HomeLines.overlapMin
                else { continue }
                result[first.network * count + second.network] = true
                result[second.network * count + first.network] = true
            }
        }
        return result
    }

    private mutating func measure(_ week: WatchedWeek, _ matches: [EventFact]) {
        for viewing in week.viewings {
            let place = self.placeOfNetwork[viewing.network]
            self.places[place].times[viewing.device] += viewing.counted
            self.places[place].time += viewing.counted
            self.places[place].days |= 1 << UInt8(viewing.day)
            if viewing.kind == .tv { self.places[place].televisionTime += viewing.counted }
            for match in matches where match.channel == viewing.channel {
                self.places[place].matchTime += max(0, min(viewing.to, match.to) - max(viewing.from, match.from))
            }
        }
    }

    private mutating func judge(_ index: Int, country: UInt16, _ knowledge: NetworkKnowledge) {
        let system = knowledge.systems[self.places[index].system]
        var place = self.places[index]
        place.isTransient = system.isTransient
        let isElsewhere = system.users >= 2 ? system.foreignShare >= Self.foreignMin : system.country != country
        place.isForeign = system.isSecondary && isElsewhere
        let isMobileHome =
            place.isTransient && place.televisionTime >= Self.mobileHomeMin
            && place.days.nonzeroBitCount >= Self.mobileHomeDays
        place.isHome = !place.isForeign && (place.isTransient ? isMobileHome : place.time >= Self.homeMin)
        self.places[index] = place
    }

    /// Looks in the main home for devices that may have a line of their own.
    private mutating func lookForLines(_ week: WatchedWeek, _ groups: [Int]) {
        let networks = self.places[self.main].networks
        var times: [[Int64]] = []
        for (network, group) in zip(networks, groups) {
            while times.count <= group { times.append([Int64](repeating: 0, count: week.devices.count)) }
            for device in week.devices.indices { times[group][device] += week.time(device, on: network) }
        }
        guard times.count > 1 else { return }
        let totals = times.map { $0.reduce(0, +) }
        guard let most = totals.max(), let first = totals.firstIndex(of: most) else { return }
        for group in times.indices where group != first {
            for device in week.devices.indices where times[group][device] > 0 && times[first][device] == 0 {
                self.ownLine += times[group][device]
                if !self.ownLineDevices.contains(device) { self.ownLineDevices.append(device) }
            }
        }
    }
}
