import Model
import Reports
import Testing

@testable import App

struct DeliveryScheduleTests {
    private static let due = WallTime(seconds: 1_000_000)

    private static func at(_ seconds: Int64) -> WallTime { self.due.advanced(milliseconds: seconds * 1_000) }

    private static func failed(_ seconds: Int64...) -> [DeliverySchedule.Attempt] {
        seconds.map { .init(at: self.at($0), isSent: false) }
    }

    static let steps: [([DeliverySchedule.Attempt], Int64, DeliverySchedule.Step)] = [
        ([], -1, .wait(until: due)), ([], 0, .send(attempt: 1)), ([], 86_400, .send(attempt: 1)),
        (failed(0), 299, .wait(until: at(300))), (failed(0), 300, .send(attempt: 2)),
        (failed(0, 300), 2_099, .wait(until: at(2_100))), (failed(0, 300), 2_100, .send(attempt: 3)),
        (failed(0, 1, 2, 3, 4), 43_204, .send(attempt: 6)), (failed(0, 1, 2, 3, 4, 5), 999_999, .givenUp),
        (failed(0) + [.init(at: at(300), isSent: true)], 999_999, .sent),
    ]

    @Test(arguments: steps)
    func `it is sent when due, and again ever later where it failed`(
        _ attempts: [DeliverySchedule.Attempt],
        _ now: Int64,
        _ step: DeliverySchedule.Step
    ) {
        #expect(DeliverySchedule.step(attempts, due: Self.due, now: Self.at(now)) == step)
    }

    @Test func `it is due on Monday at its time, when the week is final, by the operator's clock`() throws {
        let clock = try LocalClock(zone: "Europe/Berlin")
        let week = try #require(ReportWeek("2026-W43", clock))
        #expect(clock.text(DeliverySchedule.due(week, at: 7 * 3_600, clock)) == "2026-10-26T07:00:00+01:00")
        #expect(clock.text(DeliverySchedule.due(week, at: 0, clock)) == "2026-10-26T06:00:00+01:00")
    }

    @Test func `reads deliveries of a configuration`() throws {
        let text = """
            reports:
              deliveries:
                - {name: disk, directory: /srv/reports, format: csv, reports: [stability]}
                - name: owner
                  at: "08:30"
                  mail: {server: "smtp://mail.example:587", user: u, password_file: /p, from: b@x.net, to: [a@x.net]}
                - {name: desk, webhook: {url: "https://desk.example/in", token_file: /t}}
            """
        let deliveries = try Configuration(parsing: text, file: "baton.yaml").deliveries
        #expect(deliveries.map(\.name) == ["disk", "owner", "desk"])
        #expect(deliveries.map(\.way.word) == ["directory", "mail", "webhook"])
        #expect(deliveries[0].reports == [.stability] && deliveries[0].format == .csv)
        #expect(deliveries[1].at == 30_600 && deliveries[1].format == .html && deliveries[1].reports.count == 3)
        #expect(try Configuration(parsing: "", file: "baton.yaml").deliveries.isEmpty)
    }

    @Test(
        arguments: [
            ("{name: a}", "one of directory, mail and webhook"), ("{directory: /a}", "needs a name"),
            ("{name: a, directory: b}", "whole path"), ("{name: a, directory: /b, format: pdf}", "allowed table, csv"),
            ("{name: a, directory: /b, reports: [all]}", "allowed refund-risk"),
            ("{name: a, directory: /b, at: noon}", "time of day"),
            ("{name: a, webhook: {url: \"ftp://x\"}}", "http or https"),
            ("{name: a, mail: {server: \"smtp://x\", from: a@x, to: [\"b@x>\\r\\nDATA\"]}}", "expected an address"),
            ("{name: a, mail: {server: \"smtp://u:p@x\", from: a@x, to: [b@x]}}", "without a user"),
            ("{name: a, mail: {server: \"smtp://x\", from: a@x, to: []}}", "recipients"),
            (
                "{name: a, mail: {server: \"smtp://x\", tls: false, user: u, password_file: /p, from: a@x, to: [b@x]}}",
                "not sent without tls"
            ),
        ]
    )
    func `says what is wrong with a delivery`(_ text: String, _ words: String) {
        #expect {
            _ = try Configuration(parsing: "reports: {deliveries: [\(text)]}", file: "baton.yaml")
        } throws: { error in
            "\(error)".contains(words)
        }
    }

    @Test func `a mail is plain lines of 76 octets with both parts in base64`() throws {
        let message = MailMessage(
            from: "b@x.net",
            to: ["a@x.net", "c@x.net"],
            subject: "Größe",
            id: "sharing.2026-W43",
            date: WallTime(seconds: 1_792_260_000),
            text: "One sentence.",
            fileName: "sharing-2026-W43.html",
            contentType: "text/html; charset=utf-8",
            file: [UInt8](repeating: 65, count: 100)
        )
        let text = String(decoding: message.bytes, as: UTF8.self)
        #expect(
            text
                == """
                From: <b@x.net>
                To: <a@x.net>,
                 <c@x.net>
                Subject: =?utf-8?B?R3LDtsOfZQ==?=
                Date: Sat, 17 Oct 2026 18:00:00 +0000
                Message-ID: <sharing.2026-W43@x.net>
                Auto-Submitted: auto-generated
                MIME-Version: 1.0
                Content-Type: multipart/mixed; boundary="=_baton_part"

                --=_baton_part
                Content-Type: text/plain; charset=utf-8
                Content-Transfer-Encoding: base64

                T25lIHNlbnRlbmNlLg==
                --=_baton_part
                Content-Type: text/html; charset=utf-8
                Content-Transfer-Encoding: base64
                Content-Disposition: attachment; filename="sharing-2026-W43.html"

                QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB
                QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQQ==
                --=_baton_part--

                """.replacing("\n", with: "\r\n")
        )
    }
}
