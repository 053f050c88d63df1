import HTTP
import NIOCore
import TestSupport
import Testing

struct BoundedTableTests {
    @Test func `forgets what was used longest ago`() {
        var table = BoundedTable<String, Int>(capacity: 2)
        table.insert(1, for: "a")
        table.insert(2, for: "b")
        table.insert(3, for: "a")
        table.insert(4, for: "c")
        #expect(["a", "b", "c"].map { table.peek($0) } == [3, nil, 4])
        #expect(table.evictedCount == 1)
        table.remove("a")
        table.remove("never")
        table.insert(5, for: "d")
        #expect(["a", "c", "d"].map { table.peek($0) } == [nil, 4, 5])
        #expect(table.evictedCount == 1)
    }

    @Test func `is a plain list that keeps the newest`() {
        var random = SeededRandom(seed: 7)
        var table = BoundedTable<Int, Int>(capacity: 16)
        var list: [(key: Int, value: Int)] = []
        for step in 0..<5_000 {
            let key = Int.random(in: 0..<40, using: &random)
            list.removeAll { $0.key == key }
            if Int.random(in: 0..<4, using: &random) == 0 {
                table.remove(key)
            } else {
                table.insert(step, for: key)
                list.append((key, step))
                if list.count > 16 { list.removeFirst() }
            }
            #expect(table.count == list.count)
            #expect((0..<40).allSatisfy { key in table.peek(key) == list.first { $0.key == key }?.value })
        }
    }
}

struct RateTableTests {
    let address = PeerAddress(bytes: [192, 0, 2, 1])
    let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    @Test func `lets a burst through and then the rate`() {
        var table = RateTable<PeerAddress>(burst: 3, per: .seconds(60), refill: 6)
        #expect((0..<5).map { _ in table.count(self.address, at: self.start) } == [true, true, true, false, false])
        #expect(!table.allows(self.address, at: self.start + .milliseconds(9_900)))
        #expect(table.allows(self.address, at: self.start + .milliseconds(10_100)))
        #expect(table.count(self.address, at: self.start + .milliseconds(10_100)) == true)
        #expect(!table.allows(self.address, at: self.start + .milliseconds(10_100)))
        #expect(table.allows(PeerAddress(bytes: [192, 0, 2, 2]), at: self.start))
    }

    @Test func `stays bounded under a million addresses and says so`() {
        var table = RateTable<Int>(burst: 1, per: .seconds(60), refill: 1, capacity: 10_000)
        for number in 0..<7_999 { table.count(number, at: self.start) }
        #expect(!table.isCrowded)
        for number in 7_999..<1_000_000 { table.count(number, at: self.start) }
        #expect(table.isCrowded)
        #expect(table.count == 10_000)
        #expect(table.evictedCount == 990_000)
        #expect(!table.allows(999_999, at: self.start))
    }

    @Test func `forgets what has drained, so that a flood is over when it is over`() {
        var table = RateTable<Int>(burst: 2, per: .seconds(60), refill: 2, capacity: 1_000)
        for number in 0..<900 { table.count(number, at: self.start) }
        #expect(table.isCrowded && !table.isClear(899, at: self.start))
        let later = self.start + .seconds(60)
        for number in 0..<800 { table.count(10_000 + number % 7, at: later) }
        #expect(table.count == 7)
        #expect(table.evictedCount == 0)
        #expect(table.isClear(899, at: later) && !table.isClear(10_001, at: later))
    }

    @Test func `a bucket is never fuller than its limit, and counts what it lets through`() {
        var random = SeededRandom(seed: 11)
        for _ in 0..<50 {
            let burst = Int.random(in: 1...20, using: &random)
            let refill = Int.random(in: 1...20, using: &random)
            var table = RateTable<Int>(burst: burst, per: .seconds(10), refill: refill)
            var now = self.start
            var passed: [NIODeadline] = []
            for _ in 0..<300 {
                now = now + .milliseconds(Int64.random(in: 0...700, using: &random))
                let isAllowed = table.allows(1, at: now)
                let isWithin = table.count(1, at: now)
                #expect(isAllowed == isWithin)
                if isWithin { passed.append(now) }
            }
            // In any ten seconds: what may come at once, and what may come in that time.
            for (index, first) in passed.enumerated() {
                let inWindow = passed[index...].prefix { $0 - first <= .seconds(10) }.count
                #expect(inWindow <= burst + refill)
            }
        }
    }

    @Test func `a clock that goes back gives nothing away`() {
        var table = RateTable<PeerAddress>(burst: 1, per: .seconds(1), refill: 1)
        table.count(self.address, at: self.start)
        #expect(table.count(self.address, at: self.start - .milliseconds(900)) == false)
        #expect(!table.allows(self.address, at: self.start + .milliseconds(500)))
    }
}

struct ConnectionGateTests {
    let now = NIODeadline.uptimeNanoseconds(1_000_000_000)
    let address = PeerAddress(bytes: [192, 0, 2, 1])

    static func configuration(_ change: (inout HTTPConfiguration) -> Void) -> HTTPConfiguration {
        var configuration = HTTPConfiguration()
        change(&configuration)
        return configuration
    }

    @Test func `counts per address and gives the place back`() {
        var gate = ConnectionGate(configuration: Self.configuration { $0.connectionsPerAddressMax = 2 }, totalMax: 10)
        #expect((0..<3).map { _ in gate.admit(self.address, at: self.now) } == [true, true, false])
        gate.release(self.address)
        #expect(gate.admit(self.address, at: self.now) == true)
        #expect(gate.total == 2)
    }

    @Test func `counts a whole IPv6 /64 as one`() {
        var gate = ConnectionGate(configuration: Self.configuration { $0.connectionsPerAddressMax = 1 }, totalMax: 10)
        #expect(gate.admit(PeerAddress(high: 0x2001_0DB8_0000_0001, low: 1), at: self.now) == true)
        #expect(gate.admit(PeerAddress(high: 0x2001_0DB8_0000_0001, low: 2), at: self.now) == false)
        #expect(gate.admit(PeerAddress(high: 0x2001_0DB8_0000_0002, low: 1), at: self.now) == true)
    }

    @Test func `limits how fast one address comes`() {
        var gate = ConnectionGate(
            configuration: Self.configuration {
                $0.acceptBurst = 2
                $0.acceptsPerSecond = 1
            },
            totalMax: 10
        )
        #expect((0..<3).map { _ in gate.admit(self.address, at: self.now) } == [true, true, false])
        #expect(gate.admit(self.address, at: self.now + .milliseconds(1_001)) == true)
    }

    @Test func `exempts loopback and named proxies from the limits per address only`() {
        let proxy = PeerAddress(bytes: [10, 0, 0, 1])
        var gate = ConnectionGate(
            configuration: Self.configuration {
                $0.connectionsPerAddressMax = 1
                $0.exemptNetworks = [AddressPrefix(proxy)]
            },
            totalMax: 4
        )
        #expect((0..<2).map { _ in gate.admit(proxy, at: self.now) } == [true, true])
        let loopback = PeerAddress(bytes: [127, 0, 0, 1])
        #expect((0..<3).map { _ in gate.admit(loopback, at: self.now) } == [true, true, false])
    }

    @Test(arguments: [(1024, 921), (256, 224), (40, 8), (10, 1), (1_048_576, 943_718)])
    func `keeps descriptors back`(_ descriptors: Int, _ connections: Int) {
        #expect(FileDescriptorLimit.connections(of: descriptors) == connections)
    }
}

struct PeerAddressTests {
    @Test func `maps IPv4 and tells loopback`() throws {
        let v4 = PeerAddress(try SocketAddress(ipAddress: "127.9.8.7", port: 1))
        #expect(v4 == PeerAddress(bytes: [127, 9, 8, 7]))
        #expect(v4 == PeerAddress(try SocketAddress(ipAddress: "::ffff:127.9.8.7", port: 1)))
        #expect(v4.isIPv4 && v4.isLoopback)
        let v6 = PeerAddress(try SocketAddress(ipAddress: "2001:db8::1", port: 1))
        #expect(v6.bytes == [0x20, 0x01, 0x0D, 0xB8] + Array(repeating: 0, count: 11) + [1])
        #expect(!v6.isIPv4 && !v6.isLoopback)
        #expect(PeerAddress(try SocketAddress(ipAddress: "::1", port: 1)).isLoopback)
    }
}

struct AddressPrefixTests {
    @Test(
        arguments: [
            ([10, 0, 0, 0], 104, [10, 255, 0, 1], true), ([10, 0, 0, 0], 104, [11, 0, 0, 1], false),
            ([192, 0, 2, 1], 128, [192, 0, 2, 1], true), ([192, 0, 2, 1], 128, [192, 0, 2, 0], false),
            ([192, 0, 2, 1], 127, [192, 0, 2, 0], true), ([0, 0, 0, 0], 0, [192, 0, 2, 0], true),
            ([0, 0, 0, 0], 96, [192, 0, 2, 0], true),
        ] as [([UInt8], Int, [UInt8], Bool)]
    )
    func `holds what shares its bits`(_ network: [UInt8], _ bits: Int, _ address: [UInt8], _ isInside: Bool) {
        let prefix = AddressPrefix(PeerAddress(bytes: network), bits: bits)
        #expect(prefix.contains(PeerAddress(bytes: address)) == isInside)
    }

    @Test func `tells IPv6 networks apart`() {
        let prefix = AddressPrefix(PeerAddress(high: 0x2001_0DB8_0000_0000, low: 0), bits: 32)
        #expect(prefix.contains(PeerAddress(high: 0x2001_0DB8_FFFF_0000, low: 5)))
        #expect(!prefix.contains(PeerAddress(high: 0x2001_0DB9_0000_0000, low: 5)))
        #expect(!AddressPrefix(PeerAddress(bytes: [0, 0, 0, 0]), bits: 96).contains(PeerAddress(high: 0, low: 1)))
    }
}
