import Model
import Testing

@testable import Ingest

extension LiveTests {
    @Suite struct SecretsTests {
        static let canaries = ["canaryuser", "canarypass", "canarypath", "canaryquery", "canaryhost", "canarykey"]

        static func expectClean(_ value: Any, _ what: String) {
            var dumped = ""
            dump(value, to: &dumped)
            for text in [String(describing: value), String(reflecting: value), dumped] {
                for canary in Self.canaries { #expect(!text.contains(canary), "\(what) shows \(canary)") }
            }
        }

        @Test func `no output of a failing source shows its address, credentials or what its supplier wrote`()
            async throws
        {
            let answers: [String: [SupplierServer.Step]] = [
                "/404": .answer(text: "<h1>canaryuser</h1>", status: "404 canarypath"),
                "/html": .answer(text: "<html>canarypass " + String(repeating: "x", count: 80)),
                "/redirect": .redirect(to: "ftp://canaryuser:canarypass@canaryhost/canarypath"),
                "/circle": .redirect(to: "/circle?canaryquery"),
                "/list.m3u8": .answer(
                    text:
                        "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-KEY:METHOD=canarykey,URI=\"canarypath\"\n#EXTINF:1,\nx\n"
                ),
                "/lines.m3u8": .answer(
                    text: "#EXTM3U\n#EXT-X-TARGETDURATION:canarypass\n#EXTINF:canaryuser,\ncanarypath\n"
                ),
                "/gone.m3u8": .answer(
                    text: "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://canaryhost.invalid/canarypath\n"
                ),
                "/cut": .head(["Content-Length: 9999"]) + [.write(ContentSnifferTests.packets(8)), .close],
            ]
            try await withSupplier({ request in
                answers[String(request.path.dropFirst("/canarypath".count))] ?? [.close]
            }) { engine, server in
                for target in answers.keys.sorted() {
                    let url = "http://canaryuser:canarypass@127.0.0.1:\(server.port)/canarypath\(target)?canaryquery=1"
                    var probe = SourceProbe(engine, url)
                    let failure = try #require(await probe.ended())
                    #expect(failure.cause != .cancelled)
                    for output in probe.seen { Self.expectClean(output, target) }
                    Self.expectClean(failure.cause.description, target)
                    Self.expectClean(probe.handle, target)
                }
                Self.expectClean(engine, "engine")
            }
        }

        @Test func `addresses print redacted wherever they stand`() throws {
            let text = "http://canaryuser:canarypass@canaryhost/canarypath?canaryquery"
            let url = try SourceURL(parsing: text)
            let configuration = IngestConfiguration()
            Self.expectClean(url, "SourceURL")
            Self.expectClean(RequestMaker(configuration: configuration).segment(url, range: nil), "TransferRequest")
            Self.expectClean(TransferHead(status: 200, effectiveURL: Redacted(text)), "TransferHead")
            var machine = HTTPSourceMachine(url: url, configuration: configuration)
            let actions = machine.started(now: .zero)
            Self.expectClean(actions, "SourceAction")
            Self.expectClean(machine, "HTTPSourceMachine")
            let source = SourceSpecification(
                id: SourceID(1),
                channel: ChannelID(1),
                supplier: SupplierID(rawValue: "alpha"),
                url: Redacted(text),
                allowsPrivateNetwork: false
            )
            Self.expectClean(source, "SourceSpecification")
            for bad in [
                "ftp://canaryhost/canarypath", "http://canaryhost:canarypass/", "http://canary host/canarypath",
            ] {
                do throws(SourceURLError) {
                    _ = try SourceURL(parsing: bad)
                    Issue.record("not refused")
                } catch {
                    Self.expectClean(error, "SourceURLError")
                }
            }
        }
    }
}
