import Foundation
import TestKit
import Testing

extension EndToEndTests {
    /// Programme guides, as an operator takes them in.
    struct GuideTests {
        /// A guide in which each channel has a programme that runs, and one after it.
        private static func guide(_ channels: [(id: String, name: String)]) -> String {
            let hour = Int(Date().timeIntervalSince1970) / 3_600 * 3_600
            let text = DateFormatter()
            text.dateFormat = "yyyyMMddHHmmss"
            text.timeZone = TimeZone(secondsFromGMT: 3_600)
            text.locale = Locale(identifier: "en_US_POSIX")
            func time(_ seconds: Int) -> String {
                text.string(from: Date(timeIntervalSince1970: Double(seconds))) + " +0100"
            }
            let entries = channels.map { channel in
                """
                <channel id="\(channel.id)"><display-name>\(channel.name)</display-name></channel>
                <programme channel="\(channel.id)" start="\(time(hour - 3_600))" stop="\(time(hour + 7_200))">
                <title lang="de">Jetzt auf \(channel.name)</title></programme>
                <programme channel="\(channel.id)" start="\(time(hour + 7_200))" stop="\(time(hour + 10_800))">
                <title>Danach</title></programme>
                """
            }
            return "<?xml version=\"1.0\"?><!DOCTYPE tv SYSTEM \"xmltv.dtd\"><tv>\(entries.joined())</tv>"
        }

        @Test func `a guide comes from a file or a supplier, finds its channels, and is told of`() async throws {
            let text = Self.guide([("channel101.de", "Channel 101"), ("x", "Something Else")])
            let supplier = try Supplier([
                "/xmltv.php": .document(status: "200 OK", fields: ["Content-Type: text/xml"], body: Array(text.utf8)),
                "/broken": .document(status: "200 OK", fields: [], body: Array(text.utf8.dropLast(9))),
            ])
            let station = try Station()
            let catalogue = Catalogue(channels: [101, 102].map { Catalogue.channel($0, supplier.url("/\($0).ts")) })
                .text
            try await station.apply(catalogue)
            let path = try station.scratch.write(text, to: "guide.xml")
            // Without a service first.
            let offline = try await station.run("import", "xmltv", path)
            #expect(
                offline.output.contains("guide.xml: 4 programmes of 2 channels; 1 of 2 channels matched"),
                "\(offline)"
            )
            let serving = try await station.serve()
            let refused = try await station.run("import", "xmltv", supplier.url("/xmltv.php?password=secret"))
            #expect(refused.exit == .code(1) && refused.errors.contains("forbidden"), "\(refused)")
            let fetched = try await station.run(
                "import",
                "xmltv",
                supplier.url("/xmltv.php?password=secret"),
                "--name",
                "alpha",
                "--private-network"
            )
            #expect(fetched.output == "alpha: 4 programmes of 2 channels; 1 of 2 channels matched\n", "\(fetched)")
            let broken = try await station.run(
                "import",
                "xmltv",
                supplier.url("/broken"),
                "--name",
                "alpha",
                "--private-network"
            )
            #expect(broken.exit == .code(1) && broken.errors.contains("it ends in the middle"), "\(broken)")

            let set = try await station.run("channel", "epg", "102", "x")
            #expect(set.isSuccess, "\(set)")
            let unknown = try await station.run("channel", "epg", "102", "nobody")
            #expect(unknown.output.contains("no guide knows `nobody` yet"), "\(unknown)")
            try await station.run("channel", "epg", "102", "x")
            let list = try await station.run("channel", "epg", "--list", "--format", "csv")
            #expect(
                list.output.split(separator: "\n").map(String.init) == [
                    "channel,name,epg,matched_by,now,next",
                    "101,Channel 101,channel101.de,id,Jetzt auf Channel 101,Danach",
                    "102,Channel 102,x,set,Jetzt auf Something Else,Danach",
                ],
                "\(list)"
            )
            let show = try await station.run("channel", "show", "101")
            #expect(show.output.contains("Jetzt auf Channel 101"), "\(show)")
            #expect(try await serving.stop() == .code(0))

            let events = try await station.events()
            let refreshed = events.filter { $0.type == "guide.refreshed" }
            #expect(refreshed.map { $0.text("source") } == ["guide.xml", "alpha"])
            #expect(refreshed.map { $0.number("programmes") } == [4, 4])
            #expect(refreshed.map { $0.number("matched") } == [1, 1])
            #expect(events.filter { $0.type == "guide.failed" }.count == 2)
            #expect(!events.contains { $0.line.contains("secret") })
        }

        @Test func `a guide that is named in the configuration is fetched by itself`() async throws {
            let text = Self.guide([("channel101", "One")])
            let supplier = try Supplier([
                "/guide": .document(status: "200 OK", fields: [], body: Array(text.utf8))
            ])
            let station = try Station()
            let feed = "guide: {sources: [{url: \"\(supplier.url("/guide"))\", private_network: true}]}\n"
            let file = URL(filePath: station.configuration)
            try (String(contentsOf: file, encoding: .utf8) + feed).write(to: file, atomically: true, encoding: .utf8)
            try await station.apply(Catalogue(channels: [Catalogue.channel(101, supplier.url("/1.ts"))]).text)
            let serving = try await station.serve()
            let tail = try await station.follow()
            let event = try await tail.first("guide.refreshed", within: .seconds(15)) { $0.type == "guide.refreshed" }
            #expect(event.number("matched") == 1)
            #expect(try await serving.stop() == .code(0))
        }
    }
}
