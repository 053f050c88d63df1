import Ingest
import Model
import Testing

struct AccountAddressTests {
    private static let login = AccountLogin(username: Redacted("second"), password: Redacted("pa/ss w"))

    @Test(
        arguments: [
            ("http://a.example:8080/live/u/p/12.ts", "http://a.example:8080/live/second/pa%2Fss%20w/12.ts"),
            ("http://a.example/u/p/12", "http://a.example/second/pa%2Fss%20w/12"),
            ("https://a.example/u/p/12.m3u8?x=1", "https://a.example/second/pa%2Fss%20w/12.m3u8?x=1"),
            (
                "http://a.example/get?password=p&id=3&username=u",
                "http://a.example/get?password=pa%2Fss%20w&id=3&username=second"
            ),
            ("rtmp://a.example/live/u/p/12", "rtmp://a.example/live/second/pa%2Fss%20w/12"),
            ("http://u:p@a.example/news.ts", "http://second:pa%2Fss%20w@a.example/news.ts"),
            // Nothing in these says who one is.
            ("http://a.example/news/one.ts", "http://a.example/news/one.ts"),
            ("http://a.example/a/b/news.ts", "http://a.example/a/b/news.ts"),
            ("http://a.example/live/u//12.ts", "http://a.example/live/u//12.ts"),
            ("http://a.example?username=u", "http://a.example?username=u"),
            ("nonsense", "nonsense"), ("", ""), ("://", "://"),
        ]
    )
    func `an address gets the login of another account, and nothing else of it changes`(_ from: String, _ to: String) {
        let replaced = AccountAddress.replacing(Redacted(from), with: Self.login)
        #expect(replaced.clear == to)
        #expect(AccountAddress.replacing(replaced, with: Self.login).clear == to, "a second time changes nothing")
    }

    @Test(
        arguments: [
            ("http://a.example:8080/live/u/p/12.ts", "http://a.example:8080"),
            ("HTTPS://x:y@a.example/u/p/12", "https://a.example"),
            ("http://a.example/get.php?username=u&password=p", "http://a.example"),
            ("http://a.example/news.ts", nil), ("rtmp://a.example/live/u/p/12", nil), ("", nil),
        ] as [(String, String?)]
    )
    func `the panel of an address is where its sources are`(_ url: String, _ panel: String?) {
        #expect(AccountAddress.panel(of: Redacted(url))?.clear == panel)
    }
}
