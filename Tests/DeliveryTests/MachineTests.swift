import Accounts
import Delivery
import HTTP
import LiveChannels
import Model
import NIOCore
import Testing

struct HLSSessionTests {
    let home = PeerAddress(bytes: [192, 0, 2, 1])
    let phone = PeerAddress(bytes: [198, 51, 100, 1])

    static func at(_ seconds: Int64) -> NIODeadline { .uptimeNanoseconds(0) + .seconds(100 + seconds) }

    func session() -> HLSSession {
        HLSSession(connection: ConnectionID(9), address: self.home, at: Self.at(0))
    }

    func closing(_ reason: Closing.Reason, bytes: Int64 = 0, watchedMs: Int64) -> Closing {
        Closing(connection: ConnectionID(9), reason: reason, bytes: bytes, watchedMs: watchedMs, stalls: 0)
    }

    @Test func `lives as long as it asks`() {
        var session = self.session()
        for second in stride(from: Int64(10), through: 100, by: 10) {
            #expect(session.asked(from: self.home, at: Self.at(second)) == .serve)
            session.sent(UInt64(second), bytes: 1_000, lasting: MediaTime(seconds: 10), at: Self.at(second))
            #expect(session.checked(targetDurationSeconds: 2, silenceMin: .seconds(15), at: Self.at(second + 9)) == nil)
        }
        #expect(session.checked(targetDurationSeconds: 2, silenceMin: .seconds(15), at: Self.at(114)) == nil)
        #expect(
            session.checked(targetDurationSeconds: 2, silenceMin: .seconds(15), at: Self.at(115))
                == self.closing(.idle, bytes: 10_000, watchedMs: 100_000)
        )
        #expect(session.asked(from: self.home, at: Self.at(116)) == .refuse)
        #expect(session.checked(targetDurationSeconds: 2, silenceMin: .seconds(15), at: Self.at(200)) == nil)
    }

    @Test func `three long segments are a longer silence`() {
        var session = self.session()
        #expect(session.checked(targetDurationSeconds: 6, silenceMin: .seconds(15), at: Self.at(17)) == nil)
        #expect(
            session.checked(targetDurationSeconds: 6, silenceMin: .seconds(15), at: Self.at(18))
                == self.closing(.idle, watchedMs: 0)
        )
    }

    @Test func `a segment that takes long is no silence`() {
        var session = self.session()
        session.sent(1, bytes: 5, lasting: MediaTime(seconds: 6), at: Self.at(14))
        #expect(session.checked(targetDurationSeconds: 1, silenceMin: .seconds(15), at: Self.at(28)) == nil)
        #expect(
            session.checked(targetDurationSeconds: 1, silenceMin: .seconds(15), at: Self.at(29))
                == self.closing(.idle, bytes: 5, watchedMs: 14_000)
        )
    }

    @Test func `ends once`() {
        var session = self.session()
        #expect(session.ended(.revoked, at: Self.at(3)) == self.closing(.revoked, watchedMs: 3_000))
        #expect(session.ended(.shutdown, at: Self.at(4)) == nil)
        #expect(session.hasEnded)
    }

    @Test func `asks about a new address and then knows it`() {
        var session = self.session()
        #expect(session.asked(from: self.phone, at: Self.at(1)) == .ask)
        session.permitted(self.phone)
        #expect(session.asked(from: self.phone, at: Self.at(2)) == .serve)
        #expect(session.asked(from: self.home, at: Self.at(3)) == .serve)
    }

    @Test func `knows four addresses and forgets the first`() {
        var session = self.session()
        let others = (1...4).map { PeerAddress(bytes: [203, 0, 113, $0]) }
        for other in others { session.permitted(other) }
        #expect(session.asked(from: self.home, at: Self.at(1)) == .ask)
        #expect(others.map { session.asked(from: $0, at: Self.at(1)) } == Array(repeating: .serve, count: 4))
    }

    @Test func `held pictures and slates count up to the last request, and never longer than was watched`() {
        var session = self.session()
        let first = StandIns(held: MediaTime(seconds: 3), slate: MediaTime(seconds: 1))
        #expect(session.asked(from: self.home, standIns: first, at: Self.at(10)) == .serve)
        var idle = self.closing(.idle, watchedMs: 10_000)
        idle.patchedMs = 3_000
        idle.slateMs = 1_000
        #expect(session.checked(targetDurationSeconds: 2, silenceMin: .seconds(15), at: Self.at(30)) == idle)
        var short = self.session()
        var left = self.closing(.revoked, watchedMs: 2_000)
        left.patchedMs = 1_000
        left.slateMs = 1_000
        #expect(short.ended(.revoked, standIns: first, at: Self.at(2)) == left)
    }

    /// Seconds at which something happens, and the stalls and stalled milliseconds afterwards.
    @Test(arguments: [
        ("a player that asks every two seconds", [0, 2, 4, 6, 8], [6, 12], 12, 0, 0),
        ("a silence that what it had outlasts", [0, 11], [0, 1], 12, 0, 0),
        ("a silence of three seconds more", [0, 15], [0, 1], 15, 1, 3_000),
        ("asking all the time for what isn't there", [0, 2, 4, 6, 8, 10, 12, 14, 16], [0], 18, 0, 0),
        ("jitter close to the live edge", [0, 6], [0], 6, 0, 0),
    ])
    func `a stall is a silence longer than what was taken lasts`(
        _ name: String,
        _ asks: [Int64],
        _ segments: [Int64],
        _ end: Int64,
        _ stalls: Int64,
        _ stalledMs: Int64
    ) {
        var session = self.session()
        for second in 0...end {
            if asks.contains(second) { _ = session.asked(from: self.home, at: Self.at(second)) }
            guard let number = segments.firstIndex(of: second) else { continue }
            session.sent(UInt64(number), bytes: 1, lasting: MediaTime(seconds: 6), at: Self.at(second))
        }
        let closing = session.ended(.left, at: Self.at(end))
        #expect(closing?.stalls == stalls, "\(name)")
        #expect(closing?.stalledMs == stalledMs, "\(name)")
    }

    @Test func `a request from elsewhere keeps nothing alive`() {
        var session = self.session()
        #expect(session.asked(from: self.phone, at: Self.at(14)) == .ask)
        #expect(session.checked(targetDurationSeconds: 1, silenceMin: .seconds(15), at: Self.at(15)) != nil)
    }
}

struct ReadProgressTests {
    static func at(_ seconds: Int64) -> NIODeadline { .uptimeNanoseconds(0) + .seconds(100 + seconds) }

    @Test func `a viewer whose window stands still is gone after twelve seconds`() {
        var reading = ReadProgress(at: Self.at(0))
        for second in Int64(1)...10 {
            #expect(
                reading.swept(written: second * 1_000, windowEnd: 64_000 + second * 500, at: Self.at(second)) == false
            )
        }
        // Its kernel goes on taking what is sent, and says each time that there is less room.
        for second in Int64(11)...21 {
            #expect(reading.swept(written: second * 1_000, windowEnd: 69_000, at: Self.at(second)) == false)
        }
        #expect(reading.swept(written: 22_000, windowEnd: 69_000, at: Self.at(22)) == true)
    }

    @Test func `a viewer that is sent nothing may stand still`() {
        var reading = ReadProgress(at: Self.at(0))
        for second in Int64(1)...60 {
            #expect(reading.swept(written: 1_000, windowEnd: 64_000, at: Self.at(second)) == false)
        }
        #expect(reading.swept(written: 2_000, windowEnd: 64_000, at: Self.at(61)) == false)
        #expect(reading.swept(written: 2_000, windowEnd: 64_000, at: Self.at(71)) == false)
        #expect(reading.swept(written: 2_000, windowEnd: 64_000, at: Self.at(72)) == true)
    }

    @Test func `where the kernel says nothing, nothing follows`() {
        var reading = ReadProgress(at: Self.at(0))
        for second in Int64(1)...60 {
            #expect(reading.swept(written: second * 1_000, windowEnd: nil, at: Self.at(second)) == false)
        }
    }

    @Test func `a slow reader is none that has gone`() {
        var reading = ReadProgress(at: Self.at(0))
        for second in Int64(1)...100 {
            let windowEnd = 64_000 + second / 11 * 100
            #expect(reading.swept(written: second * 1_000, windowEnd: windowEnd, at: Self.at(second)) == false)
        }
    }
}

struct SlowViewerTests {
    static func at(_ seconds: Int64) -> NIODeadline { .uptimeNanoseconds(0) + .seconds(100 + seconds) }

    func viewer() -> SlowViewer { SlowViewer(at: Self.at(0)) }

    @Test func `is given what it takes`() {
        var viewer = self.viewer()
        #expect(viewer.offered(startsAtRandomAccessPoint: false, isWritable: true, at: Self.at(0)) == .write)
        #expect(viewer.offered(startsAtRandomAccessPoint: true, isWritable: true, at: Self.at(0)) == .write)
        #expect(viewer.stalls == 0)
    }

    @Test func `is skipped to a random access point when what waits has gone down`() {
        var viewer = self.viewer()
        #expect(viewer.offered(startsAtRandomAccessPoint: false, isWritable: false, at: Self.at(0)) == .skip)
        #expect(viewer.offered(startsAtRandomAccessPoint: true, isWritable: false, at: Self.at(0)) == .skip)
        #expect(viewer.offered(startsAtRandomAccessPoint: false, isWritable: true, at: Self.at(0)) == .skip)
        #expect(viewer.offered(startsAtRandomAccessPoint: false, isWritable: true, at: Self.at(0)) == .skip)
        #expect(viewer.offered(startsAtRandomAccessPoint: true, isWritable: true, at: Self.at(0)) == .write)
        #expect(viewer.offered(startsAtRandomAccessPoint: false, isWritable: true, at: Self.at(0)) == .write)
        #expect(viewer.stalls == 1)
        #expect(viewer.offered(startsAtRandomAccessPoint: true, isWritable: false, at: Self.at(0)) == .skip)
        #expect(viewer.stalls == 2)
    }

    @Test func `a stall is told with its length, a skip in it is part of it`() {
        var viewer = self.viewer()
        #expect(viewer.swept(taken: 100, queued: 10, at: Self.at(1)) == false)
        #expect(viewer.stalls == 0)
        #expect(viewer.swept(taken: 100, queued: 900, at: Self.at(2)) == false)
        #expect(viewer.stalls == 1)
        #expect(viewer.stalled(at: Self.at(2)) == .seconds(1))
        #expect(viewer.offered(startsAtRandomAccessPoint: false, isWritable: false, at: Self.at(3)) == .skip)
        // It takes bytes again, but is given none before the next random access point.
        #expect(viewer.swept(taken: 500, queued: 500, at: Self.at(4)) == false)
        #expect(viewer.stalled(at: Self.at(4)) == .seconds(3))
        #expect(viewer.offered(startsAtRandomAccessPoint: true, isWritable: true, at: Self.at(5)) == .write)
        #expect(viewer.stalls == 1)
        #expect(viewer.stalled(at: Self.at(60)) == .seconds(4))
        #expect(viewer.swept(taken: 600, queued: 0, at: Self.at(60)) == false)
        #expect(viewer.swept(taken: 600, queued: 5, at: Self.at(62)) == false)
        #expect(viewer.swept(taken: 601, queued: 4, at: Self.at(63)) == false)
        #expect(viewer.stalls == 2)
        #expect(viewer.stalled(at: Self.at(70)) == .seconds(7))
    }

    @Test func `is closed after ten seconds without a byte taken`() {
        var viewer = self.viewer()
        #expect(viewer.swept(taken: 0, queued: 500, at: Self.at(9)) == false)
        #expect(viewer.swept(taken: 1, queued: 499, at: Self.at(9)) == false)
        #expect(viewer.swept(taken: 1, queued: 999, at: Self.at(18)) == false)
        #expect(viewer.swept(taken: 1, queued: 999, at: Self.at(19)) == true)
    }

    @Test func `is not closed while there is nothing to take`() {
        var viewer = self.viewer()
        #expect(viewer.swept(taken: 100, queued: 0, at: Self.at(5)) == false)
        #expect(viewer.swept(taken: 100, queued: 0, at: Self.at(600)) == false)
        #expect(viewer.swept(taken: 100, queued: 50, at: Self.at(609)) == false)
        #expect(viewer.swept(taken: 100, queued: 50, at: Self.at(610)) == true)
    }
}

struct TrustedProxiesTests {
    static let peer = PeerAddress(bytes: [10, 0, 0, 1])
    static let viewer = PeerAddress(bytes: [192, 0, 2, 1])

    @Test(arguments: [
        (["192.0.2.1"], viewer), (["6.6.6.6, 192.0.2.1"], viewer), (["6.6.6.6", "192.0.2.1"], viewer),
        (["192.0.2.1, 10.0.0.2"], viewer), (["192.0.2.1", "10.0.0.2,10.0.0.3"], viewer), (["192.0.2.1:4711"], viewer),
        (["::ffff:192.0.2.1"], viewer), (["[::ffff:192.0.2.1]:80"], viewer), ([" \t192.0.2.1 "], viewer), ([], peer),
        ([""], peer), (["unknown"], peer), (["192.0.2.1, unknown"], peer), (["192.0.2.1,"], peer),
        (["fe80::1%eth0"], peer),
        (["0300.0.2.1"], peer), (["3221225985"], peer), (["[192.0.2.1"], peer), (["192.0.2.1, 10.0.0.2, bad"], peer),
        (["10.0.0.3, 10.0.0.2"], PeerAddress(bytes: [10, 0, 0, 3])),
        (["2001:db8::1"], PeerAddress(high: 0x2001_0DB8_0000_0000, low: 1)),
        (["[2001:db8::1]:5"], PeerAddress(high: 0x2001_0DB8_0000_0000, low: 1)),
    ])
    func `takes the rightmost address that is not a proxy's`(_ lines: [String], _ client: PeerAddress) throws {
        let proxies = try #require(TrustedProxies(parsing: ["10.0.0.0/8"]))
        #expect(proxies.client(peer: Self.peer, forwardedFor: lines) == client)
    }

    @Test(arguments: [["192.0.2.1"], ["127.0.0.1"], ["10.0.0.1"], ["bad"], []])
    func `believes nobody else`(_ lines: [String]) throws {
        let proxies = try #require(TrustedProxies(parsing: ["10.0.0.0/8"]))
        for peer in [Self.viewer, PeerAddress(bytes: [127, 0, 0, 1])] {
            #expect(proxies.client(peer: peer, forwardedFor: lines) == peer)
            #expect(TrustedProxies().client(peer: peer, forwardedFor: lines) == peer)
        }
    }

    @Test func `looks at so many hops only`() throws {
        let proxies = try #require(TrustedProxies(parsing: ["10.0.0.0/8"]))
        let hops = ["192.0.2.1"] + Array(repeating: "10.9.9.9", count: 40)
        #expect(proxies.client(peer: Self.peer, forwardedFor: hops) == PeerAddress(bytes: [10, 9, 9, 9]))
    }

    @Test(arguments: ["10.0.0.0/33", "10.0.0.0/-1", "10.0.0/8", "10.0.0.0/8/8", "", "proxy", "::/129"])
    func `refuses what is no network`(_ text: String) {
        #expect(TrustedProxies(parsing: [text]) == nil)
    }
}
