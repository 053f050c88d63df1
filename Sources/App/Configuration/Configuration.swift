import Delivery
package import Geo
package import LiveChannels
package import Model
package import TLS

/// How a service is set up: the one struct, filled from the one file.
package struct Configuration: Hashable, Sendable {
    /// Where viewers connect.
    package var publicListen: ListenAddress? = ListenAddress(host: "0.0.0.0", port: 8080)
    /// Where viewers connect with TLS, if certificates are named.
    package var secureListen: ListenAddress?
    /// Certificates; the first is shown to who asks for no name, or for an unknown one.
    package var certificates: [TLSPair] = []
    /// What one peer may do.
    package var limits = LimitSettings()
    /// Databases of countries and networks.
    package var geo = GeoTables.Files()
    /// How viewers reach it, without a slash at the end; stands in addresses that are shown to people.
    package var publicURL = "http://localhost:8080"
    /// Under which names viewers know it.
    package var brands: [Brands.Brand] = []
    /// Proxies whose `X-Forwarded-For` counts: addresses and networks such as `10.0.0.0/8`.
    package var trustedProxies: [String] = []
    /// Where operators connect.
    package var adminListen = ListenAddress(host: "127.0.0.1", port: 8081)
    /// Where support connects; nowhere when `nil`.
    package var supportSocket: SupportSocket?
    /// IANA name of the zone in which people read times.
    package var timezone = "UTC"
    /// The name of this node in events.
    package var node = NodeID(rawValue: "a")
    /// Target duration of HLS segments in seconds.
    package var hlsTargetSeconds: Int64 = 4
    /// Segments that a playlist lists.
    package var hlsWindow: Int64 = 6
    /// What becomes of viewers of live MPEG-TS when a channel goes on in another video codec.
    package var codecChange = CodecChange.close
    /// What is shown when no source has anything to show.
    package var slates = SlateSettings()
    /// Bytes of the disk that archives leave to the log and the tables.
    package var archiveFreeBytesMin = Archive.freeBytesMinDefault
    /// Programme guides that are fetched again and again.
    package var guides: [GuideFeed] = []
    /// Weekly reports that are sent by themselves.
    package var deliveries: [ReportDelivery] = []

    package init() {}

    /// Reads `baton.yaml`.
    ///
    /// - Throws: ``ConfigurationError`` naming file and line, for unknown keys as well.
    package init(parsing text: String, file: String) throws(ConfigurationError) {
        guard let top = try YAMLField.document(text, file: file), !top.isNull else { return }
        let fields = try top.mapping([
            "public", "brand", "admin", "timezone", "node", "hls", "live", "slates", "guide", "archive", "limits",
            "tls",
            "geo", "reports",
        ])
        if let section = fields["public"] {
            let keys = try section.mapping("listen", "tls_listen", "url", "trusted_proxies")
            if let proxies = keys["trusted_proxies"] { self.trustedProxies = try Self.networks(proxies) }
            if let listen = keys["listen"] {
                self.publicListen = try listen.text() == "none" ? nil : try Self.address(listen)
            }
            if let listen = keys["tls_listen"] { self.secureListen = try Self.address(listen) }
            if let url = keys["url"] { self.publicURL = try Self.url(url) }
        }
        if let section = fields["brand"] { self.brands = try BrandSettings.read(section) }
        if let section = fields["admin"] {
            let keys = try section.mapping("listen", "support")
            if let listen = keys["listen"] { self.adminListen = try Self.address(listen) }
            if let support = keys["support"] { self.supportSocket = try SupportSocket(support) }
        }
        if let timezone = fields["timezone"] { self.timezone = try timezone.text() }
        if let node = fields["node"] {
            guard let id = NodeID(checking: try node.text()) else {
                throw node.complaint("a node's name has 1 to 64 letters, digits, - _ .")
            }
            self.node = id
        }
        if let section = fields["hls"] { try self.readHLS(section) }
        if let section = fields["live"] {
            let keys = try section.mapping("codec_change")
            if let change = keys["codec_change"] {
                guard let known = CodecChange(rawValue: try change.text()) else {
                    throw change.complaint("found `\(try change.text())`, allowed close or keep")
                }
                self.codecChange = known
            }
        }
        if let section = fields["limits"], !section.isNull { self.limits = try LimitSettings(section) }
        if let section = fields["geo"], !section.isNull { self.geo = try Self.databases(section) }
        if let section = fields["tls"] { self.certificates = try TLSSettings.read(section) }
        try self.checkListeners(top)
        if let section = fields["slates"] { self.slates = try SlateSettings(section) }
        if let section = fields["archive"] {
            let keys = try section.mapping("leave_free_mb")
            if let megabytes = keys["leave_free_mb"] {
                self.archiveFreeBytesMin = try Self.bounded(megabytes, 100...100_000_000) * 1_000_000
            }
        }
        if let section = fields["guide"] { self.guides = try GuideFeed.feeds(section) }
        if let section = fields["reports"] { self.deliveries = try ReportDelivery.deliveries(section) }
    }

    private mutating func checkListeners(_ top: YAMLField) throws(ConfigurationError) {
        if self.secureListen == nil, !self.certificates.isEmpty {
            self.secureListen = ListenAddress(host: self.publicListen?.host ?? "0.0.0.0", port: 8443)
        }
        if self.secureListen != nil, self.certificates.isEmpty {
            throw top.complaint("public.tls_listen needs a certificate: tls: {certificate: FILE, key: FILE}")
        }
        if self.publicListen == nil, self.secureListen == nil {
            throw top.complaint("public.listen is none and there is no public.tls_listen: nobody could connect")
        }
    }

    private static func databases(_ section: YAMLField) throws(ConfigurationError) -> GeoTables.Files {
        let keys = try section.mapping("country", "asn")
        var files = GeoTables.Files()
        if let country = keys["country"], !country.isNull { files.country = try country.text() }
        if let asn = keys["asn"], !asn.isNull { files.asn = try asn.text() }
        return files
    }

    private mutating func readHLS(_ section: YAMLField) throws(ConfigurationError) {
        let keys = try section.mapping("target_seconds", "window")
        if let target = keys["target_seconds"] {
            self.hlsTargetSeconds = try Self.bounded(target, 1...20)
        }
        if let window = keys["window"] {
            // RFC 8216, 6.2.2: a live playlist lists at least three target durations.
            self.hlsWindow = try Self.bounded(window, 3...60)
        }
    }

    static func bounded(_ field: YAMLField, _ range: ClosedRange<Int64>) throws(ConfigurationError) -> Int64 {
        let value = try field.integer()
        guard range.contains(value) else {
            throw field.complaint("found \(value), allowed \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    static func networks(_ field: YAMLField) throws(ConfigurationError) -> [String] {
        var proxies: [String] = []
        for item in try field.list() {
            let text = try item.text()
            guard TrustedProxies(parsing: [text]) != nil else {
                throw item.complaint("expected an address or network such as 10.0.0.0/8, found `\(text)`")
            }
            proxies.append(text)
        }
        return proxies
    }

    private static func address(_ field: YAMLField) throws(ConfigurationError) -> ListenAddress {
        guard let address = ListenAddress(try field.text()) else {
            throw field.complaint("expected an address and port such as 0.0.0.0:8080, found `\(try field.text())`")
        }
        return address
    }

    private static func url(_ field: YAMLField) throws(ConfigurationError) -> String {
        var url = try field.text()
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
            throw field.complaint("expected an address beginning with http:// or https://, found `\(url)`")
        }
        while url.hasSuffix("/") { url.removeLast() }
        return url
    }
}

/// An address and a port to listen on, as `0.0.0.0:8080` or `[::1]:8080`; port 0 takes a free one.
package struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
    package var host: String
    package var port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads ``description``; `nil` for anything else.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port)
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard host == "localhost" || NetworkAddress(String(host)) != nil else { return nil }
        self.host = String(host)
        self.port = port
    }

    package var description: String {
        self.host.contains(":") ? "[\(self.host)]:\(self.port)" : "\(self.host):\(self.port)"
    }
}
