import Events
import Foundation
import Ledger
import Logging
import Model
import Projections
import Reports
import Synchronization
import TestSupport
import Testing

@testable import App

struct OutboxTests {
    /// Half past seven in the morning of the Monday after the week, in Greenwich.
    private static let monday = WallTime(seconds: 1_791_790_200)

    /// A week made up, with a ledger whose clock stands still until it is set.
    private final class Stage: Sendable {
        let scratch: ScratchPath
        let directory: DataDirectory
        let ledger: Ledger
        let box: WallBox
        private let recorded = Mutex<[Event]>([])

        init() async throws {
            let scratch = try ScratchPath()
            self.scratch = scratch
            let directory = DataDirectory(path: "\(scratch.path)/data")
            self.directory = directory
            try await OwnThread.run {
                _ = try SimulateTool(customers: 8, weeks: 1, seed: 3, start: "2026-10-05", into: directory).run()
            }
            var configuration = Ledger.Configuration(
                directory: directory.path,
                node: NodeID(rawValue: "a"),
                version: "test"
            )
            configuration.announcesNode = false
            let now = WallBox()
            configuration.clocks = Clocks(wall: { now.time }, monotonic: { 1_000_000 })
            self.box = now
            self.ledger = try Ledger(configuration)
            _ = self.ledger.observe { [weak self] envelopes in
                self?.recorded.withLock { $0 += envelopes.map(\.event) }
            }
        }

        deinit { self.ledger.stop() }

        var events: [Event] { self.recorded.withLock { $0 } }

        func send(
            _ deliveries: [ReportDelivery],
            after seconds: Int64 = 0,
            isNow: Bool = false
        ) async throws -> [String] {
            let time = OutboxTests.monday.advanced(milliseconds: seconds * 1_000)
            self.box.set(time)
            let outbox = Outbox(
                deliveries,
                ledger: self.ledger,
                directory: self.directory,
                logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
            )
            return try await outbox.sendDue(now: time, isNow: isNow)
        }
    }

    /// The time that a ledger's clock shows.
    final class WallBox: Sendable {
        private let value = Mutex(OutboxTests.monday)
        var time: WallTime { self.value.withLock { $0 } }
        func set(_ time: WallTime) { self.value.withLock { $0 = time } }
    }

    /// A directory that goes when nobody needs it.
    final class ScratchPath: Sendable {
        let path: String

        init() throws {
            self.path = FileManager.default.temporaryDirectory.appending(path: "outbox-\(UUID().uuidString)").path
            try FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: true)
        }

        deinit { try? FileManager.default.removeItem(atPath: self.path) }
    }

    @Test func `a week's reports go into a directory once, each with its event`() async throws {
        let stage = try await Stage()
        let delivery = ReportDelivery(name: "disk", way: .directory(stage.scratch.path))
        #expect(try await stage.send([delivery], after: -1_801).isEmpty, "too early on Monday")
        let messages = try await stage.send([delivery])
        #expect(
            messages == ["sharing", "refund-risk", "stability"].map { "\($0) 2026-W41 to disk: sent" },
            "\(messages)"
        )
        for name in ["sharing", "refund-risk", "stability"] {
            let page = try String(contentsOfFile: "\(stage.scratch.path)/\(name)-2026-W41.html", encoding: .utf8)
            #expect(page.hasPrefix("<!doctype html>"))
        }
        #expect(try await stage.send([delivery], after: 60).isEmpty, "sent once")
        let sent = stage.events.compactMap { if case .reportSent(let it) = $0 { it } else { nil } }
        #expect(sent.map(\.report) == ["sharing", "refund-risk", "stability"])
        #expect(sent.allSatisfy { $0.delivery == "disk" && $0.way == "directory" && $0.span == "2026-W41" })
        #expect(try await stage.send([delivery], after: 120, isNow: true).count == 3)
    }

    @Test func `what fails is tried again later each time, and each try is an event that names no address`()
        async throws
    {
        let stage = try await Stage()
        let server = try HookServer(statuses: [500, 503, 200])
        let token = "\(stage.scratch.path)/token"
        try "geheim\n".write(toFile: token, atomically: true, encoding: .utf8)
        var delivery = ReportDelivery(name: "desk", way: .webhook(Webhook(url: server.url, tokenFile: token)))
        delivery.reports = [.stability]
        delivery.format = .json
        #expect(
            try await stage.send([delivery]) == [
                "stability 2026-W41 to desk: the server answered 500; it is tried again"
            ]
        )
        #expect(try await stage.send([delivery], after: 299).isEmpty)
        #expect(try await stage.send([delivery], after: 300).count == 1)
        #expect(try await stage.send([delivery], after: 2_000).isEmpty)
        #expect(try await stage.send([delivery], after: 2_100) == ["stability 2026-W41 to desk: sent"])
        let failed = stage.events.compactMap { if case .reportFailed(let it) = $0 { it } else { nil } }
        #expect(failed.map(\.attempt) == [1, 2])
        #expect(failed.map(\.why) == ["the server answered 500", "the server answered 503"])
        #expect(failed.first?.retry == Self.monday.advanced(milliseconds: 300_000))
        #expect(!"\(stage.events)".contains("canary") && !"\(stage.events)".contains("geheim"))
        let posts = server.posts
        #expect(posts.count == 3 && posts.allSatisfy { $0.body.hasPrefix("{\"report\":\"stability\"") })
        let head = try #require(posts.first?.head)
        for line in [
            "POST /in?key=canary HTTP/1.1", "Content-Type: application/json", "Baton-Report: stability",
            "Baton-Week: 2026-W41", "Authorization: Bearer geheim",
        ] {
            #expect(head.contains(line), "\(line) in \(head)")
        }
    }

    @Test func `a mail has the sentences and the page, for everybody who gets it`() async throws {
        let stage = try await Stage()
        let server = try MailServer()
        var account = MailAccount(
            server: server.url,
            from: "baton@example.net",
            to: ["a@example.net", "b@example.net"]
        )
        account.isEncrypted = false
        var delivery = ReportDelivery(name: "owner", way: .mail(account))
        delivery.reports = [.sharing]
        #expect(try await stage.send([delivery]) == ["sharing 2026-W41 to owner: sent"])
        let mail = try #require(server.mails.first)
        #expect(mail.from.hasPrefix("<baton@example.net>"))
        #expect(mail.to == ["<a@example.net>", "<b@example.net>"])
        #expect(mail.text.contains("Subject: Shared credentials, 2026-W41\r\n"))
        let parts = mail.text.components(separatedBy: "--=_baton_part")
        let bodies = parts.dropFirst().prefix(2).compactMap { part in
            part.components(separatedBy: "\r\n\r\n").last.flatMap {
                Data(base64Encoded: $0, options: .ignoreUnknownCharacters)
            }.map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(bodies.count == 2 && bodies[0].contains("credentials") && bodies[1].hasPrefix("<!doctype html>"))
        #expect(bodies[1].hasSuffix("</html>\n"))
    }

    @Test func `a server that refuses somebody, that wants no TLS, or that is not there is a failure`() throws {
        let message = MailMessage(
            from: "a@example.net",
            to: ["b@example.net"],
            subject: "x",
            id: "1",
            date: Self.monday,
            text: "x",
            fileName: "x",
            contentType: "text/plain",
            file: [1]
        )
        let refusing = try MailServer(refusing: "b@example.net")
        var account = MailAccount(server: refusing.url, from: "a@example.net", to: ["b@example.net"])
        account.isEncrypted = false
        #expect(throws: CurlPostError.refused(550)) { try CurlPost.mail(message, through: account, password: nil) }
        account.isEncrypted = true
        #expect(throws: CurlPostError.self) { try CurlPost.mail(message, through: account, password: nil) }
        #expect(refusing.mails.isEmpty)
        let gone = try MailServer().url
        let absent = MailAccount(server: gone, from: "a@example.net", to: ["b@example.net"])
        #expect(throws: CurlPostError.self) { try CurlPost.mail(message, through: absent, password: nil) }
    }
}
