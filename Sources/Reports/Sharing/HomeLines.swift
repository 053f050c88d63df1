/// Which networks of one provider are one line.
///
/// A line may change its address each day, have IPv4 and IPv6 at once, or share addresses with a whole town; two lines of one
/// provider look alike in all of that. What tells them apart: a line never goes back to a network it has left, and two devices
/// that watch at once on two networks of one family are on two lines. What holds them together: the same devices.
struct HomeLines {
    /// Watching at once counts from here: less is a zap, or a dead connection after a change of network.
    static let overlapMin: Int64 = 3 * WatchedWeek.minute
    /// Networks of one provider that are told apart in a week; a line that changes each hour has 168.
    static let networksMax = 96
    /// What a device with an id of its own weighs against one known by its user agent.
    private static let idWeight: Int64 = 3

    /// A line: its networks, and for each the group of networks that the same devices used.
    struct Line {
        var networks: [Int]
        var groups: [Int]
    }

    /// Tells apart the lines among some networks of one provider.
    static func lines(among candidates: [Int], of week: WatchedWeek, watchedAtOnce: [Bool]) -> [Line] {
        let networks = candidates.sorted {
            (week.networks[$0].first, week.networks[$0].key) < (week.networks[$1].first, week.networks[$1].key)
        }
        guard networks.count > 1, networks.count <= Self.networksMax else {
            return [Line(networks: networks, groups: networks.map { _ in 0 })]
        }
        var clusters = Clusters(networks, week, watchedAtOnce)
        clusters.joinByDevices()
        let groups = clusters.members
        clusters.joinByTime()
        return clusters.members.map { members in
            let places = members.sorted()
            return Line(
                networks: places.map { networks[$0] },
                groups: places.map { place in groups.firstIndex { $0.contains(place) } ?? 0 }
            )
        }
    }

    /// Networks put together step by step, the surest first, never across a conflict.
    private struct Clusters {
        private let networks: [Int]
        private let week: WatchedWeek
        private let count: Int
        private var conflict: [Bool]
        private var weight: [Int64]
        private(set) var members: [[Int]]

        init(_ networks: [Int], _ week: WatchedWeek, _ watchedAtOnce: [Bool]) {
            self.networks = networks
            self.week = week
            self.count = networks.count
            self.conflict = [Bool](repeating: false, count: networks.count * networks.count)
            self.weight = [Int64](repeating: 0, count: networks.count * networks.count)
            self.members = networks.indices.map { [$0] }
            for i in networks.indices {
                for j in networks.indices.dropFirst(i + 1) { self.compare(i, j, watchedAtOnce) }
            }
        }

        private mutating func compare(_ i: Int, _ j: Int, _ watchedAtOnce: [Bool]) {
            let (a, b) = (self.networks[i], self.networks[j])
            let (first, second) = (self.week.networks[a], self.week.networks[b])
            var weight: Int64 = 0
            var sharesFixed = false
            for (place, device) in self.week.devices.enumerated() {
                let common = min(self.week.time(place, on: a), self.week.time(place, on: b))
                guard common > 0 else { continue }
                weight += device.isID ? common * HomeLines.idWeight : common
                if device.isID, device.isFixed { sharesFixed = true }
            }
            var isConflict = false
            if first.isIPv6 == second.isIPv6, !(first.isCrowded && second.isCrowded) {
                let isInterleaved = !(first.last <= second.first || second.last <= first.first)
                isConflict = watchedAtOnce[a * self.week.networks.count + b] || (isInterleaved && !sharesFixed)
            }
            for place in [i * self.count + j, j * self.count + i] {
                self.conflict[place] = isConflict
                self.weight[place] = weight
            }
        }

        private func mayJoin(_ x: Int, _ y: Int) -> Bool {
            for i in self.members[x] {
                for j in self.members[y] where self.conflict[i * self.count + j] { return false }
            }
            return true
        }

        private mutating func join(_ x: Int, _ y: Int) {
            self.members[x] += self.members[y]
            self.members.remove(at: y)
        }

        /// Puts together what the same devices used, most used in common first.
        mutating func joinByDevices() {
            self.join { clusters, x, y in
                var sum: Int64 = 0
                for i in clusters.members[x] {
                    for j in clusters.members[y] { sum += clusters.weight[i * clusters.count + j] }
                }
                return sum > 0 ? sum : nil
            }
        }

        /// Puts together what may be one line that changed its address, nearest in time first.
        mutating func joinByTime() {
            self.join { clusters, x, y in
                var gap = Int64.max
                for i in clusters.members[x] {
                    for j in clusters.members[y] { gap = min(gap, clusters.gap(i, j)) }
                }
                return -gap
            }
        }

        private func gap(_ i: Int, _ j: Int) -> Int64 {
            let (a, b) = (self.week.networks[self.networks[i]], self.week.networks[self.networks[j]])
            return a.first >= b.last ? a.first - b.last : abs(b.first - a.last)
        }

        /// Joins the two clusters of the highest rank until no two have one.
        private mutating func join(by rank: (Clusters, Int, Int) -> Int64?) {
            while self.members.count > 1 {
                var best: (rank: Int64, x: Int, y: Int)?
                for x in self.members.indices {
                    for y in self.members.indices.dropFirst(x + 1) {
                        guard let value = rank(self, x, y), value > best?.rank ?? .min, self.mayJoin(x, y) else {
                            continue
                        }
                        best = (value, x, y)
                    }
                }
                guard let best else { return }
                self.join(best.x, best.y)
            }
        }
    }
}
