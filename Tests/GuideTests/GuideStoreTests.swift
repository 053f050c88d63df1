@testable import Guide
import Model
import TestSupport
import Testing

@Suite struct GuideStoreTests {
    /// 2026-11-23 12:00 UTC.
    static let noon = WallTime(seconds: 1_795_435_200)

    static func programme(_ epg: String, _ hour: Int, _ title: String, hours: Int = 1) -> String {
        let start = WallTime(seconds: noon.seconds + Int64(hour) * 3_600)
        let stop = WallTime(seconds: start.seconds + Int64(hours) * 3_600)
        return """
            <programme channel="\(epg)" start="\(XMLTVTime.text(start))" stop="\(XMLTVTime.text(stop))">
            <title lang="de">\(title)</title><title lang="en">\(title) (en)</title><desc>about \(title)</desc></programme>
            """
    }

    private func titles(_ store: GuideStore, _ epg: String) throws -> [String] {
        try store.programmes(of: epg, from: WallTime(seconds: 0), to: WallTime(microseconds: .max)).map {
            $0.title().text
        }
    }

    @Test func `answers what runs now and next, by time`() throws {
        let scratch = try ScratchDirectory()
        let store = try GuideStore(path: scratch.file("guide.sqlite"))
        let summary = try store.take(
            "a",
            at: Self.noon,
            Self.programme("one", 1, "C") + Self.programme("one", -1, "A") + Self.programme("one", 0, "B")
                + Self.programme("two", 0, "Z", hours: 60)
        )
        #expect(summary == GuideImport.Summary(channels: 2, programmes: 4, outside: 0))
        let now = try store.upcoming(of: "one", at: WallTime(seconds: Self.noon.seconds + 60), limit: 2)
        #expect(now.map { $0.title(in: "en").text } == ["B (en)", "C (en)"])
        #expect(now.first?.description()?.text == "about B")
        #expect(now.first?.epg == "one")
        #expect(now.first.map { $0.id > 0 } == true)
        // At the very end of a programme the next one runs.
        #expect(try store.upcoming(of: "one", at: Self.noon, limit: 1).map { $0.title().text } == ["B"])
        #expect(try store.upcoming(of: "three", at: Self.noon, limit: 2).isEmpty)
        let long = try store.programmes(of: "two", from: Self.noon, to: WallTime(microseconds: .max))
        #expect(long.map { $0.stop.seconds - $0.start.seconds } == [GuideStore.lengthMax])
    }

    @Test func `a refresh keeps the past, and believes the new file about what comes`() throws {
        let scratch = try ScratchDirectory()
        let store = try GuideStore(path: scratch.file("guide.sqlite"))
        try store.take(
            "a",
            at: Self.noon,
            (-3...3).map { Self.programme("one", $0, "old\($0)") }.joined() + Self.programme("gone", 1, "gone")
                + Self.programme("gone", -5, "was")
        )
        try store.take("b", at: Self.noon, Self.programme("other", 0, "other"))
        try store.take("a", at: Self.noon, [0, 1, 5].map { Self.programme("one", $0, "new\($0)") }.joined())
        #expect(try self.titles(store, "one") == ["old-3", "old-2", "old-1", "new0", "new1", "new5"])
        #expect(try self.titles(store, "gone") == ["was"])
        #expect(try self.titles(store, "other") == ["other"])
        #expect(try store.sources().map(\.name) == ["a", "b"])
        #expect(try store.sources().map(\.programmes) == [7, 1])
        // Two weeks later nothing of it is left but what two weeks hold.
        let later = WallTime(seconds: Self.noon.seconds + 14 * 86_400 + 3_600)
        try store.take("a", at: later, "<channel id='one'><display-name>One</display-name></channel>")
        #expect(try self.titles(store, "one") == ["new1", "new5"])
        #expect(try self.titles(store, "other") == [])
    }

    @Test func `programmes outside of four weeks are left out, ends that are not said are the next beginning`() throws {
        let scratch = try ScratchDirectory()
        let store = try GuideStore(path: scratch.file("guide.sqlite"))
        let open = ["20261123120000", "20261123121500"].map {
            "<programme channel='one' start='\($0)'><title>\($0.suffix(6))</title></programme>"
        }
        let summary = try store.take(
            "a",
            at: Self.noon,
            open.joined() + Self.programme("one", 15 * 24, "far") + Self.programme("one", -15 * 24, "long ago")
        )
        #expect(summary.outside == 2)
        let found = try store.programmes(of: "one", from: Self.noon, to: WallTime(microseconds: .max))
        #expect(found.map { $0.stop.seconds - $0.start.seconds } == [900, 3_600])
    }

    @Test func `what is not committed leaves no trace, and one guide is read at a time`() throws {
        let scratch = try ScratchDirectory()
        let store = try GuideStore(path: scratch.file("guide.sqlite"))
        try store.take("a", at: Self.noon, Self.programme("one", 0, "old"))
        let version = store.version
        do {
            let first = try store.begin(source: "a", now: Self.noon)
            #expect(throws: GuideError.busy) { try store.begin(source: "b", now: Self.noon) }
            try first.add(try XMLTVFeed().items(Array("<tv>\(Self.programme("one", 0, "new"))</tv>".utf8)))
        }
        #expect(try self.titles(store, "one") == ["old"])
        #expect(store.version == version)
        try store.take("a", at: Self.noon, Self.programme("one", 0, "new"))
        #expect(try self.titles(store, "one") == ["new"])
    }

    @Test func `the version grows with every change, restarts included`() throws {
        let scratch = try ScratchDirectory()
        let path = scratch.file("guide.sqlite")
        let store = try GuideStore(path: path)
        let first = store.version
        try store.take("a", at: Self.noon, Self.programme("one", 0, "x"))
        let second = store.version
        #expect(second > first)
        store.close()
        let again = try GuideStore(path: path)
        #expect(again.version == second)
        #expect(try self.titles(again, "one") == ["x"])
        try again.remove(source: "a")
        #expect(again.version > second)
        #expect(try again.sources().isEmpty)
        #expect(try self.titles(again, "one") == [])
    }

    @Test func `a file that is no database is made anew`() throws {
        let scratch = try ScratchDirectory()
        let path = scratch.file("guide.sqlite")
        try scratch.write(Array(repeating: 0x41, count: 8_192), to: "guide.sqlite")
        let store = try GuideStore(path: path)
        try store.take("a", at: Self.noon, Self.programme("one", 0, "x"))
        #expect(try self.titles(store, "one") == ["x"])
    }

    @Test func `where two guides know an id, the first one with programmes for it is asked`() throws {
        let scratch = try ScratchDirectory()
        let store = try GuideStore(path: scratch.file("guide.sqlite"))
        try store.take("empty", at: Self.noon, "<channel id='one'><display-name>First</display-name></channel>")
        try store.take("full", at: Self.noon, Self.programme("one", 0, "x"))
        #expect(try self.titles(store, "one") == ["x"])
        try store.take("empty", at: Self.noon, Self.programme("one", 0, "y"))
        #expect(try self.titles(store, "one") == ["y"])
    }

    @Test func `a whole guide is given programme by programme, id by id`() throws {
        let scratch = try ScratchDirectory()
        let store = try GuideStore(path: scratch.file("guide.sqlite"))
        let entries = ["b", "a"].flatMap { epg in (0..<3).map { Self.programme(epg, $0, "\(epg)\($0)") } }
        try store.take("a", at: Self.noon, entries.joined())
        var found: [String] = []
        try store.forEachProgramme(of: ["a", "x", "b"], from: Self.noon, to: WallTime(microseconds: .max)) {
            found.append($0.title().text)
        }
        #expect(found == ["a0", "a1", "a2", "b0", "b1", "b2"])
    }
}
