import Accounts
import Delivery
import HTTP
import LiveChannels
import Model
import NIOCore
import NIOPosix
import Testing

@Suite(.serialized, .timeLimit(.minutes(1))) struct TSDeliveryTests {
    @Test func `begins with what is cached and goes on with each chunk`() async throws {
        try await ServiceFixture.with { fixture in
            let start =
                fixture.channel.publishChunk(1, startsAtRandomAccessPoint: true) + fixture.channel.publishChunk(2)
            let client = try await fixture.client()
            let response = try await client.get("/live/user/pass/7.ts")
            #expect(response.status == 200)
            #expect(response.field("Content-Type") == "video/mp2t")
            #expect(response.field("Connection") == "close")
            #expect(response.field("Content-Length") == nil)
            #expect(response.field("Transfer-Encoding") == nil)
            #expect(try await client.bytes(start.count) == start)
            for number in UInt8(3)...20 {
                let chunk = fixture.channel.publishChunk(number)
                #expect(try await client.bytes(chunk.count) == chunk)
            }
            #expect(fixture.channel.viewersNow == 1)
            #expect(fixture.service.status.tsViewers == 1)
        }
    }

    @Test(arguments: ["/live/user/pass/7", "/user/pass/7", "/user/pass/7.ts"])
    func `waits for the first picture with its answer`(_ path: String) async throws {
        try await ServiceFixture.with { fixture in
            let client = try await fixture.client()
            try await client.ask(path)
            while fixture.channel.ring.viewerCount == 0 { try await fixture.settle() }
            fixture.channel.publishChunk(1)
            let start = fixture.channel.publishChunk(2, startsAtRandomAccessPoint: true)
            #expect(try await client.response().status == 200)
            #expect(try await client.bytes(start.count) == start)
        }
    }

    @Test func `a channel without a picture is not ready, and the slot is free`() async throws {
        try await ServiceFixture.with({ $0.startDeadline = .milliseconds(50) }) { fixture in
            let client = try await fixture.client()
            #expect(try await client.get("/live/user/pass/7.ts").status == 503)
            #expect(fixture.admission.allClosings.map(\.reason) == [.notReady])
            #expect(fixture.channel.viewersNow == 0)
            // The connection is still good for another request.
            #expect(try await client.get("/nothing").status == 404)
        }
    }

    @Test func `a viewer who leaves is noticed at once`() async throws {
        try await ServiceFixture.with { fixture in
            let start = fixture.channel.publishChunk(1, startsAtRandomAccessPoint: true)
            let client = try await fixture.client()
            _ = try await client.get("/live/user/pass/7.ts")
            _ = try await client.bytes(start.count)
            let clock = ContinuousClock()
            let left = clock.now
            await client.close()
            let closing = try #require(await fixture.closing())
            #expect(clock.now - left < .seconds(2))
            #expect(closing.reason == .left)
            #expect(closing.bytes == Int64(start.count))
            #expect(closing.stalls == 0)
            #expect(fixture.channel.viewersNow == 0)
            #expect(fixture.channel.ring.viewerCount == 0)
            #expect(fixture.service.status.tsViewers == 0)
            #expect(fixture.admission.allClosings.count == 1)
        }
    }

    @Test(arguments: ["/live/user/pass/7.ts", "/live/user/pass/7.m3u8"])
    func `what was held while a viewer watched is told at its end, and nothing of before`(_ path: String) async throws {
        try await ServiceFixture.with { fixture in
            fixture.channel.publishChunk(1, startsAtRandomAccessPoint: true)
            fixture.channel.publishSegment(1)
            fixture.channel.stoodIn(heldMs: 7_000_000, slateMs: 7_000_000)
            let client = try await fixture.client()
            #expect(try await client.get(path).status == 200)
            fixture.service.drop([ConnectionID(1)], reason: .evicted)
            let none = try #require(await fixture.closing())
            #expect(none.patchedMs == 0 && none.slateMs == 0)
            let other = try await fixture.client()
            #expect(try await other.get(path).status == 200)
            fixture.channel.stoodIn(heldMs: 7_000_000)
            fixture.service.drop([ConnectionID(2)], reason: .evicted)
            let all = try #require(await fixture.closing())
            #expect(all.patchedMs == all.watchedMs && all.slateMs == 0)
        }
    }

    @Test func `what the ledger takes away is closed within two seconds`() async throws {
        try await ServiceFixture.with { fixture in
            fixture.channel.publishChunk(1, startsAtRandomAccessPoint: true)
            let client = try await fixture.client()
            #expect(try await client.get("/live/user/pass/7.ts").status == 200)
            let clock = ContinuousClock()
            let dropped = clock.now
            fixture.service.drop([ConnectionID(1)], reason: .evicted)
            _ = await client.rest()
            #expect(clock.now - dropped < .seconds(2))
            #expect(await fixture.closing()?.reason == .evicted)
            #expect(fixture.admission.allClosings.count == 1)
            #expect(fixture.channel.viewersNow == 0)
        }
    }

    @Test func `a channel that ends ends its viewers`() async throws {
        try await ServiceFixture.with { fixture in
            let start = fixture.channel.publishChunk(1, startsAtRandomAccessPoint: true)
            let client = try await fixture.client()
            #expect(try await client.get("/live/user/pass/7.ts").status == 200)
            fixture.channel.ring.end()
            #expect(await client.rest() == start)
            #expect(await fixture.closing()?.reason == .channelEnded)
        }
    }

    @Test func `stopping ends every viewer once`() async throws {
        try await ServiceFixture.with { fixture in
            fixture.channel.publishChunk(1, startsAtRandomAccessPoint: true)
            let clients = [try await fixture.client(), try await fixture.client()]
            for client in clients { #expect(try await client.get("/live/user/pass/7.ts").status == 200) }
            await fixture.service.stop()
            for client in clients { _ = await client.rest() }
            #expect(fixture.admission.allClosings.map(\.reason) == [.shutdown, .shutdown])
            #expect(fixture.channel.viewersNow == 0)
        }
    }

    private static func small(_ configuration: inout DeliveryConfiguration) {
        configuration.queueBytesMin = 64 << 10
        configuration.queueBytesMax = 64 << 10
        configuration.sendBufferBytes = 16 << 10
    }

    @Test func `a slow viewer is skipped to a random access point`() async throws {
        try await ServiceFixture.with(Self.small) { fixture in
            let size = 188 * 100
            let client = try await fixture.client(reads: false)
            try await client.ask("/live/user/pass/7.ts")
            while fixture.channel.ring.viewerCount == 0 { try await fixture.settle() }
            fixture.channel.publishChunk(1, startsAtRandomAccessPoint: true, packets: 100)
            for number in UInt8(2)...120 { fixture.channel.publishChunk(number, packets: 100) }
            try await fixture.settle()
            try await client.startReading()
            // From here on a picture can be entered at every second chunk, until the viewer has been seen to be back.
            let channel = fixture.channel
            let loop = fixture.group.next()
            let state = ChunkNumbers(120)
            let source = loop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(5)) { _ in
                let number = state.next()
                channel.publishChunk(number, startsAtRandomAccessPoint: number % 2 == 0, packets: 100)
            }
            defer { source.cancel() }
            _ = try await client.response()
            var numbers: [UInt8] = []
            while (numbers.last ?? 0) <= 120 {
                let chunk = try await client.bytes(size)
                #expect(Set(chunk).count <= 2, "a chunk is whole")
                numbers.append(chunk[1])
            }
            let jumps = zip(numbers, numbers.dropFirst()).filter { $1 != $0 + 1 }
            #expect(jumps.count == 1)
            #expect(jumps.allSatisfy { $1 % 2 == 0 })
            #expect(jumps.allSatisfy { $0 < 120 && $1 > 120 })
            await client.close()
            #expect(await fixture.closing()?.stalls == 1)
        }
    }

    @Test func `a viewer that takes nothing is closed`() async throws {
        let change: (inout DeliveryConfiguration) -> Void = {
            Self.small(&$0)
            $0.stallDeadline = .milliseconds(200)
        }
        try await ServiceFixture.with(change) { fixture in
            let client = try await fixture.client(reads: false)
            try await client.ask("/live/user/pass/7.ts")
            while fixture.channel.ring.viewerCount == 0 { try await fixture.settle() }
            for number in UInt8(1)...120 {
                fixture.channel.publishChunk(number, startsAtRandomAccessPoint: number == 1, packets: 100)
            }
            let closing = try #require(await fixture.closing())
            #expect(closing.reason == .stalled)
            #expect(closing.stalls == 1)
            #expect(closing.bytes > 0 && closing.bytes < 120 * 18_800)
            #expect(fixture.service.status.stalled == 1)
            #expect(fixture.service.status.skips == 1)
            #expect(fixture.channel.viewersNow == 0)
            await client.close()
        }
    }
}
