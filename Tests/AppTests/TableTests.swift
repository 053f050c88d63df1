import App
import Testing

struct TableTests {
    static let table = Table(
        columns: ["channel", "name", "category", "always"],
        rows: [
            [.number(7), .text("News, \"One\""), .missing, .bool(true)],
            [.number(1_012), .text("Zwei\u{1F}"), .text("Sport"), .bool(false)],
        ]
    )

    @Test func `people read columns that line up`() {
        #expect(
            Self.table.text(.table) == """
                channel  name         category  always
                      7  News, "One"               yes
                   1012  Zwei\u{1F}        Sport         no

                """
        )
        #expect(Table(columns: ["a"]).text(.table) == "none\n")
    }

    @Test func `machines read CSV`() {
        #expect(
            Self.table.text(.csv)
                == "channel,name,category,always\n7,\"News, \"\"One\"\"\",,yes\n1012,Zwei\u{1F},Sport,no\n"
        )
    }

    @Test func `machines read JSON`() {
        #expect(
            Self.table.text(.json) == """
                [
                  {"channel": 7, "name": "News, \\"One\\"", "category": null, "always": true},
                  {"channel": 1012, "name": "Zwei\\u001f", "category": "Sport", "always": false}
                ]

                """
        )
        #expect(Table(columns: ["a"]).text(.json) == "[]\n")
    }
}
