import App
import Geo
import Model
import TLS
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

    @Test func `limits, certificates and databases are read`() throws {
        let text = """
            public: {listen: none, trusted_proxies: [10.0.0.0/8]}
            tls:
              - {certificate: /a.pem, key: /a.key}
              - {name: "*.tv.example", certificate: /b.pem, key: /b.key}
            geo: {country: /c.mmdb}
            limits: {connections_per_address: 8, exempt: [], ban_minutes: 1}
            """
        let configuration = try Configuration(parsing: text, file: "baton.yaml")
        #expect(configuration.publicListen == nil)
        #expect(configuration.secureListen == ListenAddress(host: "0.0.0.0", port: 8443))
        #expect(configuration.certificates.map(\.name) == [nil, "*.tv.example"])
        #expect(configuration.geo == GeoTables.Files(country: "/c.mmdb"))
        #expect(configuration.limits.connectionsPerAddress == 8 && configuration.limits.banMinutes == 1)
        #expect(configuration.limits.exempt == [] && configuration.limits.newAtOnce == 60)
        let one = try Configuration(parsing: "tls: {certificate: /a.pem, key: /a.key}", file: "baton.yaml")
        #expect(one.certificates == [TLSPair(certificate: "/a.pem", key: "/a.key")])
        #expect(one.secureListen?.port == 8443 && one.publicListen?.port == 8080)
    }

    static let wrong: [(String, String)] = [
        (
            "public:\n  listen: 0.0.0.0:8080\n  color: red\n",
            "baton.yaml:3: unknown key `color` in public; allowed here: listen, tls_listen, url, trusted_proxies"
        ),
        (
            "adimn: {}\n",
            "baton.yaml:1: unknown key `adimn`; allowed here: public, brand, admin, timezone, node, hls, live, slates, guide, archive, limits, tls, geo, reports"
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
        ("limits: {new_at_once: 0}", "baton.yaml:1: limits.new_at_once: found 0, allowed 1 to 1000000"),
        ("limits: {head_bytes: 512}", "baton.yaml:1: limits: head_bytes is less than target_bytes"),
        (
            "limits: {exempt: [here]}",
            "baton.yaml:1: limits.exempt[0]: expected an address or network such as 10.0.0.0/8, found `here`"
        ),
        (
            "public: {tls_listen: '0.0.0.0:443'}",
            "baton.yaml:1: public.tls_listen needs a certificate: tls: {certificate: FILE, key: FILE}"
        ),
        (
            "public: {listen: none}",
            "baton.yaml:1: public.listen is none and there is no public.tls_listen: nobody could connect"
        ),
        (
            "tls: [{certificate: a.pem}]",
            "baton.yaml:1: tls[0]: a certificate needs both `certificate` and `key`, paths of PEM files"
        ),
        (
            "tls: {certificate: a, key: b, name: 'a b'}",
            "baton.yaml:1: tls.name: expected a host name such as tv.example or *.tv.example, found `a b`"
        ),
        ("geo: {city: x.mmdb}", "baton.yaml:1: unknown key `city` in geo; allowed here: country, asn"),
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
