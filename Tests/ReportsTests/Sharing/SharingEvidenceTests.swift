import Model
import Testing

@testable import Reports

struct SharingEvidenceTests {
    private typealias Tell = @Sendable (inout SharingStory) -> Void

    /// Weeks of more than one household: what each says, and the kind of sharing it looks like.
    private struct Example: Sendable {
        var name: String
        var evidence: Evidence
        var kind: SharingVerdict.Kind?
        var tell: Tell
    }

    private static let home: Tell = { story in
        for day in Int64(0)..<7 {
            story.watch(.tv(1), .home(1), day: day, at: 19, for: 150)
            story.watch(.phone(1), .home(1), day: day, at: 17, for: 30)
        }
    }

    private static let examples: [Example] = [
        Example(name: "a second home with its own TV", evidence: .ownHome, kind: .twoHomes) { story in
            Self.home(&story)
            for day in Int64(0)..<6 { story.watch(.tv(8), .otherHome(1), day: day, at: 20, for: 120, channel: 5) }
        },
        Example(name: "two homes at once", evidence: .overlapOwn, kind: .twoHomes) { story in
            Self.home(&story)
            for day in Int64(0)..<6 { story.watch(.box(8), .otherHome(1), day: day, at: 19.5, for: 100, channel: 5) }
        },
        Example(name: "two lines of one provider that go back and forth", evidence: .alternation, kind: .takesTurns) {
            story in
            for day in Int64(0)..<7 {
                story.watch(.tv(1), .home(1), day: day, at: 17, for: 60)
                story.watch(.tv(8), .home(2), day: day, at: 18.2, for: 60, channel: 5)
                story.watch(.tv(1), .home(1), day: day, at: 20, for: 60)
            }
        },
        Example(name: "refused while another home watched", evidence: .refusedHome, kind: nil) { story in
            Self.home(&story)
            for day in Int64(0)..<4 {
                story.watch(.tv(8), .otherHome(1), day: day, at: 10, for: 60)
                story.refuse(.tv(8), .otherHome(1), day: day, at: 20)
            }
        },
        Example(name: "refused on a network that watched nothing", evidence: .refusedOther, kind: nil) { story in
            Self.home(&story)
            for day in Int64(0)..<4 { story.refuse(.phone(9), .mobile(1), day: day, at: 20) }
        },
        Example(name: "a box on a mobile network", evidence: .ownMobile, kind: nil) { story in
            Self.home(&story)
            story.watch(.box(8), .mobile(1), day: 2, at: 9, for: 200)
        },
        Example(name: "a box on a mobile network while home watches", evidence: .overlapMobile, kind: nil) { story in
            Self.home(&story)
            story.watch(.box(8), .mobile(1), day: 2, at: 19, for: 100)
        },
        Example(name: "devices of one line that are never on it together", evidence: .ownLine, kind: nil) {
            story in
            for day in Int64(0)..<7 {
                let number = UInt64(10 + day)
                story.watch(.tv(day % 2 == 0 ? 1 : 8), .home(number), day: day, at: 19, for: 120)
            }
        },
        Example(name: "guests of matches", evidence: .match, kind: .eventGuest) { story in
            Self.home(&story)
            for day in [Int64(1), 3] {
                story.match(channel: 7, day: day, at: 20, for: 120)
                story.watch(.tv(8), .otherHome(1), day: day, at: 20, for: 120, channel: 7)
            }
        },
        Example(name: "many devices", evidence: .devices, kind: nil) { story in
            for number in UInt64(1)...10 { story.watch(.tv(number), .home(1), day: 1, at: Double(number), for: 30) }
        },
        Example(name: "another taste", evidence: .taste, kind: nil) { story in
            Self.home(&story)
            story.watch(.tv(8), .otherHome(1), day: 1, at: 9, for: 150, channel: 5)
        },
    ]

    @Test(arguments: Self.examples.map(\.name)) func `speaks against one household`(name: String) throws {
        let example = try #require(Self.examples.first { $0.name == name })
        var story = try SharingStory()
        example.tell(&story)
        let entry = try #require(story.entry)
        #expect(entry.points[example.evidence] >= SharingScore.shownMin)
        let score = SharingScore(entry.points, earlier: [600])
        let verdict = SharingVerdict(entry.evidence, score, maxConnections: 2, usual: nil)
        if let kind = example.kind { #expect(verdict.kind == kind) }
        let isFromTime = example.evidence == .devices || example.evidence == .taste || example.evidence == .match
        #expect(isFromTime || !entry.evidence.examples.events(example.evidence).isEmpty)
        #expect(entry.evidence.examples.events(example.evidence).count <= SharingExamples.countMax)
    }

    /// What speaks for the customer.
    private static let excuses: [(Evidence, Tell)] = [
        (
            .knownByID,
            { story in
                Self.home(&story)
                for day in Int64(0)..<5 { story.watch(.phone(1), .otherHome(1), day: day, at: 10, for: 60) }
            }
        ),
        (
            .knownByAgent,
            { story in
                for day in Int64(0)..<7 { story.watch(.box(1), .home(1), day: day, at: 19, for: 150) }
                for day in Int64(0)..<5 { story.watch(.box(1), .otherHome(1), day: day, at: 10, for: 60) }
            }
        ),
        (
            .foreign,
            { story in
                Self.home(&story)
                for day in Int64(0)..<5 { story.watch(.phone(1), .vpn(1), day: day, at: 10, for: 60) }
            }
        ),
        (
            .mainSilent,
            { story in
                for day in Int64(0)..<5 { story.watch(.tv(1), .home(1), day: day, at: 19, for: 150) }
                for day in Int64(5)..<7 { story.watch(.tv(8), .otherHome(1), day: day, at: 19, for: 100) }
            }
        ),
        (
            .weekend,
            { story in
                for day in Int64(0)..<7 { story.watch(.tv(1), .home(1), day: day, at: 19, for: 150) }
                for day in Int64(5)..<7 { story.watch(.tv(8), .otherHome(1), day: day, at: 10, for: 100) }
            }
        ),
    ]

    @Test(arguments: Self.excuses.indices) func `speaks for the customer`(index: Int) throws {
        let (evidence, tell) = Self.excuses[index]
        var story = try SharingStory()
        tell(&story)
        let points = try #require(story.entry).points
        #expect(points[evidence] <= -SharingScore.shownMin)
    }

    @Test func `a leak is one where many countries come at once`() throws {
        var story = try SharingStory()
        Self.home(&story)
        for (number, country) in ["FR", "IT", "PL", "AT"].enumerated() {
            // Providers that are somebody's main one there.
            let line = SharingStory.Line(asn: 500 + Int64(number), number: 9_000 + UInt64(number), country: country)
            for other in Int64(0)..<3 {
                let credential = 1_000 + Int64(number) * 10 + other
                var theirs = line
                theirs.number += 100 + UInt64(other)
                story.watch(.tv(UInt64(credential)), theirs, day: 1, at: 20, for: 100, credential: credential)
            }
            story.watch(.tv(20 + UInt64(number)), line, day: Int64(number), at: 20, for: 100, channel: 9)
        }
        let entry = try #require(story.entry)
        let score = SharingScore(entry.points, earlier: [])
        let verdict = SharingVerdict(entry.evidence, score, maxConnections: 2, usual: 1)
        #expect(verdict.households == 5)
        #expect(verdict.kind == .leaked)
        let usual = SharingVerdict(entry.evidence, score, maxConnections: 2, usual: 4)
        #expect(usual.kind == .resale)
    }

    @Test func `an id that three credentials tell is none`() throws {
        var story = try SharingStory()
        let cloned = SharingStory.Device(agent: 5, id: 77, kind: .tv)
        for credential in Int64(1)...3 {
            story.watch(cloned, .home(UInt64(credential)), day: 1, at: 20, for: 60, credential: credential)
        }
        let facts = story.facts
        let bounds = WeekBounds(story.week, story.clock)
        #expect(NetworkKnowledge(facts, in: bounds.span).genericDevices == [77])
    }
}
