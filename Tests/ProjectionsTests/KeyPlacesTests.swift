import TestSupport
import Testing

@testable import Projections

struct KeyPlacesTests {
    /// Digests from a small set, so that keys collide, wrap around the table's end and stand in one another's way.
    @Test(arguments: [1, 7, 64, 1 << 32] as [UInt64]) func `finds what a dictionary finds`(digests: UInt64) {
        var random = SeededRandom(seed: 0x9A1A + digests)
        var places = KeyPlaces()
        var keys: [Int: UInt32] = [:]
        for _ in 0..<20_000 {
            let key = Int.random(in: 0..<300, using: &random)
            if let digest = keys[key] {
                #expect(places.place(digest) { $0 == key } == key)
                if Bool.random(using: &random) {
                    places.remove(digest, place: key)
                    keys[key] = nil
                }
            } else {
                let digest = UInt32(truncatingIfNeeded: random.next() % digests &* 0x1_0001)
                #expect(places.place(digest) { $0 == key } == nil)
                places.add(digest, place: key)
                keys[key] = digest
            }
            #expect(places.count == keys.count)
        }
        for (key, digest) in keys { #expect(places.place(digest) { $0 == key } == key) }
        places.removeAll()
        for (key, digest) in keys { #expect(places.place(digest) { $0 == key } == nil) }
    }

    @Test func `taking out what isn't there changes nothing`() {
        var places = KeyPlaces()
        places.remove(5, place: 1)
        places.add(5, place: 1)
        places.remove(5, place: 2)
        #expect(places.count == 1)
        #expect(places.place(5) { $0 == 1 } == 1)
    }

    @Test func `texts that differ anywhere have other digests`() {
        let texts = (0..<40).map { String(repeating: "a", count: $0) } + ["b", "aaaaaaab", "baaaaaaa", "aaaaaaaab"]
        #expect(Set(texts.map(\.digest)).count == texts.count)
    }

    @Test func `a text that has no room is copied`() {
        let room = TextRoom()
        let long = String(repeating: "x", count: TextRoom.size)
        #expect(room.keep(long)?.count == TextRoom.size)
        #expect(room.keep("y") == nil)
        #expect(room.keep("")?.count == 0)
        room.clear()
        #expect(room.keep("y").map { Array($0) } == [CChar(UInt8(ascii: "y"))])
    }
}
