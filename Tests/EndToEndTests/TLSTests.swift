import Foundation
import TestKit
import Testing

extension EndToEndTests {
    /// Viewers who come with TLS.
    struct TLSTests {
        /// Certificates of two brands in files, and a service that shows them.
        struct Stage {
            let supplier: Supplier
            let station: Station
            let serving: Serving
            let folder: String

            init(listening: String = "tls_listen: \"127.0.0.1:0\"") async throws {
                self.supplier = try Supplier(["/one.ts": .stream(try PacedStream(file: try await Media.h264.file))])
                let folder = "/tmp/baton-tls-\(UUID().uuidString.prefix(8))"
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                self.folder = folder
                for (file, name) in [("one", "one.example"), ("two", "two.example")] {
                    try await Self.make(file, name, in: folder)
                }
                self.station = try Station(
                    listening: listening,
                    settings: """
                        tls:
                          - {certificate: \(folder)/one.pem, key: \(folder)/one.key}
                          - {certificate: \(folder)/two.pem, key: \(folder)/two.key}
                        """
                )
                self.serving = try await self.station.serve()
                let channel = Catalogue.channel(101, self.supplier.url("/one.ts"), keep: "always")
                try await self.station.apply(Catalogue(channels: [channel]).text)
                try await self.station.follow().first("ingest.started")
            }

            static func make(_ file: String, _ name: String, in folder: String) async throws {
                let finished = try await Program.run(
                    "openssl",
                    [
                        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
                        "30", "-subj", "/CN=\(name)", "-addext", "subjectAltName=DNS:\(name)",
                        "-keyout", "\(folder)/\(file).key", "-out", "\(folder)/\(file).pem",
                    ]
                )
                try #require(finished.isSuccess, "\(finished)")
            }

            var port: Int {
                get throws { try #require(self.serving.securePort) }
            }

            /// Asks with `curl`, which believes the certificate in `file` alone.
            func curl(_ path: String, host: String, believing file: String) async throws -> Program.Finished {
                let address = "\(host):\(try self.port)"
                return try await Program.run(
                    "curl",
                    [
                        "-sS", "--max-time", "10", "--cacert", "\(self.folder)/\(file).pem", "--connect-to",
                        "\(address):127.0.0.1:\(try self.port)", "-w", "\n%{http_code}", "https://\(address)\(path)",
                    ]
                )
            }

            func remove() { try? FileManager.default.removeItem(atPath: self.folder) }
        }

        @Test func `each brand has its certificate, and players play with TLS and without`() async throws {
            let stage = try await Stage()
            defer { stage.remove() }
            for (host, file) in [("one.example", "one"), ("two.example", "two")] {
                let answer = try await stage.curl("/live/ada/pass-ada/101.m3u8", host: host, believing: file)
                #expect(answer.isSuccess && answer.output.hasSuffix("\n200"), "\(answer)")
                #expect(answer.output.contains("#EXTM3U"))
            }
            let wrong = try await stage.curl("/", host: "two.example", believing: "one")
            #expect(!wrong.isSuccess)
            #expect(try await stage.serving.client().get("/live/ada/pass-ada/101.m3u8").status == 200)
            let port = try stage.port
            let faults = try await together(["m3u8", "ts"]) { output in
                let url = "https://127.0.0.1:\(port)/live/ada/pass-ada/101.\(output)?device_id=\(output)"
                return try await Play("tls \(output)", url, seconds: 4).faults()
            }
            #expect(faults.flatMap(\.self) == [])
        }

        @Test func `certificates change under viewers, who notice nothing, and broken ones don't`() async throws {
            let stage = try await Stage()
            defer { stage.remove() }
            let url = "https://127.0.0.1:\(try stage.port)/live/ada/pass-ada/101.ts"
            let play = try await Play("through the change", url, seconds: 6)
            try await stage.station.follow().first("connection.opened")

            try await Stage.make("one", "new.example", in: stage.folder)
            let lines = stage.serving.program.errors.lines.count
            stage.serving.program.signal(SIGHUP)
            _ = try await stage.serving.program.errors.line("reading", from: lines, within: .seconds(5)) {
                $0.contains("certificates read again: 2")
            }
            let renewed = try await stage.curl("/nothing", host: "new.example", believing: "one")
            #expect(renewed.isSuccess && renewed.output.hasSuffix("\n404"), "\(renewed)")

            try FileManager.default.copyItem(atPath: "\(stage.folder)/one.pem", toPath: "\(stage.folder)/good.pem")
            try Data("broken".utf8).write(to: URL(filePath: "\(stage.folder)/one.pem"))
            let after = stage.serving.program.errors.lines.count
            stage.serving.program.signal(SIGHUP)
            _ = try await stage.serving.program.errors.line("complaint", from: after, within: .seconds(5)) {
                $0.contains("the old certificates are kept") && $0.contains("one.pem")
            }
            let kept = try await stage.curl("/nothing", host: "new.example", believing: "good")
            #expect(kept.isSuccess && kept.output.hasSuffix("\n404"), "\(kept)")
            #expect(try await play.faults() == [])
        }

        @Test func `a handshake that doesn't come ends in time, and without certificates nothing begins`() async throws
        {
            let stage = try await Stage(listening: "tls_listen: \"127.0.0.1:0\"")
            defer { stage.remove() }
            let silent = try Loopback.connect(to: try stage.port, from: "127.0.0.1")
            defer { close(silent) }
            // Half a handshake: a record that announces more than comes.
            #expect(Loopback.send([0x16, 0x03, 0x01, 0x02, 0x00, 0x01], to: silent))
            #expect(Loopback.isReadable(silent, within: 13_000))

            let wrong = try Station(listening: "tls_listen: \"127.0.0.1:0\"")
            let finished = try await wrong.run("serve", "--config", wrong.configuration)
            #expect(finished.exit == .code(1) && finished.errors.contains("public.tls_listen needs a certificate"))
            let missing = try Station(settings: "tls: {certificate: /nowhere.pem, key: /nowhere.key}")
            let refused = try await missing.run("serve", "--config", missing.configuration)
            #expect(refused.exit == .code(1) && refused.errors.contains("/nowhere.pem: can't be read"), "\(refused)")
        }
    }
}
