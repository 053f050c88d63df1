import Model

/// One customer: a home with devices, evenings in front of them, and now and then another place.
struct SimulatedViewer {
    private struct Device {
        var userAgent: String
        var id: String?
        var isPortable: Bool
    }

    private struct Place {
        var address: NetworkAddress
        var asn: Int64
        var devices: [Device]
    }

    private static let agents: [(text: String, isPortable: Bool)] = [
        ("Mozilla/5.0 (SMART-TV; Linux; Tizen 6.5) AppleWebKit/537.36", false),
        ("Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36", false),
        ("ExoPlayerLib/2.19.1 (AFTMM; Android 7.1)", false), ("MAG254 stbapp ver: 4 rev: 2721", false),
        ("okhttp/4.12.0", false), ("VLC/3.0.18 LibVLC/3.0.18", false),
        ("AppleCoreMedia/1.0.0 (iPhone; iOS 17_4)", true), ("ExoPlayerLib/2.19.1 (SM-A546B; Android 14)", true),
    ]
    /// Viewing sessions of a day and home, on average three; each changes channels once or twice.
    private static let sessionsMax = 4
    private static let asns: [Int64] = [64_601, 64_602, 64_603, 64_604, 64_611, 64_612]
    private static let mobileASN: Int64 = 64_641

    private let customer: Int
    private let settings: Simulation.Settings
    private let popularity: [Int]
    private var random: SplitMix
    private var places: [Place] = []
    private var connections = 0
    /// Whether a phone goes out.
    private let travels: Bool

    /// Channels, the popular ones many times: the first has a share as in Zipf's law.
    static func popularity(_ channels: Int) -> [Int] {
        (0..<channels).flatMap { Array(repeating: $0, count: max(1, 60 / ($0 + 1))) }
    }

    init(_ customer: Int, _ settings: Simulation.Settings, popularity: [Int]) {
        self.customer = customer
        self.settings = settings
        self.popularity = popularity
        self.random = SplitMix(seed: settings.seed &* 31 &+ UInt64(customer))
        self.travels = Int.random(in: 0..<4, using: &self.random) == 0
        self.places = [self.place()]
        // One in eight gives the password to another home.
        if Int.random(in: 0..<8, using: &self.random) == 0 { self.places.append(self.place()) }
    }

    private mutating func place() -> Place {
        let bytes = (0..<3).map { _ in UInt8.random(in: 1...223, using: &self.random) }
        let count = Int.random(in: 1...3, using: &self.random)
        let devices = (0..<count).map { _ in self.device() }
        let asn = Self.asns.randomElement(using: &self.random) ?? Self.mobileASN
        return Place(address: .init(v4: (bytes[0], bytes[1], bytes[2], 17)), asn: asn, devices: devices)
    }

    private mutating func device() -> Device {
        let agent = Self.agents[Int.random(in: 0..<Self.agents.count, using: &self.random)]
        let hasID = Bool.random(using: &self.random)
        let id = UInt64.random(in: 0...UInt64.max, using: &self.random)
        return Device(userAgent: agent.text, id: hasID ? String(id, radix: 16) : nil, isPortable: agent.isPortable)
    }

    mutating func facts() -> [SimulatedFact] {
        var facts: [SimulatedFact] = []
        for day in 0..<(self.settings.weeks * 7) {
            let midnight = self.settings.start + Int64(day) * 86_400_000
            for index in self.places.indices {
                let sessions = Int.random(in: 0...Self.sessionsMax, using: &self.random)
                for _ in 0..<sessions { self.session(self.places[index], midnight, &facts) }
            }
        }
        return facts
    }

    /// An evening or an hour in front of a device: two or three channels, one after the other.
    private mutating func session(_ place: Place, _ midnight: Int64, _ facts: inout [SimulatedFact]) {
        guard let device = place.devices.randomElement(using: &self.random) else { return }
        let isEvening = Int.random(in: 0..<10, using: &self.random) < 7
        let hours = isEvening ? 17.0...22.5 : 6.0...17.0
        var at = midnight + Int64(Double.random(in: hours, using: &self.random) * 3_600_000)
        let isOut = self.travels && device.isPortable && Bool.random(using: &self.random)
        for _ in 0..<Int.random(in: 1...3, using: &self.random) {
            let isZap = Int.random(in: 0..<4, using: &self.random) == 0
            let length = Int64.random(in: isZap ? 3_000...20_000 : 300_000...7_200_000, using: &self.random)
            let end = at + length
            guard end < self.settings.span.upperBound else { return }
            self.watch(place, device, isOut: isOut, at..<end, &facts)
            at = end + Int64.random(in: 300...5_000, using: &self.random)
        }
    }

    private mutating func watch(
        _ place: Place,
        _ device: Device,
        isOut: Bool,
        _ span: Range<Int64>,
        _ facts: inout [SimulatedFact]
    ) {
        self.connections += 1
        var opened = ImportedFact(at: span.lowerBound, .opened)
        opened.connection = "\(self.customer + 1)-\(self.connections)"
        opened.credential = "user\(self.customer + 1)"
        opened.stream = "channel-\((self.popularity.randomElement(using: &self.random) ?? 0) + 1)"
        opened.address = isOut ? self.roaming() : place.address
        opened.country = "DE"
        opened.asn = isOut ? Self.mobileASN : place.asn
        opened.userAgent = device.userAgent
        opened.deviceID = device.id
        var closed = ImportedFact(at: span.upperBound, .closed)
        closed.connection = opened.connection
        closed.reason = Int.random(in: 0..<40, using: &self.random) == 0 ? "timeout" : "client"
        facts.append(SimulatedFact(opened, order: 7))
        facts.append(SimulatedFact(closed, order: 6))
    }

    /// An address of the mobile network, of which there are few.
    private mutating func roaming() -> NetworkAddress {
        NetworkAddress(
            v4: (100, 64, UInt8.random(in: 0...15, using: &self.random), UInt8.random(in: 1...254, using: &self.random))
        )
    }
}
