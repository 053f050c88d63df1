import App
import Model
import Testing

struct ConfigurationTests {
    @Test func `the documented file is read`() throws {
        let text = """
            public: {listen: "0.0.0.0:8080", url: "http://localhost:8080/"}
            admin: {listen: "127.0.0.1:8081"}
            timezone: Europe/Berlin
            """
        let configuration = try Configuration(parsing: text, file: "baton.yaml")
        #expect(configuration.publicListen == ListenAddress(host: "0.0.0.0", port: 8080))
        #expect(configuration.publicURL == "http://localhost:8080")
        #expect(configuration.adminListen == ListenAddress(host: "127.0.0.1", port: 8081))
        #expect(configuration.timezone == "Europe/Berlin")
    }

    @Test(arguments: ["", "# nothing\n", "~"])
    func `an empty file means the defaults`(_ text: String) throws {
        #expect(try Configuration(parsing: text, file: "baton.yaml") == Configuration())
    }

    static let wrong: [(String, String)] = [
        (
            "public:\n  listen: 0.0.0.0:8080\n  color: red\n",
            "baton.yaml:3: unknown key `color` in public; allowed here: listen, url, trusted_proxies"
        ),
        (
            "adimn: {}\n",
            "baton.yaml:1: unknown key `adimn`; allowed here: public, admin, timezone, node, hls, live, slates, guide, archive"
        ),
        (
            "\nadmin: {listen: nowhere}",
            "baton.yaml:2: admin.listen: expected an address and port such as 0.0.0.0:8080, found `nowhere`"
        ),
        (
            "admin: {listen: 'example.com:80'}",
            "baton.yaml:1: admin.listen: expected an address and port such as 0.0.0.0:8080, found `example.com:80`"
        ),
        (
            "public: {url: 'ftp://x'}",
            "baton.yaml:1: public.url: expected an address beginning with http:// or https://, found `ftp://x`"
        ),
        ("node: a b", "baton.yaml:1: node: a node's name has 1 to 64 letters, digits, - _ ."),
        ("hls: {window: 2}", "baton.yaml:1: hls.window: found 2, allowed 3 to 60"),
        ("hls: {target_seconds: four}", "baton.yaml:1: hls.target_seconds: expected a whole number, found `four`"),
        ("live: {codec_change: stay}", "baton.yaml:1: live.codec_change: found `stay`, allowed close or keep"),
        ("slates: {after_seconds: 0}", "baton.yaml:1: slates.after_seconds: found 0, allowed 1 to 600"),
        (
            "slates: {files: {pause.de: /x.ts}}",
            "baton.yaml:1: slates.files.pause.de: expected a purpose and a language such as off-air.de, found `pause.de`"
        ),
        ("[1, 2]", "baton.yaml:1: expected keys and values, found a list"),
    ]

    @Test(arguments: wrong)
    func `what is wrong is named with file and line`(_ text: String, _ message: String) {
        let error = #expect(throws: ConfigurationError.self) { try Configuration(parsing: text, file: "baton.yaml") }
        #expect(error?.description == message)
    }

    @Test func `what is not YAML is named with file and line`() throws {
        let error = #expect(throws: ConfigurationError.self) {
            try Configuration(parsing: "a: [1,\nb: }", file: "baton.yaml")
        }
        #expect(error?.description.hasPrefix("baton.yaml:2: not YAML") == true)
        let twice = #expect(throws: ConfigurationError.self) {
            try Configuration(parsing: "timezone: UTC\ntimezone: UTC\n", file: "baton.yaml")
        }
        #expect(twice?.description.contains("twice") == true)
    }

    @Test(arguments: [("[::1]:80", "[::1]:80"), ("127.0.0.1:0", "127.0.0.1:0"), ("localhost:8080", "localhost:8080")])
    func `addresses to listen on come back from their text`(_ text: String, _ description: String) {
        #expect(ListenAddress(text)?.description == description)
    }
}
