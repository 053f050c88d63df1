import Model
import TestSupport
import Testing

@testable import App

struct GuideSettingsTests {
    @Test func `reads the guides of a configuration`() throws {
        let text = """
            guide:
              sources:
                - {url: "http://user:secret@guide.example:8080/xmltv.php?username=u&password=p", every: 12h}
                - {url: /srv/guide.xml.gz, name: own, private_network: true}
            """
        let guides = try Configuration(parsing: text, file: "baton.yaml").guides
        #expect(guides.map(\.name) == ["guide.example:8080", "own"])
        #expect(guides.map(\.every) == [43_200, GuideFeed.everyDefault])
        #expect(guides.map(\.privateNetwork) == [false, true])
        #expect(!"\(guides)".contains("secret") && !"\(guides)".contains("password"))
    }

    @Test(
        arguments: [
            ("guide: {sources: [{every: 6h}]}", "needs a url"),
            ("guide: {sources: [{url: \"ftp://x/y\"}]}", "expected an http or https address"),
            ("guide: {sources: [{url: guide.xml}]}", "expected an http or https address"),
            ("guide: {sources: [{url: /a, every: 1m}]}", "allowed 15m to 7d"),
            ("guide: {sources: [{url: /a, every: often}]}", "allowed 15m to 7d"),
            ("guide: {sources: [{url: \"http://a/1\"}, {url: \"http://a/2\"}]}", "two guides are called `a`"),
            ("guide: {source: []}", "source"), ("archive: {leave_free_mb: 1}", "allowed 100"),
        ]
    )
    func `says what is wrong with a guide`(_ text: String, _ words: String) {
        #expect {
            _ = try Configuration(parsing: text, file: "baton.yaml")
        } throws: { error in
            "\(error)".contains(words)
        }
    }

    @Test func `a guide is fetched when it is due, and later after each failure`() {
        var random = SeededRandom(seed: 5)
        var schedule = GuideSchedule(every: 21_600)
        #expect((0...5).contains(schedule.first(age: nil, random: &random)))
        #expect((0...5).contains(schedule.first(age: 30_000, random: &random)))
        #expect((0...5).contains(schedule.first(age: -60, random: &random)))
        #expect((16_200...19_800).contains(schedule.first(age: 3_600, random: &random)))
        for wait in [60, 120, 300, 900, 3_600, 3_600] as [Int64] {
            #expect((wait * 9 / 10...wait * 11 / 10).contains(schedule.failed(random: &random)))
        }
        #expect((19_440...23_760).contains(schedule.succeeded(random: &random)))
        #expect((54...66).contains(schedule.failed(random: &random)))
        var often = GuideSchedule(every: 900)
        for _ in 0..<6 { #expect(often.failed(random: &random) <= 990) }
    }
}
