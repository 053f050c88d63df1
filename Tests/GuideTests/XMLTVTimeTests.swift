import Guide
import Model
import TestSupport
import Testing

@Suite struct XMLTVTimeTests {
    @Test(
        arguments: [
            ("20261123060000 +0100", 1_795_410_000, 60), ("20261123060000 +01:00", 1_795_410_000, 60),
            ("20261123060000-0330", 1_795_426_200, -210), ("202611230600", 1_795_413_600, 0),
            ("2026112306", 1_795_413_600, 0), ("20261123", 1_795_392_000, 0), ("20261123060000 UTC", 1_795_413_600, 0),
            ("20261123060000Z", 1_795_413_600, 0), ("19700101000000 +0000", 0, 0),
        ] as [(String, Int64, Int)]
    )
    func `reads times with their offsets`(text: String, seconds: Int64, offset: Int) {
        let time = XMLTVTime(text)
        #expect(time?.time == WallTime(seconds: seconds))
        #expect(time?.offsetMinutes == offset)
    }

    @Test(
        arguments: [
            "", "2026", "202611", "20261131", "20260230000000", "20261123250000", "20261123006000", "00001123000000",
            "20261123060000 +2500", "20261123060000 +01", "20261123060000 CET", "20261123060000 ++100", "2026112306000",
        ]
    )
    func `refuses what is no time`(text: String) {
        #expect(XMLTVTime(text) == nil)
    }

    @Test func `writes what it reads`() {
        #expect(XMLTVTime.text(WallTime(seconds: 1_795_410_005)) == "20261123050005 +0000")
        var random = SeededRandom(seed: 3)
        for _ in 0..<1_000 {
            let time = WallTime(seconds: Int64.random(in: 0..<4_102_444_800, using: &random))
            #expect(XMLTVTime(XMLTVTime.text(time))?.time == time)
        }
    }
}
