import Model
import Testing

@testable import Reports

/// Weeks of people who share nothing, each of which has been taken for sharing by simpler counts.
struct NotFlaggedTests {
    private static func score(_ tell: (inout SharingStory) -> Void) throws -> SharingScore {
        var story = try SharingStory()
        tell(&story)
        let entry = try #require(story.entry)
        return SharingScore(entry.points, earlier: [])
    }

    /// Evenings of a family at one home.
    private static func family(
        _ story: inout SharingStory,
        line: SharingStory.Line = .home(1),
        days: Range<Int64> = 0..<7
    ) {
        for day in days {
            story.watch(.tv(1), line, day: day, at: 19, for: 120)
            story.watch(.box(2), line, day: day, at: 20, for: 60, channel: 2)
            story.watch(.phone(1), line, day: day, at: 17, for: 30, channel: 3)
        }
    }

    @Test func `family with four TVs at one home hits the limit`() throws {
        let score = try Self.score { story in
            for day in Int64(0)..<7 {
                for number in UInt64(1)...4 {
                    story.watch(.tv(number), .home(1), day: day, at: 18 + Double(number) / 2, for: 90)
                }
                story.refuse(.tv(4), .home(1), day: day, at: 19)
            }
        }
        #expect(score.band == .noSign)
    }

    @Test func `commuter's phone on mobile networks`() throws {
        let score = try Self.score { story in
            Self.family(&story)
            for day in Int64(0)..<5 { story.watch(.phone(1), .mobile(UInt64(day)), day: day, at: 8, for: 40) }
            for day in Int64(0)..<5 { story.watch(.phone(1), .mobile(9), day: day, at: 19.5, for: 40) }
        }
        #expect(score.band == .noSign)
    }

    @Test func `parent in a hotel while the children watch at home`() throws {
        let score = try Self.score { story in
            Self.family(&story)
            for day in Int64(1)..<4 { story.watch(.phone(2), .hotel(1), day: day, at: 20, for: 90, channel: 9) }
        }
        #expect(score.band == .noSign)
    }

    @Test func `student with the family's tablet and a laptop`() throws {
        let score = try Self.score { story in
            Self.family(&story)
            for day in Int64(0)..<5 {
                story.watch(.phone(1), .otherHome(1), day: day, at: 21, for: 40)
                story.watch(.phone(5), .otherHome(1), day: day, at: 22, for: 30)
            }
            story.watch(.phone(5), .home(1), day: 6, at: 12, for: 30)
        }
        #expect(score.band == .noSign)
    }

    @Test func `VPN on one of the TV boxes`() throws {
        let score = try Self.score { story in
            Self.family(&story)
            for day in Int64(0)..<7 { story.watch(.box(2), .vpn(UInt64(day % 3)), day: day, at: 21.5, for: 80) }
        }
        #expect(score.band == .noSign)
    }

    @Test func `dual stack: IPv4 and IPv6 of one line by turns`() throws {
        let score = try Self.score { story in
            for day in Int64(0)..<7 {
                let line = SharingStory.Line(asn: 101, number: 8, isIPv6: true)
                story.watch(.tv(1), day % 2 == 0 ? .home(1) : line, day: day, at: 19, for: 100)
                story.watch(.box(2), day % 2 == 0 ? line : .home(1), day: day, at: 20, for: 100)
            }
        }
        #expect(score.band == .noSign)
    }

    @Test func `a provider that gives a new address each day`() throws {
        let score = try Self.score { story in
            for day in Int64(0)..<7 { Self.family(&story, line: .home(100 + UInt64(day)), days: day..<(day + 1)) }
        }
        #expect(score.band == .noSign)
    }

    @Test func `many customers behind the addresses of a CGN`() throws {
        let score = try Self.score { story in
            for day in Int64(0)..<7 {
                story.watch(.tv(1), .cgn(UInt64(day % 3)), day: day, at: 19, for: 100)
                story.watch(.box(2), .cgn(UInt64((day + 1) % 3)), day: day, at: 19.5, for: 100)
            }
        }
        #expect(score.band == .noSign)
    }

    @Test func `mover who changes the provider in mid-week`() throws {
        let score = try Self.score { story in
            Self.family(&story, days: 0..<3)
            Self.family(&story, line: .otherHome(1), days: 3..<7)
        }
        #expect(score.band == .noSign)
    }

    @Test func `weekend house with its own TV`() throws {
        let score = try Self.score { story in
            Self.family(&story, days: 0..<5)
            for day in Int64(5)..<7 {
                story.watch(.tv(9), .otherHome(1), day: day, at: 19, for: 120)
                story.watch(.phone(1), .otherHome(1), day: day, at: 12, for: 30)
            }
        }
        #expect(score.band == .noSign)
    }

    @Test func `4G as a backup line`() throws {
        let score = try Self.score { story in
            Self.family(&story)
            for day in Int64(2)..<4 {
                story.watch(.tv(1), .mobile(1), day: day, at: 10, for: 60)
                story.watch(.box(2), .mobile(1), day: day, at: 11, for: 45)
            }
        }
        #expect(score.band == .noSign)
    }

    @Test func `wrong country of a single network`() throws {
        let score = try Self.score { story in
            Self.family(&story, days: 0..<6)
            var line = SharingStory.Line.home(77)
            line.country = "US"
            Self.family(&story, line: line, days: 6..<7)
        }
        #expect(score.band == .noSign)
    }

    @Test func `phone that leaves a dead connection at home when it goes out`() throws {
        let score = try Self.score { story in
            Self.family(&story)
            for day in Int64(0)..<5 {
                story.watch(.phone(1), .home(1), day: day, at: 8, for: 12)
                story.watch(.phone(1), .mobile(1), day: day, at: 8.1, for: 30)
                story.refuse(.phone(1), .mobile(1), day: day, at: 8.05)
            }
        }
        #expect(score.band == .noSign)
    }

    @Test func `two customers behind one address are two credentials' weeks, each alone`() throws {
        var alone = try SharingStory()
        Self.family(&alone, line: .cgn(1))
        var together = alone
        for day in Int64(0)..<7 { together.watch(.tv(40), .cgn(1), day: day, at: 19, for: 100, credential: 2) }
        let (one, other) = (try #require(alone.entry), try #require(together.entry))
        #expect(one.points == other.points)
    }
}
