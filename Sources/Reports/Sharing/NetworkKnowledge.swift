/// What a week's own traffic tells about networks and device ids, without asking anybody.
///
/// A home line's provider is the main provider of most who use it; a mobile network, a hotel or a VPN is that of few. Behind
/// shared addresses (CGN) an address is no household. An id that several credentials tell is no id.
package struct NetworkKnowledge: Sendable {
    /// An autonomous system as this service's viewers use it; the one with number 0 is all that is not known.
    struct System: Sendable {
        var number: Int64
        /// Credentials that watched through it.
        var users = 0
        /// Those of them that watched most through it.
        var mains = 0
        /// Where most of its time was watched.
        var country: UInt16 = 0
        /// Part of its users whose own country is another.
        var foreignShare = 0.0
        /// Whether its IPv4 addresses are shared by customers.
        var sharesAddresses = false

        init(number: Int64) { self.number = number }

        /// How likely it is somebody's main network; half a user is added for, and half against.
        var mainShare: Double { (Double(self.mains) + 0.5) / (Double(self.users) + 1) }
        /// Mobile, guest and VPN networks: nobody's main one.
        var isTransient: Bool { self.users >= 2 && self.isSecondary }
        /// Nobody's main network so far as is seen.
        var isSecondary: Bool { self.users == 0 || self.mainShare < NetworkKnowledge.mainShareMin }
    }

    /// Main share from which a network is a home's.
    static let mainShareMin = 0.34
    /// Credentials on one IPv4 address in a week from which its network counts as shared.
    static let crowdedUsers: Int32 = 4
    /// Credentials that tell one device id in a week from which it says nothing (cloned boxes, default ids).
    static let genericUsers: Int32 = 3
    /// Part of a system's IPv4 time on addresses of several customers from which all its addresses count as shared.
    static let sharedShareMin = 0.3

    private(set) var systems: [System] = []
    /// Place in `systems` of each client.
    private(set) var systemOfClient: [Int32] = []
    /// Country in which each credential watched most.
    private(set) var countries: [UInt16] = []
    private(set) var crowdedNetworks: Set<UInt64> = []
    private(set) var genericDevices: Set<UInt64> = []

    /// Learns from all that was watched in a span of time.
    package init(_ facts: ViewFacts, in span: Range<Int64>) {
        self.systemOfClient = [Int32](repeating: 0, count: facts.clients.count)
        var places: [Int64: Int32] = [:]
        for (index, client) in facts.clients.enumerated() {
            if let place = places[client.asn] {
                self.systemOfClient[index] = place
            } else {
                self.systemOfClient[index] = Int32(self.systems.count)
                places[client.asn] = Int32(self.systems.count)
                self.systems.append(System(number: client.asn))
            }
        }
        self.countries = [UInt16](repeating: 0, count: facts.credentials.count)
        var learner = Learner(clients: facts.clients.count)
        for index in facts.credentials.indices { learner.take(index, of: facts, in: span, &self) }
        learner.finish(facts, &self)
    }

    /// Counts of the first pass.
    private struct Learner {
        /// Users of a key, counted once each as they come in order.
        struct Count {
            var last: Int64 = -1
            var users: Int32 = 0

            mutating func take(_ user: Int64) {
                if self.last != user {
                    self.users += 1
                    self.last = user
                }
            }
        }

        var stamp: [Int32]
        var time: [Int64]
        var addresses: [UInt64: (credentials: Count, customers: Count)] = [:]
        var devices: [UInt64: Count] = [:]
        var countryTime: [Int: Int64] = [:]
        /// Which credential used which system.
        var uses: [(credential: Int32, system: Int32)] = []
        // Scratch of one credential.
        private var bySystem: [Share<Int32>] = []
        private var byCountry: [Share<UInt16>] = []

        /// Milliseconds of one of several.
        struct Share<Key: Equatable> {
            var key: Key
            var time: Int64
        }

        init(clients: Int) {
            self.stamp = [Int32](repeating: -1, count: clients)
            self.time = [Int64](repeating: 0, count: clients)
        }

        mutating func take(
            _ index: Int,
            of facts: ViewFacts,
            in span: Range<Int64>,
            _ knowledge: inout NetworkKnowledge
        ) {
            let credential = facts.credentials[index]
            self.bySystem.removeAll(keepingCapacity: true)
            self.byCountry.removeAll(keepingCapacity: true)
            for place in credential.connections {
                let connection = facts.connections[place]
                let length = min(connection.to, span.upperBound) - max(connection.from, span.lowerBound)
                guard length >= WatchedWeek.lengthMin, facts.clients.indices.contains(Int(connection.client)) else {
                    continue
                }
                let client = facts.clients[Int(connection.client)]
                self.note(Int(connection.client), client, user: Int32(index), customer: credential.customer)
                self.time[Int(connection.client)] += length
                Self.add(length, to: &self.bySystem, knowledge.systemOfClient[Int(connection.client)])
                Self.add(length, to: &self.byCountry, client.country)
            }
            guard !self.bySystem.isEmpty else { return }
            for use in self.bySystem {
                knowledge.systems[Int(use.key)].users += 1
                self.uses.append((Int32(index), use.key))
            }
            // Ties go to the lower number, so that the order of rows says nothing.
            let main = self.bySystem.max {
                ($0.time, knowledge.systems[Int($1.key)].number) < (
                    $1.time, knowledge.systems[Int($0.key)].number
                )
            }
            if let main { knowledge.systems[Int(main.key)].mains += 1 }
            knowledge.countries[index] =
                self.byCountry.max { ($0.time, $1.key) < ($1.time, $0.key) }?.key ?? 0
        }

        /// Counts a client once for each credential.
        private mutating func note(_ place: Int, _ client: ClientFact, user: Int32, customer: Int64) {
            guard self.stamp[place] != user else { return }
            self.stamp[place] = user
            if client.deviceID != 0 { self.devices[client.deviceID, default: Count()].take(Int64(user)) }
            if !client.isIPv6, client.address != 0 {
                self.addresses[client.address, default: (Count(), Count())].credentials.take(Int64(user))
                self.addresses[client.address]?.customers.take(customer)
            }
        }

        private static func add<Key>(_ time: Int64, to list: inout [Share<Key>], _ key: Key) {
            if let place = list.firstIndex(where: { $0.key == key }) {
                list[place].time += time
            } else {
                list.append(Share(key: key, time: time))
            }
        }

        mutating func finish(_ facts: ViewFacts, _ knowledge: inout NetworkKnowledge) {
            var shared = [Int64](repeating: 0, count: knowledge.systems.count)
            var total = shared
            for (place, client) in facts.clients.enumerated() where self.time[place] > 0 {
                let system = Int(knowledge.systemOfClient[place])
                self.countryTime[system << 16 | Int(client.country), default: 0] += self.time[place]
                guard !client.isIPv6 else { continue }
                let users = self.addresses[client.address]
                total[system] += self.time[place]
                if let users, users.customers.users >= 2 { shared[system] += self.time[place] }
                if let users, users.credentials.users >= NetworkKnowledge.crowdedUsers {
                    knowledge.crowdedNetworks.insert(client.network)
                }
            }
            for system in knowledge.systems.indices where total[system] > 0 {
                knowledge.systems[system].sharesAddresses =
                    Double(shared[system]) > NetworkKnowledge.sharedShareMin * Double(total[system])
            }
            knowledge.genericDevices = Set(self.devices.filter { $0.value.users >= NetworkKnowledge.genericUsers }.keys)
            self.place(&knowledge)
        }

        /// Where systems are, and which of their users are from elsewhere.
        private func place(_ knowledge: inout NetworkKnowledge) {
            var best = [Int64](repeating: -1, count: knowledge.systems.count)
            for (key, time) in self.countryTime {
                let (system, country) = (key >> 16, UInt16(truncatingIfNeeded: key))
                if time > best[system] || (time == best[system] && country < knowledge.systems[system].country) {
                    best[system] = time
                    knowledge.systems[system].country = country
                }
            }
            var foreign = [Int](repeating: 0, count: knowledge.systems.count)
            for use in self.uses
            where knowledge.countries[Int(use.credential)] != knowledge.systems[Int(use.system)].country {
                foreign[Int(use.system)] += 1
            }
            for system in knowledge.systems.indices where knowledge.systems[system].users > 0 {
                knowledge.systems[system].foreignShare =
                    Double(foreign[system]) / Double(knowledge.systems[system].users)
            }
        }
    }
}
