import Accounts
import Foundation
import Glibc
import Model
import Reports
import TestSupport
import Testing

@testable import App

/// What support may ask, and what it is told.
struct RoleTests {
    private static let query = ReportQuery(now: PrivacyOffice.start)

    private static func replay(_ form: ReplayTool.Form) -> AdminRequest {
        .look(
            .replay(
                .init(
                    who: "c-ada",
                    from: "2026-11-23 09:00",
                    to: "2026-11-23 14:00",
                    around: nil,
                    form: form,
                    fromLog: false,
                    zone: "UTC"
                )
            )
        )
    }

    /// What support may, each with something of what it is told.
    static let allowed: [(AdminRequest, String)] = [
        (.list(.supplier), ""), (.list(.channel), "News One"), (.list(.source), ""), (.list(.plan), "basic"),
        (.list(.customer), "AdaCnryName"), (.list(.credential), "userCnry1"), (.show(.customer, id: "c-ada"), "c-ada"),
        (.show(.credential, id: "userCnry1"), "userCnry1"), (.connections(credential: nil), "203.0.113.0/24"),
        (.bans(.list), "2001:db8:5:400::/56"), (.record(.events), ""), (.record(.refunds), "refundCnry"),
        (.record(.excuses), "excuseCnry"), (Self.replay(.table), "c-ada"), (Self.replay(.json), "c-ada"),
        (Self.replay(.html), "<!doctype html>"),
        (.look(.explain(event: "5", json: false, zone: nil)), "#5"),
        (.look(.state(who: "c-ada", at: "2026-11-23 10:30", format: .json, zone: "UTC")), "\"connections\""),
        (.look(.report(.init(.sharing, Self.query, format: .csv, zone: "UTC", isExport: true))), "week,"),
        (.look(.report(.init(.refundRisk, Self.query, format: .html, zone: "UTC", isExport: false))), "<!doctype"),
        (.look(.report(.init(.stability, Self.query, format: .json, zone: "UTC", isExport: false))), "\"rows\""),
        (
            .look(.log(.init(types: [], of: nil, from: nil, to: nil, words: false))),
            #""type":"client.seen""#
        ),
        (.look(.log(.init(types: [], of: nil, from: nil, to: nil, words: true))), "refused"),
    ]

    /// What only the owner may.
    static let refused: [AdminRequest] = [
        .add(.customer, id: "x", settings: [:]), .change(.customer, id: "c-ada", settings: ["name": "x"]),
        .remove(.customer, id: "c-ada"), .issue(IssueCredential.Order(username: nil, settings: [:])),
        .extend(credential: "userCnry1", NewEndText(length: "1d")), .convert(credential: "userCnry1", NewEndText()),
        .suspendCustomer("c-ada", why: ""), .resumeCustomer("c-ada"), .suspend(credential: "userCnry1", why: ""),
        .resume(credential: "userCnry1"), .rotate(credential: "userCnry1"),
        .apply(Catalogue(), prune: true, dryRun: false), .apply(Catalogue(), prune: true, dryRun: true), .seal,
        .kick(connection: nil, credential: "userCnry1"), .reloadSlates,
        .importGuide(location: Redacted("/etc/passwd"), name: "x", privateNetwork: true), .guideProgress(name: "x"),
        .setGuide(channel: "101", epg: "x"), .bans(.add(address: "192.0.2.1", why: "", seconds: nil)),
        .bans(.remove(address: "192.0.2.1")), .bans(.export(guessers: true)), .unlock(credential: "userCnry1"),
        .switchSource(channel: "101", source: nil), .keepReports(week: nil, weeks: 1, timezone: nil),
        .record(.recordRefund(customer: "c-ada", amountCents: 1, why: "", day: nil)),
        .record(.addEvent(channel: "101", title: "x", from: 0, to: 1)),
        .record(.excuse(credential: "userCnry1", why: "x", until: 0)),
        .record(.withdrawExcuse(credential: "userCnry1")),
        .record(.exported(report: "x", span: "x", format: "x")), .privacy(.erase(customer: "c-ada")),
        .privacy(.export(customer: "c-ada")), .listDeliveries, .sendReports(delivery: nil),
    ]

    /// Whole addresses, device ids, keys of devices and the like.
    private static let secrets = [
        "203.0.113.77", "198.51.100.91", "203.0.113.9", "192.0.2.9", "2001:db8:77:1:a:b:c:d", "2001:db8:5:4d2",
        "192.0.2.128/25", "mac-canary-0042", "SmartTVCnry/7.1", "wordCnry1", "\"v1.", "\"h1.", "\"a1.",
    ]

    private static func told(_ answer: AdminAnswer) -> String {
        answer.messages.joined(separator: "\n") + (answer.table?.text(.csv) ?? "") + (answer.text ?? "")
            + (answer.error ?? "")
    }

    private func office() async throws -> PrivacyOffice {
        let office = try PrivacyOffice()
        try await office.populate()
        try await office.watch()
        // What an operator typed holds an address, too.
        let ban = BanRequest.add(address: "2001:db8:5:4d2::1", why: "asked from 203.0.113.77", seconds: nil)
        _ = try await office.ask(.bans(ban))
        return office
    }

    @Test func `support looks, and no answer has a whole address, a key or anything sealed`() async throws {
        let office = try await self.office()
        let before = try office.lastSeq()
        for (request, sign) in Self.allowed {
            let answer = await office.administrator.answer(.asSupport(request))
            #expect(answer.error == nil, "\(request)")
            let told = Self.told(answer)
            #expect(sign.isEmpty || told.contains(sign), "\(request): \(told.prefix(400))")
            for secret in Self.secrets { #expect(!told.contains(secret), "\(request): \(secret)") }
            let keys = told.split { !$0.isHexDigit }.filter { $0.count >= 16 && !$0.allSatisfy(\.isNumber) }
            #expect(keys == [], "\(request)")
        }
        // The one report that went into a file is all that was recorded.
        #expect(try office.lastSeq() == before + 1)
        // The owner sees what support doesn't.
        let owner = Self.told(try await office.ask(.connections(credential: nil)))
        #expect(owner.contains("203.0.113.77"))
        #expect(Self.told(try await office.ask(.bans(.list))).contains("2001:db8:5:4d2::1"))
    }

    @Test func `support changes nothing and takes nothing away: one line says so`() async throws {
        let office = try await self.office()
        let before = try office.lastSeq()
        for request in Self.refused {
            let answer = await office.administrator.answer(.asSupport(request))
            #expect(answer.error == RoleError.mayNot(.support).description, "\(request)")
            #expect(answer.error?.contains("\n") == false)
            // Nor behind a second cover.
            let covered = await office.administrator.answer(.asSupport(.asSupport(request)))
            #expect(covered.error == answer.error)
        }
        #expect(try office.lastSeq() == before)
    }

    @Test func `the socket of support is its group's, and answers as support whatever is asked`() async throws {
        let office = try await self.office()
        let scratch = try ScratchDirectory()
        let path = "\(scratch.path)/s.sock"
        let listener = try AdminListener(SupportSocket(path: path, group: nil))
        defer { listener.stop() }
        let administrator = office.administrator
        listener.start { await administrator.answer($0) }
        var status = stat()
        #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o660)
        let reach = Reach.supportSocket(path)
        let list = try await OwnThread.run { try AdminSocket.send(.connections(credential: nil), to: path) }
        #expect(list?.table?.text(.csv).contains("203.0.113.0/24") == true)
        let refused = try await OwnThread.run { try AdminSocket.send(.privacy(.erase(customer: "c-ada")), to: path) }
        #expect(refused?.error == RoleError.mayNot(.support).description)
        #expect(throws: RoleError.mayNot(.support)) { try reach.ownersDirectory }
    }

    @Test func `a file that is no socket is left where it is, and an unknown group is named`() throws {
        let scratch = try ScratchDirectory()
        let path = "\(scratch.path)/notes"
        try "mine".write(toFile: path, atomically: true, encoding: .utf8)
        #expect(throws: AdminSocketError.self) { try AdminListener(SupportSocket(path: path, group: nil)) }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "mine")
        let error = #expect(throws: AdminSocketError.self) {
            try AdminListener(SupportSocket(path: "\(scratch.path)/s", group: "no-such-group"))
        }
        #expect(error?.description.contains("no-such-group") == true)
    }

    static let settings: [(String, String?)] = [
        ("{socket: /run/s.sock, group: support}", nil), ("{socket: s.sock}", "whole path"),
        ("{group: support}", "a group without a socket"), ("{sockt: /run/s}", "sockt"),
        ("{socket: /\(String(repeating: "x", count: 120))}", "107 bytes"),
    ]

    @Test(arguments: Self.settings) func `the socket's settings are read or refused with why`(
        text: String,
        complaint: String?
    ) throws {
        let file = "admin: {support: \(text)}"
        guard let complaint else {
            let configuration = try Configuration(parsing: file, file: "baton.yaml")
            #expect(configuration.supportSocket == SupportSocket(path: "/run/s.sock", group: "support"))
            return
        }
        let error = #expect(throws: ConfigurationError.self) {
            try Configuration(parsing: file, file: "baton.yaml")
        }
        #expect(error?.description.contains(complaint) == true)
    }
}

extension PrivacyOffice {
    /// The newest event's number.
    fileprivate func lastSeq() throws -> Int64 {
        let words = try DirectoryBytes(self.directory).parts.last.map { String(decoding: $0.bytes, as: UTF8.self) }
        return Int64(words?.split(separator: "\n").count ?? 0)
    }
}
