import Model
import Testing

struct IdentifierTests {
    @Test(arguments: ["a", "alpha-1", "Provider_2.eu", String(repeating: "x", count: 64)])
    func `names of letters, digits and a few signs are taken`(_ text: String) {
        #expect(SupplierID(checking: text)?.rawValue == text)
    }

    @Test(arguments: ["", "a b", "a/b", "ü", "a\n", "<a>", String(repeating: "x", count: 65)])
    func `other names are refused`(_ text: String) {
        #expect(SupplierID(checking: text) == nil)
    }
}

struct RedactedTests {
    @Test func `a secret does not print`() {
        let secret = Redacted("hunter2")
        var dumped = ""
        dump([secret], to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), String(describing: [secret]), dumped] {
            #expect(!text.contains("hunter2"))
        }
        #expect(secret.clear == "hunter2")
    }
}

struct MediaTimeTests {
    @Test func `wraps at 33 bits only when written`() {
        #expect(MediaTime(ticks: MediaTime.wrap + 5).wrapped == 5)
        #expect(MediaTime(ticks: -1).wrapped == UInt64(MediaTime.wrap - 1))
        #expect(MediaTime(seconds: 3).milliseconds == 3_000)
        #expect(MediaTime(milliseconds: 40).ticks == 3_600)
    }
}
